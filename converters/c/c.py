"""SavedModel -> C: through the int8 `.tflite` that the converter of that target makes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib import resources

from converters.base import Card, Conversion, Converted, Tensor
from converters.c import golden, graph, source
from converters.c.golden import Golden
from converters.c.source import Source
from converters.errors import ConversionError
from converters.tflite import model_file, tflite


def load() -> None:
    """Import TensorFlow."""
    tflite.load()


def convert(conversion: Conversion) -> Iterator[Converted]:
    """Write a folder of sources for every scheme asked for, with what prepares photos beside them.

    Raises:
        ConversionError: the model has an operation that C cannot express, or TFLite cannot express
            it in a scheme; where `on_lost` is not told.
    """
    for scheme in conversion.schemes:
        try:
            converted = _written(conversion, scheme)
        except ConversionError as error:
            conversion.lose(scheme, error)
        else:
            yield converted


def _written(conversion: Conversion, scheme: str) -> Converted:
    pictures = conversion.probes if conversion.probes is not None else conversion.calibration
    if pictures is None or len(pictures) == 0:
        raise ConversionError("golden vectors need pictures, and there are none")
    content = tflite.converted_bytes(conversion, scheme)
    contract, found = model_file.contract(content), graph.read(content)
    taken = replace(contract.input, name=conversion.source.input_name)
    given = replace(contract.output, name=conversion.source.output_name)
    written = source.write(found, taken, given, conversion.card)
    vectors = golden.make(content, found, taken, pictures)
    place = conversion.directory / scheme
    place.mkdir(parents=True, exist_ok=True)
    texts = _texts(conversion.card, taken, given, written, vectors) | dict(conversion.sources)
    for name, text in texts.items():
        (place / name).write_text(text, "utf-8", newline="\n")
    return Converted(scheme, tuple(place / name for name in texts), taken, given)


def _texts(
    card: Card, taken: Tensor, given: Tensor, written: Source, vectors: Golden
) -> dict[str, str]:
    embedded = resources.files(__package__ or "") / "embedded"
    readme = (
        (embedded / "README.md")
        .read_text("utf-8")
        .format(
            name=card.name,
            description=card.description,
            input_words=card.input_description,
            output_words=card.output_description,
            pixels=vectors.pictures[0].size,
            classes=vectors.answers[0].size,
            shape=list(taken.shape[1:]),
            input_scale=taken.scale,
            input_zero=taken.zero_point,
            output_scale=given.scale,
            output_zero=given.zero_point,
            labels=", ".join(card.labels),
            table_bytes=written.table_bytes,
            arena_bytes=written.arena_bytes,
            kernels=", ".join(written.kernels),
        )
    )
    return {
        "model.c": written.model_c,
        "model.h": written.model_h,
        "golden.h": golden.header(vectors, written.digest),
        "main.c": (embedded / "main.c").read_text("utf-8"),
        "Makefile": (embedded / "Makefile").read_text("utf-8"),
        "README.md": readme,
    }
