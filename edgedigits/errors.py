"""The one exception type whose message is meant for the person at the terminal."""

from __future__ import annotations

import contextlib
import errno
import os
import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import IntEnum
from typing import TypeVar

from edgedigits.foreign_text import visible

Choice = TypeVar("Choice")


class ExitCode(IntEnum):
    """What a command's exit status means."""

    DONE = 0
    BUDGET_BROKEN = 1
    WRONG_USE = 2
    MACHINE_LACKS = 3
    DATA_BAD = 4
    INTERRUPTED = 130


class EdgeDigitsError(Exception):
    """A failure that says what is wrong, where, and the next command to type.

    `message` is one line; `hint`, when given, is a second one that starts with the remedy.
    """

    def __init__(
        self, message: str, hint: str | None = None, exit_code: ExitCode = ExitCode.WRONG_USE
    ) -> None:
        # A name in it may hold anything, line breaks too.
        message = " ".join(visible(message).splitlines())
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.exit_code = exit_code

    def __str__(self) -> str:
        return self.message if self.hint is None else f"{self.message}\n{self.hint}"


class WrongUse(EdgeDigitsError):
    """The command or its input cannot be used as given (exit code 2)."""


class MachineLacks(EdgeDigitsError):
    """Something this machine does not have: Node, a browser, disk space (exit code 3)."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message, hint, ExitCode.MACHINE_LACKS)


class Killed(MachineLacks):
    """A process of ours was ended from outside, as a machine out of memory does: where there is
    another machine, it may go well there (exit code 3)."""


class DataBad(EdgeDigitsError):
    """Data that is missing, changed or corrupt (exit code 4)."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message, hint, ExitCode.DATA_BAD)


class PicturesBad(DataBad):
    """Pictures that turn out to be bad when they are looked at, which is no fault of the model that
    is asked them (exit code 4)."""


class BudgetBroken(EdgeDigitsError):
    """A check on an artifact failed (exit code 1)."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message, hint, ExitCode.BUDGET_BROKEN)


@contextlib.contextmanager
def damaged(what: str | os.PathLike[str], hint: str) -> Iterator[None]:
    """For the reading of others' files by others' code: whatever that raises is DataBad.

    Libraries raise anything at all for a file of damaged bytes (NumPy alone a dozen types), and
    MemoryError for a forged size. Errors of ours pass.
    """
    try:
        yield
    except EdgeDigitsError:
        raise
    except Exception as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        # TensorFlow's longer ones begin with "in user code:" and end with what was wrong.
        lines = lines[-1:] if lines[:1] and lines[0].endswith(":") else lines
        reason = lines[0] if lines else type(error).__name__
        raise DataBad(f"{os.fspath(what)} is damaged: {reason[:200]}", hint) from error


def of_machine(error: OSError | MemoryError) -> EdgeDigitsError:
    """What the operating system refused, where nothing closer to it has said so."""
    if isinstance(error, MemoryError):
        hint = "close other programs, or ask for less at once"
        return MachineLacks("the memory does not suffice for this", hint)
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM)
    what = error.strerror or str(error) or type(error).__name__
    where = f"{error.filename}: " if error.filename is not None else ""
    hint = "look at the path and its permissions; for the stack trace: edgedigits --debug …"
    return (MachineLacks if full else WrongUse)(f"{where}{what}", hint)


def command(*words: str | os.PathLike[str]) -> str:
    """A command of ours as a shell takes it: paths with blanks or quotes arrive as they are."""
    return shlex.join(["edgedigits", *(os.fspath(word) for word in words)])


def unknown(what: str, name: str, choices: Sequence[str], where: str = "") -> WrongUse:
    """The error for a name that is none, with the nearest one suggested: "there is no scheme
    'int9' for target tflite; did you mean int8?"."""
    near = nearest(name, choices)
    return WrongUse(
        f"there is no {what} {name!r}{where}" + (f"; did you mean {near}?" if near else ""),
        f"{what}s: {', '.join(choices)}",
    )


def check_known(what: str, name: str, choices: Collection[str], where: str = "") -> None:
    """Refuse a name that is none of the choices, as `unknown` says it."""
    if name not in choices:
        raise unknown(what, name, list(choices), where)


def chosen(what: str, name: str, choices: Mapping[str, Choice]) -> Choice:
    """The choice of that name.

    Raises:
        WrongUse: there is none; the nearest name is suggested.
    """
    check_known(what, name, choices)
    return choices[name]


def nearest(word: str, choices: Sequence[str]) -> str | None:
    """The choice most like `word`, or None when nothing is near (for "did you mean")."""
    from difflib import get_close_matches

    found = get_close_matches(word, choices, n=1, cutoff=0.5)
    return found[0] if found else None
