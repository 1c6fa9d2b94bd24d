"""A TFLite file in TensorFlow Lite for Microcontrollers, in a process of its own.

That interpreter believes what is in a file, and ends its process over one that is damaged, or over
an arena of a few bytes.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

from edgedigits.errors import MachineLacks
from edgedigits.runtimes.file_process import FileProcess
from edgedigits.runtimes.litert.litert_process import DEADLINE_S
from edgedigits.runtimes.processes import forks

PACKAGE, DISTRIBUTION = "tflite_micro", "tflite-micro"
INSTALL = "pip install 'edgedigits[micro]'"
PLENTY_BYTES = 64 << 20
"""An arena in which any model runs that is one for microcontrollers."""


def is_here() -> bool:
    """Whether the interpreter is installed."""
    return importlib.util.find_spec(PACKAGE) is not None


class MicroProcess(FileProcess):
    """One file in its interpreter. One thread at a time may use it.

    Of `contract` the names are empty: this interpreter does not read them.
    """

    interpreter = "tflite-micro"

    def __init__(self, path: Path, arena_bytes: int | None = None) -> None:
        """Open the file at `path` with a tensor arena of so many bytes, else with plenty.

        Raises:
            DataBad: the interpreter refuses it, as where it lacks an operation or the arena is too
                small; or it crashes, hangs, or takes too much memory.
            MachineLacks: there is no such interpreter here.
        """
        if not is_here():
            raise MachineLacks(
                "tflite-micro, the interpreter of microcontrollers, is not installed here",
                f"install it, on Linux on x86-64: {INSTALL}",
            )
        if arena_bytes is not None:
            self.interpreter = f"tflite-micro with an arena of {arena_bytes:,} bytes"
        size = PLENTY_BYTES if arena_bytes is None else arena_bytes
        super().__init__(path, forks.MICRO, DEADLINE_S, arena_bytes=size)
