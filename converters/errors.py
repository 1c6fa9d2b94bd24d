"""Why a conversion cannot be."""

from __future__ import annotations


class ConversionError(Exception):
    """A model that cannot be converted as asked: one line of what, and a hint of what to do.

    `damaged` says that its files cannot be read at all, whatever is asked.
    """

    def __init__(self, message: str, hint: str | None = None, *, damaged: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.damaged = damaged


class NoProbability(ConversionError):
    """A model's only number plainly is no probability, as which it was taken."""


def first_line(error: Exception) -> str:
    """What a library's error says first, in 200 letters at most."""
    text = getattr(error, "message", None) or str(error)
    lines = [line.strip() for line in str(text).splitlines()]
    return next((line for line in lines if line), type(error).__name__)[:200]
