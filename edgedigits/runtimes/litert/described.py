"""TFLite metadata, which apps prepare their pictures by, held against the manifest."""

from __future__ import annotations

import math

from converters.flatbuffer_reader import Damaged
from converters.tflite import metadata
from converters.tflite.metadata import AXIS_LABELS_FILE, DESCRIPTIONS_FILE, Described, Metadata
from converters.tflite.metadata import NAME as METADATA_NAME
from converters.tflite.model_reader import TfliteFile
from converters.tflite.zip_archive import CONTRACT_FILE, LABELS_FILE, Archive
from edgedigits.bundle import contract
from edgedigits.bundle.artifact import Artifact
from edgedigits.datasets.dataset import SIDE

SPARE = 256
"""Bytes of alignment, and of what other programs describe that no app acts on."""
SIZE = (SIDE, SIDE)


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
    if taken.size != SIZE and (taken.size is not None or finished):
        found.append(
            f"{METADATA_NAME} says pictures of {_size(taken.size)}, the model takes {_size(SIZE)}"
        )
    if not taken.grey and (taken.grey is not None or finished):
        found.append(f"{METADATA_NAME} does not say grey pictures")
    low, high = artifact.pixels.low, artifact.pixels.high
    # What apps do with integer inputs of other people's files, they do without normalization.
    judged = finished or model.tensors[model.inputs[0]].type.startswith("float")
    if judged and (taken.normalization is not None or finished) and low != high:
        mean, std = metadata.mean_and_std((low, high))
        if not _same(taken.normalization, mean, std):
            found.append(
                f"{METADATA_NAME} normalizes by {_normalization(taken.normalization)}, the "
                f"manifest's range {low:g}..{high:g} means mean {mean + 0.0:g} and std {std:g}"
            )
    return found


def _ours(said: Metadata, artifact: Artifact) -> list[str]:
    (taken,), (given,) = said.inputs, said.outputs
    pairs = (
        ("the input's name", taken.name, artifact.input.name),
        ("the output's name", given.name, artifact.output.name),
        ("what the input is", taken.description, contract.INPUT_WORDS),
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
    said: tuple[tuple[float, ...], tuple[float, ...]] | None, mean: float, std: float
) -> bool:
    if said is None or len(said[0]) != 1 or len(said[1]) != 1:
        return False
    return math.isclose(said[0][0], mean, rel_tol=1e-5, abs_tol=1e-5) and math.isclose(
        said[1][0], std, rel_tol=1e-5
    )


def _normalization(said: tuple[tuple[float, ...], tuple[float, ...]] | None) -> str:
    if said is None:
        return "nothing"
    mean, std = (" ".join(f"{each + 0.0:g}" for each in values[:3]) or "none" for values in said)
    return f"mean {mean} and std {std}"


def _size(size: tuple[int, int] | None) -> str:
    return "no size" if size is None else f"{size[0]}x{size[1]}"
