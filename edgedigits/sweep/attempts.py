"""Something done in a fork that may be lost."""

from __future__ import annotations

import contextlib
import os
import signal
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from edgedigits.errors import EdgeDigitsError, ExitCode, Killed, MachineLacks
from edgedigits.runtimes.processes import forks
from edgedigits.runtimes.processes.forks import ForkEnded
from edgedigits.verification.running.awaited import Stopped
from edgedigits.verification.running.on_ray.connection import RETRIES

PROGRAM = Path(__file__).parent / "trial_worker.py"
ATTEMPTS = 1 + RETRIES
DEADLINE_S = 30 * 86_400.0
_HINT = "a machine that is out of memory does so: fewer at a time with --workers; see free -h"

Made = TypeVar("Made")
_lock = threading.Lock()
_running: set[int] = set()


def attempt(
    what: str, do: str, stop: threading.Event | None = None, **arguments: Any
) -> dict[str, Any]:
    """The answer of a fork of `PROGRAM` that was asked to `do` something, in words `what`.

    Raises:
        Stopped: `stop` was set before it began; `end_all` ends what has begun.
        Killed: the fork was lost, or its machine had too little memory: another attempt may go
            better.
        MachineLacks: this machine lacks something.
    """
    try:
        found = _asked(do, stop, arguments)
    except ForkEnded as error:
        raise _lost(what, f"its process ended: {error.signal_name}") from error
    except MachineLacks as error:
        raise _lost(what, error.message, error.hint) from error
    except (OSError, struct.error) as error:
        raise _lost(what, "its process ended") from error
    if "lost" in found:
        raise _lost(what, found["lost"])
    if found.get("code") == ExitCode.MACHINE_LACKS:
        raise MachineLacks(f"{what}: {found['failed']}", found["hint"])
    return found


def retried(act: Callable[[], Made]) -> Made:
    """What `act` makes, in `ATTEMPTS` attempts at most.

    Raises:
        Killed: the last one was lost too.
    """
    for _ in range(RETRIES):
        with contextlib.suppress(Killed):
            return act()
    return act()


def failure(what: str, found: dict[str, Any]) -> EdgeDigitsError:
    """The error that an answer tells of."""
    return EdgeDigitsError(f"{what}: {found['failed']}", found["hint"], ExitCode(found["code"]))


def end_all() -> None:
    """End what is being attempted, by whatever thread."""
    with _lock:
        for pid in _running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _asked(do: str, stop: threading.Event | None, arguments: dict[str, Any]) -> dict[str, Any]:
    fork = forks.forker(PROGRAM).fork()
    with _lock:
        _running.add(fork.pid)
    try:
        if stop is not None and stop.is_set():
            raise Stopped
        return fork.ask(do, deadline_s=DEADLINE_S, **arguments)[0]
    finally:
        with _lock:
            _running.discard(fork.pid)
        # The program that forked it may be gone.
        with contextlib.suppress(OSError, struct.error):
            fork.close()


def _lost(what: str, why: str, hint: str | None = _HINT) -> Killed:
    return Killed(f"{what}: attempt {ATTEMPTS} of {ATTEMPTS} failed too ({why})", hint)
