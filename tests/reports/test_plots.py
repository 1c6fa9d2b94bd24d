"""Plots: the same bytes every time, no window, nothing clipped, overlapping or unlabelled."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from figures import FIGURES, ONE_OF_EACH, epochs, judged, sheet_of_mistakes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image

from edgedigits.errors import WrongUse
from edgedigits.models import first_layer
from edgedigits.reports import plot_history, plot_sheet, plots
from edgedigits.verification.evaluation import evaluate

LONG = "A title with " + "a very long name of a folder " * 6


def texts(figure: Figure) -> list[tuple[str, Any]]:
    """Every piece of text that is seen, with its box in dots."""
    canvas: Any = FigureCanvasAgg(figure)
    with plots.look():
        canvas.draw()
        renderer = canvas.get_renderer()
        seen: list[Any] = [*figure.texts, *([figure._suptitle] if figure._suptitle else [])]  # type: ignore[attr-defined]
        for axes in figure.axes:
            seen += [*axes.texts, axes.title]
            if axes.axison:
                seen += [axes.xaxis.label, axes.yaxis.label]
                seen += [label for axis in (axes.xaxis, axes.yaxis) for label in tick_labels(axis)]
            if (legend := axes.get_legend()) is not None:
                seen += legend.get_texts()
        return [
            (text.get_text(), text.get_window_extent(renderer))
            for text in dict.fromkeys(seen)
            if text.get_visible() and text.get_text().strip()
        ]


def tick_labels(axis: Any) -> list[Any]:
    """Labels of the ticks that lie within what is shown."""
    low, high = sorted(axis.get_view_interval())
    places = axis.get_majorticklocs()
    labels = axis.get_majorticklabels()
    return [label for place, label in zip(places, labels, strict=True) if low <= place <= high]


@pytest.mark.parametrize("title", ["Short", LONG])
@pytest.mark.parametrize("name", FIGURES)
def test_no_text_is_clipped_and_none_overlaps(name: str, title: str) -> None:
    figure = FIGURES[name](title)
    found = texts(figure)
    assert any(words.replace("\n", " ").startswith(title[:20].strip()) for words, _ in found)
    width, height = figure.bbox.width, figure.bbox.height
    for words, box in found:
        inside = box.x0 >= -1 and box.y0 >= -1 and box.x1 <= width + 1 and box.y1 <= height + 1
        assert inside, f"{words!r} at {box} leaves the figure of {width}x{height}"
    for index, (words, box) in enumerate(found):
        for other, place in found[index + 1 :]:
            across = min(box.x1, place.x1) - max(box.x0, place.x0)
            down = min(box.y1, place.y1) - max(box.y0, place.y0)
            assert across < 1 or down < 1, f"{words!r} lies on {other!r}"


def test_an_overlap_would_be_seen() -> None:
    wide = plot_sheet.Tile(np.zeros((28, 28), np.uint8), ("a caption that is far too long",))
    found = texts(plot_sheet.draw([wide, wide], 2, "Title"))
    boxes = [box for words, box in found if words.startswith("a caption")]
    assert boxes[0].x1 > boxes[1].x0


def test_curves_differ_without_colour_and_axes_have_units() -> None:
    figure = plot_history.draw(epochs(5, validated=True), "Title")
    loss, accuracy = figure.axes
    for axes in (loss, accuracy):
        training, validation = axes.lines
        assert training.get_linestyle() != validation.get_linestyle()
        assert training.get_marker() != validation.get_marker()
        assert axes.get_xlabel() == "epoch"
        assert axes.get_title()
    assert "nats" in loss.get_ylabel()
    assert "%" in accuracy.get_ylabel()
    assert np.asarray(accuracy.lines[0].get_ydata())[0] == pytest.approx(90)


def test_the_two_colours_differ_in_grey() -> None:
    def grey(colour: str) -> float:
        return float(np.dot(to_rgb(colour), (0.299, 0.587, 0.114)))

    assert abs(grey(plots.DARK) - grey(plots.LIGHT)) > 0.3


def test_a_run_without_validation_shows_training_alone() -> None:
    loss, accuracy = plot_history.draw(epochs(3, validated=False), "Title").axes
    assert len(loss.lines) == len(accuracy.lines) == 1
    legend = loss.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["training"]


def test_mistakes_show_truth_answer_and_probability_the_surest_first() -> None:
    words = [text for text, _ in texts(sheet_of_mistakes(50, 3, "Title"))]
    split, table = judged(50, 3)
    surest = evaluate(table, split.labels).mistakes[0]
    assert f"{surest.label} read as {surest.digit}" in words
    assert words.index("no. 49") < words.index("no. 47")
    assert "99.1 % sure" in words


def test_pictures_are_drawn_whole_pixel_by_pixel(tmp_path: Path) -> None:
    split, _ = judged(10, 0)
    tile = plot_sheet.Tile(split.images[0])
    path = plots.save(plot_sheet.draw([tile], 1, "Title"), tmp_path / "one.png")
    dots = np.asarray(Image.open(path).convert("L"))
    size = 28 * plot_sheet.DOTS_A_PIXEL
    wanted = np.kron(split.images[0].astype(int), np.ones((plot_sheet.DOTS_A_PIXEL,) * 2, int))
    left = plot_sheet.GAP
    tops = [
        top
        for top in range(dots.shape[0] - size + 1)
        if np.abs(dots[top : top + size, left : left + size] - wanted).max() <= 1
    ]
    assert len(tops) == 1


def test_a_first_layer_of_ten_outputs_is_a_picture_a_digit() -> None:
    kernel = np.zeros((784, 10), np.float32)
    kernel[28 * 3 + 5, 7] = 1
    layer = first_layer.from_kernel("dense", kernel)
    assert layer.kind == "classes"
    assert layer.pictures.shape == (10, 28, 28)
    assert layer.pictures[7, 3, 5] == 1


def test_kernels_keep_their_orientation() -> None:
    kernel = np.zeros((3, 3, 1, 4), np.float32)
    kernel[0, 2, 0, 3] = 1
    layer = first_layer.from_kernel("conv", kernel)
    assert layer.kind == "kernels"
    assert layer.pictures[3, 0, 2] == 1


def test_weights_that_are_no_pictures_are_refused() -> None:
    with pytest.raises(WrongUse, match="no pictures"):
        first_layer.from_kernel("odd", np.zeros((783, 10), np.float32))


DRAW_ALL = """
import sys
from collections.abc import Callable
from pathlib import Path
sys.path[:0] = [sys.argv[2], str(Path(sys.argv[2]).parent)]
import figures
from edgedigits.reports import plots
for name in figures.ONE_OF_EACH:
    for kind in plots.FORMATS:
        plots.save(figures.FIGURES[name](name), Path(sys.argv[1]) / f"{name}.{kind}")
