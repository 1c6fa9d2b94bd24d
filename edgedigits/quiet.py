"""Keep TensorFlow's start-up chatter away from people who only asked for a digit."""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import io
import logging
import os
import signal
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Any


def import_tensorflow() -> Any:
    """Import TensorFlow with its greeting, warnings and log lines turned down.

    Settings that the user made in the environment are left as they are.
    """
    # An operation that is shared out to several threads sums in an order that hangs on how busy the
    # machine is, and the networks here are too small to gain much. Different operations still run
    # side by side: pictures are prepared while the model learns.
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
    # TensorFlow takes these kernels by itself on newer processors alone. Without them it cannot
    # pool where channels come first, and sums of many pictures may differ from those of one.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TFDF_DISABLE_WELCOME_MESSAGE", "1")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    with warnings.catch_warnings(), signals_held(), _imported_lightly():
        warnings.simplefilter("ignore")
        import tensorflow as tf
    # The same model gives the same answers to the last bit, whatever else a process does.
    tf.config.experimental.enable_op_determinism()
    tf.get_logger().setLevel(logging.ERROR)
    logging.getLogger("absl").setLevel(logging.ERROR)
    return tf


class _Absent:
    """Finds no module that TensorFlow imports only where it is installed, for nothing of ours.

    Whoever needs one of them later, or meanwhile in another thread, imports it as ever.
    """

    NAMES = frozenset({"jax", "matplotlib", "pandas"})

    def __init__(self) -> None:
        self._thread = threading.get_ident()

    def find_spec(self, name: str, *_: object) -> None:
        if name in self.NAMES and threading.get_ident() == self._thread:
            raise ModuleNotFoundError(f"{name} is not needed here", name=name)


@contextlib.contextmanager
def _imported_lightly() -> Iterator[None]:
    """The first import of TensorFlow in this block takes half the time.

    A third of it were the modules of `_Absent`, and a quarter looking for garbage among hundreds
    of thousands of objects that stay. These are never looked through again either.
    """
    if "tensorflow" in sys.modules:
        yield
        return
    absent, collecting = _Absent(), gc.isenabled()
    sys.meta_path.insert(0, absent)
    gc.disable()
    try:
        yield
    finally:
        sys.meta_path.remove(absent)
        gc.freeze()
        if collecting:
            gc.enable()


@contextlib.contextmanager
def signals_held() -> Iterator[Callable[[], None]]:
    """Ctrl-C and SIGTERM wait until the block is done, and then come as they would have come.

    An exception in the middle of an import is swallowed where native code or a destructor meets it,
    and the command runs to its end; or it leaves modules half made, with which it cannot end well.
    In the middle of TensorFlow's work it may damage its memory. A block that is long calls what it
    is given wherever a signal that waits may come.
    """
    if threading.current_thread() is not threading.main_thread():
        # Signals come to the main thread alone, and it may hear them.
        yield lambda: None
        return
    arrived: list[int] = []

    def hear() -> None:
        if arrived:
            number = signal.Signals(arrived[0])
            arrived.clear()
            signal.signal(number, former[number])
            signal.raise_signal(number)

    numbers = (signal.SIGINT, signal.SIGTERM)
    former = {
        number: signal.signal(number, lambda number, _: arrived.append(number))
        for number in numbers
        if signal.getsignal(number) is not None  # one that is not Python's cannot be put back
    }
    try:
        yield hear
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
        if arrived:
            signal.raise_signal(arrived[0])


def keep_native_stderr_back() -> None:
    """Send what native libraries write to file descriptor 2 into a file from now on, while
    Python's own `sys.stderr` goes on reaching the terminal.

    TensorFlow's C++ writes there before any of its log settings can be made. What was kept back is
    left out; EDGEDIGITS_DEBUG=1 shows it, and a crash still prints where it happened.
    """
    if os.environ.get("EDGEDIGITS_DEBUG") or isinstance(sys.stderr, _Terminal):
        return
    terminal = os.dup(2)
    log = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process
    os.dup2(log.fileno(), 2)
    sys.stderr.flush()
    sys.stderr = _Terminal(os.fdopen(terminal, "wb", buffering=0), log)
    faulthandler.enable(sys.stderr)


class _Terminal(io.TextIOWrapper):
    """Standard error under a new descriptor; holds on to the log that took the old one."""

    def __init__(self, raw: Any, log: Any) -> None:
        super().__init__(raw, encoding="utf-8", errors="backslashreplace", line_buffering=True)
        self.log = log
