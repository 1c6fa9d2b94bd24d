"""Every kind of plot is drawn from a run: after a training, and by `edgedigits plot`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import Command
from figures import judged
from PIL import Image

from edgedigits.bundle import run
from edgedigits.reports import plotting
from edgedigits.verification.unseen import Pictures


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
