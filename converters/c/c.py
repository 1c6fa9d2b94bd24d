"""SavedModel -> C: through the quantized `.tflite` that the converter of that target makes."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources

from converters.base import Card, Conversion, Converted, Tensor
from converters.c import golden, quantized, source
from converters.c.golden import Golden
from converters.c.source import Source
from converters.tflite import tflite


def load() -> None:
    """Import TensorFlow."""
    tflite.load()


def convert(conversion: Conversion) -> Iterator[Converted]:
    """Write a folder of sources for every scheme asked for, with what prepares photos beside them.

    Raises:
        ConversionError: the model has an operation that C cannot express, or TFLite cannot express
            it in a scheme; where `on_lost` is not told.
    """
    return conversion.each(_written)


def _written(conversion: Conversion, scheme: str) -> Converted:
    model = quantized.made(conversion, scheme, "C")
    taken, given = model.input, model.output
    written = source.write(model.graph, taken, given, conversion.card)
    vectors = golden.make(model.content, model.graph, taken, model.pictures)
    place = conversion.directory / scheme
    place.mkdir(parents=True, exist_ok=True)
    texts = _texts(conversion.card, taken, given, written, vectors) | dict(conversion.sources)
    for name, text in texts.items():
        (place / name).write_text(text, "utf-8", newline="\n")
    return Converted(scheme, tuple(place / name for name in texts), taken, given)


def _texts(
    card: Card, taken: Tensor, given: Tensor, written: Source, vectors: Golden
) -> dict[str, str]:
    embedded, whole = resources.files(__package__ or "") / "embedded", taken.dtype == "uint8"
    readme = (
        (embedded / "README.md")
        .read_text("utf-8")
        .format(
            name=card.name,
            description=card.description,
            scheme=source.SCHEMES[taken.dtype],
            number=taken.dtype,
            pixels_are="bytes" if whole else "numbers",
            picture_gives="these pixels"
            if whole
            else "pixels in bytes, to be stored as told above",
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
        "main.c": (embedded / "main.c").read_text("utf-8").replace("uint8", taken.dtype),
        "Makefile": (embedded / "Makefile").read_text("utf-8"),
        "README.md": readme,
    }
