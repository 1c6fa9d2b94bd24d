"""Open someone's SavedModel: its one image input and one class output, or the reason why not."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converters import frozen_graph
from converters.errors import ConversionError

FROZEN = "frozen"
"""In place of a signature's name, where a model comes as a graph and has no signatures."""
SAVE_HINT = 'save one with Keras: model.export("FOLDER", format="tf_saved_model")'


@dataclass(frozen=True, eq=False)
class SourceModel:
    """A classifier's serving signature, its variables frozen into constants and its batch set to 1.

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
) -> SourceModel:
    """Load the SavedModel in folder `path` and freeze one of its signatures.

    `pixels` and `classes` say what a fitting signature looks like: one floating-point input with
    that many values a picture (any arrangement), one output of that many classes.

    Raises:
        ConversionError: the folder is no SavedModel, it has no such signature, or its inputs and
            outputs are not those of a picture classifier.
    """
    _check_folder(path)
    import tensorflow as tf

    try:
        loaded = tf.saved_model.load(str(path))
    except Exception as error:  # TensorFlow raises a dozen types for a damaged SavedModel
        raise ConversionError(
            f"{path} cannot be loaded: {_first_line(error)}", SAVE_HINT, damaged=True
        ) from error
    name = _choose_signature(path, sorted(loaded.signatures), signature)
    served = loaded.signatures[name]
    given_input, input_spec = _only_input(path, served, pixels)
    given_output = _only_output(path, served, classes)
    input_name, output_name = _deployed_names(given_input, given_output)
    shape = tuple(int(size) for size in input_spec.shape[1:])
    classes = int(served.structured_outputs[given_output].shape[-1])
    frozen = _freeze(served, given_input, input_spec, given_output, shape)
    frozen_graph.check(path, frozen, classes)
    graph = frozen_graph.canonical(
        frozen.graph.as_graph_def(),
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
    function = frozen_graph.load(graph, input_name, output_name)
    source = SourceModel(path, name, input_name, shape, output_name, classes, graph, function)
    _check_same_answers(source, served, given_input, given_output, input_spec)
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


def _check_folder(path: Path) -> None:
    if not path.exists():
        raise ConversionError(f"there is no {path}", "train a model first: edgedigits train")
    if path.is_file():
        raise ConversionError(f"{path} is a file; a SavedModel is a folder", SAVE_HINT)
    if not (path / "saved_model.pb").is_file():
        raise ConversionError(f"{path} is no SavedModel: it has no saved_model.pb", SAVE_HINT)


def _choose_signature(path: Path, names: list[str], wanted: str | None) -> str:
    if not names:
        raise ConversionError(f"{path} has no serving signature", SAVE_HINT)
    chosen = wanted or ("serving_default" if "serving_default" in names else names[0])
    if chosen not in names or (wanted is None and chosen != "serving_default" and len(names) > 1):
        raise ConversionError(
            f"{path} has no signature {wanted or 'serving_default'!r}",
            f"choose one with --signature: {', '.join(names)}",
        )
    return chosen


def _only_input(path: Path, served: Any, pixels: int | None) -> tuple[str, Any]:
    inputs: dict[str, Any] = served.structured_input_signature[1]
    if len(inputs) != 1:
        raise ConversionError(
            f"{path} takes {len(inputs)} inputs ({', '.join(sorted(inputs))}), not one picture",
            "export a signature with a single picture as its input",
        )
    name, spec = next(iter(inputs.items()))
    shape = spec.shape
    known = shape.rank is not None and all(size is not None for size in shape[1:])
    if not known or shape.rank < 2 or (pixels is not None and int(np.prod(shape[1:])) != pixels):
        raise ConversionError(
            f"input {name!r} of {path} has shape {shape}, not one picture of {pixels} pixels",
            "export a signature whose input is [batch, 28, 28, 1], [batch, 28, 28] or [batch, 784]",
        )
    if shape[0] not in (None, 1):
        raise ConversionError(
            f"input {name!r} of {path} has a fixed batch of {shape[0]}",
            "export it with a batch of 1 or an open one: tf.TensorSpec([None, 28, 28, 1])",
        )
    if not spec.dtype.is_floating:
        raise ConversionError(
            f"input {name!r} of {path} is {spec.dtype.name}, not float32",
            "export a signature that takes float32 pixels",
        )
    return name, spec


def _only_output(path: Path, served: Any, classes: int | None) -> str:
    outputs: dict[str, Any] = served.structured_outputs
    fitting = [
        name for name, spec in outputs.items() if spec.shape.is_compatible_with((None, classes))
    ]
    if len(outputs) != 1 or len(fitting) != 1:
        shapes = ", ".join(f"{name} {spec.shape}" for name, spec in sorted(outputs.items()))
        raise ConversionError(
            f"{path} answers with {shapes}, not with one output of {classes} classes",
            f"export a signature with a single output [batch, {classes}]",
        )
    return fitting[0]


def _deployed_names(given_input: str, given_output: str) -> tuple[str, str]:
    """The signature's names as every format takes them: letters, digits and `_.-`, no twins."""
    input_name, output_name = (
        re.sub(r"[^A-Za-z0-9_.-]", "_", name).lstrip("_.-") or fallback
        for name, fallback in ((given_input, "input"), (given_output, "output"))
    )
    return input_name, output_name if output_name != input_name else f"{output_name}_out"


def _freeze(served: Any, name: str, spec: Any, output: str, shape: tuple[int, ...]) -> Any:
    """The signature for one picture as a frozen ConcreteFunction from float32 to float32."""
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import (
        convert_variables_to_constants_v2,
    )

    # An open batch would leave Shape, StridedSlice and Pack in the graph.
    @tf.function(  # type: ignore[untyped-decorator, unused-ignore]
        input_signature=[tf.TensorSpec((1, *shape), tf.float32, name="picture")]
    )
    def pinned(picture: Any) -> Any:
        answer = served(**{name: tf.cast(picture, spec.dtype)})[output]
        return {"answer": tf.cast(answer, tf.float32)}

    return convert_variables_to_constants_v2(pinned.get_concrete_function())


def _check_same_answers(
    source: SourceModel, served: Any, given_input: str, given_output: str, spec: Any
) -> None:
    """Hold the canonical graph against the signature it was made from, on a few random inputs."""
    import tensorflow as tf

    drawn = np.random.default_rng(0).uniform(0, 255, (3, *source.input_shape))
    inputs: NDArray[np.float32] = drawn.astype(np.float32)
    try:
        ours = predict(source, inputs)
        theirs = np.concatenate(
            [
                served(**{given_input: tf.cast(one[np.newaxis], spec.dtype)})[given_output].numpy()
                for one in inputs
            ]
        ).astype(np.float32)
    except tf.errors.OpError as error:
        raise ConversionError(
            f"{source.path} cannot answer a picture: {_first_line(error)}",
            "export it for inference: without clocks, files or other things outside the graph",
        ) from error
    # TensorFlow may sum in another order once constants are known; NaN is left to verification.
    largest = max(1.0, float(np.nanmax(np.abs(theirs), initial=0.0)))
    if not np.allclose(ours / largest, theirs / largest, rtol=0, atol=1e-4, equal_nan=True):
        raise ConversionError(
            f"{source.path} answers differently once it is frozen, or from one call to the next",
            "export it for inference: without counters or other state",
        )


def _first_line(error: Exception) -> str:
    text = getattr(error, "message", None) or str(error)
    lines = [line.strip() for line in str(text).splitlines()]
    return next((line for line in lines if line), type(error).__name__)[:200]
