"""Breaking a bundle so that its digests still fit: only verification can notice."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from converters.tflite import packing, zip_archive
from edgedigits.bundle import artifact

Patch = Callable[[bytearray], bytes | bytearray]


def manifest(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return content


def entry(content: dict[str, Any], artifact_id: str) -> dict[str, Any]:
    found: dict[str, Any]
    (found,) = [each for each in content["artifacts"] if each["id"] == artifact_id]
    return found


def seal(folder: Path, content: dict[str, Any], keep: str | None = None) -> None:
    """Write the manifest with digests and sizes of the files as they are, and take away models that
    it does not name; `keep` drops all other artifacts from it, for quickness."""
    if keep is not None:
        content["artifacts"] = [entry(content, keep)]
    for each in content["artifacts"]:
        each["files"] = [measured(folder, file) for file in each["files"]]
        for name in ("size_bytes", "gzip_bytes"):
            each[name] = sum(file[name] for file in each["files"])
    for name in ("golden", "documents"):
        content[name] = [measured(folder, file) for file in content[name]]
    content["reference"]["file"] = measured(folder, content["reference"]["file"])
    content["source"]["graph_sha256"] = content["reference"]["file"]["sha256"]
    named = {file["path"] for each in content["artifacts"] for file in each["files"]}
    for target in ("tflite", "tfjs"):
        for path in (folder / target).rglob("*"):
            if path.is_file() and path.relative_to(folder).as_posix() not in named:
                path.unlink()
    (folder / "manifest.json").write_text(json.dumps(content))


def measured(folder: Path, file: dict[str, Any]) -> dict[str, Any]:
    """The record of a file as it is now; as it was where there is none."""
    path = folder / file["path"]
    return asdict(artifact.record(path, folder)) if path.is_file() else file


def patch(path: Path, change: Patch) -> None:
    path.write_bytes(bytes(change(bytearray(path.read_bytes()))))


def largest_buffer(content: bytearray) -> slice:
    """Where the largest weight tensor of a TFLite file lies."""
    from ai_edge_litert import schema_py_generated as schema

    model = schema.Model.GetRootAs(content, 0)
    graph = model.Subgraphs(0)
    places = []
    for index in range(graph.TensorsLength()):
        buffer = model.Buffers(graph.Tensors(index).Buffer())
        if length := buffer.DataLength():
            start = buffer._tab.Vector(buffer._tab.Offset(4))
            places.append(slice(start, start + length))
    return max(places, key=lambda place: place.stop - place.start)


def zero_weights(content: bytearray) -> bytearray:
    place = largest_buffer(content)
    content[place] = bytes(place.stop - place.start)
    return content


def nan_weights(content: bytearray) -> bytearray:
    """Not a number in one weight in a hundred of a TFLite file."""
    place = largest_buffer(content)
    content[place] = with_nan(content[place])
    return content


def with_nan(content: bytearray) -> bytes:
    """Not a number in one float32 in a hundred."""
    values = np.frombuffer(content, "<f4").copy()
    values[::100] = np.nan
    return values.tobytes()


def input_scale(factor: float) -> Patch:
    """Multiplies the scale that a TFLite file states for its input."""

    def change(content: bytearray) -> bytearray:
        from ai_edge_litert import schema_py_generated as schema

        graph = schema.Model.GetRootAs(content, 0).Subgraphs(0)
        said = graph.Tensors(graph.Inputs(0)).Quantization()
        start = said._tab.Vector(said._tab.Offset(8))
        scale = np.frombuffer(content, "<f4", 1, start) * np.float32(factor)
        content[start : start + 4] = scale.astype("<f4").tobytes()
        return content

    return change


def embedded(change: Callable[[dict[str, bytes]], object]) -> Patch:
    """Changes the files of the archive behind a TFLite flatbuffer."""

    def repacked(content: bytearray) -> bytes:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = {info.filename: archive.read(info) for info in archive.infolist()}
            start = min(info.header_offset for info in archive.infolist())
        change(files)
        held = io.BytesIO(bytes(content[:start]))
        held.seek(0, io.SEEK_END)
        with zipfile.ZipFile(held, "a") as archive:
            for name, text in files.items():
                archive.writestr(name, text)
        return held.getvalue()

    return repacked


def repacked(change: Callable[[Any], object]) -> Patch:
    """Changes a TFLite model as objects of the generated schema; its archive stays behind it."""

    def again(content: bytearray) -> bytes:
        from ai_edge_litert import schema_py_generated as schema

        archive = zip_archive.read(bytes(content))
        model = schema.ModelT.InitFromPackedBuf(bytes(content), 0)
        change(model)
        made = packing.pack(model, share=True)
        return made if archive is None else with_archive(made, dict(archive.files))

    return again


def with_archive(content: bytes, files: dict[str, bytes]) -> bytes:
    """A TFLite flatbuffer with an archive behind it, as any program would write it."""
    held = io.BytesIO(content)
    held.seek(0, io.SEEK_END)
    with zipfile.ZipFile(held, "a") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return held.getvalue()


def metadata(change: Callable[[bytes], bytes | None]) -> Patch:
    """Changes the TFLite metadata of a file; None takes it out."""

    def changed(model: Any) -> None:
        (entry,) = [each for each in model.metadata if each.name == b"TFLITE_METADATA"]
        made = change(bytes(model.buffers[entry.buffer].data))
        if made is None:
            model.metadata.remove(entry)
            model.buffers[entry.buffer].data = None
        else:
            model.buffers[entry.buffer].data = np.frombuffer(made, np.uint8)

    return repacked(changed)


def between(stuff: bytes) -> Patch:
    """Puts something between a TFLite model and its archive, whose offsets fit again."""

    def put(content: bytearray) -> bytes:
        archive = zip_archive.read(bytes(content))
        assert archive is not None
        return with_archive(bytes(content[: archive.start]) + stuff, dict(archive.files))

    return put


def hole(content: bytearray) -> bytes:
    """A megabyte before the first table of a TFLite flatbuffer; everything in it moves along."""
    stuff = random_bytes(1 << 20)
    archive = zip_archive.read(bytes(content))
    assert archive is not None
    root = int.from_bytes(content[:4], "little") + len(stuff)
    moved = root.to_bytes(4, "little") + content[4:8] + stuff + content[8 : archive.start]
    return with_archive(bytes(moved), dict(archive.files))


def random_bytes(count: int) -> bytes:
    return np.random.default_rng(5).bytes(count)


def take_flattening_out(model: Any) -> None:
    """Take every RESHAPE out of a `ModelT`, in place."""
    from ai_edge_litert import schema_py_generated as schema

    (graph,) = model.subgraphs
    for operator in list(graph.operators):
        if model.operatorCodes[operator.opcodeIndex].builtinCode != schema.BuiltinOperator.RESHAPE:
            continue
        given, flat = operator.inputs[0], operator.outputs[0]
        graph.operators.remove(operator)
        for reader in graph.operators:
            reader.inputs = np.where(np.equal(reader.inputs, flat), given, reader.inputs)


without_flattening = repacked(take_flattening_out)
"""A TFLite file whose dense layers take `[1, h, w, c]`: the same to the CPU's kernels."""
