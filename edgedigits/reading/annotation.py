"""Pictures with the digits found in them drawn on top: boxes, digits, probabilities."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle.publishing import replacing, told_plainly
from edgedigits.errors import WrongUse
from edgedigits.picture import picture
from edgedigits.reading import inputs
from edgedigits.reading.predictions import Answer, Prediction

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont

SUFFIXES = (".png", ".jpg", ".jpeg")

_ELSEWHERE = "name another place with --annotate"
_DIGIT, _UNSURE, _NO_DIGIT = (0, 84, 196), (112, 64, 170), (190, 60, 0)
_HALO = (255, 255, 255)
_LEAST_HEIGHT = 56  # of the usual digit: a label has to find room above it
_LEAST_SIDE, _MOST_SIDE = 280, 4096
_LEAST_TEXT = 11


@dataclass
class Annotations:
    """Where the annotated pictures of some inputs go: into one file, or into a folder.

    In a folder they keep their names (with .png for other kinds), below the folders that were named
    their places, and get a number where the name is taken by another of the same inputs.
    """

    out: Path
    names: list[str]
    is_file: bool
    _taken: set[Path] = field(default_factory=set)

    def write(self, prediction: Prediction) -> Path | None:
        """Draw what was found in a picture, whole or not at all; None if it could not be read.

        Raises:
            WrongUse: the place cannot be written.
            MachineLacks: the disk is full.
        """
        if prediction.error is not None:
            return None
        source = Path(prediction.path)
        path = self.out if self.is_file else self._free(source)
        if path.exists() and path.samefile(source):
            raise WrongUse(f"{path} is the picture itself", _ELSEWHERE)
        drawn = draw(picture.read(source), prediction.answers)
        with told_plainly(path, _ELSEWHERE), replacing(path) as partial:
            drawn.save(partial, "PNG" if path.suffix.lower() == ".png" else "JPEG", quality=92)
        return path

    def _free(self, source: Path) -> Path:
        below = next(
            (
                Path(name)
                for name in self.names
                if Path(name).is_dir() and source.is_relative_to(name)
            ),
            source.parent,
        )
        path = self.out / source.relative_to(below)
        if path.suffix.lower() != ".png":
            path = path.with_name(f"{path.name}.png")
        free, number = path, 1
        while free in self._taken:
            number += 1
            free = path.with_stem(f"{path.stem}-{number}")
        self._taken.add(free)
        return free


def plan(out: Path, names: list[str]) -> Annotations:
    """Where the annotated pictures of `names` go if people say `out`.

    One picture goes into the file `out`, or into `out` if that is a folder; several go into a
    folder, which must hold none of them.

    Raises:
        WrongUse: `out` is no place for them, or a name is no picture file.
    """
    for name in names:
        if inputs.place_in_dataset(name):
            raise WrongUse(
                f"--annotate draws on picture files, and {name} is a place in a data set",
                "leave out --annotate",
            )
    folders = [Path(name).resolve() for name in names if Path(name).is_dir()]
    files = [Path(name).resolve() for name in names if not Path(name).is_dir()]
    is_picture = out.suffix.lower() in SUFFIXES
    if len(names) == 1 and files and not out.is_dir():
        if not is_picture:
            raise WrongUse(f"{out} is no PNG or JPEG file", "name one: --annotate out.png")
        if out.resolve() in files:
            raise WrongUse(f"{out} is the picture itself", _ELSEWHERE)
        return Annotations(out, names, is_file=True)
    if is_picture and not out.is_dir():
        raise WrongUse(
            f"several pictures do not fit into the file {out}", "name a folder: --annotate drawn"
        )
    place = out.resolve()
    if any(held.is_relative_to(place) for held in [*files, *folders]):
        raise WrongUse(f"{out} holds pictures that are to be read", _ELSEWHERE)
    if any(place.is_relative_to(folder) for folder in folders):
        raise WrongUse(f"{out} lies in a folder that is to be read", _ELSEWHERE)
    return Annotations(out, names, is_file=False)


def draw(rgba: NDArray[np.uint8], answers: tuple[Answer, ...]) -> Image.Image:
    """A picture `uint8 [H, W, 4]` on white, enlarged if it is small, with the digits' boxes.

    Outlines have a white halo and labels a ground of their own, to be seen on any picture.
    """
    from PIL import Image, ImageDraw, ImageFont

    opened = Image.fromarray(rgba)
    drawn = Image.new("RGB", opened.size, "white")
    drawn.paste(opened, mask=opened.getchannel("A"))
    usual = float(np.median([answer.box[3] for answer in answers])) if answers else _LEAST_HEIGHT
    longest = max(drawn.size)
    wanted = max(math.ceil(_LEAST_HEIGHT / max(usual, 1)), math.ceil(_LEAST_SIDE / longest))
    scale = max(1, min(wanted, _MOST_SIDE // longest))
    drawn = drawn.resize((drawn.width * scale, drawn.height * scale), Image.Resampling.NEAREST)
    size = min(max(_LEAST_TEXT, usual * scale / 4), max(_LEAST_TEXT, longest * scale / 16))
    pen = ImageDraw.Draw(drawn)
    font = ImageFont.load_default(size)
    thickness = max(1, round(size / 8))
    for answer in answers:
        left, top, width, height = (scale * length for length in answer.box)
        box = left, top, left + width - 1, top + height - 1
        _outline(pen, box, thickness + 1, 2 * thickness + 1, _HALO)
        _outline(pen, box, thickness, thickness, _colour(answer))
    # Labels go last: a neighbour's box shall not cross them.
    for answer in answers:
        _label(pen, answer, scale, drawn.size, font)
    return drawn


def _colour(answer: Answer) -> tuple[int, int, int]:
    if answer.rejected:
        return _NO_DIGIT
    return _UNSURE if answer.unsure else _DIGIT


def _outline(
    pen: ImageDraw.ImageDraw,
    box: tuple[int, int, int, int],
    out: int,
    width: int,
    colour: tuple[int, int, int],
) -> None:
    left, top, right, bottom = box
    pen.rectangle((left - out, top - out, right + out, bottom + out), outline=colour, width=width)


def _label(
    pen: ImageDraw.ImageDraw,
    answer: Answer,
    scale: int,
    size: tuple[int, int],
    font: ImageFont.ImageFont | ImageFont.FreeTypeFont,
) -> None:
    """The digit and its probability, rounded down, above its box or where there is room.

    One that is unsure is marked, and the runner-up follows.
    """
    mark, other = ("?", f" or {answer.runner_up[0]}") if answer.runner_up else ("", "")
    text = f"{answer.text}{mark} {math.floor(100 * answer.ranking[0][1])} %{other}"
    left, top, _, height = (scale * length for length in answer.box)
    x0, y0, x1, y1 = pen.textbbox((0, 0), text, font=font)
    margin = max(2, round((y1 - y0) / 4))
    wide, tall = round(x1 - x0) + 2 * margin, round(y1 - y0) + 2 * margin
    places = (top - tall - margin, top + height + margin, top + margin)
    y = next((y for y in places if 0 <= y <= size[1] - tall), max(0, places[0]))
    x = max(0, min(left - margin, size[0] - wide))
    ground = _colour(answer)
    pen.rectangle((x, y, x + wide - 1, y + tall - 1), fill=ground, outline=_HALO)
    pen.text((x + margin - x0, y + margin - y0), text, fill=_HALO, font=font)
