"""TFLite metadata, which apps prepare their pictures by, held against the manifest."""

from __future__ import annotations

import numpy as np

from converters.flatbuffer_reader import Damaged
from converters.tflite import metadata
from converters.tflite.metadata import AXIS_LABELS_FILE, DESCRIPTIONS_FILE, Described, Metadata
from converters.tflite.metadata import NAME as METADATA_NAME
from converters.tflite.model_reader import TfliteFile
from converters.tflite.zip_archive import CONTRACT_FILE, LABELS_FILE, Archive
from edgedigits.bundle import contract
from edgedigits.bundle.artifact import Artifact

WORDS = {metadata.GRAYSCALE: "grey", metadata.RGB: "RGB", metadata.UNKNOWN: "BGR"}
SPARE = 256
"""Bytes of alignment, and of what other programs describe that no app acts on."""


def violations(
    content: bytes, archive: Archive | None, artifact: Artifact, model: TfliteFile
) -> list[str]:
    """Where the metadata inside a file is not what the manifest says, one line each.

    That of an export must say everything; that of another program must say nothing else.
    """
    try:
        said = metadata.read(content)
    except Damaged as error:
        return [f"{METADATA_NAME} in the file is damaged: {error}"]
    if len(said.inputs) != 1 or len(said.outputs) != 1:
        return [
            f"{METADATA_NAME} tells of {len(said.inputs)} inputs and {len(said.outputs)} outputs, "
            "a classifier has one each"
        ]
    finished = artifact.finish is not None
    found = []
    if said.spare > SPARE:
        found.append(f"{METADATA_NAME} holds {said.spare:,} bytes that belong to nothing")
    found += _picture(said.inputs[0], artifact, model, finished=finished)
    return found + (_ours(said, artifact) if finished else _theirs(said, archive))


def _picture(
    taken: Described, artifact: Artifact, model: TfliteFile, *, finished: bool
) -> list[str]:
    found = []
    if finished and not taken.picture:
        found.append(f"{METADATA_NAME} does not call the input a picture")
    form = artifact.pixels.form
    size = (form.width, form.height)
    if taken.size != size and (taken.size is not None or finished):
        found.append(
            f"{METADATA_NAME} says pictures of {_size(taken.size)}, the model takes {_size(size)}"
        )
    colours = metadata.colours(form.channels, bgr=artifact.pixels.bgr)
    if (taken.colours or metadata.UNKNOWN) != colours and (taken.colours or finished):
        found.append(f"{METADATA_NAME} does not say {WORDS[colours]} pictures")
    # What apps do with integer inputs of other people's files, they do without normalization.
    judged = finished or model.tensors[model.inputs[0]].type.startswith("float")
    known = all(low != high for low, high in artifact.pixels.limits)
    if judged and (taken.normalization is not None or finished) and known:
        means, stds = metadata.means_and_stds(artifact.pixels.limits)
        if not _same(taken.normalization, means, stds):
            found.append(
                f"{METADATA_NAME} normalizes by {_normalization(taken.normalization)}, the "
                f"manifest's range {artifact.pixels} means {_normalization((means, stds))}"
            )
    return found


def _ours(said: Metadata, artifact: Artifact) -> list[str]:
    (taken,), (given,) = said.inputs, said.outputs
    pairs = (
        ("the input's name", taken.name, artifact.input.name),
        ("the output's name", given.name, artifact.output.name),
        ("what the input is", taken.description, contract.input_words(artifact.pixels)),
        ("what the output is", given.description, contract.output_words(logits=artifact.logits)),
        ("the input's files", taken.files, ()),
        ("the output's files", given.files, ((LABELS_FILE, AXIS_LABELS_FILE),)),
        ("the model's files", said.files, ((CONTRACT_FILE, DESCRIPTIONS_FILE),)),
    )
    return [
        f"{METADATA_NAME} says of {what}: {ours!r:.100}; the manifest means {theirs!r:.100}"
        for what, ours, theirs in pairs
        if ours != theirs
    ]


def _theirs(said: Metadata, archive: Archive | None) -> list[str]:
    named = {name for each in (*said.inputs, *said.outputs) for name, _ in each.files}
    named |= {name for name, _ in said.files}
    held = set() if archive is None else set(archive.files)
    found = [
        f"{METADATA_NAME} names {name!r}, which the file lacks" for name in sorted(named - held)
    ]
    return found + [
        f"the archive holds {name!r}, which nothing names" for name in sorted(held - named)
    ]


def _same(
    said: tuple[tuple[float, ...], tuple[float, ...]] | None,
    means: tuple[float, ...],
    stds: tuple[float, ...],
) -> bool:
    if said is None or (len(said[0]), len(said[1])) != (len(means), len(stds)):
        return False
    return bool(
        np.allclose(said[0], means, rtol=1e-5, atol=1e-5)
        and np.allclose(said[1], stds, rtol=1e-5, atol=0)
    )


def _normalization(said: tuple[tuple[float, ...], tuple[float, ...]] | None) -> str:
    if said is None:
        return "nothing"
    mean, std = (" ".join(f"{each + 0.0:g}" for each in values[:3]) or "none" for values in said)
    return f"mean {mean} and std {std}"


def _size(size: tuple[int, int] | None) -> str:
    return "no size" if size is None else f"{size[0]}x{size[1]}"
