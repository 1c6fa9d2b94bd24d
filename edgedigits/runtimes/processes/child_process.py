"""A program that works beside this one: asked through pipes, and never left behind."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import struct
import subprocess
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

SECONDS_TO_LEAVE = 5.0
TOO_SLOW = "this machine is too slow or too busy: fewer pictures with --limit, or --workers 1"
KILLED = (-signal.SIGTERM, -getattr(signal, "SIGKILL", signal.SIGTERM))


@dataclass(frozen=True)
class End:
    """How a program came to its end.

    Attributes:
        status: what it returned; the negative of the signal that ended it.
        was_late: it had not answered by its deadline.
        was_killed: it was ended by this process, as it went on after an answer without sense.
        lines: what it wrote to standard error.
    """

    status: int
    was_late: bool
    was_killed: bool
    lines: tuple[str, ...]

    @property
    def came_from_outside(self) -> bool:
        """Somebody else ended it, as a machine out of memory does: no fault of its own."""
        return self.status in KILLED and not self.was_killed


class ChildEnded(Exception):
    """The program ended instead of answering; `end` tells how."""

    def __init__(self, end: End) -> None:
        super().__init__(f"ended with status {end.status}")
        self.end = end


class ChildProcess:
    """A started program. It ends with this object, or with the whole interpreter.

    Attributes:
        pid: its process id.
        deadline_s: seconds that it may take whenever it is waited for.
        requests: the pipe into it.
        answers: the pipe out of it.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        deadline_s: float,
        env: Mapping[str, str] | None = None,
    ) -> None:
        """Start it, in the environment `env` or else in this process's.

        Raises:
            OSError: it cannot be started.
        """
        self.deadline_s = deadline_s
        self._expired = threading.Event()
        stderr: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `_end`)
        try:
            self._process = subprocess.Popen(
                list(command),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                # A copy: another thread, such as one that imports TensorFlow, may change the
                # process's own environment just when the system reads it ("Bad address").
                env=dict(os.environ if env is None else env),
            )
        except OSError:
            stderr.close()
            raise
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.pid = self._process.pid
        self.requests: IO[bytes] = self._process.stdin
        self.answers: IO[bytes] = self._process.stdout
        self._stderr = stderr
        self._closing = weakref.finalize(self, _end, self._process, stderr)

    @property
    def is_open(self) -> bool:
        """Whether `close` has not been called yet, nor the program been found ended."""
        return self._closing.alive

    @contextlib.contextmanager
    def waiting(self) -> Iterator[None]:
        """For requests and answers: the program is killed at the deadline.

        Raises:
            ChildEnded: it was, or has ended, or what it answered makes no sense.
        """
        timer = threading.Timer(self.deadline_s, _expire, (self._process, self._expired))
        timer.daemon = True
        timer.start()
        try:
            yield
        except (OSError, EOFError, ValueError, struct.error) as error:
            raise ChildEnded(self._found_ended()) from error
        except BaseException:
            # Ctrl-C between request and answer: what is in the pipes no longer fits together.
            self.kill()
            raise
        finally:
            timer.cancel()

    @contextlib.contextmanager
    def guarded(self, failure: Callable[[End], Exception]) -> Iterator[None]:
        """As `waiting`; the program's end becomes the error that `failure` makes of it."""
        try:
            with self.waiting():
                yield
        except ChildEnded as ended:
            raise failure(ended.end) from ended

    def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        """A program's answer in one line of JSON to one such line, `{"do": NAME, ...}`.

        Raises:
            ChildEnded: as `waiting` says.
        """
        with self.waiting():
            self.requests.write(json.dumps({"do": do, **arguments}).encode() + b"\n")
            self.requests.flush()
            answer: dict[str, Any] = json.loads(self.answers.readline())
        return answer

    def close(self) -> None:
        """End the program, which is given time to do so itself; again does nothing."""
        self._closing()

    def kill(self) -> None:
        """End the program at once."""
        self._process.kill()
        self.close()

    def _found_ended(self) -> End:
        killed = False
        try:
            self._process.wait(SECONDS_TO_LEAVE)
        except subprocess.TimeoutExpired:
            killed = True
            self._process.kill()
        status = self._process.wait()
        self._stderr.seek(0)
        lines = self._stderr.read().decode(errors="replace").strip().splitlines()
        self.close()
        return End(status, self._expired.is_set(), killed, tuple(lines))


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
