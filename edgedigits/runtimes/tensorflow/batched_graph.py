"""A frozen graph of batch 1 for many pictures at a time, where these do not see each other.

What a graph does to its first axis is read off its operations: only such as work on each row by
itself are taken, so that no picture has a part in another one's answer. What is left are last bits,
as a kernel may sum in another order for many rows; whoever asks holds them against one row's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

MOST = 500
"""Pictures at a time; of more than that nothing is gained."""
MOST_NUMBERS = 1 << 20
"""In the largest tensor of all these together, which memory and a core's cache must hold."""

_OF_EACH_NUMBER = frozenset(
    {"Abs", "Cast", "Elu", "Erf", "Exp", "Floor", "HardSwish", "Identity", "LeakyRelu", "Log",
     "Neg", "Reciprocal", "Relu", "Relu6", "Rsqrt", "Selu", "Sigmoid", "Softplus", "Softsign",
     "Sqrt", "Square", "Tanh"}
)  # fmt: skip
_OF_TWO = frozenset(
    {"Add", "AddV2", "BiasAdd", "DivNoNan", "Maximum", "Minimum", "Mul", "Pow", "RealDiv",
     "SquaredDifference", "Sub"}
)  # fmt: skip
_WITH_WEIGHTS = frozenset(
    {"Conv2D", "DepthwiseConv2dNative", "FusedBatchNorm", "FusedBatchNormV2",
     "FusedBatchNormV3", "MatMul"}
)  # fmt: skip
_POOLS = frozenset({"AvgPool", "MaxPool"})
_OF_THE_LAST_AXIS = frozenset({"LogSoftmax", "Softmax"})
_ALONG_AXES = frozenset({"Max", "Mean", "Min", "Prod", "Sum"})
_SHAPED = _ALONG_AXES | {"Reshape"}
"""What is another operation for many rows."""
_OWN = "many.rows"
"""The names of what is added begin with it."""
_PADS = frozenset({"MirrorPad", "Pad", "PadV2"})


