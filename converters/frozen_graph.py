"""A classifier's graph in canonical form: constants instead of variables, only what it computes.

Freezing leaves nodes in an order that changes from one process to the next, names with counters in
them, and Identity nodes and control edges that compute nothing. The canonical form has none of
that, so the same model gives the same bytes, and every converter starts from short names.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converters.errors import ConversionError
from converters.source.class_output import FEWEST, MOST

CONTROL_FLOW = frozenset(
    {"Case", "Enter", "Exit", "If", "LoopCond", "Merge", "NextIteration", "StatelessCase",
     "StatelessIf", "StatelessWhile", "Switch", "While"}
)  # fmt: skip
"""Operations whose order hangs on more than their inputs; a canonical graph cannot say that."""
RANDOM = frozenset({"Multinomial", "ParameterizedTruncatedNormal", "TruncatedNormal"})
"""Random operations that the word Random in their name does not give away."""
PASS_THROUGH = frozenset({"Identity", "IdentityN", "StopGradient", "Snapshot", "PreventGradient"})
WIDENED = ("half", "bfloat16", "uint8")
"""Types whose every value is one of float32 as well."""


def check(path: Path, frozen: Any, classes: int | None) -> None:
    """Refuse what freezing has left over, and what cannot be put into canonical form.

    Args:
        path: the model, as it is to be named.
        frozen: its signature as a ConcreteFunction without variables.
        classes: how many numbers it must answer with; None takes 2 to 22,000.

    Raises:
        ConversionError: tables, loops, random numbers, or another number of classes.
    """
    import tensorflow as tf

    leftover = [str(tensor) for tensor in frozen.inputs if tensor.dtype == tf.resource]
    if leftover:
        raise ConversionError(
            f"{len(leftover)} tables or variables of {path} cannot be frozen into constants",
            "remove look-up tables and state from the serving signature",
        )
    branching = sorted({op.type for op in frozen.graph.get_operations()} & CONTROL_FLOW)
    if branching:
        raise ConversionError(
            f"{path} has loops or branches ({', '.join(branching)})",
            "export it without control flow, such as recurrent layers with unroll=True",
        )
    drawing = sorted({op.type for op in frozen.graph.get_operations() if _draws_numbers(op)})
    if drawing:
        raise ConversionError(
            f"{path} draws random numbers ({', '.join(drawing)})",
            "export it for inference: without dropout or noise",
        )
    shape = frozen.outputs[0].shape
    if classes is None:
        _check_classes(path, shape)
    elif shape.rank is None or not shape.is_compatible_with((1, classes)):
        raise ConversionError(
            f"{path} answers one picture with shape {shape}, not with {classes} classes",
            f"export a signature with a single output [batch, {classes}]",
        )


def _check_classes(path: Path, shape: Any) -> None:
    if shape.rank != 2 or shape[0] != 1 or shape[1] is None:
        raise ConversionError(
            f"{path} answers one picture with shape {shape}, not with a number for every class",
            "export a signature with a single output [batch, classes]",
        )
    if not FEWEST <= shape[1] <= MOST:
        raise ConversionError(
            f"{path} answers with {shape[1]:,} classes", f"{FEWEST} to {MOST:,} are taken"
        )


def _draws_numbers(operation: Any) -> bool:
    """Whether a graph's operation is a random one with a state: each call gives other numbers.

    Seen by its type, since two graphs with the same seed draw the same numbers in the same order,
    and comparing their answers would find nothing.
    """
    random = "Random" in operation.type or operation.type in RANDOM
    return random and bool(operation.op_def.is_stateful)


def canonical(
    graph: Any, input_node: str, output_node: str, input_name: str, output_name: str
) -> Any:
    """The part of GraphDef `graph` between two nodes, in a fixed order under fixed names.

    Nodes come in the order of a depth-first walk from the output; each is named after its
    operation and its turn among its kind (`conv2d`, `conv2d_1`, ...).
    """
    from tensorflow.core.framework import graph_pb2

    nodes = {node.name: node for node in graph.node}
    order = _walk(nodes, output_node)
    names = _names(nodes, order, {input_node: input_name}, output_name)
    result = graph_pb2.GraphDef()
    for old in order:
        node = result.node.add()
        node.CopyFrom(nodes[old])
        node.name = names[old]
        del node.input[:]
        for source in _data_inputs(nodes, nodes[old]):
            name, port = source
            node.input.append(names[name] if port == "0" else f"{names[name]}:{port}")
        for key in [key for key in node.attr if key.startswith("_")]:
            del node.attr[key]
    last = result.node.add(name=output_name, op="Identity")
    name, port = _origin(nodes, output_node)
    last.input.append(names[name] if port == "0" else f"{names[name]}:{port}")
    last.attr["T"].type = _output_type(nodes[output_node])
    result.library.CopyFrom(graph.library)
    result.versions.CopyFrom(graph.versions)
    return result


def in_float32(graph: Any) -> Any:
    """GraphDef `graph` with float32 in place of float16, bfloat16 and uint8, in constants too.

    No target computes in these types, and a model of float16 is stored so, or takes bytes, to save
    room: every value of it is a float32 as well. Sums are then more exact than the model's own.
    """
    from tensorflow import dtypes

    wide = dtypes.float32.as_datatype_enum
    narrow = {dtypes.as_dtype(name).as_datatype_enum for name in WIDENED}
    result = type(graph)()
    result.CopyFrom(graph)
    for node in result.node:
        for value in node.attr.values():
            if value.type in narrow:
                value.type = wide
            for index, held in enumerate(value.list.type):
                if held in narrow:
                    value.list.type[index] = wide
            if value.HasField("tensor") and value.tensor.dtype in narrow:
                _widen(value.tensor)
    return result


def computes_in_float16(graph: Any) -> bool:
    """Whether GraphDef `graph` does more with numbers of 16 bits than store them."""
    from tensorflow import dtypes

    narrow = {dtypes.as_dtype(name).as_datatype_enum for name in WIDENED[:2]}
    kept = {"Const", "Cast", "Identity", "Placeholder"}
    return any(
        node.op not in kept and "T" in node.attr and node.attr["T"].type in narrow
        for node in graph.node
    )


def _widen(tensor: Any) -> None:
    import tensorflow as tf

    values = tf.make_ndarray(tensor).astype(np.float32)
    tensor.CopyFrom(tf.make_tensor_proto(values, tf.float32))


def load(definition: Any, input_name: str, output_name: str) -> Any:
    """A canonical GraphDef as a TensorFlow ConcreteFunction of one input and one output."""
    import tensorflow as tf

    wrapped = tf.compat.v1.wrap_function(
        lambda: tf.compat.v1.import_graph_def(definition, name=""), []
    )
    return wrapped.prune(f"{input_name}:0", f"{output_name}:0")


def parse(content: bytes) -> Any:
    """A GraphDef from its serialised bytes; ValueError when they are none."""
    from google.protobuf.message import DecodeError
    from tensorflow.core.framework import graph_pb2

    try:
        return graph_pb2.GraphDef.FromString(content)
    except DecodeError as error:
        raise ValueError("not a serialised GraphDef") from error


Answer = Callable[[NDArray[np.float32]], NDArray[np.float32]]


def rows(function: Any) -> Answer:
    """What runs a batch-1 function on each row of its input, the loop itself inside TensorFlow; it
    is traced when it is first called, and not again."""
    import tensorflow as tf

    # AutoGraph would look for something to rewrite in all that this calls.
    every = tf.function(
        lambda inputs: tf.map_fn(lambda row: _only(function(row[tf.newaxis]))[0], inputs),
        autograph=False,
        reduce_retracing=True,
    )
    return lambda inputs: every(tf.constant(inputs, tf.float32)).numpy()


def run(function: Any, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Run a batch-1 function on each row of `inputs`."""
    return rows(function)(inputs)


