"""`edgedigits export`: what is asked for is released as its verdict says, and recorded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import Command

from converters.base import Finish
from converters.tflite import compaction, zip_archive
from edgedigits.bundle import bundle
from edgedigits.bundle.schemes import wanted
from edgedigits.errors import ExitCode, WrongUse

QUICK = ("--target", "tflite", "--scheme", "float32")


@pytest.mark.parametrize(
    ("target", "scheme", "expected"),
    [
        ("tflite", None, {"tflite": ("int8",)}),
        ("tfjs", None, {"tfjs": ("uint8",)}),
        ("all", None, {"tflite": ("int8",), "tfjs": ("uint8",)}),
        ("c", None, {"c": ("int8",)}),
        ("all,c", "int8", {"tflite": ("int8",), "c": ("int8",)}),
        ("wasm", None, {"wasm": ("int8",)}),
        ("all", "float16", {"tflite": ("float16",), "tfjs": ("float16",)}),
        ("all", "int8,uint16", {"tflite": ("int8",), "tfjs": ("uint16",)}),
        ("all", "int8", {"tflite": ("int8",)}),
        ("tfjs,tflite", "float32", {"tfjs": ("float32",), "tflite": ("float32",)}),
        ("tflite", "int8,int8", {"tflite": ("int8",)}),
        ("tfjs", "all", {"tfjs": ("float32", "float16", "uint16", "uint8")}),
        ("all", "int4", {"tflite": ("int4",)}),
        (
            "tflite",
            "all,int4",
            {"tflite": ("float32", "float16", "dynamic", "int8", "int16x8", "int4")},
        ),
    ],
)
def test_what_is_asked_for(
    target: str, scheme: str | None, expected: dict[str, tuple[str, ...]]
) -> None:
    assert wanted(target, scheme) == expected


def test_all_of_all_are_nine_without_int4_which_not_every_model_stands() -> None:
    everything = wanted("all", "all")
    assert sum(len(schemes) for schemes in everything.values()) == 9
    assert "int4" not in everything["tflite"]


@pytest.mark.parametrize(
    ("target", "scheme", "says"),
    [
        ("tflit", None, "did you mean tflite?"),
        ("tfljs", None, "did you mean tfjs?"),
        ("", None, "there is no target ''"),
        ("tflite", "int9", "did you mean int8?"),
        ("tflite", "uint16", "there is no scheme 'uint16' for target tflite"),
        ("all", "float32,flaot16", "did you mean float16?"),
    ],
)
def test_a_name_that_is_none_is_refused_with_a_suggestion(
    target: str, scheme: str | None, says: str
) -> None:
    with pytest.raises(WrongUse) as caught:
        wanted(target, scheme)
    assert says in caught.value.message
    assert caught.value.hint


def test_without_verification_the_bundle_says_so(export: Command, tmp_path: Path) -> None:
    done = export(*QUICK, "--no-verify")
    assert done.code == ExitCode.DONE
    assert "not verified; do it with: edgedigits verify bundle" in done.out
    manifest = bundle.read(tmp_path / "bundle").manifest
    assert not manifest.verified
    assert manifest.verification == {}


def test_a_bundle_that_passed_says_on_what(export: Command, tmp_path: Path) -> None:
    done = export(*QUICK)
    assert done.code == ExitCode.DONE, done.out + done.err
    manifest = bundle.read(tmp_path / "bundle").manifest
    assert manifest.verified
    found = manifest.verification["tflite-float32"]
    assert (found["status"], found["runtime"]) == ("pass", "litert")
    report = json.loads((tmp_path / "bundle/reports/verification.json").read_text())
    assert report["passed"]


def test_the_manifest_says_what_was_done_to_each_file(
    full_bundle: Path, export: Command, tmp_path: Path
) -> None:
    for artifact in bundle.read(full_bundle).manifest.artifacts:
        if artifact.target == "tflite":
            assert artifact.finish is not None
            assert (artifact.finish.compact, artifact.finish.metadata) == (True, True)
            assert artifact.size_bytes < artifact.finish.plain_bytes
        else:
            assert artifact.finish == Finish(False, True, artifact.size_bytes)
    assert export(*QUICK, "--no-compact", "--no-metadata", "--no-verify").code == ExitCode.DONE
    (plain,) = bundle.read(tmp_path / "bundle").manifest.artifacts
    assert plain.finish == Finish(False, False, plain.size_bytes)
    assert zip_archive.facts((tmp_path / "bundle" / plain.entry).read_bytes()) is None
    found = json.loads((tmp_path / "bundle" / "manifest.json").read_text())
    assert found["artifacts"][0]["finish"]["compact"] is False


def test_a_compact_form_that_answers_differently_stops_the_export(
    export: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = compaction.compact

    def lossy(model: Any) -> None:
        honest(model)
        largest = max(model.buffers, key=lambda each: 0 if each.data is None else len(each.data))
        largest.data = np.zeros_like(largest.data)

    monkeypatch.setattr(compaction, "compact", lossy)
    done = export(*QUICK, "--no-verify")
    assert done.code == ExitCode.WRONG_USE
    assert "the compact form of" in done.error[0]
    assert "--no-compact" in done.error[1]
    assert not (tmp_path / "bundle").exists()
    assert export(*QUICK, "--no-verify", "--no-compact").code == ExitCode.DONE


def test_a_waived_verdict_is_released_and_not_called_verified(
    export: Command, tmp_path: Path
) -> None:
    options = ("--target", "tfjs", "--scheme", "uint16", "--allow-inconclusive")
    assert export(*options).code == ExitCode.DONE
    manifest = bundle.read(tmp_path / "bundle").manifest
    assert not manifest.verified
    assert manifest.verification["tfjs-uint16"]["status"] == "not enough pictures"


def test_what_fails_goes_to_rejected_and_the_rest_is_released(
    export: Command, tmp_path: Path
) -> None:
    done = export("--target", "tflite", "--scheme", "float32,int8")
    assert done.code == ExitCode.BUDGET_BROKEN
    manifest = bundle.read(tmp_path / "bundle").manifest
    assert [artifact.id for artifact in manifest.artifacts] == ["tflite-float32"]
    assert not manifest.verified
    rejected = tmp_path / "bundle" / "rejected" / "tflite-int8"
    assert sorted(path.name for path in rejected.iterdir()) == ["model-int8.tflite", "reasons.json"]
    reasons = json.loads((rejected / "reasons.json").read_text())
    assert reasons["verdict"]["reasons"]
    assert "rejected: tflite-int8" in done.out


def test_calibration_is_recorded_and_comes_from_the_training_split(
    full_bundle: Path, strokes_run: Path
) -> None:
    manifest = json.loads((full_bundle / "manifest.json").read_text())
    assert manifest["calibration"]["split"] == "train"
    assert len(set(manifest["calibration"]["indices"])) == manifest["calibration"]["count"] == 500
    assert max(manifest["calibration"]["indices"]) < 20_000
    again = bundle.read_manifest(full_bundle).recorded.calibrated
    assert list(again) == manifest["calibration"]["indices"]
    assert manifest["dataset"]["trained_on"]
    run = json.loads((strokes_run / "run.json").read_text())
    assert manifest["dataset"]["fingerprint"] == run["dataset"]["fingerprint"]


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (("nowhere",), ExitCode.WRONG_USE, "there is no nowhere"),
        (("--input-range", "1"), ExitCode.WRONG_USE, "is not LOW,HIGH"),
        (("--input-range", "1,1"), ExitCode.WRONG_USE, "is no range"),
        (("--input-range", "nan,1"), ExitCode.WRONG_USE, "is no range"),
        (("--no-verify", "--html", "r.html"), ExitCode.WRONG_USE, "--html shows a verification"),
    ],
)
def test_mistakes_are_told_in_two_lines(
    command: Command, tmp_path: Path, options: tuple[str, ...], code: ExitCode, says: str
) -> None:
    done = command("export", *options, cwd=tmp_path)
    assert done.code == code
    assert len(done.error) == 2
    assert says in done.error[0]


def test_too_few_calibration_pictures_are_refused(export: Command, tmp_path: Path) -> None:
    done = export("--target", "tflite", "--calibration-count", "50")
    assert done.code == ExitCode.WRONG_USE
    assert "50 calibration pictures are too few" in done.error[0]
    assert not (tmp_path / "bundle").exists()
