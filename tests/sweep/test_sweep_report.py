"""What is shown while trials are carried out."""

from __future__ import annotations

import io
import sys

import pytest

from edgedigits.reports import sweep_report
from edgedigits.sweep.choice import Candidate
from edgedigits.sweep.trial import Trial
from edgedigits.training import plan

TRIAL = Trial(plan.plan("softmax", "strokes"), (), None, None, "seed=7")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("stream", [Terminal(), io.StringIO()])
def test_a_terminal_shows_the_best_so_far_and_a_file_nothing(
    stream: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys, "stderr", stream)
    best = [Candidate(TRIAL, f"tflite-{n}", 100, float(n), 100.0, "pass", 1.5) for n in range(20)]
    failed = Candidate(TRIAL, "tflite-bad", 100, 99.0, 100.0, "fail", 1.5)
    with sweep_report.shown(3) as on_trial:
        on_trial(TRIAL, [*best, failed])
        on_trial(TRIAL, [])
    said = stream.getvalue()
    if not stream.isatty():
        assert said == ""
        return
    assert "2 of 3 trials, 1 failed" in said
    assert "tflite-19" in said
    assert "seed=7" in said
    assert "tflite-9 " not in said
    assert "tflite-bad" not in said
