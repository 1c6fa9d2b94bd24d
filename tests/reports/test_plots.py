"""Plots: the same bytes every time, no window, nothing clipped, overlapping or unlabelled."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image

from edgedigits.bundle import run
from edgedigits.datasets.dataset import Split
from edgedigits.datasets.strokes import strokes
from edgedigits.errors import WrongUse
from edgedigits.models import first_layer
from edgedigits.reports import (
    plot_confusion,
    plot_filters,
    plot_history,
    plot_sheet,
    plots,
    plotting,
)
from edgedigits.verification.evaluation import evaluate
from edgedigits.verification.unseen import Pictures

if TYPE_CHECKING:
    from command_line import Command

LONG = "A title with " + "a very long name of a folder " * 6


def epochs(count: int, *, validated: bool) -> list[dict[str, float]]:
    entries = []
    for index in range(count):
        entry = {"epoch": index + 1, "loss": 0.3 * 0.6**index, "accuracy": 1 - 0.1 * 0.6**index}
        if validated:
            entry |= {"val_loss": 0.2 * 0.8**index, "val_accuracy": 1 - 0.08 * 0.8**index}
        entries.append({**entry, "seconds": 7.5})
    return entries


def judged(count: int, wrong: int) -> tuple[Split, Any]:
    """Pictures of which the last `wrong` are answered wrong, and the answers."""
    images, labels = strokes.draw(count, seed=1)
    table = np.full((count, 10), 0.001, np.float32)
    said = labels.copy()
    said[count - wrong :] = (said[count - wrong :] + 1) % 10
    table[np.arange(count), said] = np.linspace(0.5, 0.991, count)
    return Split(images, labels), table


def sheet_of_mistakes(count: int, wrong: int, title: str) -> Figure:
    split, table = judged(count, wrong)
    return plot_sheet.draw_mistakes(split, evaluate(table, split.labels).mistakes, title)


def confusion(title: str) -> Figure:
    labels = np.arange(200_000, dtype=np.int64) % 10
    table = np.eye(10, dtype=np.float32)[(labels + (labels * 7 % 13 == 0)) % 10]
    return plot_confusion.draw(evaluate(table, labels), title)


def filters(shape: tuple[int, ...], title: str) -> Figure:
    kernel = np.random.default_rng(0).normal(0, 0.01, shape).astype(np.float32)
    return plot_filters.draw(first_layer.from_kernel("layer", kernel), title)


def predictions(title: str) -> Figure:
    return plot_sheet.draw_predictions(*judged(100, 60), title)


def samples(title: str) -> Figure:
    split, _ = judged(30, 0)
    return plot_sheet.draw_samples(split.take(np.flatnonzero(split.labels != 4)), title)


FIGURES: dict[str, Callable[[str], Figure]] = {
    "history of one epoch": lambda title: plot_history.draw(epochs(1, validated=False), title),
    "history": lambda title: plot_history.draw(epochs(40, validated=True), title),
    "confusion": confusion,
    "no mistakes": lambda title: sheet_of_mistakes(20, 0, title),
    "a mistake": lambda title: sheet_of_mistakes(20, 1, title),
    "mistakes": lambda title: sheet_of_mistakes(100, 60, title),
    "predictions": predictions,
    "samples": samples,
    "one kernel": lambda title: filters((3, 3, 1, 1), title),
    "kernels": lambda title: filters((5, 5, 1, 80), title),
    "units": lambda title: filters((400, 25), title),
    "digits": lambda title: filters((784, 10), title),
}

ONE_OF_EACH = ("history", "confusion", "a mistake", "digits")


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
    assert layer.kind == "digits"
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
import test_plots
from edgedigits.reports import plots
for name in test_plots.ONE_OF_EACH:
    for kind in plots.FORMATS:
        plots.save(test_plots.FIGURES[name](name), Path(sys.argv[1]) / f"{name}.{kind}")
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


def test_every_kind_is_drawn_after_a_training(strokes_run: Path, tmp_path: Path) -> None:
    import keras

    (tmp_path / run.HISTORY).write_bytes((strokes_run / run.HISTORY).read_bytes())
    card = run.open_run(strokes_run).card
    split, table = judged(100, 5)
    written = plotting.write_training_plots(
        run.Run(tmp_path, card),
        keras.models.load_model(strokes_run / run.KERAS_FILE, compile=False),
        split,
        Pictures("strokes", "", split),
        table,
    )
    assert [path.relative_to(tmp_path).as_posix() for path in written] == [
        f"plots/{name}.png" for name in plotting.KINDS
    ]
    for path in written:
        with Image.open(path) as opened:
            opened.verify()


@pytest.mark.parametrize("kind", plotting.KINDS)
def test_the_command_makes_each_kind_again(
    kind: str, strokes_run: Path, pictures: Path, command: Command, tmp_path: Path
) -> None:
    asked = ("plot", kind, strokes_run, "--dataset", pictures, "--out", "plot.svg")
    done = command(*asked, cwd=tmp_path)
    assert done.code == 0, done.err
    assert done.out == "plot.svg\n"
    assert (tmp_path / "plot.svg").read_text().startswith("<?xml")


def test_the_command_writes_into_the_run_unless_told(
    strokes_run: Path, command: Command, tmp_path: Path
) -> None:
    place = tmp_path / "runs" / "mine"
    place.mkdir(parents=True)
    for name in (run.CARD, run.HISTORY):
        (place / name).write_bytes((strokes_run / name).read_bytes())
    done = command("plot", "history", cwd=tmp_path)
    assert done.code == 0, done.err
    assert (place / "plots" / "history.png").is_file()


def test_the_command_refuses_before_it_works(
    strokes_run: Path, command: Command, tmp_path: Path
) -> None:
    wrong = command("plot", "confuson", strokes_run, cwd=tmp_path)
    assert wrong.code == 2
    assert "did you mean confusion?" in wrong.err
    assert command("plot", "mistakes", strokes_run, "--out", "x.jpg", cwd=tmp_path).code == 2


def test_help_names_every_kind(command: Command, tmp_path: Path) -> None:
    shown = command("plot", "--help", cwd=tmp_path).out
    assert all(kind in shown for kind in plotting.KINDS)


def test_a_run_without_history_is_told_plainly(strokes_run: Path, tmp_path: Path) -> None:
    (tmp_path / run.HISTORY).write_text(json.dumps({"epochs": []}))
    found = run.Run(tmp_path, run.open_run(strokes_run).card)
    with pytest.raises(Exception, match="no history"):
        plotting.KINDS["history"].draw(plotting.open_subject(found))
