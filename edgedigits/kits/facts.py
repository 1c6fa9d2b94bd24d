"""What every kit says of its model: in words for its README, and as JSON for its code."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle.reject import Reject
from edgedigits.kits.subject import Subject
from edgedigits.picture.form import DIGIT_FIT

SHOWN_LABELS = 20
_PHOTOS = {
    DIGIT_FIT: "its ink is found, whatever the colours of ink and paper, and centred",
    "stretch": "the whole photo, made narrower or lower to fit",
    "crop": "the largest part in the middle that has the right shape",
    "pad": "the whole photo in the middle, between black bars",
}


def contract(subject: Subject) -> bytes:
    """`contract.json`: labels, the pictures that the model takes, and what pixels 0 and 255 of each
    channel are to it."""
    pixels = subject.artifact.pixels
    form = pixels.form
    return _json(
        {
            "labels": list(subject.artifact.labels),
            "logits": subject.artifact.logits,
            "height": form.height,
            "width": form.width,
            "channels": form.channels,
            "fit": form.fit,
            "ends": [list(pair) for pair in pixels.limits],
            "bgr": pixels.bgr,
            "channels_first": pixels.channels_first,
            "reject": asdict(rule(subject)),
        },
        indent=2,
    )


def rule(subject: Subject) -> Reject:
    """When an answer is rejected or unsure: where the bundle says nothing of that, never."""
    return subject.bundle.manifest.reject or Reject(temperature=1.0, threshold=0.0)


def golden(subject: Subject) -> bytes:
    """`golden.json`: pictures with the float model's probabilities, and photos with what becomes of
    them."""
    return _json(
        {
            "pictures": [_packed(image) for image in subject.images],
            "probabilities": [[float(f"{p:.9g}") for p in row] for row in subject.probabilities],
            "allowed_difference": subject.allowed(),
            "photos": [
                {
                    "height": each.photo.shape[0],
                    "width": each.photo.shape[1],
                    "rgb": _packed(each.photo),
                    "prepared": _packed(each.prepared),
                }
                for each in subject.photos
            ],
        }
    )


def words(subject: Subject) -> dict[str, object]:
    """What READMEs have in common, by the names that their templates use."""
    artifact, manifest = subject.artifact, subject.bundle.manifest
    source = manifest.facts.get("source", {})
    form = artifact.pixels.form
    labels = [one_line(label) for label in artifact.labels]
    more = f" and {len(labels) - SHOWN_LABELS:,} more" if len(labels) > SHOWN_LABELS else ""
    proof = manifest.verification.get(artifact.id)
    verified = "was verified" if proof is not None else "was **not verified**"
    return {
        "name": one_line(str(source.get("model") or source.get("name") or "A model")),
        "artifact": artifact.id,
        "scheme": artifact.scheme,
        "size_bytes": artifact.size_bytes,
        "picture": str(form),
        "photos": _PHOTOS[form.fit],
        "labels": f"{', '.join(labels[:SHOWN_LABELS])}{more}",
        "classes": len(labels),
        "verified": f"{verified} against its float model when the bundle was made",
        "reject": _reject(subject),
        "unsure": _unsure(subject),
    }


def template(kit: str, name: str) -> str:
    """The text of a template."""
    place = resources.files(__package__ or "") / "templates" / kit / name
    return place.read_text("utf-8")


def readme(kit: str, subject: Subject) -> bytes:
    """A kit's README."""
    return template(kit, "README.md").format(**words(subject)).encode()


def one_line(text: str) -> str:
    """What somebody calls a model or a class, as part of a line."""
    return " ".join(text.split())


def _reject(subject: Subject) -> str:
    """When an answer is rejected, in words."""
    if subject.bundle.manifest.reject is None:
        return (
            "never, as the bundle has no rule for that. A picture of something else is answered "
            "with one of the labels."
        )
    fitted = rule(subject)
    return (
        "an answer to a picture of something else, by the rule of `edgedigits predict`: its "
        f"confidence, 1 / sum((p / largest p) ^ {1 / fitted.temperature:.4g}), is below "
        f"{fitted.threshold:.4g}."
    )


def _unsure(subject: Subject) -> str:
    """When an answer is unsure, in words."""
    if subject.bundle.manifest.reject is None:
        return "never, for the same reason."
    return f"by the same rule, an answer whose confidence is below {rule(subject).sure:.4g}."


def _packed(pixels: NDArray[np.uint8]) -> str:
    return base64.b64encode(pixels.tobytes()).decode("ascii")


def _json(content: dict[str, Any], indent: int | None = None) -> bytes:
    separators = None if indent else (",", ":")
    text = json.dumps(content, indent=indent, separators=separators, ensure_ascii=False)
    return f"{text}\n".encode()
