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
_ARTIFACT: dict[str, Any] = {
    "id": str,
    "bytes": int,
    "sha256": [str],
    "accuracy": float,
    "agreement": float,
    "status": str,
}
_BOTH: dict[str, Any] = {
    "float_accuracy": float,
    "not_converted": [str],
    "measured": {"us": dict, "seconds": dict},
}
RECORD = {"validation_pictures": int, "artifacts": [_ARTIFACT], **_BOTH}
"""The form of what a finished trial has found out. Times are below `measured`, all else is the same
whenever and wherever it is done."""
_LOSSES = {
    "drop_points": float,
    "drop_upper_points": float,
    "max_difference": (float, None),
    "reasons": [str],
}
TESTED = {
    "test_pictures": int,
    "parameters": int,
    "artifacts": [_ARTIFACT | _LOSSES],
    **_BOTH,
}
"""Likewise, of one that is judged on the test pictures."""


@dataclass(frozen=True)
class Trial:
    """A training, and what is made of it.

    Attributes:
        schemes: of each target, in its order.
        fingerprint: of its pictures; None for those that are drawn, which the plan decides.
        data_dir: where MNIST lies.
        words: what it does otherwise than the sweep's other trials.
        on_test: it is judged on the test pictures, not on those that its training held out.
    """

    plan: Plan
    schemes: tuple[tuple[str, tuple[str, ...]], ...]
    fingerprint: str | None
    data_dir: Path | None
    words: str
    on_test: bool = False

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that decides its result, wherever pictures and teachers lie; in hex."""
        plan = self.plan.as_json()
        if self.plan.dataset not in datasets.known():
            del plan["dataset"]
        for teacher in plan.get("teachers", []):
            del teacher["run"]
        decides = {
            "edgedigits": __version__,
            "libraries": _versions(),
            "plan": plan,
            "fingerprint": self.fingerprint,
            "schemes": self.schemes,
            # Of others nothing is said: trials that users keep are known by digests without it.
            **({"judged_on": "test"} if self.on_test else {}),
        }
        return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()

    @property
    def name(self) -> str:
        """The digest's beginning and its words, for people."""
        return f"trial {self.digest[:SHOWN]}" + (f" ({self.words})" if self.words else "")

    @property
    def form(self) -> dict[str, Any]:
        """That of its record."""
        return TESTED if self.on_test else RECORD

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
            "on_test": self.on_test,
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
            content["on_test"],
        )


@cache
def _versions() -> dict[str, str]:
    return {name: version(name) for name in LIBRARIES}
