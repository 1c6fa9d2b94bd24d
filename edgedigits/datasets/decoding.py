"""Picture files decoded over all cores, into one file of pictures.

Every core has a process of its own (`decoding_worker`): most of the work on small pictures is
Python's, and a file that crashes a decoder is one that cannot be read, and nothing more.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from edgedigits.datasets import on_disk
from edgedigits.errors import MachineLacks
from edgedigits.picture.form import Form

WORKER = Path(__file__).with_name("decoding_worker.py")
AHEAD = 4
"""Files that a process is asked for before it has answered, so that it never waits."""

Found = bytes | str
"""The key of a picture (see `splits.key`), or why there is none."""


def decode(
    files: Sequence[Path],
    form: Form,
    seed: int,
    target: Path,
    tick: Callable[[int], None] = lambda _: None,
) -> list[Found]:
    """Write the picture of every file, brought to a form, into the `.npy` file at `target`: `uint8
    [N, *form.shape]`, zeros where there is no picture.

    `tick` is called with 1 for every file, from any thread.

    Raises:
        OSError: it cannot be written; nothing is lost by a full disk, as its room is taken first.
        MachineLacks: processes do not start.
    """
    start = on_disk.write_header(target, (len(files), *form.shape))
    picture = form.height * form.width * form.channels
    _take_room(target, start + picture * len(files))
    told = {"form": asdict(form), "seed": seed, "target": str(target), "start": start}
    work = _Work(list(files), told, tick)
    count = min(len(files), os.cpu_count() or 1)
    with ThreadPoolExecutor(count) as pool:
        try:
            for each in [pool.submit(work.share) for _ in range(count)]:
                each.result()
        finally:
            work.end()
    return work.found


def _take_room(path: Path, size: int) -> None:
    """Make a file so long, and its blocks its own where the system can."""
    with path.open("r+b") as file:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file.fileno(), 0, size)
        else:
            file.truncate(size)


class _Work:
    """Files that several threads share out among them, each with a process."""

    def __init__(
        self, files: list[Path], told: dict[str, Any], tick: Callable[[int], None]
    ) -> None:
        self.found: list[Found] = [""] * len(files)
        self._files, self._told, self._tick = files, told, tick
        self._left: queue.SimpleQueue[int] = queue.SimpleQueue()
        for place in range(len(files)):
            self._left.put(place)
        self._running: set[_Process] = set()
        self._lock = threading.Lock()
        self._ended = False

    def share(self) -> None:
        """Go on until there are no files left, or something goes wrong with any of them."""
        try:
            asked: list[int] = []
            while not self._ended:
                asked = self._with_one_process(asked)
                if not asked:
                    return
        except BaseException:
            self.end()
            raise

    def end(self) -> None:
        """Ask for no more files, and end the processes that decode some."""
        self._ended = True
        with self._lock:
            for process in self._running:
                process.kill()

    def _with_one_process(self, asked: list[int]) -> list[int]:
        """Decode files, `asked` ones first, until there are none. Those that are left where the
        process ends are given back."""
        process = _Process(self._told)
        with self._lock:
            self._running.add(process)
        try:
            for place in asked:
                process.ask(self._files[place], place)
            while not self._ended:
                while len(asked) < AHEAD and (more := self._next()) is not None:
                    asked.append(more)
                    process.ask(self._files[more], more)
                if not asked:
                    break
                answer = process.answer()
                if answer is None and not self._ended:
                    self._note(asked[0], f"{self._files[asked[0]]}: it ends what decodes pictures")
                    return asked[1:]
                if answer is not None:
                    self._note(asked.pop(0), _found(answer))
            return []
        finally:
            with self._lock:
                self._running.discard(process)
            process.close()

    def _next(self) -> int | None:
        try:
            return self._left.get_nowait()
        except queue.Empty:
            return None

    def _note(self, place: int, found: Found) -> None:
        self.found[place] = found
        self._tick(1)


def _found(answer: dict[str, Any]) -> Found:
    if "errno" in answer:
        raise OSError(answer["errno"], os.strerror(answer["errno"]))
    return answer.get("reason") or bytes.fromhex(answer["key"])


class _Process:
    """One that decodes."""

    def __init__(self, told: dict[str, Any]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", WORKER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Decoders talk there about files that they do not like.
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="ascii",
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in: IO[str] = self._process.stdin
        self._out: IO[str] = self._process.stdout
        self._send(told)
        if self.answer() is None:
            self.close()
            raise MachineLacks(
                f"{WORKER.stem}, a process beside this one, does not start",
                "what is missing here says: edgedigits doctor",
            )

    def ask(self, file: Path, place: int) -> None:
        self._send({"file": str(file), "place": place})

    def answer(self) -> dict[str, Any] | None:
        """The next one; None where it has ended."""
        line = self._out.readline()
        answer: dict[str, Any] | None = json.loads(line) if line.endswith("\n") else None
        return answer

    def kill(self) -> None:
        """End it: who waits for an answer gets none."""
        self._process.kill()

    def close(self) -> None:
        """End it, and leave nothing of it."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._in, self._out):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()

    def _send(self, document: dict[str, Any]) -> None:
        # One that has ended shows it by giving no answer.
        with contextlib.suppress(BrokenPipeError):
            self._in.write(json.dumps(document) + "\n")
            self._in.flush()
