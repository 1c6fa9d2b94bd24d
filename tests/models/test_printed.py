"""The ready-made default reads printed digits, which nobody wrote."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from converters import saved_model
from edgedigits.export import source
from edgedigits.models import ready
from edgedigits.picture import picture

HEIGHTS = (24, 28, 32, 40, 48, 64, 80, 96)
LINES = "0123456789", "1711417114"


@pytest.mark.parametrize("font", ["DejaVuSans", "DejaVuSansMono", "DejaVuSerif"])
def test_printed_lines_are_read_without_a_mistake(font: str) -> None:
    opened = source.open_source(Path(ready.DEFAULT), dataset="strokes")
    file = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / f"{font}.ttf"
    lines = [
        picture.segment(printed(text, ImageFont.truetype(file, height * 11 // 8)))
        for height in HEIGHTS
        for text in LINES
    ]
    images = np.array([digit.picture for line in lines for digit in line], np.float32)
    answers = saved_model.predict(opened.model, images[..., None]).argmax(axis=1)
    assert [len(line) for line in lines] == [10] * len(lines)
    assert "".join(map(str, answers)) == "".join(LINES) * len(HEIGHTS)


def printed(text: str, font: ImageFont.FreeTypeFont) -> NDArray[np.uint8]:
    """A line of widely set digits, black on white, as `uint8 [H, W, 4]`."""
    step = round(font.getlength("0") * 1.4)
    paper = Image.new("RGBA", ((len(text) + 2) * step, 3 * step), "white")
    for place, letter in enumerate(text):
        ImageDraw.Draw(paper).text(((place + 1) * step, step / 2), letter, font=font, fill="black")
    return np.asarray(paper)
