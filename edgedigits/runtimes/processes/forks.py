"""Processes that may crash, hang or grow, each a fork of one that has done no more than import.

Starting Python and importing LiteRT takes a fifth of a second, a fork some milliseconds: files of
others are opened in a process each, and nobody waits for it.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from edgedigits.errors import MachineLacks
from edgedigits.runtimes.processes import messages
from edgedigits.runtimes.processes.messages import ANSWER, FORK, REQUEST, WAIT

_RUNTIMES = Path(__file__).parents[1]
LITERT = _RUNTIMES / "litert" / "litert_worker.py"
MICRO = _RUNTIMES / "micro" / "micro_worker.py"
TENSORFLOW = _RUNTIMES / "tensorflow" / "tensorflow_worker.py"
"""The programs that fork. They are named here, where nothing is imported that takes time: whoever
will need one can start it first of all."""

SECONDS_TO_START = 300.0
LINES_SHOWN = 6


def limit_memory(pid: int, more_bytes: int) -> None:
    """From here on a process may take so much memory more than it has, and leaves no core behind.

    Where the system cannot limit another process (it is Linux's to do so) nothing happens.
    """
    if not hasattr(resource, "prlimit"):
        return
    with contextlib.suppress(OSError):  # it has ended, which whoever asks it will notice
        pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[0])
        limit = pages * resource.getpagesize() + more_bytes
        resource.prlimit(pid, resource.RLIMIT_AS, (limit, limit))
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))


class ForkEnded(Exception):
    """A fork ended instead of answering.

    Attributes:
        status: what it returned; the negative of the signal that ended it.
        was_late: it had not answered by its deadline, and was killed.
    """

    def __init__(self, status: int, *, was_late: bool) -> None:
        super().__init__(f"ended with status {status}")
        self.status = status
        self.was_late = was_late

    @property
    def came_from_outside(self) -> bool:
        """Somebody else ended it, as a machine out of memory does: no fault of the file."""
        return not self.was_late and -self.status in (signal.SIGKILL, signal.SIGTERM)

    @property
    def signal_name(self) -> str:
        """The signal that ended it, or what it returned."""
        try:
            return signal.Signals(-self.status).name
        except ValueError:
            return f"status {self.status}"


class Forker:
    """A program that forks when asked to. It ends with this object, or with the interpreter."""

    def __init__(self, program: Path) -> None:
        """Start it; it gets ready while others go on.

        Raises:
            MachineLacks: it cannot be started.
        """
        self._lock = threading.Lock()
        self._program = program
        self._control, theirs = socket.socketpair()
        self._control.settimeout(SECONDS_TO_START)
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 (as long as the program)
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", program],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=self._stderr,
                # Forks must not find threads of a library that they do not have. A copy, since the
                # environment may be changed in another thread meanwhile.
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
            )
        except OSError as error:
            raise MachineLacks(f"{sys.executable} does not start: {error.strerror}") from error
        finally:
            theirs.close()

    def fork(self) -> Fork:
        """A new process.

        Raises:
            MachineLacks: the program has ended, or does not get ready.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                with self._lock:
                    socket.send_fds(self._control, [REQUEST.pack(FORK, 0)], [theirs.fileno()])
                    (pid,) = ANSWER.unpack(self._control.recv(ANSWER.size))
            except (OSError, struct.error) as error:
                ours.close()
                raise self._failure(error) from error
        return Fork(self, pid, ours)

    def wait(self, pid: int) -> int:
        """The status of a fork that has ended or is ending; the negative of a signal."""
        with self._lock:
            self._control.sendall(REQUEST.pack(WAIT, pid))
            (status,) = ANSWER.unpack(self._control.recv(ANSWER.size))
        return int(status)

    def close(self) -> None:
        """End it and all its forks; again does nothing."""
        self._control.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(SECONDS_TO_START)
        self._process.kill()
        self._process.wait()
        self._stderr.close()

    @property
    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def _failure(self, error: Exception) -> MachineLacks:
        self._process.kill()
        self._process.wait()
        self._stderr.seek(0)
        lines = self._stderr.read().decode(errors="replace").strip().splitlines()
        why = "no answer" if isinstance(error, TimeoutError) else "it ended"
        return MachineLacks(
            f"{self._program.stem}, a process beside this one, does not work: {why}",
            "\n".join([*lines[-LINES_SHOWN:], "what is missing here says: edgedigits doctor"]),
        )


_starting = threading.Lock()
_forkers: dict[Path, Forker] = {}


def forker(program: Path) -> Forker:
    """The one of this process for a program, started now if it does not run."""
    with _starting:
        if program not in _forkers or not _forkers[program].is_alive:
            _forkers[program] = Forker(program)
        return _forkers[program]


class Fork:
    """One such process. It ends with this object. One thread at a time may ask it."""

    def __init__(self, forker: Forker, pid: int, asked: socket.socket) -> None:
        self.pid = pid
        self._forker = forker
        self._asked: socket.socket | None = asked

    def ask(
        self, do: str, payload: messages.Payload = b"", *, deadline_s: float, **arguments: Any
    ) -> messages.Message:
        """Its answer to one request, which it must give within its deadline.

        Raises:
            ForkEnded: it did not, or ended, or what it answers is no answer.
        """
        if self._asked is None:
            raise ForkEnded(0, was_late=False)
        self._asked.settimeout(deadline_s)
        try:
            messages.send(self._asked, {"do": do, **arguments}, payload)
            return messages.receive(self._asked)
        except (OSError, EOFError, ValueError) as error:
            late = isinstance(error, TimeoutError)
            raise ForkEnded(self._end(killed=late), was_late=late) from error
        except BaseException:
            # Ctrl-C between request and answer: what is in the socket no longer fits together.
            self.close()
            raise

    def close(self) -> None:
        """End it; again does nothing."""
        if self._asked is not None:
            self._end(killed=True)

    def _end(self, *, killed: bool) -> int:
        assert self._asked is not None
        self._asked.close()
        self._asked = None
        # One whose answers make no sense ends as soon as nobody asks any more.
        if killed:
            os.kill(self.pid, signal.SIGKILL)
        return self._forker.wait(self.pid)

    def __del__(self) -> None:
        with contextlib.suppress(OSError, struct.error):
            self.close()