print("matplotlib.pyplot" in sys.modules)
"""


def test_same_bytes_in_any_process_under_any_settings_and_without_a_display(
    tmp_path: Path,
) -> None:
    settings = tmp_path / "settings"
    settings.mkdir()
    (settings / "matplotlibrc").write_text("lines.linewidth: 9\nfont.size: 20\n")
    digests = []
    for turn, extra in enumerate(
        ({"PYTHONHASHSEED": "1"}, {"PYTHONHASHSEED": "2", "MATPLOTLIBRC": str(settings)})
    ):
        place = tmp_path / str(turn)
        kept = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
        done = subprocess.run(
            [sys.executable, "-c", DRAW_ALL, place, Path(__file__).parent],
            env={**kept, "MPLBACKEND": "TkAgg", **extra},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == "False\n", "pyplot was imported"
        digests.append(
            {path.name: hashlib.sha256(path.read_bytes()).digest() for path in place.iterdir()}
        )
    assert len(digests[0]) == 2 * len(ONE_OF_EACH)
    assert digests[0] == digests[1]


def test_only_png_and_svg_are_written_and_nothing_is_left_behind(tmp_path: Path) -> None:
    figure = plot_history.draw(epochs(1, validated=False), "Title")
    with pytest.raises(WrongUse, match=r"neither \.png nor \.svg"):
        plots.save(figure, tmp_path / "plot.pdf")
    plots.save(figure, tmp_path / "deep" / "plot.SVG")
    plots.save(figure, tmp_path / "deep" / "plot.png")
    assert [path.name for path in sorted(tmp_path.rglob("*.*"))] == ["plot.SVG", "plot.png"]
