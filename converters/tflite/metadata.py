"""TFLite model metadata: the flatbuffer that Android Studio, ML Kit and MediaPipe read.

Only the tables needed for a picture classifier are written. Table and field numbers are those of
`metadata_schema.fbs` (TensorFlow Lite Support), whose file identifier is `M001`. What a reader can
tell from the rest is left out: the range of values follows from the normalization, and every field
is as old as the identifier, so that no parser version need be named.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from converters import flatbuffer_reader
from converters.base import Card, Limits
from converters.flatbuffer_reader import Damaged, Parts

NAME = "TFLITE_METADATA"
"""Under which a TFLite file holds it."""
FILE_IDENTIFIER = b"M001"

MOST_CHANNELS = 4
UNKNOWN, RGB, GRAYSCALE = 0, 1, 2
"""Kinds of colours. Blue before red is none of them."""
IMAGE_PROPERTIES = 2
FEATURE_PROPERTIES = 1
NORMALIZATION_OPTIONS = 1
DESCRIPTIONS_FILE = 1
AXIS_LABELS_FILE = 2

SCHEMA: flatbuffer_reader.Schema = {
    "Model": {
        0: ("name", "str"),
        1: ("description", "str"),
        2: ("version", "str"),
        3: ("graphs", "[Graph]"),
        4: ("author", "str"),
        5: ("license", "str"),
        6: ("files", "[File]"),
        7: ("parser", "str"),
    },
    "Graph": {
        0: ("name", "str"),
        1: ("description", "str"),
        2: ("inputs", "[Tensor]"),
        3: ("outputs", "[Tensor]"),
        4: ("files", "[File]"),
    },
    "Tensor": {
        0: ("name", "str"),
        1: ("description", "str"),
        3: ("content", "Content"),
        4: ("units", "[Unit]"),
        5: ("stats", "Stats"),
        6: ("files", "[File]"),
    },
    "Content": {0: ("kind", "B"), 1: ("properties", "Properties?kind"), 2: ("range", "Range")},
    "Properties2": {0: ("colour", "b"), 1: ("size", "Size")},
    "Size": {0: ("width", "I"), 1: ("height", "I")},
    "Unit": {0: ("kind", "B"), 1: ("options", "Options?kind")},
    "Options1": {0: ("mean", "[f]"), 1: ("std", "[f]")},
    "Stats": {0: ("max", "[f]"), 1: ("min", "[f]")},
    "File": {
        0: ("name", "str"),
        1: ("description", "str"),
        2: ("kind", "b"),
        3: ("locale", "str"),
        4: ("version", "str"),
    },
}
"""What of `metadata_schema.fbs` the metadata of a picture classifier has."""

Field = tuple[int, Callable[[Any, int], None]]


@dataclass(frozen=True)
class Described:
    """What metadata says of an input or output; None where it says nothing.

    Attributes:
        picture: whether it is said to be a picture.
        colours: `GRAYSCALE`, `RGB`, or another number that is none of these.
        size: width and height.
        normalization: mean and standard deviation, a value a channel or one for all.
        files: names and kinds of the files that belong to it.
    """

    name: str
    description: str
    picture: bool
    colours: int | None
    size: tuple[int, int] | None
    normalization: tuple[tuple[float, ...], tuple[float, ...]] | None
    files: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Metadata:
    """What the metadata of a file says. `files` are those of the model as a whole, `spare` counts
    the bytes that belong to nothing in it."""

    inputs: tuple[Described, ...]
    outputs: tuple[Described, ...]
    files: tuple[tuple[str, int], ...]
    spare: int


def read(content: bytes) -> Metadata:
    """What a metadata flatbuffer of anybody's says.

    Raises:
        Damaged: it is none.
    """
    found = flatbuffer_reader.read(content, FILE_IDENTIFIER, "Model", SCHEMA)
    graphs = found.root.get("graphs") or []
    if not graphs:
        raise Damaged("it tells of no graph")
    return Metadata(
        tuple(map(_described, graphs[0].get("inputs") or [])),
        tuple(map(_described, graphs[0].get("outputs") or [])),
        (*_files(found.root), *_files(graphs[0])),
        found.unclaimed + len(content) - found.end,
    )


def _described(entry: Parts) -> Described:
    content = entry.get("content") or {}
    properties = content.get("properties") or {}
    picture = content.get("kind") == IMAGE_PROPERTIES
    size = properties.get("size")
    colours = properties.get("colour", UNKNOWN)
    options = [
        unit.get("options") or {}
        for unit in entry.get("units") or []
        if unit.get("kind") == NORMALIZATION_OPTIONS
    ]
    return Described(
        name=entry.get("name", ""),
        description=entry.get("description", ""),
        picture=picture,
        colours=colours if picture and colours else None,
        size=(size.get("width", 0), size.get("height", 0)) if picture and size else None,
        normalization=(
            tuple(float(each) for each in options[0].get("mean", ())[:MOST_CHANNELS]),
            tuple(float(each) for each in options[0].get("std", ())[:MOST_CHANNELS]),
        )
        if options
        else None,
        files=_files(entry),
    )


def _files(entry: Parts) -> tuple[tuple[str, int], ...]:
    held = entry.get("files") or []
    return tuple((each.get("name", ""), each.get("kind", 0)) for each in held)


def pack(
    card: Card, input_name: str, output_name: str, labels_file: str, contract_file: str
) -> bytes:
    """The metadata flatbuffer of a classifier of pictures."""
    from converters.tflite.sharing_builder import SharingBuilder

    builder = SharingBuilder(2048)
    picture = _tensor(
        builder,
        input_name,
        card.input_description,
        content=_content(builder, IMAGE_PROPERTIES, _image_properties(builder, card)),
        units=[_normalization(builder, *means_and_stds(card.input_limits))],
        files=[],
    )
    answers = _tensor(
        builder,
        output_name,
        card.output_description,
        content=_content(builder, FEATURE_PROPERTIES, _table(builder, [])),
        units=[],
        files=[_file(builder, labels_file, AXIS_LABELS_FILE)],
    )
    subgraph = _table(
        builder,
        [(2, _offset(_vector(builder, [picture]))), (3, _offset(_vector(builder, [answers])))],
    )
    contract = _file(builder, contract_file, DESCRIPTIONS_FILE)
    model = _table(
        builder,
        [
            (0, _offset(builder.CreateString(card.name))),
            (1, _offset(builder.CreateString(card.description))),
            (3, _offset(_vector(builder, [subgraph]))),
            (6, _offset(_vector(builder, [contract]))),
        ],
    )
    builder.Finish(model, FILE_IDENTIFIER)
    return bytes(builder.Output())


def means_and_stds(limits: Limits) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Means and standard deviations: `(pixel - mean) / std` takes pixels 0 and 255 to the limits of
    their channel. One of each where all channels are alike, else one a channel.
    """
    different = limits[:1] if len(set(limits)) == 1 else limits
    stds = tuple(255.0 / (high - low) for low, high in different)
    return tuple(-low * std for (low, _), std in zip(different, stds, strict=True)), stds


