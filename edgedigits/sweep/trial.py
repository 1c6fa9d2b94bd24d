"""One trial of a sweep, known by everything that decides what comes of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from edgedigits import __version__
from edgedigits.datasets import datasets
from edgedigits.training.plan import Plan

RUN = "run"
"""Folder of a trial's run, in the trial's own."""
LIBRARIES = ("tensorflow", "keras", "numpy", "ai-edge-litert", "litert-quantizer", "tensorflowjs")
SHOWN = 8
"""Letters of a digest that people are shown."""
RECORD: dict[str, Any] = {
    "validation_pictures": int,
    "float_accuracy": float,
    "artifacts": [
        {
            "id": str,
            "bytes": int,
            "sha256": [str],
            "accuracy": float,
            "agreement": float,
            "status": str,
        }
    ],
    "not_converted": [str],
    "measured": {"us": dict, "seconds": dict},
}
"""The form of what a finished trial has found out. Times are below `measured`, all else is the same
whenever and wherever it is done."""


@dataclass(frozen=True)
class Trial:
    """A training, and what is made of it.

    Attributes:
        schemes: of each target, in its order.
        fingerprint: of its pictures; None for those that are drawn, which the plan decides.
        data_dir: where MNIST lies.
        words: what it does otherwise than the sweep's other trials.
    """

    plan: Plan
    schemes: tuple[tuple[str, tuple[str, ...]], ...]
    fingerprint: str | None
    data_dir: Path | None
    words: str

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that decides its result, wherever its pictures lie; in hexadecimal."""
        plan = self.plan.as_json()
        if self.plan.dataset not in datasets.known():
            del plan["dataset"]
        decides = {
            "edgedigits": __version__,
            "libraries": _versions(),
            "plan": plan,
            "fingerprint": self.fingerprint,
            "schemes": self.schemes,
        }
        return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()

    @property
    def name(self) -> str:
        """The digest's beginning and its words, for people."""
        return f"trial {self.digest[:SHOWN]}" + (f" ({self.words})" if self.words else "")

    @property
    def wanted(self) -> dict[str, tuple[str, ...]]:
        """The schemes, as `export` takes them."""
        return dict(self.schemes)

    def as_json(self) -> dict[str, Any]:
        """What `from_json` reads back in another process."""
        return {
            "plan": self.plan.as_json(),
            "schemes": self.wanted,
            "fingerprint": self.fingerprint,
            "data_dir": None if self.data_dir is None else str(self.data_dir),
            "words": self.words,
        }

    @staticmethod
    def from_json(content: dict[str, Any]) -> Trial:
        """The trial that `as_json` told of."""
        place = content["data_dir"]
        return Trial(
            Plan.from_json(content["plan"]),
            tuple((target, tuple(names)) for target, names in content["schemes"].items()),
            content["fingerprint"],
            None if place is None else Path(place),
            content["words"],
        )


@cache
def _versions() -> dict[str, str]:
    return {name: version(name) for name in LIBRARIES}
