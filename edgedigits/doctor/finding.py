"""One thing that was looked at, and how a part is tried in a process of its own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "missing", "broken", "optional"]

SECONDS = 30
DEEP_SECONDS = 180


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: what it is, in a word or two.
        status: `ok`; `missing` or `broken`; `optional` when it is not there and need not be.
        detail: a version and place, or the reason.
        remedy: the command that mends it, or None.
        required: whether edgedigits cannot do its main work without it. Data, browsers and
            writable folders have substitutes.
    """

    name: str
    status: Status
    detail: str
    remedy: str | None = None
    required: bool = True


@dataclass(frozen=True)
class Outcome:
    """What a program printed, or one line on why it failed."""

    output: str
    failure: str | None = None


def run(command: Sequence[str], seconds: float = SECONDS) -> Outcome:
    """What a program answers within so many seconds, TensorFlow's chatter switched off."""
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=seconds, env=quiet
        )
    except subprocess.TimeoutExpired:
        return Outcome("", f"no answer within {seconds:g} seconds")
    except OSError as error:
        return Outcome("", f"cannot be run ({error.strerror or error})")
    if done.returncode == 0:
        return Outcome(done.stdout.strip())
    lines = done.stderr.strip().splitlines()
    return Outcome("", lines[-1] if lines else f"exit status {done.returncode}")