def at_a_time(definition: Any, input_name: str) -> int:
    """How many pictures a canonical GraphDef of batch 1 can take at a time; 1 where an operation
    may look at several rows, or where the pictures are so large that little is gained."""
    import tensorflow as tf

    graph = tf.Graph()
    with graph.as_default():
        tf.graph_util.import_graph_def(definition, name="")
    shown, largest = {f"{input_name}:0"}, 1
    for operation in graph.get_operations():
        given = {each.name for each in operation.inputs} & shown
        if operation.name != input_name and not given:
            continue
        for made in operation.outputs:
            if not made.shape.is_fully_defined() or made.shape.rank < 1 or made.shape[0] != 1:
                return 1
            largest = max(largest, made.shape.num_elements())
            shown.add(made.name)
        if given and not _keeps_rows(operation, shown):
            return 1
    fitting = min(MOST, MOST_NUMBERS // largest)
    return max(size for size in range(1, MOST + 1) if MOST % size == 0 and size <= max(1, fitting))


def batched(definition: Any, input_name: str, output_name: str, size: int) -> Callable[[Any], Any]:
    """What takes `float32 [size, ...]` for a graph that can (`at_a_time`).

    Raises:
        ValueError: it cannot.
    """
    import tensorflow as tf

    from converters import frozen_graph

    wide = type(definition)()
    wide.CopyFrom(definition)
    nodes = {node.name: node for node in wide.node}
    nodes[input_name].attr["shape"].shape.dim[0].size = size
    shown = [
        node
        for node in wide.node
        if node.op in _SHAPED and _depends(nodes, node.input[0], input_name)
    ]
    for node in shown:
        if node.op == "Reshape":
            _widen(wide, node, nodes[node.input[1]], size)
        else:
            _divide(wide, node, size)
    function = frozen_graph.load(wide, input_name, output_name)
    answer = tf.function(lambda rows: function(rows), autograph=False)
    return lambda rows: answer(tf.constant(rows, tf.float32)).numpy()


def _widen(wide: Any, reshape: Any, shape: Any, size: int) -> None:
    """Many rows stay many."""
    import tensorflow as tf

    wanted = tf.make_ndarray(shape.attr["value"].tensor).copy()
    if wanted[0] == 1:
        wanted[0] = size
        reshape.input[1] = _constant_node(wide, f"{_OWN}/{reshape.name}", wanted)


def _divide(wide: Any, reduction: Any, size: int) -> None:
    """Each row is reduced by itself: of many rows TensorFlow sums in another order."""
    from tensorflow.core.framework import types_pb2

    name, (source, axes) = reduction.name, reduction.input
    kind = reduction.attr["T"]
    first = _constant_node(wide, f"{_OWN}/{name}", np.int32(0))
    parts = wide.node.add(name=f"{_OWN}/{name}/rows", op="Split", input=[first, source])
    parts.attr["T"].CopyFrom(kind)
    parts.attr["num_split"].i = size
    each = []
    for row in range(size):
        own = wide.node.add()
        own.CopyFrom(reduction)
        own.name = f"{_OWN}/{name}/{row}"
        own.input[:] = [f"{parts.name}:{row}", axes]
        each.append(own.name)
    reduction.Clear()
    reduction.name, reduction.op = name, "ConcatV2"
    reduction.input[:] = [*each, first]
    reduction.attr["N"].i = size
    reduction.attr["T"].CopyFrom(kind)
    reduction.attr["Tidx"].type = types_pb2.DT_INT32


def _constant_node(wide: Any, name: str, value: Any) -> str:
    import tensorflow as tf

    node = wide.node.add(name=name, op="Const")
    tensor = tf.make_tensor_proto(value)
    node.attr["value"].tensor.CopyFrom(tensor)
    node.attr["dtype"].type = tensor.dtype
    return name


def _keeps_rows(operation: Any, shown: set[str]) -> bool:
    """Whether each row of what it makes is made of that row alone of each tensor in `shown`; all
    of these have one row here."""
    kind: str = operation.type
    first, others = operation.inputs[0], list(operation.inputs)[1:]
    own, rank = [each for each in others if each.name not in shown], first.shape.rank
    if kind in _OF_EACH_NUMBER:
        return True
    if kind in _OF_TWO:
        return _side_by_side(list(operation.inputs), shown)
    if first.name not in shown and kind != "ConcatV2":
        return False
    if kind in _OF_THE_LAST_AXIS:
        return bool(rank > 1)
    if kind in _POOLS:
        return bool(operation.get_attr("ksize")[0] == operation.get_attr("strides")[0] == 1)
    if kind == "Squeeze":
        axes = operation.get_attr("squeeze_dims")
        return bool(axes) and all(axis % rank for axis in axes)
    if kind == "ConcatV2":
        axis = _constant(operation.inputs[-1])
        every = list(operation.inputs)[:-1]
        return axis is not None and axis % rank != 0 and all(each.name in shown for each in every)
    if len(own) < len(others):
        return False
    if kind in _WITH_WEIGHTS:
        return not _option(operation, "is_training") and not _option(operation, "transpose_a")
    told = _constant(others[0]) if others else None
    if told is None:
        return False
    if kind == "Reshape":
        return bool(others[0].op.type == "Const")
    if kind in _ALONG_AXES:
        return all(axis % rank for axis in told.ravel())
    if kind in _PADS:
        return bool(not told[0].any())
    if kind == "StridedSlice":
        return _takes_every_row(operation)
    return bool(kind == "Transpose" and told[0] == 0)


def _takes_every_row(cut: Any) -> bool:
    masks = ("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask")
    begin, end, *others = (cut.get_attr(name) for name in masks)
    step = _constant(cut.inputs[3])
    return bool(begin & end & 1 and step is not None and step[0] == 1 and not any(others))


def _side_by_side(both: list[Any], shown: set[str]) -> bool:
    """Whether two tensors meet row by row: what is none of the pictures' is the same for each."""
    rank = max(each.shape.rank for each in both if each.name in shown)
    return all(
        each.shape.rank == rank
        if each.name in shown
        else each.shape.rank < rank or (each.shape.rank == rank and each.shape[0] == 1)
        for each in both
    )


def _option(operation: Any, name: str) -> bool:
    return name in operation.node_def.attr and bool(operation.get_attr(name))


def _constant(tensor: Any) -> Any:
    import tensorflow as tf

    return tf.get_static_value(tensor)


def _depends(nodes: dict[str, Any], name: str, on: str) -> bool:
    seen, left = set[str](), [name]
    while left:
        name = left.pop().partition(":")[0].removeprefix("^")
        if name == on:
            return True
        if name not in seen:
            seen.add(name)
            left += nodes[name].input
    return False
