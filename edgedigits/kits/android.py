"""The kit for Android: pure Kotlin around one thin file that calls Android and LiteRT."""

from __future__ import annotations

from importlib import resources

from converters.base import Tensor
from edgedigits.errors import WrongUse
from edgedigits.kits import facts
from edgedigits.kits.subject import Subject

PACKAGE = "edgedigits"
TYPES = "float32", "uint8", "int8"


def files(subject: Subject) -> dict[str, bytes]:
    """The kit's files by path.

    Raises:
        WrongUse: the artifact takes or gives numbers that the Kotlin does not know.
    """
    (model,) = subject.artifact.files
    assets = f"assets/{PACKAGE}"
    return {
        "README.md": facts.readme("android", subject),
        **{f"kotlin/{PACKAGE}/{name}": content for name, content in sources().items()},
        f"{assets}/model.tflite": subject.content(model.path),
        f"{assets}/contract.txt": _contract(subject).encode(),
        f"{assets}/golden.txt": _golden(subject).encode(),
    }


def sources() -> dict[str, bytes]:
    """The Kotlin by file name."""
    place = resources.files(__package__ or "") / "templates" / "android"
    return {
        file.name: file.read_bytes()
        for file in sorted(place.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".kt")
    }


def _contract(subject: Subject) -> str:
    """`contract.txt`: lines of a name and what it is, and then the labels."""
    artifact = subject.artifact
    pixels, form = artifact.pixels, artifact.pixels.form
    rule = facts.rule(subject)
    said = {
        "height": form.height,
        "width": form.width,
        "channels": form.channels,
        "fit": form.fit,
        "bgr": str(pixels.bgr).lower(),
        "channels_first": str(pixels.channels_first).lower(),
        "logits": str(artifact.logits).lower(),
        "allowed": subject.allowed(),
        "temperature": rule.temperature,
        "threshold": rule.threshold,
        "sure": rule.sure,
        "ends": " ".join(str(end) for pair in pixels.limits for end in pair),
        "input": _stored(artifact.input, artifact.id),
        "output": _stored(artifact.output, artifact.id),
    }
    labels = [facts.one_line(label) for label in artifact.labels]
    return "\n".join([*(f"{name} {what}" for name, what in said.items()), "labels", *labels, ""])


def _stored(tensor: Tensor, artifact_id: str) -> str:
    if tensor.dtype not in TYPES:
        raise WrongUse(
            f"{artifact_id} takes or gives {tensor.dtype}, which is not in this kit",
            f"take a scheme with one of: {', '.join(TYPES)}",
        )
    return f"{tensor.dtype} {tensor.scale or 1.0} {tensor.zero_point or 0}"


def _golden(subject: Subject) -> str:
    """`golden.txt`, as SelfTest.kt reads it."""
    lines = [
        f"photo {each.photo.shape[1]} {each.photo.shape[0]} {each.photo.tobytes().hex()} "
        f"{each.prepared.tobytes().hex()}"
        for each in subject.photos
    ]
    for image, row in zip(subject.images, subject.probabilities, strict=True):
        lines.append(f"picture {image.tobytes().hex()} {' '.join(f'{p:.9g}' for p in row)}")
    return "\n".join([*lines, ""])
