"""Ties, new mistakes and labels in the reports of a verification, on answers made by hand."""

from __future__ import annotations

import io
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
from rich.console import Console

from converters.base import Tensor
from edgedigits.bundle.artifact import Artifact, InputContract
from edgedigits.datasets.dataset import Split
from edgedigits.reports import junit, terminal
from edgedigits.verification import json_report, parity
from edgedigits.verification.class_words import DIGITS
from edgedigits.verification.parity import FLOAT, QUANTIZED, Budget
from edgedigits.verification.unseen import Pictures
from edgedigits.verification.verify import Result, Verification

COUNT, TIES = 1000, 80
NAMES = tuple(f"creature {letter}" for letter in "abcdefghij")
LABELS = np.arange(COUNT) % 10
PICTURES = Pictures("drawn", "0" * 64, Split(np.zeros((COUNT, 28, 28), np.uint8), LABELS))


def result(
    scheme: str, ties: int, mistakes: int, labels: tuple[str, ...], budget: Budget
) -> Result:
    """`ties` undecided pictures won by the other class, and so many zeros taken for a seven."""
    rows = np.arange(COUNT)
    reference = np.full((COUNT, 10), 0.001, np.float32)
    reference[rows, LABELS] = 0.991
    reference[rows[:TIES], LABELS[:TIES]] = 0.5
    reference[rows[:TIES], (LABELS[:TIES] + 1) % 10] = 0.492
    candidate = reference.copy()
    candidate[rows[:ties], (LABELS[:ties] + 1) % 10] = 0.508
    lost = np.flatnonzero((LABELS == 0) & (rows >= TIES))[:mistakes]
    candidate[lost] = candidate[lost][:, [7, 1, 2, 3, 4, 5, 6, 0, 8, 9]]
    pixel, answer = Tensor("pixels", "float32", (1, 28, 28, 1)), Tensor("p", "float32", (1, 10))
    pixels = InputContract(0, 1)
    artifact = Artifact("tflite", scheme, "", (), pixel, answer, pixels, labels, labels)
    found = parity.compare(reference, candidate, LABELS)
    judged = Result(artifact, "litert", found, budget, parity.Verdict(parity.Status.PASS), 1.0)
    return replace(judged, verdict=parity.judge(found, budget, (), judged.words))


def printed(*results: Result) -> str:
    console = Console(file=io.StringIO(), width=80)
    terminal.print_verification(Verification(PICTURES, results, 1.0, 1.0), console)
    written: str = console.file.getvalue()  # type: ignore[attr-defined]
    assert all(len(line) <= 80 for line in written.splitlines())
    return written


def test_the_table_says_how_many_pictures_are_undecided_and_who_answers_them_otherwise() -> None:
    said = printed(
        result("int8", 3, 0, DIGITS, QUANTIZED), result("int16x8", 0, 0, DIGITS, QUANTIZED)
    )
    flat = " ".join(said.split())
    assert "It leaves 80 of them (8.00 %) nearly undecided; of these are answered" in flat
    assert "are answered otherwise: tflite-int8 3 artifact" in flat
    assert "agree: answers kept, of the pictures that the float model decides" in said
    (row,) = [
        line for line in said.splitlines() if line.startswith("tflite-int8 ") and "litert" in line
    ]
    assert " 100.00 " in row


def test_where_every_picture_counts_the_table_does_not_say_otherwise() -> None:
    strict = replace(QUANTIZED, strict=True)
    said = printed(result("int8", 3, 0, DIGITS, strict), result("float32", 0, 0, DIGITS, FLOAT))
    assert "agree:" not in said
    (row,) = [
        line for line in said.splitlines() if line.startswith("tflite-int8 ") and "litert" in line
    ]
    assert " 99.70 " in row


def test_what_a_failed_artifact_mistakes_is_said_in_the_words_of_its_labels() -> None:
    said = " ".join(printed(result("int8", 0, 90, NAMES, QUANTIZED)).split())
    assert "now mistaken: creature a as creature h (90)" in said
    assert '"creature a" loses at least ' in said


def test_junit_tells_of_ties_best_five_and_mistakes() -> None:
    checked = Verification(PICTURES, (result("int8", 3, 20, NAMES, QUANTIZED),), 1.0, 1.0)
    told = ElementTree.fromstring(junit.document(checked)).findtext(".//system-out") or ""
    assert "agreement 97.83 % of 920 answers" in told
    assert (
        "80 pictures (8.00 %) undecided by the float model, 3 of them answered otherwise: "
        "3 lost, 0 gained" in told
    )
    assert "the label in 98.00 % (float model 100.00 %), the float model's answer in" in told
    assert "now mistaken: creature a as creature h (20), creature a as creature b (1)" in told


def test_the_json_has_the_names_of_the_classes_that_it_has_figures_of() -> None:
    found = json_report.result_json(result("int8", 3, 20, NAMES, QUANTIZED), PICTURES)
    assert found["names"] == {str(place): name for place, name in enumerate(NAMES)}
    assert found["parity"]["undecided"] == {
        "pictures": 80, "percent": 8.0, "changed": 3, "strayed": 0, "losses": 3, "gains": 0,
    }  # fmt: skip
    assert found["parity"]["decided"]["changed"] == 20
    assert found["parity"]["confusions"][0] == {"label": 0, "answer": 7, "pictures": 20}
    assert found["budget"]["strict"] is False
