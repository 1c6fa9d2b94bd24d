"""Open someone's model: its one picture input and one class output, or the reason why not."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converters import frozen_graph
from converters.errors import ConversionError, first_line
from converters.source import class_output, picture_input
from converters.source import served as served_model
from converters.source.class_output import Single
from converters.source.picture_input import Arrangement
from converters.source.served import Served

FROZEN = "frozen"
"""In place of a signature's name, where a model comes as a graph and has no signatures."""


@dataclass(frozen=True, eq=False)
class SourceModel:
    """A classifier as it is served, its variables frozen into constants and its batch set to 1.

    `graph` is the GraphDef in canonical form (see `frozen_graph`); `function` is the same as a
    TensorFlow ConcreteFunction from `float32 [1, *input_shape]` to `float32 [1, classes]`.
    """

    path: Path
    signature: str
    input_name: str
    input_shape: tuple[int, ...]
    output_name: str
    classes: int
    graph: Any
    function: Any
    input_dtype: str = "float32"
    """The model's own: `float16` and `uint8` inputs take the same values as float32 here."""
    single: Single | None = None
    """What its own answer is where that is one number and no two classes."""

    @property
    def arrangement(self) -> Arrangement | None:
        """How a picture lies in its input; None where the input is flat."""
        return picture_input.arrangement(self.input_shape)

    def graph_bytes(self) -> bytes:
        """The frozen graph as a serialised GraphDef, the same bytes for the same graph."""
        content: bytes = self.graph.SerializeToString(deterministic=True)
        return content

    def digest(self) -> str:
        """SHA-256 of `graph_bytes`: a SavedModel's own files differ from one saving to the next."""
        return hashlib.sha256(self.graph_bytes()).hexdigest()


def read(
    path: Path,
    signature: str | None = None,
    *,
    output: str | None = None,
    pixels: int | None = None,
    classes: int | None = None,
    logits: bool = False,
) -> SourceModel:
    """Load a SavedModel folder, or a `.keras` or `.h5` file, and freeze what it answers with.

    Args:
        path: the folder or file.
        signature: of a SavedModel, where there are several.
        output: its name, where there are several.
        pixels: how many numbers its one picture must have, in any arrangement; None takes any
            picture, `[batch, H, W]`, `[batch, H, W, C]`, `[batch, C, H, W]` or flat.
        classes: how many it must tell apart; None takes 2 to 22,000, and a single number.
        logits: whether a single number is a logit and no probability; see `class_output.Single`.

    Raises:
        ConversionError: it is no such model, it has no such signature or output, or its inputs and
            outputs are not those of a picture classifier.
    """
    served = served_model.load(path, signature)
    given_input, input_spec = picture_input.choose(path, served.inputs, pixels)
    given_output = class_output.choose(path, served.outputs, output, classes)
    single: Single | None = None
    if classes is None and class_output.is_single(served.outputs[given_output]):
        single = "logit" if logits else "probability"
    input_name, output_name = _deployed_names(given_input, given_output)
    shape = tuple(int(size) for size in input_spec.shape[1:])
    frozen = _freeze(served, given_input, input_spec, given_output, shape, single)
    frozen_graph.check(path, frozen, classes)
    definition = frozen.graph.as_graph_def()
    graph = frozen_graph.canonical(
        frozen_graph.in_float32(definition),
        frozen.inputs[0].op.name,
        frozen.outputs[0].op.name,
        input_name,
        output_name,
    )
    if all(node.name != input_name for node in graph.node):
        raise ConversionError(
            f"the answer of {path} does not depend on its input {given_input!r}",
            "export the signature that looks at the picture",
        )
    source = SourceModel(
        path,
        served.signature,
        input_name,
        shape,
        output_name,
        int(frozen.outputs[0].shape[1]),
        graph,
        frozen_graph.load(graph, input_name, output_name),
        input_spec.dtype.name,
        single,
    )
    theirs = _answers(source, served, given_input, given_output)
    if single is not None:
        class_output.check_single(path, graph, theirs, single)
    # Sums of float16 come out otherwise in float32, which is what files compute in.
    coarse = frozen_graph.computes_in_float16(definition)
    _check_same_answers(source, theirs, 0.02 if coarse else 1e-4)
    return source


