"""What answers: a SavedModel's signature or a Keras model, as named inputs, outputs and a call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from converters.errors import ConversionError, first_line
from converters.source import keras_file

SAVE_HINT = 'save one with Keras: model.export("FOLDER", format="tf_saved_model")'


@dataclass(frozen=True, eq=False)
class Served:
    """A model as it was saved.

    Attributes:
        signature: the name that it is called by.
        inputs: a `tf.TensorSpec` each.
        outputs: likewise.
        call: inputs by name to outputs by name.
        holder: keeps the variables alive.
    """

    signature: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    call: Callable[..., dict[str, Any]]
    holder: Any


def load(path: Path, signature: str | None = None) -> Served:
    """Open a SavedModel folder, or a `.keras` or `.h5` file.

    Raises:
        ConversionError: it is none of them, cannot be read, or has no such signature.
    """
    if not path.exists():
        raise ConversionError(f"there is no {path}", "train a model first: edgedigits train")
    if path.is_file():
        return _keras(path, signature)
    if not (path / "saved_model.pb").is_file():
        raise ConversionError(f"{path} is no SavedModel: it has no saved_model.pb", SAVE_HINT)
    import tensorflow as tf

    try:
        loaded = tf.saved_model.load(str(path))
    except Exception as error:  # TensorFlow raises a dozen types for a damaged SavedModel
        raise ConversionError(
            f"{path} cannot be loaded: {first_line(error)}", SAVE_HINT, damaged=True
        ) from error
    name = _choose_signature(path, sorted(loaded.signatures), signature)
    served = loaded.signatures[name]
    inputs = served.structured_input_signature[1]
    return Served(name, inputs, served.structured_outputs, served, loaded)


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


def _keras(path: Path, signature: str | None) -> Served:
    if signature is not None:
        raise ConversionError(
            f"{path} is a Keras file, which has no signatures", "leave out --signature"
        )
    import tensorflow as tf

    model = keras_file.load(path)
    specs = keras_file.inputs(path, model)
    names = list(specs)

    def call(**given: Any) -> dict[str, Any]:
        values = [given[name] for name in names]
        return keras_file.named_outputs(model(values[0] if len(values) == 1 else values))

    try:
        traced = tf.function(call).get_concrete_function(**specs)
    except Exception as error:  # a layer may raise anything
        raise ConversionError(
            f"{path} does not answer its own inputs: {first_line(error)}", SAVE_HINT
        ) from error
    return Served("keras", specs, traced.structured_outputs, call, model)
