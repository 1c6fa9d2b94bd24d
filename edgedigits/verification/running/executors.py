"""Executors by what the user calls them."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

from edgedigits.errors import WrongUse
from edgedigits.verification.running.on_ray import connection
from edgedigits.verification.running.on_ray.connection import Connection
from edgedigits.verification.running.on_ray.driver import OnRay
from edgedigits.verification.running.threads import Threads
from edgedigits.verification.running.work import Executor

_CLUSTER = re.compile(r"ray://[^/\s]+:\d+")


@contextlib.contextmanager
def cluster(name: str | None, workers: int | None = None) -> Iterator[Connection | None]:
    """No cluster (None), or Ray: on this machine or the cluster that `RAY_ADDRESS` names (`ray`),
    or at an address (`ray://HOST:PORT`). `workers` are those of this machine, all cores unless
    told.

    Raises:
        WrongUse: it is neither, or `workers` are asked for on other machines.
        MachineLacks: Ray is not installed, or the cluster cannot be used.
    """
    if name is None:
        yield None
        return
    if name != connection.HERE and not _CLUSTER.fullmatch(name):
        raise WrongUse(f"--on {name} is no executor", "say: --on ray, or --on ray://HOST:10001")
    with connection.connected(name, workers) as connected:
        yield connected


@contextlib.contextmanager
def opened(name: str | None, workers: int | None = None) -> Iterator[Executor]:
    """Threads, where there is no `cluster` of that name, or its workers."""
    with cluster(name, workers) as connected:
        yield Threads(workers) if connected is None else OnRay(connected)
