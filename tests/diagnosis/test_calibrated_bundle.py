"""A bundle's calibration done over: audited again, and drawn anew in several sizes."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from command_line import Command
from rich.console import Console

from edgedigits.bundle import bundle
from edgedigits.bundle.bundle import Bundle
from edgedigits.diagnosis import calibrated_bundle, calibration_ranges, calibration_spread
from edgedigits.diagnosis.calibrated_bundle import Calibrated
from edgedigits.errors import DataBad, ExitCode, WrongUse
from edgedigits.reports import calibration_report
from edgedigits.verification import unseen
from edgedigits.verification.unseen import Pictures


@pytest.fixture(scope="module")
def opened(nano_bundle: Path) -> Bundle:
    return bundle.read(nano_bundle)


@pytest.fixture(scope="module")
def shown(opened: Bundle) -> Pictures:
    return unseen.of_bundle(opened.manifest, None, data_dir=None, limit=60)


@pytest.fixture(scope="module")
def found(opened: Bundle, shown: Pictures) -> Calibrated:
    return calibrated_bundle.diagnose(opened, shown, counts=(10, 100, 100_000), seeds=2)


def test_the_audit_is_that_of_the_export(opened: Bundle, found: Calibrated) -> None:
    assert found.audit.as_json() == opened.manifest.facts["calibration"]["audit"]
    assert not found.audit.failed


def test_answers_move_with_the_draw(found: Calibrated) -> None:
    # Of more pictures than there are every draw is the same.
    assert [each.count for each in found.draws] == [10, 100]
    for each in found.draws:
        assert len(each.right) == len(each.agreement) == 2
        assert min(each.agreement) > 0.9
        assert 0 < each.largest_difference < 0.5
        assert each.difference <= each.largest_difference


def test_the_report_has_every_activation_and_draw(found: Calibrated, shown: Pictures) -> None:
    text = io.StringIO()
    calibration_report.print_calibration(found, "nano", shown, Console(file=text, width=80))
    lines = text.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    assert found.audit.ranges is not None
    for each in found.audit.ranges.every:
        assert any(line.startswith(f"{each.name} ") for line in lines)
    assert "the audit passes" in lines
    assert any(line.split()[:1] == ["100"] for line in lines)
    told = json.loads(calibration_report.to_json(found, "nano", shown))
    assert len(told["activations"]) == len(found.audit.ranges.every)
    assert [each["count"] for each in told["draws"]] == [10, 100]


def test_a_bundle_that_was_not_calibrated_is_told_so(opened: Bundle, shown: Pictures) -> None:
    manifest = replace(opened.manifest, facts={**opened.manifest.facts, "calibration": None})
    with pytest.raises(WrongUse, match=r"nothing in .* was calibrated"):
        calibrated_bundle.diagnose(replace(opened, manifest=manifest), shown)


def test_another_data_set_is_told(opened: Bundle, shown: Pictures, tmp_path: Path) -> None:
    other = tmp_path / "other.npz"
    images = np.random.default_rng(0).integers(0, 60, (200, 28, 28)).astype(np.uint8)
    np.savez(other, images=images, labels=np.arange(200) % 10)
    manifest = replace(opened.manifest, dataset={**opened.manifest.dataset, "spec": str(other)})
    with pytest.raises(DataBad, match="is no longer the data set"):
        calibrated_bundle.diagnose(replace(opened, manifest=manifest), shown)


def test_the_command_tells_the_same(
    command: Command, nano_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calibration_spread, "COUNTS", (10,))
    monkeypatch.setattr(calibration_spread, "SEEDS", 2)
    asked = ("diagnose", nano_bundle, "--calibration", "--limit", "40")
    done = command(*asked, "--json", "found.json", cwd=tmp_path)
    assert done.code == ExitCode.DONE, done.err
    assert "the audit passes" in done.out
    assert json.loads((tmp_path / "found.json").read_text("utf-8"))["draws"][0]["count"] == 10
    done = command(*asked, "--artifact", "tflite-int8", cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert done.error[1] == "leave out --artifact and --plot"
    # A limit that no calibration keeps stands for one that does not fit.
    monkeypatch.setattr(calibration_ranges, "MOST_DISTANCE", -1.0)
    monkeypatch.setattr(calibration_ranges, "NOTED_DISTANCE", -1.0)
    done = command(*asked, cwd=tmp_path)
    assert done.code == ExitCode.BUDGET_BROKEN
    assert "BROKEN: mean activations of" in done.out
    assert "the audit fails" in done.out
