"""The pixel contract in words and facts, for people and programs that have only a file."""

from __future__ import annotations

from typing import Any

from edgedigits.artifact import LABELS, Artifact, InputContract


def input_words(pixels: InputContract) -> str:
    """What a picture must be before the model sees it, in one sentence."""
    words = "One grey 28x28 picture, ink bright on dark, the digit centred by its mass"
    if (pixels.low, pixels.high) == (0.0, 255.0):
        return f"{words}; pixels 0..255 as they are."
    return f"{words}; pixels 0..255 mapped to {pixels.low:g}..{pixels.high:g}."


def output_words(*, logits: bool) -> str:
    """What the answer is, in one sentence."""
    return f"{'Logits' if logits else 'Probabilities'} of the digits 0 to 9."


def facts(pixels: InputContract, *, logits: bool) -> dict[str, Any]:
    """The same as data."""
    return {
        "input": {
            "height": 28,
            "width": 28,
            "ink": "bright on dark",
            "pixel_range": [0, 255],
            "value_range": [pixels.low, pixels.high],
            "quantize": "clip(round(value / scale) + zero_point)",
            "words": input_words(pixels),
        },
        "output": {"kind": "logits" if logits else "probabilities"},
        "labels": list(LABELS),
    }


def violations(found: dict[str, Any] | None, artifact: Artifact) -> list[str]:
    """Where the facts inside an artifact's file (None where it carries none) are not what the
    manifest says, one line each."""
    if found is None:
        return []
    said = facts(artifact.pixels, logits=artifact.logits)
    pairs = (
        ("labels", found.get("labels"), list(artifact.labels)),
        ("range", _part(found, "input", "value_range"), said["input"]["value_range"]),
        ("kind of output", _part(found, "output", "kind"), said["output"]["kind"]),
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
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
