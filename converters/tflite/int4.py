"""Weights in 4 bits: a float32 TFLite file -> the same network with half a byte a weight.

TFLiteConverter makes no int4 weights; litert-quantizer does. Weights of convolutions and dense
layers get 4 bits and one scale an output channel, and are symmetric (no zero point); activations
stay float32 at the edges, and LiteRT's kernels quantize them to 8 bits on the fly. XNNPACK runs the
dense layers so; convolutions run on LiteRT's own kernels, which unpack the weights in every call.
"""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converters.errors import ConversionError
from converters.tflite.model_file import FILE_IDENTIFIER, RUNTIME_VERSION

SCHEME = "int4"
BITS = 4
LARGEST = 7
"""Weights are stored as whole numbers from -7 to 7 where the channel's largest sets the scale."""
NEAR = 1e-3
"""How far from a whole number of steps a weight may be to lie on the grid, in steps."""


def quantize(content: bytes) -> bytes:
    """A float32 TFLite file with the weights of its convolutions and dense layers in int4.

    Weights that lie on the grid of `on_grid` already, as those of quantization-aware training do,
    are stored without loss. Others are clipped where that costs least (OCTAV: Sakr et al. 2022),
    which keeps more accuracy than spanning the whole range of every channel.

    Raises:
        ConversionError: there is no such layer.
    """
    from litert_quantizer import Quantizer, qtyping
    from litert_quantizer.algorithm_manager import AlgorithmName

    found = weights(content)
    if not found:
        raise ConversionError(
            "scheme int4 stores convolutions and dense layers, and the model has none",
            "leave this scheme out with --scheme",
        )
    tuned = all(on_grid(each) for each in found)
    logging.getLogger("absl").setLevel(logging.ERROR)
    quantizer = Quantizer(bytearray(_without_runtime_version(content)))
    quantizer.add_dynamic_config(
        regex=".*",
        operation_name=qtyping.TFLOperationName.ALL_SUPPORTED,
        num_bits=BITS,
        algorithm_key=AlgorithmName.MIN_MAX_UNIFORM_QUANT if tuned else AlgorithmName.OCTAV,
    )
    made = quantizer.quantize(enable_progress_bar=False, enable_progress_report=False)
    return bytes(made.quantized_model)


def weights(content: bytes) -> list[NDArray[np.float32]]:
    """The float32 weights of a TFLite file's convolutions and dense layers, `[outputs, ...]` each,
    in the order of the layers.
    """
    from ai_edge_litert import schema_py_generated as schema

    layers = {schema.BuiltinOperator.CONV_2D, schema.BuiltinOperator.FULLY_CONNECTED}
    model = schema.ModelT.InitFromPackedBuf(content, 0)
    (graph,) = model.subgraphs
    found = []
    for operator in graph.operators:
        if model.operatorCodes[operator.opcodeIndex].builtinCode not in layers:
            continue
        tensor = graph.tensors[operator.inputs[1]]
        data = model.buffers[tensor.buffer].data
        if data is not None and len(data) and tensor.type == schema.TensorType.FLOAT32:
            found.append(np.asarray(data, np.uint8).view(np.float32).reshape(tensor.shape))
    return found


def on_grid(values: NDArray[np.float32]) -> bool:
    """Whether weights `[outputs, ...]` are whole multiples, from -7 to 7, of a seventh of their
    output channel's largest: then int4 stores them as they are.
    """
    channels = np.abs(values.reshape(len(values), -1)).astype(np.float64)
    largest = channels.max(axis=1, keepdims=True)
    steps = channels * LARGEST / np.where(largest == 0, 1, largest)
    return bool(np.abs(steps - np.rint(steps)).max() < NEAR)


def _without_runtime_version(content: bytes) -> bytes:
    """The file without the version of the oldest runtime that can run it: what the converter wrote
    there is true of the float32 file alone.
    """
    import flatbuffers
    from ai_edge_litert import schema_py_generated as schema

    model: Any = schema.ModelT.InitFromPackedBuf(content, 0)
    model.metadata = [entry for entry in model.metadata or [] if entry.name != RUNTIME_VERSION]
    builder = flatbuffers.Builder(len(content))
    builder.Finish(model.Pack(builder), FILE_IDENTIFIER)
    return bytes(builder.Output())
