"""The same TFLite file with the values inside it to be looked at, under the kernels users run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from converters.tflite import packing


def with_outputs(content: bytes, tensors: Sequence[int]) -> bytes:
    """A file that gives, beside its answer, the values of these tensors of its only subgraph.

    Places of tensors stay as they are, so an interpreter finds each under its number. Preserving
    all tensors in the interpreter instead would not do: XNNPACK keeps those inside of what it takes
    over to itself. Signatures, which name the outputs, are left out.
    """
    from ai_edge_litert import schema_py_generated as schema

    model = schema.ModelT.InitFromPackedBuf(content, 0)
    (graph,) = model.subgraphs
    made = {int(index) for operator in graph.operators for index in operator.outputs}
    wanted = [*map(int, graph.outputs), *(index for index in map(int, tensors) if index in made)]
    graph.outputs = np.array(list(dict.fromkeys(wanted)), np.int32)
    model.signatureDefs = None
    return packing.pack(model, share=False)
