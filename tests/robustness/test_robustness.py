"""What distorted pictures cost a model is counted right, and told as it is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from command_line import Command
from numpy.typing import NDArray
from PIL import Image

from edgedigits.bundle.artifact import InputContract
from edgedigits.datasets.dataset import Split
from edgedigits.datasets.strokes import strokes
from edgedigits.errors import ExitCode, WrongUse
from edgedigits.robustness import floors, robustness
from edgedigits.robustness.distortions import DISTORTIONS
from edgedigits.robustness.floors import Floor
from edgedigits.robustness.robustness import CLEAN, WRONG, Changes
from edgedigits.verification import unseen
from edgedigits.verification.unseen import Pictures

Table = NDArray[np.float32]
QUICK = ("--limit", "120", "--prepared", "20")


class Marked:
    """Answers the digit that the position of a picture's brightest row tells: row `2 d + 4` for d.

    Keeps what it was asked.
    """

    pixels = InputContract(0.0, 255.0)

    def __init__(self) -> None:
        self.values: list[Table] = []

    def probabilities(self, images: NDArray[np.uint8]) -> Table:
        digits = np.clip(images.max(axis=2).argmax(axis=1) // 2 - 2, 0, 9)
        table: Table = np.eye(10, dtype=np.float32)[digits]
        return table

    def probabilities_of(self, values: Table) -> Table:
        self.values.append(values)
        return np.full((len(values), 10), np.nan, np.float32)


def marked(count: int = 80) -> Split:
    """Pictures that `Marked` answers right."""
    labels = np.arange(count, dtype=np.int64) % 10
    images = np.zeros((count, 28, 28), np.uint8)
    images[np.arange(count), 2 * labels + 4, 14] = 255
    return Split(images, labels)


def measured(name: str, prepared: int = 0) -> robustness.Score:
    model = Marked()
    changes = robustness.choose(model, [name])
    found = robustness.measure(model, marked(), changes, prepared=prepared)
    assert found.scores[0].name == CLEAN
    return found.scores[1]


def test_clean_pictures_and_changes_that_do_no_harm_score_in_full() -> None:
    model = Marked()
    found = robustness.measure(model, marked(), robustness.choose(model, ["mirrored"]))
    assert (found.clean.right, found.clean.pictures) == (80, 80)
    assert found.clean.accuracy.percent == 100
    assert found.wrong_preparations[0].right == 80


def test_directions_are_scored_by_themselves() -> None:
    # Up or down by two rows is another digit, but for 0 and 9 at the ends; sideways is nothing.
    score = measured("shift-2")
    by_way = {way.name: way for way in score.ways}
    assert {way.pictures for way in score.ways} == {20}
    assert by_way["left"].right == by_way["right"].right == 20
    assert by_way["up"].right < 10
    assert by_way["down"].right < 10
    assert score.right == sum(way.right for way in score.ways)


def test_lost_ink_is_told_where_some_can_be_lost() -> None:
    score = measured("shift-4")
    assert score.ink_lost_percent == 0
    assert score.pictures_cut == 0
    hidden = measured("occlusion-7")
    assert hidden.ink_lost_percent is not None
    assert hidden.ink_lost_percent == pytest.approx(100 * (hidden.pictures_cut or 0) / 80)
    assert measured("inversion").ink_lost_percent is None


def test_answers_that_are_not_finite_are_wrong() -> None:
    assert measured("divided").right == 0


def test_mistakes_of_scale_reach_the_model_as_numbers_that_no_picture_has() -> None:
    model = Marked()
    changes = robustness.choose(model, ["divided", "divided-twice"])
    robustness.measure(model, marked(), changes)
    once, twice = model.values
    assert once.max() == pytest.approx(1)
    assert twice.max() == pytest.approx(1 / 255)


def test_a_model_that_takes_pictures_only_is_not_asked_about_scale() -> None:
    class Plain:
        def probabilities(self, images: NDArray[np.uint8]) -> Table:
            return Marked().probabilities(images)

    names = [case.name for case in robustness.choose(Plain()).wrong_preparations]
    assert "divided" not in names
    assert len(names) == 5


def test_pictures_in_which_preparation_finds_no_ink_count_as_wrong() -> None:
    model, blank = Marked(), np.zeros((4, 28, 28), np.uint8)
    split = Split(blank, np.zeros(4, np.int64))
    found = robustness.measure(model, split, robustness.choose(model, ["inverted"]), prepared=3)
    after = found.clean.prepared
    assert after is not None
    # Blank pictures are answered with 0, which is their label.
    assert (found.clean.right, after.right_as_it_is) == (4, 3)
    assert (after.pictures, after.right, after.blank) == (3, 0, 3)


def test_only_changes_that_preparation_can_undo_are_measured_after_it() -> None:
    changes = robustness.choose(Marked())
    assert "rotation-20" not in changes.prepared_names
    assert "transposed" not in changes.prepared_names
    assert {CLEAN, "shift-4", "scale-0.7", "erosion", "inverted"} < set(changes.prepared_names)
    assert measured("rotation-20", prepared=5).prepared is None
    after = measured("inverted", prepared=5).prepared
    assert after is not None
    assert after.pictures == 5


def test_names_and_families_choose_what_is_measured() -> None:
    model = Marked()
    assert robustness.choose(model, ["rotation"]).names == (
        CLEAN, "rotation-10", "rotation-20", "rotation-30",
    )  # fmt: skip
    assert len(robustness.choose(model, [WRONG]).wrong_preparations) == 7
    assert len(robustness.choose(model).names) == len(set(robustness.choose(model).names))
    assert len(robustness.choose(model).names) == 1 + len(DISTORTIONS) + 7
    with pytest.raises(WrongUse, match="did you mean shift"):
        robustness.choose(model, ["shfit"])


def test_no_pictures_are_refused() -> None:
    with pytest.raises(ValueError, match="no pictures"):
        robustness.measure(Marked(), marked(0), Changes((), ()))


def test_a_floor_is_read_and_held() -> None:
    model = Marked()
    changes = robustness.choose(model, ["shift-2", "mirrored", "inverted"])
    read = floors.read(
        ["shift-2=60", "mirrored=100", "inverted:prepared=0", "clean=99.5"], changes, prepared=True
    )
    assert read[0] == Floor("shift-2", False, 60.0)
    assert read[2] == Floor("inverted", True, 0.0)
    found = robustness.measure(model, marked(), changes, prepared=4)
    held = floors.hold(found, read)
    assert [each.is_kept for each in held] == [False, True, True, True]
    assert held[0].percent == found.distortions[0].accuracy.percent


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("shift-2", "is not NAME=PERCENT"),
        ("shift-2=high", "is not NAME=PERCENT"),
        ("shift-2=101", "no percentage"),
        ("shift-2=nan", "no percentage"),
        ("shift-3=90", "did you mean shift-2"),
        ("shift-2:before=90", "'before' is not 'prepared'"),
        ("mirrored:prepared=90", "not measured after preparation"),
    ],
)
def test_a_floor_that_means_nothing_is_refused(text: str, said: str) -> None:
    changes = robustness.choose(Marked(), ["shift-2", "mirrored"])
    with pytest.raises(WrongUse, match=said):
        floors.read([text], changes, prepared=True)


def test_a_floor_after_preparation_needs_preparation() -> None:
    changes = robustness.choose(Marked(), ["inverted"])
    with pytest.raises(WrongUse, match="not measured after preparation"):
        floors.read(["inverted:prepared=90"], changes, prepared=False)


def test_the_first_pictures_are_taken_unless_the_set_is_sorted() -> None:
    images, labels = strokes.draw(100, seed=1)
    mixed, words = unseen.first(Pictures("mixed", "", Split(images, labels)), 40)
    assert words == "the first 40 of 100"
    assert np.array_equal(mixed.split.images, images[:40])
    order = np.argsort(labels, kind="stable")
    ordered = Pictures("sorted", "", Split(images[order], labels[order]))
    some, words = unseen.first(ordered, 40)
    assert words == "40 of 100, drawn at random"
    assert len(some.split) == 40
    assert len(set(some.split.labels)) == 10
    whole, words = unseen.first(ordered, 500)
    assert words == "all 100"
    assert whole is ordered


def test_command_tells_every_score_in_80_columns_as_json_and_as_a_plot(
    full_bundle: Path, command: Command, tmp_path: Path
) -> None:
    done = command(
        "robustness", full_bundle, *QUICK, "--json", "r.json", "--plot", "r.png", cwd=tmp_path
    )
    assert done.code == ExitCode.DONE, done.err
    title, *rest = done.out.splitlines()
    assert title.startswith("tflite-int8 of ")
    assert "the first 120 of " in rest[0]
    assert max(map(len, rest)) <= 80
    found = json.loads((tmp_path / "r.json").read_text())
    lines = {line.split()[0]: line for line in rest if line.strip()}
    for score in (found["clean"], *found["distortions"], *found["wrong_preparations"]):
        assert f"{score['accuracy']['percent']:.2f}" in lines[score["name"]]
        assert score["pictures"] == 120
        assert score["accuracy"]["low"] <= score["accuracy"]["percent"]
    assert [score["name"] for score in found["distortions"]] == list(DISTORTIONS)
    assert len(found["wrong_preparations"]) == 7
    assert found["clean"]["right"] > 100
    by_name = {score["name"]: score for score in found["wrong_preparations"]}
    assert by_name["divided"]["right"] < 40
    inverted = by_name["inverted"]["prepared"]
    assert (inverted["pictures"], inverted["blank"]) == (20, 0)
    assert inverted["right"] >= 16
    with Image.open(tmp_path / "r.png") as drawn:
        drawn.load()
        assert drawn.format == "PNG"
        assert drawn.height > drawn.width
        colours = drawn.convert("RGB").getcolors(1 << 20)
    # Both kinds of marks are there: dark blue ones and lighter ones.
    assert colours is not None
    seen = {colour for _, colour in colours}
    assert {(0x00, 0x30, 0x6F), (0xB3, 0x86, 0x0B)} <= seen
    assert sorted(path.name for path in tmp_path.iterdir()) == ["r.json", "r.png"]


def test_same_seed_same_results_and_the_clean_score_is_that_of_evaluate(
    full_bundle: Path, pictures: Path, command: Command, tmp_path: Path
) -> None:
    options = (*QUICK, "--only", "noise, shift-3", "--prepared", "0")
    texts = []
    for name, seed in (("a", "0"), ("b", "0"), ("c", "1")):
        done = command(
            "robustness", full_bundle, *options, "--seed", seed, "--json", name, cwd=tmp_path
        )
        assert done.code == 0, done.err
        assert "prepared" not in done.out
        texts.append((tmp_path / name).read_text())
    assert texts[0] == texts[1] != texts[2]
    found = json.loads(texts[0])
    assert found["distortions"][0]["name"] == "shift-3"
    assert len(found["distortions"]) == 5
    other = ("--dataset", pictures)
    done = command("evaluate", full_bundle, *other, "--json", "e.json", cwd=tmp_path)
    assert done.code == 0, done.err
    done = command(
        "robustness", full_bundle, *other, "--only", "mirrored", "--prepared", "0",
        "--json", "all.json", cwd=tmp_path,
    )  # fmt: skip
    assert "all 600 pictures of pictures" in done.out
    clean = json.loads((tmp_path / "all.json").read_text())["clean"]
    assert clean["right"] == json.loads((tmp_path / "e.json").read_text())["right"]


def test_a_required_score_that_is_not_reached_is_a_broken_budget(
    full_bundle: Path, command: Command, tmp_path: Path
) -> None:
    options = (*QUICK, "--only", "rotation-10,transposed", "--require", "rotation-10=50")
    done = command("robustness", full_bundle, *options, cwd=tmp_path)
    assert done.code == ExitCode.DONE, done.err
    assert "required: rotation-10 at least 50 %" in done.out
    assert done.out.rstrip().endswith("kept")
    done = command(
        "robustness", full_bundle, *options, "--require", "transposed=90", "--json", "r.json",
        cwd=tmp_path,
    )  # fmt: skip
    assert done.code == ExitCode.BUDGET_BROKEN
    assert done.out.rstrip().endswith("BROKEN")
    kept, broken = json.loads((tmp_path / "r.json").read_text())["required"]
    assert (kept["kept"], broken["kept"]) == (True, False)
    assert (broken["name"], broken["least_percent"]) == ("transposed", 90)


def test_command_measures_a_run(strokes_run: Path, command: Command, tmp_path: Path) -> None:
    done = command("robustness", strokes_run, *QUICK, "--only", "divided,shift-4", cwd=tmp_path)
    assert done.code == 0, done.err
    assert done.out.startswith("cnn in ")
    assert "divided" in done.out
    assert "fed 0..1, it takes 0..255" in done.out


def test_a_lone_file_is_measured_without_tensorflow(
    full_bundle: Path, pictures: Path, tmp_path: Path
) -> None:
    alone = tmp_path / "alone.tflite"
    alone.write_bytes((full_bundle / "tflite" / "model-int8.tflite").read_bytes())
    options = [*QUICK, "--only", "shift-4,inverted", "--dataset", str(pictures)]
    script = (
        "import sys; from edgedigits import cli; "
        f"code = cli.run({['robustness', str(alone), *options]!r}); "
        "print(code, 'tensorflow' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "0 False", done.stderr


def test_what_is_no_model_and_what_cannot_be_written_is_said_at_once(
    command: Command, full_bundle: Path, tmp_path: Path
) -> None:
    done = command("robustness", "nowhere", cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert "there is no nowhere" in done.err
    done = command("robustness", full_bundle, "--plot", "r.jpg", cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert "neither .png nor .svg" in done.err
    broken = tmp_path / "broken.tflite"
    broken.write_bytes((full_bundle / "tflite" / "model-int8.tflite").read_bytes()[:5000])
    done = command("robustness", broken, cwd=tmp_path)
    assert done.code == ExitCode.DATA_BAD
    assert len(done.error) >= 1
