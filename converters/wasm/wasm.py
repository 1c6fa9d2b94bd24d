"""SavedModel -> WebAssembly: through the int8 `.tflite` that the converter of that target makes."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from importlib import resources

from converters.base import Card, Conversion, Converted, Tensor
from converters.c import golden, quantized
from converters.c.golden import Golden
from converters.c.source import one_line
from converters.tflite import tflite
from converters.wasm import model
from converters.wasm.model import Model


def load() -> None:
    """Import TensorFlow."""
    tflite.load()


def convert(conversion: Conversion) -> Iterator[Converted]:
    """Write a folder with a module and what opens it for every scheme asked for.

    Raises:
        ConversionError: the model has an operation without a kernel, or TFLite cannot express it in
            a scheme; where `on_lost` is not told.
    """
    return conversion.each(_written)


def _written(conversion: Conversion, scheme: str) -> Converted:
    found = quantized.made(conversion, scheme, "WebAssembly")
    taken, given = found.input, found.output
    written = model.write(found.graph, taken, given)
    vectors = golden.make(found.content, found.graph, taken, found.pictures)
    place = conversion.directory / scheme
    place.mkdir(parents=True, exist_ok=True)
    (place / "model.wasm").write_bytes(written.content)
    texts = _texts(conversion.card, taken, given, written, vectors)
    for name, text in texts.items():
        (place / name).write_text(text, "utf-8", newline="\n")
    return Converted(scheme, tuple(place / name for name in ("model.wasm", *texts)), taken, given)


def _texts(
    card: Card, taken: Tensor, given: Tensor, written: Model, vectors: Golden
) -> dict[str, str]:
    facts = {
        "name": one_line(card.name),
        "labels": json.dumps(card.labels),
        "pixels": str(vectors.pictures[0].size),
        "digest": written.digest,
        "logits": json.dumps(card.logits),
        "count": str(len(vectors.pictures)),
        "pictures": base64.b64encode(vectors.pictures.tobytes()).decode(),
        "answers": base64.b64encode(vectors.answers.tobytes()).decode(),
    }
    readme = _embedded("README.md").format(
        name=card.name,
        description=card.description,
        bytes=len(written.content),
        pixels=vectors.pictures[0].size,
        classes=vectors.answers[0].size,
        shape=list(taken.shape[1:]),
        input_words=card.input_description,
        output_words=card.output_description,
        input_scale=taken.scale,
        input_zero=taken.zero_point,
        output_scale=given.scale,
        output_zero=given.zero_point,
        labels=", ".join(card.labels),
        memory_bytes=written.memory_bytes,
    )
    scripts = {name: _filled(_embedded(name), facts) for name in ("model.js", "selftest.js")}
    plain = {name: _embedded(name) for name in ("model.d.ts", "package.json")}
    return {**scripts, **plain, "README.md": readme}


def _embedded(name: str) -> str:
    return (resources.files(__package__ or "") / "embedded" / name).read_text("utf-8")


def _filled(text: str, facts: dict[str, str]) -> str:
    """A text with these facts, where it has their names in braces; it may have other braces."""
    return re.sub(rf"\{{({'|'.join(facts)})\}}", lambda found: facts[found[1]], text)
