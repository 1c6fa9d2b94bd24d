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
