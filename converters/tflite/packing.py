"""A TFLite model, as objects of the generated schema, to the bytes of a file."""

from __future__ import annotations

from typing import Any

import numpy as np

from converters.tflite.model_file import FILE_IDENTIFIER

BUFFER_ALIGNMENT = 16
"""Kernels read weights in 16-byte steps, and the schema asks for it."""


def pack(model: Any, *, share: bool) -> bytes:
    """The bytes of a `ModelT`, every buffer on a multiple of 16.

    With `share`, what is equal is written once: see `sharing_builder`.
    """
    import flatbuffers

    from converters.tflite.sharing_builder import SharingBuilder

    _align_buffers(model)
    if not share:
        return _finish(flatbuffers.Builder(1 << 16), model)
    # The first time shows which strings and vectors there are to fill gaps with, the second time
    # the buffers, which make the gaps, come before them.
    first = SharingBuilder()
    _finish(first, model)
    builder = SharingBuilder(leaves=first.wanted)
    for buffer in model.buffers:
        buffer.write_data(builder)
    return _finish(builder, model)


def _finish(builder: Any, model: Any) -> bytes:
    builder.Finish(model.Pack(builder), FILE_IDENTIFIER)
    return bytes(builder.Output())


def _align_buffers(model: Any) -> None:
    from ai_edge_litert import schema_py_generated as schema

    from converters.tflite.sharing_builder import SharingBuilder, aligned_bytes

    class AlignedBuffer(schema.BufferT):  # type: ignore[misc, unused-ignore]
        # The generated code aligns to one byte.
        def write_data(self, builder: Any) -> int | None:
            if self.data is None or len(self.data) == 0:
                return None
            content = np.asarray(self.data, np.uint8).tobytes()
            if isinstance(builder, SharingBuilder):
                return builder.create_aligned_bytes(content, BUFFER_ALIGNMENT)
            return aligned_bytes(builder, content, BUFFER_ALIGNMENT)

        def Pack(self, builder: Any) -> Any:  # noqa: N802
            data = self.write_data(builder)
            schema.BufferStart(builder)
            if data is not None:
                schema.BufferAddData(builder, data)
            return schema.BufferEnd(builder)

    for index, buffer in enumerate(model.buffers):
        aligned = AlignedBuffer()
        aligned.data = buffer.data
        model.buffers[index] = aligned
