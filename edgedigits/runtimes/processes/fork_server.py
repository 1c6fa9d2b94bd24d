"""What a program does that opens files of others in forks of itself, for whoever started it.

It has a Unix socket for standard input. A request there is one letter and one number, and is
answered by one number:

    f 0     a new fork, which talks over the socket whose descriptor comes along; its process id
    w pid   how that fork ended, waited for; its exit status, negative for a signal

The end of that socket ends the program and all its forks. A fork is asked in messages:
`{"do": NAME, ...}` with the arguments of a method of its handler is answered by its result, by
`{"error": TEXT}` where that failed.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from collections.abc import Callable
from typing import Any

from edgedigits.errors import EdgeDigitsError
from edgedigits.runtimes.processes import messages
from edgedigits.runtimes.processes.messages import ANSWER, FORK, REQUEST, Message, Payload


def main(handler: Callable[[], object]) -> None:
    """Fork for every request until nobody is there to make one; each fork has a `handler()`."""
    # Ctrl-C reaches everybody at a terminal, and who started this decides what comes of it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=os.dup(0))
    running: set[int] = set()
    while True:
        request, descriptors, _, _ = socket.recv_fds(control, REQUEST.size, 1)
        if len(request) < REQUEST.size:
            break
        letter, pid = REQUEST.unpack(request)
        if letter == FORK:
            pid = os.fork()
            if pid == 0:
                control.close()
                _serve(handler(), socket.socket(fileno=descriptors[0]))
            os.close(descriptors[0])
            running.add(pid)
            control.sendall(ANSWER.pack(pid))
        else:
            _, status = os.waitpid(pid, 0)
            running.discard(pid)
            control.sendall(ANSWER.pack(os.waitstatus_to_exitcode(status)))
    for pid in running:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _serve(handler: object, asked: socket.socket) -> None:
    """Answer requests until they end, and end with them."""
    quiet = os.open(os.devnull, os.O_RDWR)
    # What is damaged may make a library talk, and nobody reads it.
    for descriptor in (0, 1, *(() if os.environ.get("EDGEDIGITS_DEBUG") else (2,))):
        os.dup2(quiet, descriptor)
    with contextlib.suppress(OSError, EOFError):
        while True:
            request, payload = messages.receive(asked)
            messages.send(asked, *_result(getattr(handler, request.pop("do")), payload, request))
    os._exit(0)


def _result(method: Callable[..., Message], payload: Payload, arguments: dict[str, Any]) -> Message:
    try:
        return method(payload, **arguments)
    except MemoryError:
        return {"error": "it needs more memory than it may have"}, b""
    except EdgeDigitsError as error:
        return {"error": error.message, "hint": error.hint}, b""
    except Exception as error:  # whatever a damaged file makes of a library is for the other side
        lines = str(error).splitlines() or [type(error).__name__]
        return {"error": lines[0][:160]}, b""
