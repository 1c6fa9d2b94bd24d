"""Evaluations of other classes than digits, in 80 columns and as JSON."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import colours
import numpy as np
import pytest
from rich.console import Console

from edgedigits.datasets.dataset import Split
from edgedigits.errors import ExitCode
from edgedigits.reports import evaluation_report
from edgedigits.verification import evaluation
from edgedigits.verification.unseen import Pictures

if TYPE_CHECKING:
    from command_line import Command


def judged(classes: int, wrong: int) -> tuple[evaluation.Evaluation, Pictures]:
    """A model of classes with long names that takes the first one for the second `wrong` times."""
    labels = np.arange(classes * 4) % classes
    table = np.full((len(labels), classes), 0.01, np.float32)
    answers = labels.copy()
    answers[np.flatnonzero(labels == 0)[:wrong]] = 1
    table[np.arange(len(labels)), answers] = 0.9
    names = tuple(f"a class of number {number}" for number in range(classes))
    images = np.zeros((len(labels), 8, 8, 3), np.uint8)
    found = evaluation.evaluate(table, labels)
    return found, Pictures("some", "0" * 64, Split(images, labels, names))


def text(found: evaluation.Evaluation, pictures: Pictures) -> str:
    console = Console(file=io.StringIO(), width=80)
    evaluation_report.print_evaluation(found, "model", pictures, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("classes", [3, 30, 1_200])
def test_any_number_of_classes_fits_into_80_columns(classes: int) -> None:
    found, pictures = judged(classes, wrong=3)
    lines = text(found, pictures).splitlines()
    assert max(map(len, lines)) <= 80
    (worst,) = (line for line in lines if "25.00 (" in line)
    assert worst.startswith("a class of nu…")
    assert worst.endswith("a class of nu… (3)")
    assert sum("a class of nu…  " in line for line in lines) >= min(classes, 10)
    assert any("Confusion: rows" in line for line in lines) == (classes <= 10)
    assert any("Commonest confusions" in line for line in lines) == (classes > 10)


def test_json_names_classes_and_confusions() -> None:
    found, pictures = judged(300, wrong=2)
    document: dict[str, Any] = json.loads(evaluation_report.to_json(found, "model", pictures))
    names = pictures.split.classes
    assert [each["class"] for each in document["classes"]] == list(names)
    assert document["classes"][0]["right"] == 2
    assert document["confusions"] == [[names[0], names[1], 2]]
    assert document["confusion"] == []
    assert {each["class"] for each in document["mistakes"]} == {names[1]}
    assert {each["label"] for each in document["mistakes"]} == {names[0]}


def test_the_command_judges_a_bundle_of_other_pictures(
    colour_bundle: Path, command: Command, tmp_path: Path
) -> None:
    done = command("evaluate", colour_bundle, "--json", "found.json", cwd=tmp_path)
    assert done.code == 0, done.err
    assert "red disc" in done.out
    found = json.loads((tmp_path / "found.json").read_text())
    assert found["accuracy"]["percent"] > 95
    assert [each["class"] for each in found["classes"]] == list(colours.CLASSES)
    # Its lone file records no pictures, and digits are none of its classes.
    lone = colour_bundle / "tflite" / "model-int8.tflite"
    copy = tmp_path / "lone.tflite"
    copy.write_bytes(lone.read_bytes())
    done = command("evaluate", copy, cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert done.error[1] == "name a folder of its classes: --dataset FOLDER"


def test_robustness_is_for_handwriting(
    colour_bundle: Path, command: Command, tmp_path: Path
) -> None:
    done = command("robustness", colour_bundle, cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert "robustness distorts handwriting" in done.error[0]
    assert len(done.error) == 2
