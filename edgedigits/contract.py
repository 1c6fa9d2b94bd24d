"""The pixel contract in words and facts, for people and programs that have only a file."""

from __future__ import annotations

from typing import Any

from edgedigits.artifact import LABELS, InputContract


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
