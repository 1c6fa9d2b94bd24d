"""Opens TFLite files for whoever started it, each in a fork of this program that may crash alone.

Run as a program of its own, with a Unix socket for standard input. A request there is one letter
and one number, and is answered by one number:

    f 0     a new fork, which talks over the socket whose descriptor comes along; its process id
    w pid   how that fork ended, waited for; its exit status, negative for a signal

The end of that socket ends this program and all its forks. A fork is asked in messages:
`{"do": NAME, ...}` with the arguments of a method of `Opened` is answered by its result, by
`{"error": TEXT}` where that failed.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

# As a program it has no package around it; what it needs of ours is found beside it.
sys.path.append(str(Path(__file__).parents[2]))

from converters import tflite_file
from edgedigits.runtimes import messages
from edgedigits.runtimes.messages import ANSWER, FORK, REQUEST, Message


class Opened:
    """What a fork does: one file in its interpreter."""

    def open(self, _: bytes, path: str, reference: bool) -> Message:
        """Open the file at `path`; its contract."""
        self._content = Path(path).read_bytes()
        kernels = OpResolverType.BUILTIN_REF if reference else OpResolverType.AUTO
        self._interpreter = Interpreter(
            model_content=self._content, num_threads=1, experimental_op_resolver_type=kernels
        )
        self._interpreter.allocate_tensors()
        contract = tflite_file.contract_of(self._interpreter)
        (taken,) = self._interpreter.get_input_details()
        (given,) = self._interpreter.get_output_details()
        self._input, self._output = taken["index"], given["index"]
        return {"input": asdict(contract.input), "output": asdict(contract.output)}, b""

    def answer(self, stored: bytes, dtype: str, shape: list[int]) -> Message:
        """The stored answers to stored pictures, `shape` `[N, *input shape]`, one at a time."""
        pictures = np.frombuffer(stored, dtype).reshape(shape)
        interpreter, answers = self._interpreter, []
        for picture in pictures:
            interpreter.set_tensor(self._input, picture)
            interpreter.invoke()
            answers.append(interpreter.get_tensor(self._output).tobytes())
        return {}, b"".join(answers)

    def violations(
        self, stored: bytes, dtype: str, shape: list[int], artifact: dict[str, Any]
    ) -> Message:
        """Where what is in the file, or what its signature answers to stored pictures, is not what
        the manifest's entry of it says."""
        from edgedigits.artifact import Artifact
        from edgedigits.runtimes import tflite_contents

        told = Artifact.from_json(artifact)
        pictures = np.frombuffer(stored, dtype).reshape(shape)
        lines = tflite_contents.violations(self._content, told)
        lines += tflite_contents.signature_violations(self._interpreter, pictures, told)
        return {"lines": lines}, b""


def main() -> None:
    """Fork for every request until nobody is there to make one."""
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
                _serve(socket.socket(fileno=descriptors[0]))
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


def _serve(asked: socket.socket) -> None:
    """Answer requests until they end, and end with them."""
    quiet = os.open(os.devnull, os.O_RDWR)
    # What is damaged may make LiteRT talk, and nobody reads it.
    for descriptor in (0, 1, *(() if os.environ.get("EDGEDIGITS_DEBUG") else (2,))):
        os.dup2(quiet, descriptor)
    opened = Opened()
    with contextlib.suppress(OSError, EOFError):
        while True:
            request, payload = messages.receive(asked)
            messages.send(asked, *_result(getattr(opened, request.pop("do")), payload, request))
    os._exit(0)


def _result(method: Callable[..., Message], payload: bytes, arguments: dict[str, Any]) -> Message:
    try:
        return method(payload, **arguments)
    except MemoryError:
        return {"error": "it needs more memory than it may have"}, b""
    except Exception as error:  # whatever a damaged file makes of LiteRT is for the other side
        lines = str(error).splitlines() or [type(error).__name__]
        return {"error": lines[0][:160]}, b""


if __name__ == "__main__":
    main()
