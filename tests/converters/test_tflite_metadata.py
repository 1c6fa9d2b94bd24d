"""The metadata flatbuffer, read back field by field and by FlatBuffers' own compiler."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from small_models import CARD, conversion, linear, read, save, signature

from converters.tflite import metadata, tflite

# The part of TensorFlow Lite Support's schema that a picture classifier needs, fields in its order.
SCHEMA = """
namespace tflite;
enum AssociatedFileType : byte { UNKNOWN, DESCRIPTIONS, TENSOR_AXIS_LABELS }
table AssociatedFile { name:string; description:string; type:AssociatedFileType; }
table FeatureProperties {}
enum ColorSpaceType : byte { UNKNOWN, RGB, GRAYSCALE }
table ImageSize { width:uint; height:uint; }
table ImageProperties { color_space:ColorSpaceType; default_size:ImageSize; }
union ContentProperties { FeatureProperties, ImageProperties }
table Content { content_properties:ContentProperties; range:uint_range; }
table uint_range { low:uint; }
table NormalizationOptions { mean:[float]; std:[float]; }
union ProcessUnitOptions { NormalizationOptions }
table ProcessUnit { options:ProcessUnitOptions; }
table Stats { max:[float]; min:[float]; }
table TensorMetadata {
  name:string; description:string; dimension_names:[string]; content:Content;
  process_units:[ProcessUnit]; stats:Stats; associated_files:[AssociatedFile];
}
table SubGraphMetadata {
  name:string; description:string;
  input_tensor_metadata:[TensorMetadata]; output_tensor_metadata:[TensorMetadata];
}
table ModelMetadata {
  name:string; description:string; version:string; subgraph_metadata:[SubGraphMetadata];
  author:string; license:string; associated_files:[AssociatedFile]; min_parser_version:string;
}
root_type ModelMetadata;
file_identifier "M001";
"""


def packed(**changes: Any) -> bytes:
    card = replace(CARD, **changes)
    return metadata.pack(card, "picture", "answer", "labels.txt", "contract.json")


def unpacked(content: bytes, folder: Path) -> dict[str, Any]:
    if shutil.which("flatc") is None:
        pytest.skip("needs flatc, the FlatBuffers compiler")
    (folder / "metadata.fbs").write_text(SCHEMA)
    (folder / "found.bin").write_bytes(content)
    subprocess.run(
        ["flatc", "--json", "--strict-json", "metadata.fbs", "--", "found.bin"],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    found: dict[str, Any] = json.loads((folder / "found.json").read_text())
    return found


def table(content: bytes) -> Any:
    """The root table, for reading field by field with the FlatBuffers library."""
    import flatbuffers
    from flatbuffers import encode, number_types

    start = encode.Get(number_types.UOffsetTFlags.packer_type, content, 0)
    return flatbuffers.table.Table(bytearray(content), start)


def text(found: Any, slot: int) -> str:
    offset = found.Offset(4 + 2 * slot)
    assert offset, f"field {slot} is missing"
    return str(found.String(offset + found.Pos).decode())


def child(found: Any, slot: int, index: int | None = None) -> Any:
    import flatbuffers

    offset = found.Offset(4 + 2 * slot)
    assert offset, f"field {slot} is missing"
    if index is None:
        position = found.Indirect(offset + found.Pos)
    else:
        assert index < found.VectorLen(offset)
        position = found.Indirect(found.Vector(offset) + 4 * index)
    return flatbuffers.table.Table(found.Bytes, position)


def numbers(found: Any, slot: int) -> list[float]:
    from flatbuffers import number_types

    offset = found.Offset(4 + 2 * slot)
    start = found.Vector(offset)
    return [
        found.Get(number_types.Float32Flags, start + 4 * index)
        for index in range(found.VectorLen(offset))
    ]


def test_field_by_field() -> None:
    content = packed()
    assert content[4:8] == b"M001"
    model = table(content)
    assert (text(model, 0), text(model, 1)) == (CARD.name, CARD.description)
    assert text(child(model, 6, 0), 0) == "contract.json"
    graph = child(model, 3, 0)
    picture, answer = child(graph, 2, 0), child(graph, 3, 0)
    assert (text(picture, 0), text(picture, 1)) == ("picture", CARD.input_description)
    assert (text(answer, 0), text(answer, 1)) == ("answer", CARD.output_description)
    options = child(child(picture, 4, 0), 1)
    assert (numbers(options, 0), numbers(options, 1)) == ([0.0], [1.0])
    assert text(child(answer, 6, 0), 0) == "labels.txt"


@pytest.mark.parametrize(("bgr", "kind"), [(False, metadata.RGB), (True, None)])
def test_colours_field_by_field(bgr: bool, kind: int | None) -> None:
    limits = ((-2.0, 2.0), (-1.0, 3.0), (0.0, 1.0))
    content = packed(input_limits=limits, size=(96, 128), channels=3, bgr=bgr)
    picture = child(child(table(content), 3, 0), 2, 0)
    options = child(child(picture, 4, 0), 1)
    assert numbers(options, 0) == [127.5, 63.75, 0.0]
    assert numbers(options, 1) == [63.75, 63.75, 255.0]
    (said,) = metadata.read(content).inputs
    assert (said.size, said.colours) == ((128, 96), kind)
    assert said.normalization == ((127.5, 63.75, 0.0), (63.75, 63.75, 255.0))


def test_the_compiler_of_flatbuffers_reads_the_same(tmp_path: Path) -> None:
    found = unpacked(packed(), tmp_path)
    assert found["name"] == CARD.name
    (graph,) = found["subgraph_metadata"]
    (picture,), (answer,) = graph["input_tensor_metadata"], graph["output_tensor_metadata"]
    assert picture["content"]["content_properties_type"] == "ImageProperties"
    assert picture["content"]["content_properties"] == {
        "color_space": "GRAYSCALE",
        "default_size": {"width": 28, "height": 28},
    }
    assert answer["content"]["content_properties_type"] == "FeatureProperties"
    assert answer["associated_files"] == [{"name": "labels.txt", "type": "TENSOR_AXIS_LABELS"}]
    assert found["associated_files"] == [{"name": "contract.json", "type": "DESCRIPTIONS"}]


@pytest.mark.parametrize(
    "span", [(0.0, 255.0), (0.0, 1.0), (-1.0, 1.0), (255.0, 0.0), (-0.4242, 2.8215)]
)
def test_normalization_takes_pixels_to_the_models_range(
    tmp_path: Path, span: tuple[float, float]
) -> None:
    found = unpacked(packed(input_limits=(span,)), tmp_path)
    (picture,) = found["subgraph_metadata"][0]["input_tensor_metadata"]
    (unit,) = picture["process_units"]
    assert unit["options_type"] == "NormalizationOptions"
    (mean,), (std,) = unit["options"]["mean"], unit["options"]["std"]
    for pixel, value in ((0.0, span[0]), (255.0, span[1])):
        assert (pixel - mean) / std == pytest.approx(value, abs=1e-4)


def test_it_lies_in_the_file_under_its_official_name(tmp_path: Path) -> None:
    from ai_edge_litert import schema_py_generated as schema

    source = read(save(tmp_path / "saved", signature(linear)))
    (found,) = tflite.convert(conversion(source, ("float32",), tmp_path / "out"))
    model = schema.Model.GetRootAs(found.files[0].read_bytes(), 0)
    entries = [model.Metadata(index) for index in range(model.MetadataLength())]
    (entry,) = [entry for entry in entries if entry.Name() == b"TFLITE_METADATA"]
    embedded = model.Buffers(entry.Buffer()).DataAsNumpy().tobytes()
    assert embedded == packed()


def test_words_of_any_language_survive() -> None:
    assert text(table(packed(description="chiffres manuscrits ０…９")), 1).endswith("０…９")
