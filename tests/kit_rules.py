"""Bundles with a rule for what is unsure and rejected, and answers on all sides of it."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import compiled_c
import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle.bundle import Bundle
from edgedigits.bundle.reject import Reject

TEMPERATURE = 1.4
IN_C = """
#include "classifier.h"
#include <stdio.h>

int main(void) {
    float row[CLASSIFIER_CLASSES];
    for (int n = 0; scanf("%f", row + n) == 1; n = (n + 1) % CLASSIFIER_CLASSES)
        if (n == CLASSIFIER_CLASSES - 1)
            puts(classifier_rejects(row) ? "rejected" : classifier_doubts(row) ? "unsure" : "sure");
    return 0;
}
"""


def ruled(opened: Bundle, probabilities: NDArray[np.float32]) -> tuple[Bundle, list[str]]:
    """The bundle with a rule that rejects half of these answers, `[N, C]`, and is unsure of half of
    the others; and what it says of each."""
    confidence = np.sort(Reject(TEMPERATURE, 0.0).confidence(probabilities))
    places = len(confidence) // 2, len(confidence) * 3 // 4
    limits = [float(confidence[[place - 1, place]].mean()) for place in places]
    facts = {**opened.manifest.facts, "reject": vars(Reject(TEMPERATURE, *limits))}
    opened = replace(opened, manifest=replace(opened.manifest, facts=facts))
    said = by(opened, probabilities)
    assert {"rejected", "sure"} <= set(said)
    # A few photos may be all as sure as answers of 8 bits can be.
    assert "unsure" in said or len(said) < 10
    return opened, said


def word(rejected: bool, unsure: bool) -> str:
    """What an answer is that a kit says this of."""
    assert not (rejected and unsure)
    return "rejected" if rejected else "unsure" if unsure else "sure"


def answers(classes: int) -> NDArray[np.float32]:
    """Sure and unsure probabilities `[20, classes]`, and at their end what is no number."""
    rng = np.random.default_rng(7)
    table = rng.dirichlet(np.full(classes, 0.2), 20).astype(np.float32)
    table[-3:] = 0
    table[-3, 0] = table[-2, -1] = np.nan
    return table


def by(opened: Bundle, rows: NDArray[np.float32]) -> list[str]:
    """What a bundle's rule says of these answers."""
    rule = opened.manifest.reject
    assert rule is not None
    pairs = zip(~rule.accepts(rows), rule.doubts(rows), strict=True)
    return [word(bool(rejected), bool(unsure)) for rejected, unsure in pairs]


def said_in_c(kit: Path, rows: NDArray[np.float32], *others: str) -> list[str]:
    """What the C of a kit says of these answers, compiled with more files or options."""
    (kit / "rejects.c").write_text(IN_C)
    sources = ("rejects.c", "src/classifier.c", "src/picture.c")
    command = [*compiled_c.compiler(), "-O0", "-Isrc", *sources, *others, "-lm", "-o", "rejects"]
    subprocess.run(command, cwd=kit, check=True)
    sent = "\n".join(" ".join(f"{p:.9g}" for p in row) for row in rows)
    return compiled_c.lines_of(kit / "rejects", sent.encode())
