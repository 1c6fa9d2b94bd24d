"""Nodes of a cluster come and go, also while they are asked which edgedigits they have."""

from __future__ import annotations

import contextlib

import pytest

from edgedigits.errors import MachineLacks
from edgedigits.verification.running.on_ray import connection


@pytest.mark.parametrize("is_gone", [True, False])
def test_only_a_node_that_is_lost_meanwhile_need_not_tell_its_version(
    is_gone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    ray = pytest.importorskip("ray")
    errors = ray.exceptions
    error = errors.TaskUnschedulableError("gone") if is_gone else errors.WorkerCrashedError()

    class Answering:
        exceptions = errors

        @staticmethod
        def get(*_: object, **__: object) -> None:
            raise error

    monkeypatch.setattr(connection, "_on_each_node", lambda *_: [("192.0.2.9", None)])
    expected = pytest.raises(MachineLacks, match=r"192\.0\.2\.9 of there does not work")
    with contextlib.nullcontext() if is_gone else expected:
        connection.check_versions(Answering, "there")
