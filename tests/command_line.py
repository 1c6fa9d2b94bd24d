"""Running `edgedigits` in tests, and what tests say of a command that has ended."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Finished:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def error(self) -> list[str]:
        """Lines of standard error."""
        return self.err.strip().splitlines()


Command = Callable[..., Finished]


def in_a_process(*arguments: str | Path, cwd: Path, **environment: str) -> Finished:
    """Run the command line in a process of its own, as a user does."""
    done = subprocess.run(
        [sys.executable, "-m", "edgedigits", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    return Finished(done.returncode, done.stdout, done.stderr)


def in_this_process(*arguments: str | Path, cwd: Path) -> Finished:
    """Run the command line here: no second import of TensorFlow, and open to monkeypatching."""
    from edgedigits import cli

    out, err = io.StringIO(), io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patched,
        contextlib.chdir(cwd),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        # Otherwise commands would move the process's own standard error out of TensorFlow's reach.
        patched.setenv("EDGEDIGITS_DEBUG", "1")
        code = cli.run([str(argument) for argument in arguments])
    return Finished(int(code), out.getvalue(), err.getvalue())


def heed_ctrl_c() -> None:
    """To be run in a child before its program: Ctrl-C ends it.

    Tests run in the background may have been told to ignore it, and would hand that down.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
