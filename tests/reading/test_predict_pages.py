"""Several digits in one picture, ink that is no digit, and pictures that are of one digit."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.typing import NDArray
from photos import Scene, handwriting, page, place, take
from PIL import Image

from edgedigits.bundle.reject import Reject
from edgedigits.picture import picture
from edgedigits.reading import inputs, predictions, predictor
from edgedigits.reading.predictor import Predictor

if TYPE_CHECKING:
    from command_line import Command

GOLDEN = Path(__file__).parents[1] / "golden" / "pictures"
NOTE = np.array([[1, 9, 4, 5], [2, 0, 2, 6]])


class Script:
    """Stands in for a model: answers digits as it is told; to None it shrugs."""

    def __init__(self, *answers: int | None) -> None:
        self.answers = list(answers)
        self.asked: list[NDArray[np.uint8]] = []

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.asked.append(images)
        table = np.full((len(images), 10), 0.01, np.float32)
        for row in table:
            answer = self.answers.pop(0)
            if answer is None:
                row[:] = 0.1
            else:
                row[answer] = 0.91
        return table


Scripted = Callable[..., Script]


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    """Makes the command answer as told; its model holds what it shrugs at for no digit."""

    def script(*answers: int | None) -> Script:
        model = Script(*answers)
        opened = Predictor("script", model, reject=Reject(1.0, 0.5))
        monkeypatch.setattr(predictor, "open_predictor", lambda *_, **__: opened)
        return model

    return script


@pytest.fixture(scope="module")
def note(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("note") / "note.png"
    Image.fromarray(take(page(NOTE, seed=5), Scene(light="slope"), seed=1)).save(path)
    return path


def entry(text: str) -> dict[str, Any]:
    (found,) = json.loads(text)["predictions"]
    assert isinstance(found, dict)
    return found


def test_the_reading_of_a_note_comes_first(
    note: Path, scripted: Scripted, command: Command
) -> None:
    scripted(*NOTE.reshape(-1))
    done = command("predict", "note.png", cwd=note.parent)
    assert (done.code, done.out) == (0, "1945 / 2026  note.png\n")


def test_boxes_are_a_line_for_each_digit(note: Path, scripted: Scripted, command: Command) -> None:
    scripted(*NOTE.reshape(-1))
    done = command("predict", "note.png", "--boxes", "--top", "3", cwd=note.parent)
    reading, *lines = done.out.splitlines()
    assert reading.startswith("1945 / 2026")
    for line, digit, number in zip(lines, "19452026", "11112222", strict=True):
        words = line.split()
        assert len(line) <= 80
        assert words[:2] == ["line", number]
        assert words[5:8] == [digit, "91.00", "%"]
        assert line.count("%") == 3


def test_json_holds_every_digit_with_its_box(
    note: Path, scripted: Scripted, command: Command
) -> None:
    scripted(*NOTE.reshape(-1))
    found = entry(command("predict", "note.png", "--json", cwd=note.parent).out)
    for name in ("digit", "probability", "probabilities", "rejected", "unsure", "runner_up"):
        assert found[name] is None
    assert found["reading"] == "1945 / 2026"
    assert found["lines"] == ["1945", "2026"]
    expected = picture.segment(picture.read(note))
    for digit, one, wanted in zip(found["digits"], expected, NOTE.reshape(-1), strict=True):
        assert digit["box"] == [one.left, one.top, one.width, one.height]
        assert digit["line"] == one.line
        assert digit["digit"] == wanted
        assert digit["probability"] == digit["probabilities"][wanted] == pytest.approx(0.91)
        assert (digit["rejected"], digit["unsure"], digit["runner_up"]) == (False, False, None)


def test_one_insists_on_a_single_digit(note: Path, scripted: Scripted, command: Command) -> None:
    model = scripted(3)
    found = entry(command("predict", "note.png", "--one", "--json", cwd=note.parent).out)
    assert (found["digit"], found["reading"]) == (3, "3")
    np.testing.assert_array_equal(model.asked, [[picture.prepare(picture.read(note))]])


@pytest.mark.parametrize("name", [path.stem for path in sorted(GOLDEN.glob("*.png"))])
def test_a_picture_of_one_digit_is_prepared_whole(name: str) -> None:
    expected = json.loads((GOLDEN / "prepared.json").read_text())[name]
    if expected is None:
        with pytest.raises(picture.NoInk):
            inputs.read_digits(GOLDEN / f"{name}.png")
    else:
        (one,) = inputs.read_digits(GOLDEN / f"{name}.png").parts
        assert one.picture.tobytes().hex() == expected


def test_the_box_of_one_digit_is_where_it_is(tmp_path: Path) -> None:
    ink = handwriting(3, 3, 100)
    sheet = take(place(ink, (300, 240), (80, 60)), Scene(noise=2, specks=10), seed=2)
    Image.fromarray(sheet).save(tmp_path / "three.png")
    (one,) = inputs.read_digits(tmp_path / "three.png", one=True).parts
    found = np.array([one.left, one.top, one.width, one.height])
    assert np.abs(found - [60, 80, ink.shape[1], ink.shape[0]]).max() <= 6


def test_ink_that_is_no_digit_is_a_question_mark_in_a_note(
    note: Path, scripted: Scripted, command: Command
) -> None:
    answers = [1, 9, None, 5, 2, 0, 2, 6]
    scripted(*answers)
    done = command("predict", "note.png", cwd=note.parent)
    assert (done.code, done.out) == (0, "19?5 / 2026  note.png\n")
    scripted(*answers)
    found = entry(command("predict", "note.png", "--json", cwd=note.parent).out)
    assert [digit["rejected"] for digit in found["digits"]] == [one is None for one in answers]
    doubtful = found["digits"][2]
    assert doubtful["digit"] is None
    assert doubtful["probability"] is None
    assert doubtful["probabilities"] == pytest.approx([0.1] * 10)


def test_a_picture_of_no_digit_is_an_answer(
    scripted: Scripted, command: Command, tmp_path: Path
) -> None:
    scribble = take(place(handwriting(3, 3, 100), (200, 200), (50, 60)), Scene(), seed=2)
    Image.fromarray(scribble).save(tmp_path / "a.png")
    scripted(None)
    done = command("predict", "a.png", cwd=tmp_path)
    assert done.code == 0
    assert done.out.startswith("not a digit  a.png")
    scripted(None)
    found = entry(command("predict", "a.png", "--json", cwd=tmp_path).out)
    assert found["rejected"] is True
    assert found["digit"] is None
    assert found["probabilities"] == pytest.approx([0.1] * 10)
    assert found["reading"] == "?"
    scripted(None)
    insisted = entry(command("predict", "a.png", "--no-reject", "--json", cwd=tmp_path).out)
    assert insisted["rejected"] is False
    assert insisted["digit"] == 0


class Torn:
    """A model between 7 and 1."""

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        row = np.array([0.0, 0.3, 0, 0, 0, 0, 0, 0.7, 0, 0], np.float32)
        return np.tile(row, (len(images), 1))


def guesses(monkeypatch: pytest.MonkeyPatch, sure: float) -> None:
    """Makes the command answer with a 7, which may be a 1."""
    opened = Predictor("guesses", Torn(), reject=Reject(1.0, 0.1, sure))
    monkeypatch.setattr(predictor, "open_predictor", lambda *_, **__: opened)


def test_a_guess_is_marked_and_its_runner_up_named(
    note: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    guesses(monkeypatch, 0.75)
    asked = ("predict", "note.png", "--one")
    done = command(*asked, cwd=note.parent)
    assert (done.code, done.out) == (0, "7? 70.00 %  note.png (unsure: or 1, 30.00 %)\n")
    found = entry(command(*asked, "--json", cwd=note.parent).out)
    assert (found["digit"], found["rejected"], found["unsure"]) == (7, False, True)
    assert (found["runner_up"], found["reading"]) == (1, "7")
    insisted = command(*asked, "--no-reject", cwd=note.parent)
    assert insisted.out == "7  70.00 %  note.png\n"
    guesses(monkeypatch, 0.69)
    assert command(*asked, cwd=note.parent).out == insisted.out


def test_guesses_in_a_note_are_told_after_it(
    note: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    guesses(monkeypatch, 0.75)
    done = command("predict", "note.png", cwd=note.parent)
    told = ", ".join(["7? or 1"] * 8)
    assert (done.code, done.out) == (0, f"7777 / 7777  note.png (unsure: {told})\n")
    found = entry(command("predict", "note.png", "--json", cwd=note.parent).out)
    assert found["lines"] == ["7777", "7777"]
    assert all(digit["unsure"] and digit["runner_up"] == 1 for digit in found["digits"])


def test_a_model_is_asked_a_batch_at_a_time(tmp_path: Path) -> None:
    strokes_of_six_lines = np.full((400, 560, 3), 255, np.uint8)
    for top in range(20, 400, 65):
        for left in range(20, 540, 40):
            strokes_of_six_lines[top : top + 40, left : left + 6] = 0
    for number in range(7):
        Image.fromarray(strokes_of_six_lines).save(tmp_path / f"{number}.png")
    sizes: list[int] = []

    def answer(images: NDArray[np.uint8]) -> NDArray[np.float32]:
        sizes.append(len(images))
        return np.full((len(images), 10), 0.1, np.float32)

    found = list(predictions.predict([str(tmp_path)], answer))
    assert [len(one.answers) for one in found] == [6 * 13] * 7
    assert sum(sizes) == 7 * 6 * 13 > predictions.BATCH >= max(sizes)


SCENES = {
    "noise": Scene(noise=12),
    "lamp": Scene(light="lamp", noise=9),
    "soft shadow": Scene(light="soft shadow", noise=9, specks=20, bar=10),
    "pencil on squares": Scene(ink=(110, 110, 115), noise=6, ruling="squares"),
    "tilted on dark lines": Scene(noise=6, ruling="lines", ruling_ink=(120, 140, 170), turn=2),
}


@pytest.mark.parametrize("name", SCENES)
def test_a_page_of_40_digits_is_read_as_well_as_its_digits_alone(
    name: str, full_bundle: Path, command: Command, tmp_path: Path
) -> None:
    seed = 10 + list(SCENES).index(name)
    digits = np.random.default_rng(seed).integers(0, 10, (5, 8))
    photo = take(page(digits, seed), SCENES[name], seed)
    Image.fromarray(photo).convert("RGB").save(tmp_path / "page.jpg", quality=90)
    asked = ("predict", "page.jpg", "--model", full_bundle, "--no-reject", "--json")
    found = entry(command(*asked, cwd=tmp_path).out)

    alone = np.array(
        [
            picture.prepare(take(np.pad(handwriting(digit, ink_seed, 80), 30), Scene(noise=0), 1))
            for ink_seed, digit in enumerate(digits.reshape(-1).tolist(), seed * 1000)
        ]
    )
    opened = predictor.open_predictor(full_bundle)
    right_alone = int((opened.probabilities(alone).argmax(axis=1) == digits.reshape(-1)).sum())
    opened.close()
    assert right_alone > 30
    lines = ["".join(map(str, line)) for line in digits]
    assert len(found["lines"]) == len(lines)
    assert sum(map(in_order, found["lines"], lines)) >= right_alone - 2


def in_order(reading: str, truth: str) -> int:
    """How many digits of `truth` are read in its order: the longest common subsequence."""
    best = [0] * (len(truth) + 1)
    for read in reading:
        before = best.copy()
        for index, digit in enumerate(truth):
            best[index + 1] = (
                before[index] + 1 if read == digit else max(before[index + 1], best[index])
            )
    return best[-1]