def from_graph(
    path: Path,
    content: bytes,
    *,
    names: tuple[str, str],
    input_shape: tuple[int, ...],
    classes: int,
) -> SourceModel:
    """A model from a canonical graph, such as `SourceModel.graph_bytes` gives.

    Args:
        path: where it comes from, for messages.
        content: the serialised GraphDef.
        names: of its input and its output.
        input_shape: of one input, without the batch.
        classes: how many it tells apart.

    Raises:
        ConversionError: the content is no GraphDef.
    """
    try:
        graph = frozen_graph.parse(content)
    except ValueError as error:
        raise ConversionError(f"{path} is damaged: {error}", damaged=True) from error
    function = frozen_graph.load(graph, *names)
    return SourceModel(path, FROZEN, names[0], input_shape, names[1], classes, graph, function)


def predict(source: SourceModel, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Answers of the float model, `[N, classes]`, for inputs `float32 [N, *input_shape]`."""
    return frozen_graph.run(source.function, inputs)


def predict_exactly(source: SourceModel, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
    """The same answers, slower, and to the last bit the same from one process to the next."""
    return frozen_graph.run_in_one_thread(
        source.graph, source.input_name, source.output_name, inputs
    )


def _deployed_names(given_input: str, given_output: str) -> tuple[str, str]:
    """The signature's names as every format takes them: letters, digits and `_.-`, no twins."""
    input_name, output_name = (
        re.sub(r"[^A-Za-z0-9_.-]", "_", name).lstrip("_.-") or fallback
        for name, fallback in ((given_input, "input"), (given_output, "output"))
    )
    return input_name, output_name if output_name != input_name else f"{output_name}_out"


def _freeze(
    served: Served, name: str, spec: Any, output: str, shape: tuple[int, ...], single: Single | None
) -> Any:
    """The model for one picture as a frozen ConcreteFunction from float32 to float32."""
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import (
        convert_variables_to_constants_v2,
    )

    # An open batch would leave Shape, StridedSlice and Pack in the graph.
    @tf.function(  # type: ignore[untyped-decorator, unused-ignore]
        input_signature=[tf.TensorSpec((1, *shape), tf.float32, name="picture")]
    )
    def pinned(picture: Any) -> Any:
        answer = served.call(**{name: tf.cast(picture, spec.dtype)})[output]
        answer = tf.cast(answer, tf.float32)
        return {"answer": class_output.two_classes(answer, single) if single else answer}

    return convert_variables_to_constants_v2(pinned.get_concrete_function())


def _drawn(source: SourceModel) -> NDArray[np.float32]:
    """A few random inputs of values that the model's own input can hold."""
    values = np.random.default_rng(0).uniform(0, 255, (3, *source.input_shape))
    whole = source.input_dtype == "uint8"
    return (np.floor(values) if whole else values).astype(np.float32)


def _answers(
    source: SourceModel, served: Served, given_input: str, given_output: str
) -> NDArray[np.float32]:
    """What the model itself answers to `_drawn`, one picture at a time."""
    import tensorflow as tf

    dtype = tf.as_dtype(source.input_dtype)
    try:
        answers = [
            served.call(**{given_input: tf.cast(one[np.newaxis], dtype)})[given_output].numpy()
            for one in _drawn(source)
        ]
    except tf.errors.OpError as error:
        raise _cannot_answer(source, error) from error
    joined: NDArray[np.float32] = np.concatenate(answers).astype(np.float32)
    return joined


def _cannot_answer(source: SourceModel, error: Exception) -> ConversionError:
    return ConversionError(
        f"{source.path} cannot answer a picture: {first_line(error)}",
        "export it for inference: without clocks, files or other things outside the graph",
    )


def _check_same_answers(source: SourceModel, theirs: NDArray[np.float32], tolerance: float) -> None:
    """Hold the canonical graph against the model it was made from."""
    import tensorflow as tf

    try:
        ours = predict(source, _drawn(source))
    except tf.errors.OpError as error:
        raise _cannot_answer(source, error) from error
    if source.single is not None:
        theirs = theirs.reshape(-1, 1)
        other = 1 - theirs if source.single == "probability" else np.zeros_like(theirs)
        theirs = np.concatenate([other, theirs], axis=1)
    # TensorFlow may sum in another order once constants are known; NaN is left to verification.
    largest = max(1.0, float(np.nanmax(np.abs(theirs), initial=0.0)))
    if not np.allclose(ours / largest, theirs / largest, rtol=0, atol=tolerance, equal_nan=True):
        raise ConversionError(
            f"{source.path} answers differently once it is frozen, or from one call to the next",
            "export it for inference: without counters or other state",
        )
