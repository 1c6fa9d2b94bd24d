"""What lies in a TFLite file, held against what the manifest says was put into it.

A file that export finished is held against all of it; of one that another program made, only that
nothing is stray and that what it says of itself fits the manifest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from converters import targets
from converters.flatbuffer_reader import Damaged
from converters.tflite import model_reader, stored_scheme, zip_archive
from converters.tflite.metadata import NAME as METADATA_NAME
from converters.tflite.model_file import RUNTIME_VERSION
from converters.tflite.model_reader import TfliteFile
from converters.tflite.zip_archive import CONTRACT_FILE, LABELS_FILE, Archive
from edgedigits.bundle import contract
from edgedigits.bundle.artifact import Artifact
from edgedigits.runtimes.litert import described

SIGNATURE = "serving_default"
"""The key that TFLiteConverter gives, and so every file of an export has."""
PADDING = 15
"""Zeros between the model and its archive, up to a multiple of 16."""
NOTE = 4096
"""Bytes of the longest metadata that a converter leaves in its files."""
VERSION_BYTES = 16
SPARE = 64
"""Bytes a file of the archive that other programs add: dates, alignment."""


def violations(content: bytes, artifact: Artifact) -> list[str]:
    """Where a file is not what the manifest says of `artifact`, one line each.

    Whatever the file holds, it is read within bounds and never run.
    """
    try:
        model = model_reader.read(content)
        archive = zip_archive.read(content)
        labels, facts = zip_archive.labels_in(archive), zip_archive.facts_in(archive)
    except Damaged as error:
        return [f"the file is damaged: {error}"]
    found = [f"the file holds more than its model: {stray}" for stray in model.strays]
    found += _behind(content, model, archive)
    found += _archive_violations(archive, artifact)
    found += contract.violations(facts, artifact)
    if labels is not None and labels != artifact.labels:
        found.append(
            f"the labels inside the file are {_words(labels)}, "
            f"the manifest says {_words(artifact.labels)}"
        )
    if graph := _graph_violations(model):
        return found + graph
    found += _metadata_violations(model, archive, artifact)
    found += _signature_violations(model, artifact)
    return found + _layer_violations(model, artifact)


def _layer_violations(model: TfliteFile, artifact: Artifact) -> list[str]:
    """Where layers are not stored as the scheme has it, or as a repair left each of them."""
    if artifact.repair is None:
        scheme = targets.TARGETS[artifact.target].scheme(artifact.scheme)
        return stored_scheme.violations(model, scheme)
    found, said = stored_scheme.kinds(model), artifact.repair.layers
    if found == said and artifact.scheme in found:
        return []
    return [
        f"its layers are stored as {', '.join(found) or 'nothing'}; the manifest says "
        f"{', '.join(said) or 'nothing'}"
    ]


def signature_violations(
    interpreter: Any, stored_inputs: NDArray[Any], artifact: Artifact
) -> list[str]:
    """Whether a file's signature answers as the file does.

    `interpreter` is open, its tensors allocated; `stored_inputs` are pictures as its input stores
    them, `[N, *input shape]`. A file without a signature has no other way to be asked.
    """
    signatures = interpreter.get_signature_list()
    if not signatures:
        return []
    key, sides = next(iter(signatures.items()))
    if (sides["inputs"], sides["outputs"]) != ([artifact.input.name], [artifact.output.name]):
        return []  # said by `violations` already
    (taken,), (given,) = interpreter.get_input_details(), interpreter.get_output_details()
    plain = []
    for picture in stored_inputs:
        interpreter.set_tensor(taken["index"], picture)
        interpreter.invoke()
        plain.append(interpreter.get_tensor(given["index"]))
    try:
        runner = interpreter.get_signature_runner(key)
        answers = [
            runner(**{artifact.input.name: picture})[artifact.output.name]
            for picture in stored_inputs
        ]
    except (ValueError, RuntimeError, KeyError) as error:
        reason = (str(error).splitlines() or ["no reason given"])[0][:120]
        return [f"the file's signature {key} does not run: {reason}"]
    wrong = sum(
        one.shape != other.shape or one.tobytes() != other.tobytes()
        for one, other in zip(plain, answers, strict=True)
    )
    if not wrong:
        return []
    return [
        f"the file's signature {key} answers {wrong} of {len(plain)} pictures otherwise than "
        "the file does"
    ]


def _graph_violations(model: TfliteFile) -> list[str]:
    found = []
    if model.graphs != 1:
        found.append(f"the file has {model.graphs} graphs, a classifier has one")
    for side, tensors in (("input", model.inputs), ("output", model.outputs)):
        if len(tensors) != 1:
            found.append(f"the file has {len(tensors)} {side}s, a classifier has one")
    return found


def _behind(content: bytes, model: TfliteFile, archive: Archive | None) -> list[str]:
    """What lies between the model and its archive, or behind a model that has none."""
    start = len(content) if archive is None else archive.start
    between = content[model.end : start]
    if start < model.end:
        return ["the archive begins inside the model"]
    if len(between) > PADDING or any(between):
        return [
            f"the file holds more than its model: {len(between):,} bytes behind it "
            "belong to nothing"
        ]
    return []


def _archive_violations(archive: Archive | None, artifact: Artifact) -> list[str]:
    finish = artifact.finish
    if archive is None:
        missing = finish is not None and finish.metadata
        names = f"{LABELS_FILE} and {CONTRACT_FILE}"
        return [f"{names} are missing: no archive behind the model"] if missing else []
    if finish is not None and not finish.metadata:
        return ["an archive lies behind the model; the manifest says that nothing was embedded"]
    found = []
    if archive.spare > (0 if finish else SPARE * len(archive.files)):
        found.append(f"the archive holds {archive.spare:,} bytes beside its files")
    if finish is not None:
        wanted = (LABELS_FILE, CONTRACT_FILE)
        found += [
            f"{each} is missing from the archive" for each in wanted if each not in archive.files
        ]
        found += _strange(archive, wanted)
    return found


def _strange(archive: Archive, known: Sequence[str]) -> list[str]:
    return [
        f"the archive holds {name!r}, which nothing names"
        for name in archive.files
        if name not in known
    ]


def _metadata_violations(
    model: TfliteFile, archive: Archive | None, artifact: Artifact
) -> list[str]:
    finish, found = artifact.finish, []
    official = [content for name, content in model.metadata if name == METADATA_NAME]
    others = [(name, content) for name, content in model.metadata if name != METADATA_NAME]
    if finish is not None:
        version = RUNTIME_VERSION.decode()
        strange = [
            name
            for turn, (name, content) in enumerate(others)
            if finish.compact or turn or name != version or len(content) > VERSION_BYTES
        ]
    else:
        strange = [name for name, content in others if len(content) > NOTE]
    found += [f"the file has metadata {name!r}, which nothing asks for" for name in strange]
    if len(official) > 1:
        return [*found, f"the file has {METADATA_NAME} {len(official)} times"]
    if not official:
        if finish is not None and finish.metadata:
            return [*found, f"{METADATA_NAME} is missing from the file"]
        return found if archive is None else found + _strange(archive, (LABELS_FILE, CONTRACT_FILE))
    if finish is not None and not finish.metadata:
        return [*found, f"the file has {METADATA_NAME}; the manifest says that it has none"]
    return found + described.violations(official[0].tobytes(), archive, artifact, model)


def _signature_violations(model: TfliteFile, artifact: Artifact) -> list[str]:
    finished = artifact.finish is not None
    if len(model.signatures) != 1:
        if not model.signatures and not finished:
            return []
        keys = "".join(f" {each.key!r:.40}" for each in model.signatures[:3])
        return [f"the file has {len(model.signatures)} signatures, not one:{keys or ' none'}"]
    (signature,) = model.signatures
    found = []
    if finished and signature.key != SIGNATURE:
        found.append(f"the file's signature is called {signature.key!r}, not {SIGNATURE!r}")
    if signature.graph != 0:
        found.append(f"the file's signature is of graph {signature.graph}, not of its own")
    for side, pairs, own in (
        ("input", signature.inputs, model.inputs),
        ("output", signature.outputs, model.outputs),
    ):
        if len(pairs) != 1:
            found.append(f"the file's signature has {len(pairs)} {side}s, not one")
        elif (pairs[0][1],) != own:
            found.append(
                f"the {side} of the file's signature is {_tensor(model, pairs[0][1])}, "
                f"that of its graph is {_tensor(model, own[0])}"
            )
    return found


def _tensor(model: TfliteFile, index: int) -> str:
    """A tensor in words; the compact ones have no name but where callers see them."""
    if not 0 <= index < len(model.tensors):
        return f"tensor {index}, which does not exist"
    name = model.tensors[index].name
    return f"tensor {index}" + (f" ({name!r})" if name else "")


def _words(values: Sequence[str]) -> str:
    return " ".join(values)[:200]
