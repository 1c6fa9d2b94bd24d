"""A `.keras` or `.h5` file as a Keras model, opened so that nothing in the file is run."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from converters.errors import ConversionError, first_line

ZIP, HDF5 = b"PK\x03\x04", b"\x89HDF\r\n\x1a\n"
SAVE_HINT = 'save the whole model: model.save("model.keras")'
EXPORT_HINT = (
    'export it where its code is: model.export("FOLDER", format="tf_saved_model"), and give FOLDER'
)
CALLERS = frozenset({"ClassMethod", "InstanceMethod", "TFOpLambda", "TensorFlowOpLayer"})
"""Layers of Keras 2 that call whatever the file names."""
OURS = ("keras", "tf_keras", "builtins")
"""Packages whose classes a file may name. Whatever else it names would be imported and called."""
HARMLESS = frozenset({"math", "nn", "linalg", "image", "__operators__"})
HARMLESS_NAMES = frozenset(
    {"cast", "clip_by_value", "compat.v1.transpose", "concat", "expand_dims", "identity", "pad",
     "reshape", "split", "squeeze", "stack", "strided_slice", "tile", "transpose"}
)  # fmt: skip
"""What of TensorFlow a layer of Keras 2 may call by name; others, such as `io`, write files."""


def load(path: Path) -> Any:
    """Open the model with the Keras that wrote it: 3, or 2 as `tf_keras`.

    Raises:
        ConversionError: it is no Keras file, holds weights alone, cannot be read, or needs code
            that only its owner has.
    """
    kind = _kind(path)
    try:
        config, version = (_of_zip if kind == ZIP else _of_hdf5)(path)
    except (OSError, ValueError, KeyError, RuntimeError, zipfile.BadZipFile) as error:
        raise ConversionError(
            f"{path} cannot be read as a Keras file: {first_line(error)}", SAVE_HINT, damaged=True
        ) from error
    if config is None:
        raise ConversionError(f"{path} holds weights alone, and no model", SAVE_HINT)
    _check(path, config)
    keras, named = _library(version), _suffixed(path, kind)
    try:
        # Opening a file by Keras never runs code of the file: `_check` has looked for it too,
        # since Keras 2 runs the Lambda layers of .h5 files whatever its safe mode says.
        return keras.models.load_model(named, compile=False, safe_mode=True)
    except Exception as error:  # Keras raises a dozen types for a file it does not understand
        _not_understood(path, error, version)


def inputs(path: Path, model: Any) -> dict[str, Any]:
    """Its inputs by name, a `tf.TensorSpec` each.

    Raises:
        ConversionError: it was saved before it had any.
    """
    import tensorflow as tf

    given = getattr(model, "inputs", None)
    if not given:
        raise ConversionError(
            f"{path} does not say what shape its input has", "build it with keras.Input((H, W, C))"
        )
    # TensorFlow wants names that are Python's own.
    names = [re.sub(r"\W", "_", str(one.name).partition(":")[0]) for one in given]
    return {
        name: tf.TensorSpec(tuple(one.shape), tf.as_dtype(one.dtype), name=name)
        for name, one in zip(names, given, strict=True)
    }


def named_outputs(answer: Any) -> dict[str, Any]:
    """A model's answer by name: its own where it has some, else as `model.export` numbers them."""
    if isinstance(answer, dict):
        return answer
    several = answer if isinstance(answer, list | tuple) else [answer]
    return {f"output_{number}": one for number, one in enumerate(several)}


def _kind(path: Path) -> bytes:
    with path.open("rb") as opened:
        start = opened.read(8)
    for kind in (ZIP, HDF5):
        if start.startswith(kind):
            return kind
    raise ConversionError(
        f"{path} is a file, but neither .keras nor .h5; a SavedModel is a folder",
        SAVE_HINT,
    )


def _suffixed(path: Path, kind: bytes) -> str:
    wanted = {ZIP: (".keras",), HDF5: (".h5", ".hdf5")}[kind]
    if path.suffix not in wanted:
        raise ConversionError(
            f"{path} is a {wanted[0]} file by its content, but not by its name",
            f"rename it: mv {path} {path.with_suffix(wanted[0])}",
        )
    return str(path)


def _of_zip(path: Path) -> tuple[Any, str]:
    with zipfile.ZipFile(path) as opened:
        config = json.loads(opened.read("config.json"))
        return config, str(json.loads(opened.read("metadata.json")).get("keras_version", "3"))


def _of_hdf5(path: Path) -> tuple[Any, str]:
    import h5py

    with h5py.File(path, "r") as opened:
        config = opened.attrs.get("model_config")
        version = opened.attrs.get("keras_version", b"2")
    text = config.decode("utf-8") if isinstance(config, bytes) else config
    named = version.decode("utf-8") if isinstance(version, bytes) else str(version)
    return None if text is None else json.loads(text), named


def _library(version: str) -> Any:
    """Keras of the version that wrote the file: 3 reads few files of 2 and the other way round."""
    if version.startswith("3"):
        import keras

        return keras
    import tf_keras

    return tf_keras


def _objects(config: Any) -> Iterator[dict[str, Any]]:
    """Everything in a model's description that names a class."""
    waiting = [config]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if isinstance(one.get("class_name"), str):
                yield one
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)


def _check(path: Path, config: Any) -> None:
    """Refuse what only code from outside Keras could open."""
    for one in _objects(config):
        kind, module = one["class_name"], one.get("module")
        if kind == "Lambda":
            raise ConversionError(
                f"{path} has a Lambda layer, whose code would be run from the file", EXPORT_HINT
            )
        registered = one.get("registered_name")
        own = module is None and registered not in (None, kind)
        if own or (isinstance(module, str) and module.partition(".")[0] not in OURS):
            raise ConversionError(
                f"{path} has a layer or function of its own, {kind}, which Keras does not know",
                EXPORT_HINT,
            )
        if kind in CALLERS:
            # What it calls is named in what it is made from.
            made_from = one.get("config")
            symbol = str(made_from.get("function")) if isinstance(made_from, dict) else ""
            if symbol.partition(".")[0] not in HARMLESS and symbol not in HARMLESS_NAMES:
                raise ConversionError(
                    f"{path} has a layer that calls what is named in the file: {kind} {symbol}",
                    EXPORT_HINT,
                )


def _not_understood(path: Path, error: Exception, version: str) -> NoReturn:
    unknown = re.search(r"Unknown layer: ?'?([\w>.:]+)'?|Could not locate \w+ '(\w+)'", str(error))
    if unknown:
        name = (unknown[1] or unknown[2]).rpartition(">")[2]
        raise ConversionError(
            f"{path} has a layer or function of its own, {name}, which Keras does not know",
            EXPORT_HINT,
        ) from error
    raise ConversionError(
        f"{path}, written by Keras {version[:20]}, cannot be opened: {first_line(error)}",
        EXPORT_HINT,
    ) from error
