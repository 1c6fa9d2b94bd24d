"""Text that others wrote, such as names in a manifest, on its way to a terminal or a report."""

from __future__ import annotations

import re
import unicodedata

_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode's categories of what shows nothing or does something: control and formatting characters
(terminal escapes, writing turned backwards), half surrogates, line and paragraph separators."""


def visible(text: str) -> str:
    """The text with what a terminal would obey, or hide, written as Python escapes it: `\\x1b`.

    New lines stay: messages of our own have several.
    """
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    return "".join(
        character if character == "\n" or unicodedata.category(character) not in _HARMFUL
        else character.encode("unicode_escape").decode("ascii")
        for character in text
    )  # fmt: skip


def one_line(text: str, longest: int = 255) -> str:
    """A name as it is written into files of ours: visible, on one line, and not endless."""
    return visible(text).replace("\n", "\\n")[:longest]


def as_code(text: str, *, in_table: bool = False) -> str:
    """A name as a code span of Markdown, in which nothing is markup, neither Markdown's nor HTML's.

    GitHub's tables end a cell at a bar even there, unless it is escaped, and only there.
    """
    text = one_line(text)
    runs = {len(run) for run in re.findall("`+", text)}
    fence = "`" * next(length for length in range(1, len(text) + 2) if length not in runs)
    # A blank at both ends is taken off again; without one a backtick would belong to the fence.
    padded = f" {text} " if not text.strip() or text[:1] in "` " or text[-1:] in "` " else text
    return fence + (padded.replace("|", "\\|") if in_table else padded) + fence
