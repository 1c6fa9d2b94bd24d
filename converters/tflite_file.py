"""A TFLite file as data: its contract, and the facts embedded in it for people who have only it."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from typing import Any

import numpy as np

from converters import tflite_metadata
from converters.base import Card, Tensor

FILE_IDENTIFIER = b"TFL3"
METADATA_NAME = "TFLITE_METADATA"
RUNTIME_VERSION = b"min_runtime_version"
LABELS_FILE = "labels.txt"
CONTRACT_FILE = "contract.json"
# Zip entries need a date; a fixed one keeps the same model the same bytes.
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
BUFFER_ALIGNMENT = 16


@dataclass(frozen=True)
class Contract:
    """The one input and the one output of a TFLite classifier."""

    input: Tensor
    output: Tensor


def contract(content: bytes) -> Contract:
    """Read the contract by opening the file in the interpreter.

    Raises:
        ValueError: the interpreter refuses the file.
    """
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=content, num_threads=1)
    interpreter.allocate_tensors()
    names = next(iter(interpreter.get_signature_list().values()), None)
    (found_input,) = interpreter.get_input_details()
    (found_output,) = interpreter.get_output_details()
    return Contract(
        _tensor(found_input, names["inputs"][0] if names else None),
        _tensor(found_output, names["outputs"][0] if names else None),
    )


def _tensor(details: dict[str, Any], name: str | None) -> Tensor:
    scale, zero_point = details["quantization"]
    quantized = np.issubdtype(details["dtype"], np.integer)
    return Tensor(
        name=name or details["name"],
        dtype=np.dtype(details["dtype"]).name,
        shape=tuple(int(size) for size in details["shape"]),
        scale=float(scale) if quantized else None,
        zero_point=int(zero_point) if quantized else None,
    )


def finish(content: bytes, card: Card, input_name: str, output_name: str) -> bytes:
    """Give tensors short names and embed labels and contract; answers stay the same, bit for bit.

    The facts go in twice, so that any reader finds them: as TFLite model metadata (the flatbuffer
    that Android's tools and MediaPipe read), and as a zip archive behind the flatbuffer, which
    `unzip -p model.tflite labels.txt` opens.
    """
    from ai_edge_litert import schema_py_generated as schema

    model = schema.ModelT.InitFromPackedBuf(content, 0)
    _shorten_names(model, input_name, output_name)
    # The converter's own notes (which of its flags were set) are of no use in a deployed file.
    model.metadata = [entry for entry in model.metadata or [] if entry.name == RUNTIME_VERSION][:1]
    embedded = schema.BufferT()
    embedded.data = np.frombuffer(
        tflite_metadata.pack(card, input_name, output_name, LABELS_FILE, CONTRACT_FILE), np.uint8
    )
    entry = schema.MetadataT()
    entry.name = METADATA_NAME
    entry.buffer = len(model.buffers)
    model.buffers.append(embedded)
    model.metadata.append(entry)
    _drop_unused_buffers(model)
    return _append_archive(_pack(model), card)


def read_labels(content: bytes) -> tuple[str, ...] | None:
    """The labels embedded in a TFLite file, or None where it carries none."""
    text = _embedded(content, LABELS_FILE)
    return None if text is None else tuple(text.splitlines())


def read_facts(content: bytes) -> dict[str, Any] | None:
    """The facts embedded in a TFLite file (`Card.facts`), or None where it carries none."""
    text = _embedded(content, CONTRACT_FILE)
    found = None if text is None else json.loads(text)
    return found if isinstance(found, dict) else None


def _embedded(content: bytes, name: str) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.read(name).decode("utf-8")
    except (zipfile.BadZipFile, KeyError):
        return None


def _shorten_names(model: Any, input_name: str, output_name: str) -> None:
    for signature in model.signatureDefs or []:
        signature.inputs[0].name = input_name
        signature.outputs[0].name = output_name
    (graph,) = model.subgraphs
    for tensor in graph.tensors:
        # The converter joins the names of all operations it fused; the first says what it is.
        tensor.name = tensor.name.decode("utf-8").split(";")[0]
    graph.tensors[graph.inputs[0]].name = input_name
    graph.tensors[graph.outputs[0]].name = output_name


def _drop_unused_buffers(model: Any) -> None:
    """Empty the buffers nothing points at. Buffer 0 is empty by convention."""
    used = {tensor.buffer for graph in model.subgraphs for tensor in graph.tensors}
    used |= {entry.buffer for entry in model.metadata}
    for index, buffer in enumerate(model.buffers):
        if index not in used:
            buffer.data = None


def _pack(model: Any) -> bytes:
    import flatbuffers
    from ai_edge_litert import schema_py_generated as schema

    class AlignedBuffer(schema.BufferT):  # type: ignore[misc, unused-ignore]
        # Kernels read weights in 16-byte steps; the generated code aligns to one byte.
        def Pack(self, builder: Any) -> Any:  # noqa: N802
            data = None
            if self.data is not None and len(self.data):
                raw = np.asarray(self.data, np.uint8).tobytes()
                builder.StartVector(1, len(raw), BUFFER_ALIGNMENT)
                builder.head = builder.head - len(raw)
                builder.Bytes[builder.head : builder.head + len(raw)] = raw
                data = builder.EndVector()
            schema.BufferStart(builder)
            if data is not None:
                schema.BufferAddData(builder, data)
            return schema.BufferEnd(builder)

    for index, buffer in enumerate(model.buffers):
        aligned = AlignedBuffer()
        aligned.data = buffer.data
        model.buffers[index] = aligned
    builder = flatbuffers.Builder(1 << 20)
    builder.Finish(model.Pack(builder), FILE_IDENTIFIER)
    return bytes(builder.Output())


def _append_archive(content: bytes, card: Card) -> bytes:
    held = io.BytesIO(content)
    held.seek(0, io.SEEK_END)
    # Appending lets the archive's offsets count from the start of the file, as unzip expects.
    with zipfile.ZipFile(held, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (
            (LABELS_FILE, "".join(f"{label}\n" for label in card.labels)),
            (CONTRACT_FILE, json.dumps(card.facts, indent=1, sort_keys=True) + "\n"),
        ):
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text)
    return held.getvalue()
