"""Sources of target c that are broken on purpose."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path


def stored_digest(folder: Path, scheme: str = "int8") -> None:
    """Make model.h and golden.h of a bundle tell the SHA-256 of the model.c that is there."""
    place = folder / "c" / scheme
    digest = hashlib.sha256((place / "model.c").read_bytes()).hexdigest()
    for name in ("model.h", "golden.h"):
        text = (place / name).read_text()
        (place / name).write_text(re.sub(r'(_DIGEST ")\w+', rf"\g<1>{digest}", text))


def changed(
    pattern: str, change: Callable[[int], int], scheme: str = "int8"
) -> Callable[[Path], None]:
    """A damage that changes the first number of a bundle's model.c behind a pattern."""

    def damage(folder: Path) -> None:
        path = folder / "c" / scheme / "model.c"
        text = path.read_text()
        found = re.search(rf"({pattern}[^-0-9]*)(-?\d+)", text)
        assert found is not None
        number = str(change(int(found[2])))
        path.write_text(text[: found.start(2)] + number + text[found.end(2) :])

    return damage


MULTIPLIER = changed(r"layer_2_multipliers\[10\] = \{", lambda number: number + 1)
SHIFT = changed(r"layer_2_shifts\[10\] = \{", lambda number: number + 1)
WIDE_MULTIPLIER = changed(r"layer_1_multipliers\[10\] = \{", lambda number: number + 1, "int16x8")
WIDE_SHIFT = changed(r"layer_1_shifts\[10\] = \{", lambda number: number + 1, "int16x8")
"""The same in int16x8, where the first layer is the convolution."""


def before_its_layers(folder: Path, does: str) -> None:
    """Let model.c of a bundle of `nano` do something first whenever it is asked."""
    path = folder / "c" / "int8" / "model.c"
    text = path.read_text()
    assert "    sign(pixels" in text
    path.write_text(text.replace("    sign(pixels", f"    {does}\n    sign(pixels"))
