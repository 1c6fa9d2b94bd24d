"""The one output that tells classes apart, and what a single number becomes: two classes."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from converters.errors import ConversionError, NoProbability

FEWEST, MOST = 2, 22_000
Single = Literal["probability", "logit"]
"""What a model's only number is: p of the second class, answered as `[1 - p, p]`; or a logit x,
answered as `[0, x]`, of which softmax makes `[1 - sigmoid(x), sigmoid(x)]`."""
MOVES = frozenset({"Cast", "ExpandDims", "Reshape", "Squeeze", "StridedSlice"})


def choose(path: Path, outputs: dict[str, Any], wanted: str | None, classes: int | None) -> str:
    """The name of the output to take.

    Args:
        path: the model, as it is to be named.
        outputs: a `tf.TensorSpec` each.
        wanted: one that was asked for by name.
        classes: how many it must tell apart; None takes any number of them.

    Raises:
        ConversionError: there is no such output, there are several to choose from, or it does not
            answer with classes.
    """
    shapes = ", ".join(f"{name} {spec.shape}" for name, spec in sorted(outputs.items()))
    if wanted is not None and wanted not in outputs:
        raise ConversionError(
            f"{path} has no output {wanted!r}",
            f"choose one with --output NAME: {', '.join(sorted(outputs))}",
        )
    if classes is None and wanted is None and len(outputs) > 1:
        raise ConversionError(
            f"{path} has {len(outputs)} outputs: {shapes}",
            f"choose one with --output NAME: {', '.join(sorted(outputs))}",
        )
    name = wanted if wanted is not None else next(iter(outputs), "")
    if classes is None:
        _check(path, name, outputs.get(name))
    elif (len(outputs) != 1 and wanted is None) or not outputs[name].shape.is_compatible_with(
        (None, classes)
    ):
        raise ConversionError(
            f"{path} answers with {shapes}, not with one output of {classes} classes",
            f"export a signature with a single output [batch, {classes}]",
        )
    return name


def _check(path: Path, name: str, spec: Any) -> None:
    if spec is None:
        raise ConversionError(f"{path} has no output", "export a signature that answers")
    if spec.shape.rank is not None and spec.shape.rank > 2:
        raise ConversionError(
            f"output {name!r} of {path} has shape {spec.shape}: not one answer a picture, but one "
            "for every place in it",
            "export a signature that answers [batch, classes]",
        )
    if not spec.dtype.is_floating:
        raise ConversionError(
            f"output {name!r} of {path} is {spec.dtype.name}, not a number for every class",
            "export the probabilities or logits themselves, before argmax",
        )
    if spec.shape.rank == 0:
        raise ConversionError(
            f"output {name!r} of {path} is one number, whatever the batch: no class of a picture",
            "export a signature that answers [batch, classes]",
        )


def is_single(spec: Any) -> bool:
    """Whether an output is one number a picture, `[batch, 1]` or `[batch]`."""
    rank = spec.shape.rank
    return bool(rank == 1 or (rank == 2 and spec.shape[1] == 1))


def two_classes(answer: Any, single: Single) -> Any:
    """The answer `float32 [1, 2]` that stands for one number, `float32 [1, 1]` or `[1]`."""
    import tensorflow as tf

    number = answer if answer.shape.rank == 2 else answer[:, tf.newaxis]
    other = 1.0 - number if single == "probability" else tf.zeros((1, 1))
    return tf.concat([other, number], axis=1)


def check_single(path: Path, graph: Any, answers: Any, single: Single) -> None:
    """Refuse a number that plainly is not what it is taken for.

    Args:
        path: the model, as it is to be named.
        graph: in canonical form, with `two_classes` at its end.
        answers: what the model itself answered to some pictures, any shape.
        single: what its number is taken for.

    Raises:
        ConversionError: a logit that comes out of a sigmoid.
        NoProbability: a probability outside 0 to 1.
    """
    if single == "logit" and _comes_from(graph) == "Sigmoid":
        raise ConversionError(
            f"{path} answers with a probability (its last step is a sigmoid), not with a logit",
            "leave out --logits",
        )
    if single == "probability" and ((answers < 0) | (answers > 1)).any():
        raise NoProbability(
            f"{path} answers a picture with {float(answers.flat[0]):.4g}, which is no probability",
            "say that it is a logit: --logits",
        )


def _comes_from(graph: Any) -> str:
    """The operation that makes the number which is joined last."""
    nodes = {node.name: node for node in graph.node}
    (joined,) = (nodes[one.partition(":")[0]] for one in graph.node[-1].input)
    node = nodes[joined.input[1].partition(":")[0]]
    while node.op in MOVES:
        node = nodes[node.input[0].partition(":")[0]]
    return str(node.op)
