"""What TensorFlow fuses and no kernel of WebAssembly takes as one operation, apart again."""

from __future__ import annotations

from typing import Any

from converters.tfjs import compositions

PLAIN = {"_FusedConv2D": "Conv2D", "_FusedMatMul": "MatMul"}
ACTIVATIONS = frozenset({"Elu", "LeakyRelu", "Prelu", "Relu", "Relu6", "Sigmoid"})
"""Those that a fused kernel computes."""
TAKES_ONE = frozenset({"Add", "BiasAdd", "Prelu"})
"""Steps that read an input of their own."""
OF_FUSION = frozenset({"TArgs", "fused_ops", "leakyrelu_alpha", "num_args", "num_host_args"})


def separate(graph: Any) -> Any:
    """GraphDef `graph` with every step apart that its fused kernel would refuse: what is added must
    be a constant row, and the activation one of `ACTIVATIONS`."""
    constants = {node.name: node for node in graph.node if node.op == "Const"}
    result = type(graph)()
    result.CopyFrom(graph)
    del result.node[:]
    for node in graph.node:
        steps = [one.decode() for one in node.attr["fused_ops"].list.s] if node.op in PLAIN else []
        kept = _kept(steps, constants.get(node.input[2])) if steps else 0
        if kept == len(steps):
            result.node.add().CopyFrom(node)
        else:
            result.node.extend(_apart(node, steps, kept))
    return result


def _kept(steps: list[str], added: Any) -> int:
    """How many steps the kernel takes; the first adds `added`, a constant or None."""
    if steps[0] != "BiasAdd" or added is None:
        return 0
    if len(added.attr["value"].tensor.tensor_shape.dim) != 1:
        return 0
    return 2 if len(steps) > 1 and steps[1] in ACTIVATIONS else 1


def _apart(node: Any, steps: list[str], kept: int) -> list[Any]:
    """The nodes of a fused one, the last of them under its name."""
    inputs = list(node.input)
    taken = 2 + sum(step in TAKES_ONE for step in steps[:kept])
    first = type(node)()
    first.CopyFrom(node)
    first.name = f"{node.name}/fused"
    first.input[:] = inputs[:taken]
    if kept:
        first.attr["fused_ops"].list.s[:] = [step.encode() for step in steps[:kept]]
        first.attr["num_args"].i = taken - 2
    else:
        first.op = PLAIN[node.op]
        for key in OF_FUSION & set(first.attr):
            del first.attr[key]
    made = [first]
    for place in range(kept, len(steps)):
        last = place == len(steps) - 1
        name = node.name if last else f"{node.name}/{steps[place].strip('_').lower()}_{place}"
        more = [inputs[taken]] if steps[place] in TAKES_ONE else []
        taken += len(more)
        made.extend(_step(node, steps[place], name, [made[-1].name, *more]))
    return made


def _step(node: Any, kind: str, name: str, inputs: list[str]) -> list[Any]:
    if kind == "_FusedHardSwish":
        import tensorflow as tf

        spec = (tf.as_dtype(node.attr["T"].type), None)
        return compositions.splice(name, inputs, [spec], _hard_swish)
    step = type(node)(op="AddV2" if kind in ("Add", "BiasAdd") else kind, name=name, input=inputs)
    step.attr["T"].CopyFrom(node.attr["T"])
    if kind == "LeakyRelu":
        step.attr["alpha"].CopyFrom(node.attr["leakyrelu_alpha"])
    return [step]


def _hard_swish(value: Any) -> Any:
    import tensorflow as tf

    return value * tf.nn.relu6(value + 3.0) * (1.0 / 6.0)
