"""Damages to what lies in a TFLite file beside the numbers that its answers are made of."""

from __future__ import annotations

import contextlib
import copy
import struct
from collections.abc import Callable
from typing import Any
from unittest import mock

import numpy as np
import tampering
from tampering import random_bytes

from converters.base import Card
from converters.tflite import metadata
from damages import archives
from damages.damage import Break, Damage, tflite
from edgedigits.bundle import contract
from edgedigits.bundle.artifact import LABELS

MEGABYTE = 1 << 20
INT8 = "tflite-int8"


def signature(change: Callable[[Any, Any], object]) -> Break:
    """Changes a TFLite file's signature, given its graph too."""
    return tflite(
        tampering.repacked(lambda model: change(model.signatureDefs[0], model.subgraphs[0]))
    )


def before_the_last_step(signed: Any, graph: Any) -> None:
    """Logits in a float file; probabilities in int8 in one that gives uint8."""
    signed.outputs[0].tensorIndex = _maker(graph, graph.outputs[0]).inputs[0]


def behind_the_input(signed: Any, graph: Any) -> None:
    (reader,) = [each for each in graph.operators if graph.inputs[0] in each.inputs]
    signed.inputs[0].tensorIndex = reader.outputs[0]


def _maker(graph: Any, tensor: int) -> Any:
    (maker,) = [each for each in graph.operators if tensor in each.outputs]
    return maker


def second_signature(model: Any) -> None:
    another = copy.deepcopy(model.signatureDefs[0])
    another.signatureKey = "another"
    model.signatureDefs.append(another)


def no_signature(model: Any) -> None:
    model.signatureDefs = []


def second_graph(model: Any) -> None:
    model.subgraphs.append(copy.deepcopy(model.subgraphs[0]))


def stray_weights(model: Any) -> None:
    data = np.frombuffer(random_bytes(MEGABYTE), np.uint8)
    tensor = copy.deepcopy(model.subgraphs[0].tensors[0])
    tensor.buffer, tensor.shape = len(model.buffers), np.array([MEGABYTE], np.int32)
    buffer = copy.deepcopy(model.buffers[0])
    buffer.data = data
    model.buffers.append(buffer)
    model.subgraphs[0].tensors.append(tensor)


def stray_metadata(model: Any) -> None:
    another = copy.deepcopy(model.metadata[0])
    another.name = b"notes"
    model.metadata.append(another)


def long_description(model: Any) -> None:
    model.description = b"x" * MEGABYTE


def described(card: dict[str, Any] | None = None, **constants: int) -> tampering.Patch:
    """TFLite metadata as export writes it, of another card or with other constants."""
    usual: dict[str, Any] = {
        "name": "edgedigits cnn",
        "description": "Handwritten digits",
        "labels": LABELS,
        "input_limits": ((0.0, 255.0),),
        "input_description": contract.INPUT_WORDS,
        "output_description": contract.output_words(logits=False),
    }

    def make(found: bytes) -> bytes:
        said = metadata.read(found)
        names = said.inputs[0].name, said.outputs[0].name
        with contextlib.ExitStack() as changed:
            for constant, value in constants.items():
                changed.enter_context(mock.patch.object(metadata, constant, value))
            return metadata.pack(
                Card(**{**usual, **(card or {})}), *names, "labels.txt", "contract.json"
            )

    return tampering.metadata(make)


def larger_pictures(found: bytes) -> bytes:
    size = metadata.read(found).inputs[0].size
    assert size is not None
    stored = struct.pack("<2I", *size)
    assert found.count(stored) == 1
    return found.replace(stored, struct.pack("<2I", 32, 32))


def other_labels_file(found: bytes) -> bytes:
    assert found.count(b"labels.txt") == 1
    return found.replace(b"labels.txt", b"classe.txt")


