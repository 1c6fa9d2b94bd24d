"""`edgedigits diff`: equal bundles pass, and whatever makes one worse is named and breaks it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tampering
from command_line import Command, Finished
from PIL import Image

from edgedigits.errors import ExitCode

ID = "tflite-int8"
Tamper = Callable[[Path, dict[str, Any]], object]


@pytest.fixture
def place(full_bundle: Path, tmp_path: Path) -> Path:
    """A folder with two bundles of the same one artifact, `old` and `new`."""
    for name in ("old", "new"):
        shutil.copytree(full_bundle, tmp_path / name)
        tampering.seal(tmp_path / name, tampering.manifest(tmp_path / name), keep=ID)
    return tmp_path


@pytest.fixture
def diff(place: Path, pictures: Path, command: Command) -> Callable[..., Finished]:
    def compared(*options: str) -> Finished:
        some = ("--dataset", pictures, "--limit", "200", "--json", "found.json")
        return command("diff", "old", "new", *some, *options, cwd=place)

    return compared


def change(folder: Path, tamper: Tamper) -> None:
    content = tampering.manifest(folder)
    tamper(folder, content)
    tampering.seal(folder, content)


def zeroed(folder: Path, content: dict[str, Any]) -> None:
    path = folder / tampering.entry(content, ID)["entry"]
    tampering.patch(path, tampering.zero_weights)


def without_flattening(folder: Path, content: dict[str, Any]) -> None:
    path = folder / tampering.entry(content, ID)["entry"]
    tampering.patch(path, tampering.without_flattening)


def relabelled(_: Path, content: dict[str, Any]) -> None:
    labels = tampering.entry(content, ID)["labels"]
    labels[3], labels[5] = labels[5], labels[3]


def other_range(_: Path, content: dict[str, Any]) -> None:
    tampering.entry(content, ID)["input"]["range"] = [0.0, 1.0]


def document(place: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((place / "found.json").read_text())
    return found


def words(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_equal_bundles_pass_without_being_run(place: Path, diff: Callable[..., Finished]) -> None:
    done = diff("--sheet", "sheet.png")
    assert done.code == ExitCode.DONE, done.err
    assert "1 of 1 no worse" in done.out
    assert "the same files" in done.out
    found = document(place)
    assert found["passed"] is True
    assert found["dataset"] is None
    assert found["changes"][0]["answers"] is None
    with Image.open(place / "sheet.png") as image:
        image.load()


def test_a_damaged_artifact_is_worse_and_its_pictures_are_told_and_drawn(
    place: Path, diff: Callable[..., Finished]
) -> None:
    change(place / "new", zeroed)
    done = diff("--sheet", "sheet.png", "--allow-inconclusive")
    assert done.code == ExitCode.BUDGET_BROKEN, done.err
    assert "accuracy drop" in done.out
    assert max(map(len, done.out.splitlines())) <= 80
    found = document(place)
    (one,) = found["changes"]
    told = one["answers"]
    assert found["passed"] is one["verdict"]["passed"] is False
    assert told["pictures"] == 200
    assert told["got_wrong"] > 100
    flips = told["flips"]
    assert len(flips) == told["changed"]
    assert sum(flip["old"] == flip["label"] for flip in flips) == told["got_wrong"]
    assert sum(flip["new"] == flip["label"] for flip in flips) == told["got_right"]
    lost = [flip["picture"] for flip in flips if flip["old"] == flip["label"]]
    assert f"got wrong: pictures no. {lost[0]:,}, {lost[1]:,}" in done.out
    with Image.open(place / "sheet.png") as image:
        assert image.format == "PNG"
        assert image.height > 500


def test_the_same_the_other_way_round_is_no_worse(
    place: Path, diff: Callable[..., Finished]
) -> None:
    change(place / "old", zeroed)
    done = diff()
    assert done.code == ExitCode.DONE, done.out + done.err
    assert document(place)["changes"][0]["answers"]["got_right"] > 100


def test_operations_that_went_are_told_and_answers_that_stay_pass_where_few_pictures_may(
    place: Path, diff: Callable[..., Finished]
) -> None:
    change(place / "new", without_flattening)
    few = diff()
    assert few.code == ExitCode.BUDGET_BROKEN
    assert "not enough pictures: at least" in few.out
    done = diff("--max-drop", "0")
    assert done.code == ExitCode.DONE, done.out
    assert "operations: gone RESHAPE" in done.out
    (one,) = document(place)["changes"]
    assert one["operations"] == [{"name": "RESHAPE", "old": 1, "new": 0}]
    assert one["answers"]["changed"] == 0


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        (relabelled, "breaking: labels differ: 3: 3, 5: 5 became 3: 5, 5: 3"),
        (other_range, "breaking: input range differs: [0, 255] became [0, 1]"),
    ],
)
def test_another_contract_is_a_breaking_change(
    place: Path, diff: Callable[..., Finished], tamper: Tamper, told: str
) -> None:
    change(place / "new", tamper)
    done = diff("--max-drop", "100", "--max-class-drop", "100", "--allow-inconclusive")
    assert done.code == ExitCode.BUDGET_BROKEN, done.err
    assert told in words(done.out)
    assert told in document(place)["changes"][0]["verdict"]["reasons"]
    assert [each["breaking"] for each in document(place)["changes"][0]["contract"]] == [True]


def test_models_of_other_pictures_are_told_apart_without_running(
    place: Path, colour_bundle: Path, command: Command
) -> None:
    ids = [each["id"] for each in tampering.manifest(colour_bundle)["artifacts"]]
    chosen = f"{ID}:{ids[0]}"
    done = command("diff", "old", colour_bundle, "--artifact", chosen, cwd=place)
    assert done.code == ExitCode.BUDGET_BROKEN, done.err
    assert "breaking: channels differ: 1 became 3" in words(done.out)
    assert "Both answered" not in done.out


def test_a_file_of_floats_is_not_blamed_for_the_rounding_of_the_old_one(
    full_bundle: Path, pictures: Path, command: Command
) -> None:
    chosen = ("--artifact", "tflite-int8:tflite-float32", "--dataset", pictures)
    done = command("diff", ".", ".", *chosen, cwd=full_bundle)
    assert done.code == ExitCode.BUDGET_BROKEN, done.err
    assert "breaking: input type differs: uint8 became float32" in words(done.out)
    assert "probabilities (0 to 1" not in done.out


def test_artifacts_that_are_gone_or_new_are_told(
    full_bundle: Path, place: Path, command: Command
) -> None:
    less = command("diff", full_bundle, "new", cwd=place)
    assert less.code == ExitCode.DONE, less.err
    assert "gone: tflite-float32, tflite-float16" in less.out
    more = command("diff", "old", full_bundle, cwd=place)
    assert more.code == ExitCode.DONE, more.err
    assert "added: tflite-float32, tflite-float16" in more.out


def test_microseconds_are_told_where_both_bundles_have_them_of_these_files(
    place: Path, diff: Callable[..., Finished]
) -> None:
    for name, median in (("old", 40.0), ("new", 50.0)):
        (one,) = tampering.manifest(place / name)["artifacts"]
        result = {
            "name": ID,
            "runtime": "litert",
            "files": one["files"],
            "one_thread": {"median_us": median},
        }
        (place / name / "reports").mkdir(exist_ok=True)
        report = {"results": [result]}
        (place / name / "reports" / "bench.json").write_text(json.dumps(report))
    assert diff().code == ExitCode.DONE
    assert document(place)["changes"][0]["microseconds"] == {"old": 40.0, "new": 50.0}
    change(place / "new", without_flattening)
    diff()
    assert document(place)["changes"][0]["microseconds"] is None


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("old", "missing"), ExitCode.DATA_BAD, "missing is no bundle"),
        (("old", "new/tflite/model-int8.tflite"), ExitCode.WRONG_USE, "edgedigits adopt MODEL"),
        (("old", "new", "--artifact", "tflite-int9"), ExitCode.WRONG_USE, "did you mean"),
        (("old", "new", "--sheet", "sheet.gif"), ExitCode.WRONG_USE, "neither .png nor .svg"),
    ],
)
def test_what_cannot_be_compared_ends_in_two_lines(
    place: Path, edgedigits: Command, arguments: tuple[str, ...], code: ExitCode, told: str
) -> None:
    done = edgedigits("diff", *arguments, cwd=place)
    assert done.code == code
    assert told in done.err
    assert len(done.error) <= 2


def test_an_old_artifact_that_is_broken_itself_is_no_measure(
    place: Path, diff: Callable[..., Finished]
) -> None:
    change(place / "old", relabelled)
    done = diff()
    assert done.code == ExitCode.DATA_BAD
    assert "is broken itself: the labels inside the file" in done.err
    assert "edgedigits verify old" in done.err
