"""What TensorFlow gives back of the memory at each step, and asks for again at the next one."""

from __future__ import annotations

import ctypes
import sys

TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3
"""`M_TRIM_THRESHOLD` and `M_MMAP_THRESHOLD` of glibc's `malloc.h`."""
KEPT_FREE = 1 << 30
LARGEST_IN_HEAP = 1 << 25
"""The upper limit that mallopt(3) tells of the threshold, on 64 bits."""


def keep() -> None:
    """Let this process keep it, where its C library is glibc; elsewhere nothing is done.

    Left alone, glibc hands arrays of a training step back to the kernel, which clears the same
    pages anew at the next one: a tenth to a fifth of a small model's training. The process then
    holds the most that it ever needed, as long as it lives.
    """
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        # Either alone gains nothing: setting it stops glibc from adapting the other.
        mallopt(TRIM_THRESHOLD, KEPT_FREE)
        mallopt(MMAP_THRESHOLD, LARGEST_IN_HEAP)