def run_in_one_thread(
    definition: Any, input_name: str, output_name: str, inputs: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Run a canonical GraphDef of batch 1 on each row of `inputs`, the same bits every time.

    `run` shares the rows out to TensorFlow's threads, and in some processes one of them answers
    with other last bits than the rest (measured on a busy machine with oneDNN, which keeps its
    kernels thread by thread; never without it). Here all is done by the calling thread.
    """
    import tensorflow as tf

    alone = tf.compat.v1.ConfigProto(
        inter_op_parallelism_threads=-1,  # none but the caller's
        intra_op_parallelism_threads=1,
    )
    graph = tf.Graph()
    with graph.as_default():
        tf.compat.v1.import_graph_def(definition, name="")
    with tf.compat.v1.Session(graph=graph, config=alone) as session:
        answer = session.make_callable(f"{output_name}:0", [f"{input_name}:0"])
        return np.concatenate([answer(row[np.newaxis]) for row in inputs])


def _only(result: Any) -> Any:
    """Frozen functions return a tensor, a list or a dictionary of one."""
    if isinstance(result, dict):
        return next(iter(result.values()))
    return result[0] if isinstance(result, list | tuple) else result


def _data_inputs(nodes: dict[str, Any], node: Any) -> list[tuple[str, str]]:
    """The (node, port) pairs `node` reads, looking through nodes that only pass values on."""
    return [_origin(nodes, each) for each in node.input if not each.startswith("^")]


def _origin(nodes: dict[str, Any], reference: str) -> tuple[str, str]:
    """The (node, port) pair that `reference` comes from."""
    name, _, port = reference.partition(":")
    while _passes_on(nodes[name]):
        name, _, port = nodes[name].input[int(port or 0)].partition(":")
    return name, port or "0"


def _passes_on(node: Any) -> bool:
    """Whether a node gives what it takes."""
    unchanged = node.op == "Cast" and node.attr["SrcT"].type == node.attr["DstT"].type
    return unchanged or node.op in PASS_THROUGH


def _walk(nodes: dict[str, Any], output_node: str) -> list[str]:
    """Names of all nodes the output depends on, each after its inputs."""
    start, _ = _origin(nodes, output_node)
    order: list[str] = []
    done: set[str] = set()
    stack = [(start, False)]
    while stack:
        name, inputs_done = stack.pop()
        if inputs_done:
            order.append(name)
        elif name not in done:
            done.add(name)
            stack.append((name, True))
            stack.extend(
                (source, False) for source, _ in reversed(_data_inputs(nodes, nodes[name]))
            )
    return order


def _names(
    nodes: dict[str, Any], order: list[str], given: dict[str, str], reserved: str
) -> dict[str, str]:
    names = dict(given)
    # TensorFlow takes two names that differ in case alone for one.
    taken = {name.lower() for name in (*given.values(), reserved)}
    for old in order:
        if old in names:
            continue
        kind = nodes[old].op.lower()
        free = (kind if turn == 0 else f"{kind}_{turn}" for turn in itertools.count())
        names[old] = next(name for name in free if name not in taken)
        taken.add(names[old])
    return names


def _output_type(node: Any) -> int:
    return int((node.attr["T"] if "T" in node.attr else node.attr["dtype"]).type)
