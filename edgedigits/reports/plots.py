"""Figures as files: one look for all of them, no window, and the same bytes for the same figure.

Everything goes through matplotlib's objects and the Agg or SVG canvas; pyplot, which would look for
a display, is never imported. Colours come from cividis, which colour-blind people and grey printers
see alike, and no meaning rests on colour alone.
"""

from __future__ import annotations

import contextlib
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edgedigits.bundle.publishing import replacing, told_plainly
from edgedigits.errors import WrongUse

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 100
HAIR = 1e-4
"""An inch so small that no dot comes of it."""
FORMATS = ("png", "svg")
LONGEST_NAME = 12
"""Letters of a class's name in a figure."""
COLOURS = "cividis"
DARK, LIGHT = "#00306f", "#b3860b"
"""Two colours far apart in lightness, in the manner of cividis."""
STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 10.0,
    "axes.titlesize": 11.0,
    "figure.titlesize": 13.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "grid.color": "#cccccc",
    "savefig.dpi": DPI,
    "figure.dpi": DPI,
    # Names in titles may hold dollar signs.
    "text.parse_math": False,
    "svg.hashsalt": "edgedigits",
    "svg.fonttype": "path",
}
# Without these the files would hold the time and the version of matplotlib.
METADATA: dict[str, dict[str, str | None]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
}


@contextlib.contextmanager
def look() -> Iterator[None]:
    """The style of every figure, whatever the user's own matplotlibrc says."""
    import matplotlib as mpl

    settings: Any = {
        name: value for name, value in mpl.rcParamsDefault.items() if not name.startswith("backend")
    }
    settings.update(STYLE)
    with mpl.rc_context(settings):
        yield


def figure(width: float, height: float, title: str) -> Figure:
    """A figure of that many inches, arranged so that nothing overlaps. Needs `look`."""
    from matplotlib.figure import Figure

    drawn = Figure(figsize=(width, height), layout="constrained")
    drawn.suptitle(wrapped(title, width))
    return drawn


def headed(width: float, body: float, title: str, subtitle: str) -> tuple[Figure, float]:
    """A figure of `width` inches with title and subtitle at its top left and `body` inches below.

    Returns the figure and its height in inches. Needs `look`.
    """
    from matplotlib.figure import Figure

    big, small = wrapped(title, width), textwrap.fill(subtitle, int(width * 14))
    lines = (big.count("\n") + 1, small.count("\n") + 1)
    below_title = 0.16 + 0.22 * lines[0]
    height = body + below_title + 0.16 * lines[1] + 0.14
    # Fractions of dots are cut off: a hair more keeps the last one, and sheets exact.
    drawn = Figure(figsize=(width + HAIR, height + HAIR))
    left = 0.14 / width
    drawn.text(left, 1 - 0.12 / height, big, va="top", fontsize=13)
    drawn.text(left, 1 - below_title / height, small, va="top", fontsize=9, color="#444444")
    return drawn, height


def wrapped(title: str, width: float) -> str:
    """A title folded so that it fits into `width` inches, long names of folders included."""
    return textwrap.fill(title, int(width * 9))


def names(classes: Sequence[str], longest: int = LONGEST_NAME) -> list[str]:
    """Names of classes as figures show them: those that are too long are cut, and those in letters
    that the figures' font lacks are told by their number, from 0."""
    from matplotlib.font_manager import findfont, get_font

    letters = get_font(findfont(STYLE["font.family"])).get_charmap()
    return [
        (name if len(name) <= longest else f"{name[: longest - 1]}…")
        if all(ord(letter) in letters for letter in name)
        else f"no. {place}"
        for place, name in enumerate(classes)
    ]


def file_format(path: Path) -> str:
    """The format that a file's name asks for.

    Raises:
        WrongUse: it is neither PNG nor SVG.
    """
    name = path.suffix.lower().removeprefix(".")
    if name not in FORMATS:
        raise WrongUse(f"{path} is neither .png nor .svg", "name the file to write: --out plot.png")
    return name


def save(drawn: Figure, path: Path) -> Path:
    """Write a figure as PNG or SVG, by its name, whole or not at all."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    kind = file_format(path)
    canvas = {"png": FigureCanvasAgg, "svg": FigureCanvasSVG}[kind](drawn)
    with look(), told_plainly(path), replacing(path) as partial:
        canvas.print_figure(partial, format=kind, metadata=METADATA[kind])
    return path
