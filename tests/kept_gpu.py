"""One graphics card for the exports of a process: each would start LiteRT's GPU anew."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

import pytest

from edgedigits.export import export
from edgedigits.export.choosing import repair
from edgedigits.runtimes.litert.gpu_process import GpuBeside, GpuProcess

_free: list[GpuProcess] = []


class KeptGpu(GpuBeside):
    """Takes a process that an earlier export is done with, or starts one, and leaves it behind."""

    def __init__(self) -> None:
        while _free:
            found = _free.pop()
            if found._child.is_open:
                self._starting = Future()
                self._starting.set_result(found)
                return
        super().__init__()

    def close(self) -> None:
        if hasattr(self, "_starter"):
            self._starter.shutdown()
        if self._starting.exception() is None:
            _free.append(self._starting.result())


@contextmanager
def started_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for module in (export, repair):
            patch.setattr(module, "GpuBeside", KeptGpu)
        yield
    while _free:
        _free.pop().close()
