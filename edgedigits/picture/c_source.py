"""The preparation of pictures in C99, for firmware and for whatever else has no Python.

`c/` holds it in parts that follow the steps of docs/picture.md; joined they are one file, whose
functions but one are its own.
"""

from __future__ import annotations

from pathlib import Path

from edgedigits.picture.form import DIGIT_FIT, Form

_FOLDER = Path(__file__).parent / "c"
_DIGIT = "colour", "grey", "paper", "ink", "parts", "fit", "digit"
_FRAME = "colour", "frame"


def c_source(form: Form) -> dict[str, str]:
    """The texts of `picture.h` and `picture.c`, by file name.

    `picture_digit` prepares for the fit `digit`, `picture_frame` for the others; the header says
    how either is called, and how much memory the caller gives.
    """
    parts = _DIGIT if form.fit == DIGIT_FIT else _FRAME
    return {
        "picture.h": _text(f"{parts[-1]}.h"),
        "picture.c": "\n".join(_text(f"{part}.c") for part in parts),
    }


def _text(name: str) -> str:
    return (_FOLDER / name).read_text("utf-8")
