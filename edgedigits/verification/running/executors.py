"""Executors by what the user calls them."""

from __future__ import annotations

from edgedigits.errors import WrongUse
from edgedigits.verification.running.cluster import HERE, Cluster
from edgedigits.verification.running.threads import Threads
from edgedigits.verification.running.work import Executor


def named(name: str | None, workers: int | None) -> Executor:
    """Threads, or Ray: on this machine (`ray`) or at an address (`ray://HOST:PORT`).

    Raises:
        WrongUse: it is neither.
    """
    if name is None:
        return Threads(workers)
    if name != HERE and not name.startswith("ray://"):
        raise WrongUse(f"--on {name} is no executor", "say: --on ray, or --on ray://HOST:10001")
    return Cluster(name, workers)
