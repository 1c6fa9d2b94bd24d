"""The C compiler of this machine, and programs made with it."""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from edgedigits.errors import DataBad, MachineLacks
from edgedigits.foreign_text import one_line

INSTALL = "pip install ziglang"
"""A compiler for every platform that Python's package index has."""
FLAGS = ("-std=c99", "-O2")
DEADLINE_S = 300.0


@dataclass(frozen=True)
class Compiler:
    """A compiler: the command that is followed by flags and files, and what it calls itself."""

    command: tuple[str, ...]
    name: str


def find() -> Compiler:
    """The compiler to use: what CC says, else gcc, clang, or the package `ziglang`.

    Raises:
        MachineLacks: there is none, or the one that CC names does not run.
    """
    if chosen := os.environ.get("CC", "").strip():
        return opened(tuple(shlex.split(chosen)), f"CC={chosen}")
    for name in ("gcc", "clang"):
        if (found := shutil.which(name)) is not None:
            return opened((found,), name)
    if importlib.util.find_spec("ziglang") is not None:
        return opened((sys.executable, "-m", "ziglang", "cc"), "ziglang")
    raise MachineLacks("no C compiler found to run models in C", f"install one with: {INSTALL}")


def opened(command: tuple[str, ...], name: str, install: str = INSTALL) -> Compiler:
    """The compiler that a command starts.

    Raises:
        MachineLacks: it does not run.
    """
    done = _run([*command, "--version"])
    lines = done.stdout.strip().splitlines()
    if done.returncode != 0 or not lines:
        raise MachineLacks(
            f"{name} is no C compiler that runs", f"take another, or install one: {install}"
        )
    return Compiler(command, one_line(lines[0]))


class Refused(DataBad):
    """A compiler refuses sources; `said` is all that it says of them."""

    def __init__(self, message: str, said: str) -> None:
        super().__init__(message, "export it again: edgedigits export --target c")
        self.said = said


def build(
    compiler: Compiler,
    sources: Sequence[Path],
    include: Path,
    program: Path,
    options: Sequence[str] = (),
) -> None:
    """Compile sources, whose headers lie in `include`, to a program.

    Raises:
        Refused: the compiler refuses them; its first error is told.
        MachineLacks: it did not end in time.
    """
    files = [str(source) for source in sources]
    flags = [*FLAGS, *options, "-I", str(include), "-o", str(program)]
    done = _run([*compiler.command, *flags, *files])
    if done.returncode == 0:
        return
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    said = next((line for line in lines if "error" in line), lines[0] if lines else "no reason")
    raise Refused(f"{compiler.name} refuses {include}: {one_line(said)[:200]}", done.stderr)


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    # English messages, of which the first that says "error" can be found.
    env = {**os.environ, "LC_ALL": "C"}
    try:
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=DEADLINE_S,
            check=False,
            env=env,
        )
    except OSError as error:
        return subprocess.CompletedProcess(command, 127, "", str(error))
    except subprocess.TimeoutExpired as error:
        raise MachineLacks(
            f"{command[0]} did not end within {DEADLINE_S:g} s",
            "this machine is too slow or too busy",
        ) from error
