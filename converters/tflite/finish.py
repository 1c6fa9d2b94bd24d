"""From the converter's bytes to the file to deploy: names, metadata, and nothing it can do without.

None of it changes an answer. Names and metadata are only words; the compact form is asked the same
pictures as the plain one, and a scheme that would lose a bit is not written.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from converters.base import Conversion, Finish
from converters.errors import ConversionError
from converters.tflite import compaction, metadata, packing, same_answers, zip_archive
from converters.tflite.model_file import RUNTIME_VERSION


def finish(content: bytes, conversion: Conversion, scheme: str) -> tuple[bytes, Finish]:
    """Name input and output, embed labels and contract, compact: each as `conversion` asks.

    The facts go in twice, so that any reader finds them: as TFLite model metadata (the flatbuffer
    that Android's tools and MediaPipe read), and as a zip archive behind the flatbuffer, which
    `unzip -p model.tflite labels.txt` opens.

    Raises:
        ConversionError: the compact file answers a picture differently. (Keeping the plain file
            instead would quietly give the user another file than the one asked for, perhaps one
            that is too large for its device.)
    """
    plain = described(content, conversion, compact=False)
    finished = plain
    kernels: tuple[str, ...] = ()
    if conversion.compact:
        if conversion.probes is None or len(conversion.probes) == 0:
            raise ConversionError("compacting needs pictures to compare answers on; there are none")
        finished = described(content, conversion, compact=True)
        found = same_answers.compare(plain, finished, conversion.probes, conversion.gpu)
        if found.difference is not None:
            raise ConversionError(
                f"the compact form of {conversion.source.path} in scheme {scheme} is not the same "
                f"model: {found.difference}",
                "export it as the converter made it: --no-compact",
            )
        kernels = found.kernels
    return finished, Finish(conversion.compact, conversion.metadata, len(plain), kernels)


def described(content: bytes, conversion: Conversion, *, compact: bool) -> bytes:
    """A file with names, labels and contract as `finish` leaves it, before answers are compared."""
    from ai_edge_litert import schema_py_generated as schema

    model = schema.ModelT.InitFromPackedBuf(content, 0)
    card, source = conversion.card, conversion.source
    _shorten_names(model, source.input_name, source.output_name)
    # The converter's own notes (which of its flags were set) are of no use in a deployed file.
    kept = [entry for entry in model.metadata or [] if entry.name == RUNTIME_VERSION][:1]
    model.metadata = [] if compact else kept
    if conversion.metadata:
        words = metadata.pack(
            card,
            source.input_name,
            source.output_name,
            zip_archive.LABELS_FILE,
            zip_archive.CONTRACT_FILE,
        )
        _embed(model, metadata.NAME, words)
    if compact:
        compaction.compact(model)
    else:
        _drop_unused_buffers(model)
    packed = packing.pack(model, share=compact)
    return zip_archive.append(packed, card) if conversion.metadata else packed


def _shorten_names(model: Any, input_name: str, output_name: str) -> None:
    for signature in model.signatureDefs or []:
        signature.inputs[0].name = input_name
        signature.outputs[0].name = output_name
    (graph,) = model.subgraphs
    for tensor in graph.tensors:
        # The converter joins the names of all operations it fused; the first says what it is.
        tensor.name = (tensor.name or b"").decode("utf-8").split(";")[0]
    graph.tensors[graph.inputs[0]].name = input_name
    graph.tensors[graph.outputs[0]].name = output_name


def _embed(model: Any, name: str, content: bytes) -> None:
    from ai_edge_litert import schema_py_generated as schema

    buffer, entry = schema.BufferT(), schema.MetadataT()
    buffer.data = np.frombuffer(content, np.uint8)
    entry.name, entry.buffer = name, len(model.buffers)
    model.buffers.append(buffer)
    model.metadata.append(entry)


def _drop_unused_buffers(model: Any) -> None:
    """Empty the buffers nothing points at. Buffer 0 is empty by convention."""
    used = {tensor.buffer for graph in model.subgraphs for tensor in graph.tensors}
    used |= {entry.buffer for entry in model.metadata}
    for index, buffer in enumerate(model.buffers):
        if index not in used:
            buffer.data = None
