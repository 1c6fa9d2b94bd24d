"""Memory that is given back and asked for again costs no pages."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

AGAIN = """
import ctypes, resource, sys
from edgedigits.training import heap
if sys.argv[1:]:
    heap.keep()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
def use():
    held = ctypes.c_void_p(libc.malloc(20 << 20))
    ctypes.memset(held, 1, 20 << 20)
    libc.free(held)
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
use()
before = faults()
for _ in range(5):
    use()
print(faults() - before)
"""


def _faults(*words: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", AGAIN, *words], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="heap.keep speaks to glibc alone")
def test_what_is_kept_is_not_cleared_again() -> None:
    # 20 MiB are 5,120 pages of 4 KiB, or some huge ones.
    kept = _faults("keep")
    assert kept < 100
    assert kept < _faults()
