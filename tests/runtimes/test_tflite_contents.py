"""What lies in a TFLite file against the manifest: ours in full, other people's for consistency."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tampering
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from numpy.typing import NDArray

from converters.base import Card, Finish
from converters.tflite import metadata, zip_archive
from edgedigits.bundle import bundle, contract, golden
from edgedigits.bundle.artifact import LABELS, Artifact, InputContract
from edgedigits.runtimes import quantization
from edgedigits.runtimes.litert import contents

SCHEMES = ("float32", "float16", "dynamic", "int8", "int16x8")
CARD = Card("theirs", "digits", LABELS, ((0.0, 255.0),), "a picture", "ten numbers")


def artifact(folder: Path, scheme: str) -> Artifact:
    return bundle.read_manifest(folder).artifacts[SCHEMES.index(scheme)]


def foreign(folder: Path, scheme: str) -> tuple[Artifact, bytes]:
    """A file as another program would make it, without metadata or archive, in a manifest that
    says nothing of its finish."""
    found = artifact(folder, scheme)
    content = bytearray((folder / found.entry).read_bytes())
    bare = tampering.metadata(lambda _: None)(content)
    archive = zip_archive.read(bytes(bare))
    assert archive is not None
    return replace(found, finish=None), bytes(bare[: archive.start])


def described(
    content: bytes, *, files: tuple[str, ...] = ("labels.txt", "contract.json"), **card: Any
) -> bytes:
    """With metadata and archive of another program."""
    said = metadata.pack(replace(CARD, **card), "a", "b", "labels.txt", "contract.json")

    def put(model: Any) -> None:
        from ai_edge_litert import schema_py_generated as schema

        entry, buffer = schema.MetadataT(), schema.BufferT()
        entry.name, entry.buffer = "TFLITE_METADATA", len(model.buffers)
        buffer.data = np.frombuffer(said, np.uint8)
        model.buffers.append(buffer)
        model.metadata = [entry]

    facts = json.dumps(contract.facts(InputContract(0.0, 255.0), LABELS, logits=False)).encode()
    texts = {"labels.txt": "\n".join(LABELS).encode(), "contract.json": facts, "more.txt": b"x"}
    made = bytes(tampering.repacked(put)(bytearray(content)))
    return tampering.with_archive(made, {name: texts[name] for name in files}) if files else made


@pytest.mark.parametrize("scheme", SCHEMES)
def test_an_exported_file_is_what_its_manifest_says(full_bundle: Path, scheme: str) -> None:
    found = artifact(full_bundle, scheme)
    content = (full_bundle / found.entry).read_bytes()
    assert contents.violations(content, found) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_of_other_peoples_files_nothing_is_demanded(full_bundle: Path, scheme: str) -> None:
    found, content = foreign(full_bundle, scheme)
    assert contents.violations(content, found) == []
    finished = replace(found, finish=Finish(True, False, len(content)))
    assert contents.violations(content, finished) == []
    finished = replace(found, finish=Finish(True, True, len(content)))
    assert contents.violations(content, finished) == [
        "labels.txt and contract.json are missing: no archive behind the model",
        "TFLITE_METADATA is missing from the file",
    ]


@pytest.mark.parametrize(
    ("scheme", "change", "says"),
    [
        ("float32", described, None),
        ("int8", described, None),
        # Apps normalize what they feed to float inputs alone.
        ("int8", lambda content: described(content, input_limits=((-1.0, 1.0),)), None),
        (
            "float32",
            lambda content: described(content, input_limits=((-1.0, 1.0),)),
            "normalizes by mean 127.5 and std 127.5, the manifest's range 0..255 means mean 0 and",
        ),
        ("float32", lambda content: described(content, files=()), "names 'contract.json', which"),
        (
            "float32",
            lambda content: described(content, files=("labels.txt", "contract.json", "more.txt")),
            "the archive holds 'more.txt', which nothing names",
        ),
        ("float32", lambda content: content + b"x" * 99, "99 bytes behind it belong to nothing"),
        ("float32", lambda content: content + bytes(7), None),
        ("float32", lambda content: content + bytes(16), "16 bytes behind it belong to nothing"),
    ],
)
def test_what_other_peoples_files_say_must_fit(
    full_bundle: Path, scheme: str, change: Callable[[bytes], bytes], says: str | None
) -> None:
    found, content = foreign(full_bundle, scheme)
    problems = contents.violations(change(content), found)
    if says is None:
        assert problems == []
    else:
        assert says in " ".join(problems)


@pytest.mark.parametrize(
    ("key", "count"), [("predict", 0), ("serving_default", 0)], ids=["other key", "same key"]
)
def test_another_key_of_other_peoples_signature_is_fine(
    full_bundle: Path, key: str, count: int
) -> None:
    found, content = foreign(full_bundle, "float32")
    renamed = tampering.repacked(
        lambda model: setattr(model.signatureDefs[0], "signatureKey", key)
    )(bytearray(content))
    assert len(contents.violations(bytes(renamed), found)) == count


def opened(content: bytes, *, reference: bool) -> Any:
    kernels = OpResolverType.BUILTIN_REF if reference else OpResolverType.AUTO
    interpreter = Interpreter(
        model_content=content, num_threads=1, experimental_op_resolver_type=kernels
    )
    interpreter.allocate_tensors()
    return interpreter


def stored(found: Artifact) -> NDArray[Any]:
    """Four golden pictures as the artifact's input stores them."""
    values = found.pixels.values(golden.pictures()[0][:4])
    return quantization.quantize(values, found.input).reshape(-1, *found.input.shape)


@pytest.mark.parametrize("reference", [False, True])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_signature_answers_as_the_file_does(
    full_bundle: Path, scheme: str, reference: bool
) -> None:
    found = artifact(full_bundle, scheme)
    interpreter = opened((full_bundle / found.entry).read_bytes(), reference=reference)
    assert contents.signature_violations(interpreter, stored(found), found) == []


@pytest.mark.parametrize("reference", [False, True])
def test_a_signature_of_something_else_is_noticed_by_running_it(
    full_bundle: Path, reference: bool
) -> None:
    def to_the_logits(model: Any) -> None:
        graph = model.subgraphs[0]
        model.signatureDefs[0].outputs[0].tensorIndex = graph.operators[-1].inputs[0]

    found = artifact(full_bundle, "float32")
    content = (full_bundle / found.entry).read_bytes()
    changed = tampering.repacked(to_the_logits)(bytearray(content))
    interpreter = opened(bytes(changed), reference=reference)
    (problem,) = contents.signature_violations(interpreter, stored(found), found)
    # XNNPACK does not even hold the logits.
    expected = "answers 4 of 4 pictures otherwise" if reference else "does not run"
    assert f"the file's signature serving_default {expected}" in problem


def test_whatever_is_damaged_is_told_and_never_raises(full_bundle: Path) -> None:
    generator = np.random.default_rng(23)
    for scheme in ("float32", "int8"):
        found = artifact(full_bundle, scheme)
        honest = (full_bundle / found.entry).read_bytes()
        archive = zip_archive.read(honest)
        assert archive is not None
        # Among 90 kB of weights few places say anything: most damage goes to the rest.
        places = np.r_[0:8192, archive.start - 8192 : len(honest)]
        told = 0
        for _ in range(400):
            content = bytearray(honest)
            for place in generator.choice(places, generator.integers(1, 6)):
                content[place] = generator.integers(256)
            told += bool(contents.violations(bytes(content), found))
        assert told > 100
