"""The pixel contract in words and facts, for people and programs that have only a file."""

from __future__ import annotations

from typing import Any

from edgedigits.bundle import manifest_check
from edgedigits.bundle.artifact import Artifact, InputContract
from edgedigits.bundle.input_contract import DIGITS_JSON
from edgedigits.picture.form import DIGIT_FIT

INK = "bright on dark"
CENTRE = "centred by mass"
INPUT_WORDS = f"Ink {INK}, {CENTRE}"
"""What a picture must be that the tensors of a file cannot say of themselves."""


LONGEST_WORDS = 200


def output_words(*, logits: bool) -> str:
    """What the answer is."""
    return "Logits" if logits else "Probabilities"


def input_words(pixels: InputContract) -> str:
    """What the input is."""
    if pixels.form.fit == DIGIT_FIT:
        return INPUT_WORDS
    return f"Picture, {pixels.form}, {pixels.form.fit}: {pixels}"


def facts(pixels: InputContract, labels: tuple[str, ...], *, logits: bool) -> dict[str, Any]:
    """The same as data."""
    said = pixels.as_json()
    span, size = said.pop("range"), said.pop("size")
    kind = {"ink": INK, "digit": CENTRE} if pixels.form.fit == DIGIT_FIT else said
    return {
        "input": {
            "size": size,
            **kind,
            "pixel_range": [0, 255],
            "value_range": span,
            "quantize": "clip(round(value / scale) + zero_point)",
        },
        "output": {"kind": "logits" if logits else "probabilities"},
        "labels": list(labels),
    }


def pixels(found: dict[str, Any]) -> InputContract | None:
    """What the facts inside a file say of its input; None where that is nothing or nonsense: the
    file may be anybody's."""
    try:
        said = found["input"]
        # Of digits the facts say no more than that they are digits.
        parts = {name: said.get(name, usual) for name, usual in DIGITS_JSON.items()}
        shape = [1, *parts["size"], parts["channels"]]
        taken = {**parts, "range": said["value_range"], "name": "input", "shape": shape}
    except (KeyError, TypeError, AttributeError):
        return None
    return None if manifest_check.pictures_problem(taken) else InputContract.from_json(taken)


def violations(found: dict[str, Any] | None, artifact: Artifact) -> list[str]:
    """Where the facts inside an artifact's file (None where it carries none) are not what the
    manifest says, one line each."""
    if found is None:
        return []
    said = facts(artifact.pixels, artifact.labels, logits=artifact.logits)
    pairs = (
        # A TFLite file holds its labels beside the facts, not among them.
        ("labels", found.get("labels", list(artifact.labels)), list(artifact.labels)),
        ("range", _part(found, "input", "value_range"), said["input"]["value_range"]),
        ("kind of output", _part(found, "output", "kind"), said["output"]["kind"]),
        # What the manifest does not say is the same in every export that says it.
        *(
            (what.replace("_", " "), said["input"][what] if ours is None else ours, theirs)
            for what, theirs in said["input"].items()
            if what != "value_range"
            for ours in [_part(found, "input", what)]
        ),
    )
    return [
        f"the {what} inside the file: {_words(ours)}; the manifest says: {_words(theirs)}"
        for what, ours, theirs in pairs
        if ours != theirs
    ]


def _part(found: dict[str, Any], side: str, name: str) -> Any:
    held = found.get(side)
    return held.get(name) if isinstance(held, dict) else None


def _words(value: Any) -> str:
    words = " ".join(map(str, value)) if isinstance(value, list) else str(value)
    return words[:LONGEST_WORDS]