TFLITE = [
    Damage(
        "signature before the last step",
        INT8,
        signature(before_the_last_step),
        "the output of the file's signature is tensor",
    ),
    Damage(
        "signature at the logits",
        "tflite-float32",
        tflite(
            tampering.repacked(lambda m: before_the_last_step(m.signatureDefs[0], m.subgraphs[0])),
            "float32",
        ),
        "the file's signature serving_default does not run",
    ),
    Damage(
        "signature's output at the input",
        INT8,
        signature(lambda signed, graph: setattr(signed.outputs[0], "tensorIndex", graph.inputs[0])),
        "the output of the file's signature is tensor",
    ),
    Damage(
        "signature's input behind the input",
        INT8,
        signature(behind_the_input),
        "the input of the file's signature is tensor",
    ),
    Damage(
        "signature's input at the output",
        INT8,
        signature(lambda signed, graph: setattr(signed.inputs[0], "tensorIndex", graph.outputs[0])),
        "the input of the file's signature is tensor",
    ),
    Damage(
        "second signature",
        INT8,
        tflite(tampering.repacked(second_signature)),
        "the file has 2 signatures, not one: 'serving_default' 'another'",
    ),
    Damage(
        "no signature",
        INT8,
        tflite(tampering.repacked(no_signature)),
        "the file has 0 signatures, not one",
    ),
    Damage(
        "another signature key",
        INT8,
        signature(lambda signed, _: setattr(signed, "signatureKey", "predict")),
        "the file's signature is called 'predict'",
    ),
    Damage(
        "another name in the signature",
        INT8,
        signature(lambda signed, _: setattr(signed.outputs[0], "name", "scores")),
        "the file's output is named 'scores'",
    ),
    Damage(
        "second graph",
        INT8,
        tflite(tampering.repacked(second_graph)),
        "the file has 2 graphs, a classifier has one",
    ),
    Damage(
        "metadata removed",
        INT8,
        tflite(tampering.metadata(lambda _: None)),
        "TFLITE_METADATA is missing from the file",
    ),
    Damage(
        "metadata of random bytes",
        INT8,
        tflite(tampering.metadata(lambda found: random_bytes(len(found)))),
        "TFLITE_METADATA in the file is damaged",
    ),
    Damage(
        "metadata cut off",
        INT8,
        tflite(tampering.metadata(lambda found: found[: len(found) // 2])),
        "TFLITE_METADATA in the file is damaged",
    ),
    Damage(
        "metadata with another normalization",
        INT8,
        tflite(described({"input_limits": ((0.0, 1.0),)})),
        "normalizes by mean 0 and std 255, the manifest's range 0..255 means mean 0 and std 1",
    ),
    Damage(
        "metadata of larger pictures",
        INT8,
        tflite(tampering.metadata(larger_pictures)),
        "TFLITE_METADATA says pictures of 32x32, the model takes ",
    ),
    Damage(
        "metadata of coloured pictures",
        INT8,
        tflite(described(GRAYSCALE=1)),
        "TFLITE_METADATA does not say grey pictures",
    ),
    Damage(
        "metadata of no picture",
        INT8,
        tflite(described(IMAGE_PROPERTIES=1)),
        "TFLITE_METADATA does not call the input a picture",
    ),
    Damage(
        "metadata with other labels",
        INT8,
        tflite(tampering.metadata(other_labels_file)),
        "TFLITE_METADATA says of the output's files: (('classe.txt', 2),)",
    ),
    Damage(
        "metadata of logits",
        INT8,
        tflite(described({"output_description": "Logits"})),
        "TFLITE_METADATA says of what the output is: 'Logits'",
    ),
    Damage(
        "metadata with garbage behind it",
        INT8,
        tflite(tampering.metadata(lambda found: found + random_bytes(MEGABYTE))),
        "bytes that belong to nothing",
    ),
    Damage(
        "further metadata",
        INT8,
        tflite(tampering.repacked(stray_metadata)),
        "the file has metadata 'notes', which nothing asks for",
    ),
    *archives.TFLITE,
    Damage(
        "weights that nothing reads",
        INT8,
        tflite(tampering.repacked(stray_weights)),
        "1,048,576 bytes of weights are read by no operation",
    ),
    Damage(
        "description of a megabyte",
        INT8,
        tflite(tampering.repacked(long_description)),
        "has 1,048,576 letters",
    ),
]
