"""Bundles with a rule for rejecting, and answers on both sides of it."""

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
        if (n == CLASSIFIER_CLASSES - 1) puts(classifier_rejects(row) ? "rejected" : "taken");
    return 0;
}
"""


def ruled(opened: Bundle, probabilities: NDArray[np.float32]) -> tuple[Bundle, list[bool]]:
    """The bundle with a rule that rejects half of these answers, `[N, C]`, and which of them."""
    sure = np.sort(Reject(TEMPERATURE, 0.0).confidence(probabilities))
    rule = Reject(TEMPERATURE, float(sure[[len(sure) // 2 - 1, len(sure) // 2]].mean()))
    facts = {**opened.manifest.facts, "reject": vars(rule)}
    rejected = [not accepted for accepted in rule.accepts(probabilities)]
    assert 0 < sum(rejected) < len(rejected)
    return replace(opened, manifest=replace(opened.manifest, facts=facts)), rejected


def answers(classes: int) -> NDArray[np.float32]:
    """Sure and unsure probabilities `[20, classes]`, and at their end what is no number."""
    rng = np.random.default_rng(7)
    table = rng.dirichlet(np.full(classes, 0.2), 20).astype(np.float32)
    table[-3:] = 0
    table[-3, 0] = table[-2, -1] = np.nan
    return table


def by(opened: Bundle, rows: NDArray[np.float32]) -> list[bool]:
    """Which of these answers a bundle's rule rejects."""
    assert opened.manifest.reject is not None
    return [not accepted for accepted in opened.manifest.reject.accepts(rows)]


def rejected_in_c(kit: Path, rows: NDArray[np.float32], *others: str) -> list[bool]:
    """Which of these answers the C of a kit rejects, compiled with more files or options."""
    (kit / "rejects.c").write_text(IN_C)
    sources = ("rejects.c", "src/classifier.c", "src/picture.c")
    command = [*compiled_c.compiler(), "-O0", "-Isrc", *sources, *others, "-lm", "-o", "rejects"]
    subprocess.run(command, cwd=kit, check=True)
    sent = "\n".join(" ".join(f"{p:.9g}" for p in row) for row in rows)
    lines = compiled_c.lines_of(kit / "rejects", sent.encode())
    return [line == "rejected" for line in lines]
