"""A program that times something in a process of its own, asked in lines of JSON."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import tempfile
import threading
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from edgedigits.errors import EdgeDigitsError, MachineLacks

DEADLINE_S = 120.0
SECONDS_TO_LEAVE = 5.0
LINES_SHOWN = 6
KILLED = (-signal.SIGTERM, -getattr(signal, "SIGKILL", signal.SIGTERM))


class Refused(EdgeDigitsError):
    """The program answered that it cannot do what it was asked to; `said` are its own words."""

    def __init__(self, what: str, said: str) -> None:
        super().__init__(f"{what}: {said}")
        self.said = said


class TimerProcess:
    """A started program. It ends with this object, or with the whole interpreter.

    Attributes:
        pid: its process id.
    """

    def __init__(
        self, command: Sequence[str | Path], what: str, *, deadline_s: float = DEADLINE_S
    ) -> None:
        """Start it; `what` names it in errors, such as "LiteRT, timing model.tflite".

        Raises:
            MachineLacks: it cannot be started.
        """
        self._what = what
        self._deadline_s = deadline_s
        self._expired = threading.Event()
        stderr: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `_end`)
        self._stderr = stderr
        try:
            self._process = subprocess.Popen(
                list(command),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
            )
        except OSError as error:
            stderr.close()
            raise MachineLacks(f"{what}: it does not start: {error}") from error
        self.pid = self._process.pid
        self._closing = weakref.finalize(self, _end, self._process, stderr)

    def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        """The program's answer to one request.

        Raises:
            Refused: it says that it cannot.
            MachineLacks: no answer in time, or it was ended from outside.
            EdgeDigitsError: it failed.
        """
        sender, receiver = self._process.stdin, self._process.stdout
        assert sender is not None
        assert receiver is not None
        timer = threading.Timer(self._deadline_s, _expire, (self._process, self._expired))
        timer.daemon = True
        timer.start()
        try:
            sender.write(json.dumps({"do": do, **arguments}).encode() + b"\n")
            sender.flush()
            answer: dict[str, Any] = json.loads(receiver.readline())
        except (OSError, ValueError) as error:
            raise self._failure() from error
        except BaseException:
            # Ctrl-C between request and answer: what is in the pipes no longer fits together.
            self._process.kill()
            self.close()
            raise
        finally:
            timer.cancel()
        if "error" in answer:
            raise Refused(self._what, " ".join(answer["error"].split())[:300])
        return answer

    def close(self) -> None:
        """End the process; calling it again does nothing."""
        self._closing()

    def _failure(self) -> EdgeDigitsError:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(SECONDS_TO_LEAVE)
        self._process.kill()
        status = self._process.wait()
        self._stderr.seek(0)
        lines = self._stderr.read().decode(errors="replace").strip().splitlines()
        self.close()
        if self._expired.is_set():
            slow = "this machine is too slow or too busy: try again, with fewer artifacts"
            return MachineLacks(f"{self._what}: no answer within {self._deadline_s:g} s", slow)
        if status in KILLED:
            return MachineLacks(f"{self._what}: ended from outside (signal {-status})")
        said = "\n".join(lines[-LINES_SHOWN:]) or None
        return EdgeDigitsError(f"{self._what}: ended with status {status}", said)


def _end(process: subprocess.Popen[bytes], stderr: IO[bytes]) -> None:
    """Make sure that the process is gone, reaped, and its pipes are closed."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    try:
        process.wait(0 if process.poll() is not None else SECONDS_TO_LEAVE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    stderr.close()


def _expire(process: subprocess.Popen[bytes], expired: threading.Event) -> None:
    # Killing it ends every read and write that waits for it, on any platform.
    expired.set()
    process.kill()