def colours(channels: int, *, bgr: bool) -> int:
    """The kind of colours that a picture of so many channels has."""
    if channels == 1:
        return GRAYSCALE
    return UNKNOWN if bgr else RGB


def _tensor(
    builder: Any,
    name: str,
    description: str,
    *,
    content: int,
    units: list[int],
    files: list[int],
) -> int:
    fields = [
        (0, _offset(builder.CreateString(name))),
        (1, _offset(builder.CreateString(description))),
        (3, _offset(content)),
    ]
    if units:
        fields.append((4, _offset(_vector(builder, units))))
    if files:
        fields.append((6, _offset(_vector(builder, files))))
    return _table(builder, fields)


def _content(builder: Any, kind: int, properties: int) -> int:
    return _table(builder, [(0, _byte(kind)), (1, _offset(properties))])


def _image_properties(builder: Any, card: Card) -> int:
    height, width = card.size
    size = _table(builder, [(0, _uint(width)), (1, _uint(height))])
    kind = colours(card.channels, bgr=card.bgr)
    return _table(builder, [(0, _byte(kind)), (1, _offset(size))])


def _normalization(builder: Any, means: Sequence[float], stds: Sequence[float]) -> int:
    options = _table(
        builder, [(0, _offset(_floats(builder, means))), (1, _offset(_floats(builder, stds)))]
    )
    return _table(builder, [(0, _byte(NORMALIZATION_OPTIONS)), (1, _offset(options))])


def _file(builder: Any, name: str, kind: int) -> int:
    return _table(builder, [(0, _offset(builder.CreateString(name))), (2, _byte(kind))])


def _table(builder: Any, fields: Sequence[Field]) -> int:
    builder.StartObject(max((slot for slot, _ in fields), default=-1) + 1)
    for slot, add in fields:
        add(builder, slot)
    return int(builder.EndObject())


def _offset(value: int) -> Callable[[Any, int], None]:
    return lambda builder, slot: builder.PrependUOffsetTRelativeSlot(slot, value, 0)


def _byte(value: int) -> Callable[[Any, int], None]:
    return lambda builder, slot: builder.PrependUint8Slot(slot, value, 0)


def _uint(value: int) -> Callable[[Any, int], None]:
    return lambda builder, slot: builder.PrependUint32Slot(slot, value, 0)


def _vector(builder: Any, offsets: Sequence[int]) -> int:
    builder.StartVector(4, len(offsets), 4)
    for value in reversed(offsets):
        builder.PrependUOffsetTRelative(value)
    return int(builder.EndVector())


def _floats(builder: Any, values: Sequence[float]) -> int:
    return int(builder.CreateNumpyVector(np.array(values, np.float32)))
