"""The tables of a TFLite file, by the numbers that `tflite.fbs` gives their fields."""

from __future__ import annotations

from converters.flatbuffer_reader import Schema

SCHEMA: Schema = {
    "Model": {
        1: ("codes", "[OperatorCode]"),
        2: ("graphs", "[SubGraph]"),
        3: ("description", "str"),
        4: ("buffers", "[Buffer]"),
        5: ("metadata_buffer", "[i]"),
        6: ("metadata", "[Metadata]"),
        7: ("signatures", "[SignatureDef]"),
        8: ("outside_groups", "[External]"),
        9: ("outside_buffers", "[External]"),
    },
    "OperatorCode": {0: ("narrow", "b"), 1: ("custom", "str"), 3: ("builtin", "i")},
    "SubGraph": {
        0: ("tensors", "[Tensor]"),
        1: ("inputs", "[i]"),
        2: ("outputs", "[i]"),
        3: ("operators", "[Operator]"),
        4: ("name", "str"),
    },
    "Tensor": {
        0: ("shape", "[i]"),
        1: ("type", "b"),
        2: ("buffer", "I"),
        3: ("name", "str"),
        4: ("quantization", "Quantization"),
        6: ("sparsity", "Sparsity"),
        7: ("shape_signature", "[i]"),
        9: ("variants", "[Variant]"),
    },
    "Quantization": {
        0: ("min", "[f]"),
        1: ("max", "[f]"),
        2: ("scale", "[f]"),
        3: ("zero_point", "[q]"),
        4: ("details_type", "B"),
        5: ("details", "Details?details_type"),
    },
    "Details1": {0: ("custom", "[B]")},
    "Details2": {3: ("block_shape", "[i]")},
    "Sparsity": {
        0: ("traversal_order", "[i]"),
        1: ("block_map", "[i]"),
        2: ("dimensions", "[Dimension]"),
    },
    "Dimension": {
        2: ("segments_type", "B"),
        3: ("segments", "Index?segments_type"),
        4: ("indices_type", "B"),
        5: ("indices", "Index?indices_type"),
    },
    "Index1": {0: ("values", "[i]")},
    "Index2": {0: ("values", "[H]")},
    "Index3": {0: ("values", "[B]")},
    "Variant": {0: ("shape", "[i]")},
    "Operator": {
        0: ("code", "I"),
        1: ("inputs", "[i]"),
        2: ("outputs", "[i]"),
        3: ("options_type", "B"),
        4: ("options", "Options?options_type"),
        5: ("custom_options", "[B]"),
        7: ("changed_inputs", "[?]"),
        8: ("intermediates", "[i]"),
        9: ("large_offset", "Q"),
        11: ("options_2_type", "B"),
        12: ("options_2", "Stable?options_2_type"),
    },
    "Options17": {0: ("new_shape", "[i]")},
    "Options30": {0: ("squeezed", "[i]")},
    "Buffer": {0: ("data", "[B]"), 1: ("offset", "Q")},
    "Metadata": {0: ("name", "str"), 1: ("buffer", "I")},
    "SignatureDef": {
        0: ("inputs", "[TensorMap]"),
        1: ("outputs", "[TensorMap]"),
        2: ("key", "str"),
        4: ("graph", "I"),
    },
    "TensorMap": {0: ("name", "str"), 1: ("tensor", "I")},
}
"""What of `tflite.fbs` a classifier can have. Numbers are left out that nothing here asks for; of
the options of operations only those are told that have a vector and are common."""
