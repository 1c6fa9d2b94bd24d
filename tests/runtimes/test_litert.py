"""TFLite artifacts on LiteRT: what the manifest promises is what the file does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from edgedigits.bundle import bundle, golden
from edgedigits.bundle.artifact import Artifact, InputContract
from edgedigits.errors import DataBad
from edgedigits.runtimes import runtimes
from edgedigits.runtimes.litert.litert import LiteRT, open_artifact

SCHEMES = ("float32", "float16", "dynamic", "int8", "int16x8")


def artifact(folder: Path, scheme: str) -> Artifact:
    return bundle.read_manifest(folder).artifacts[SCHEMES.index(scheme)]


def answers(folder: Path, found: Artifact, name: str = "litert") -> NDArray[np.float32]:
    runtime = open_artifact(name, found, folder)
    return runtime.probabilities(golden.read(folder).images)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_an_exported_file_breaks_no_promise(full_bundle: Path, scheme: str) -> None:
    found = artifact(full_bundle, scheme)
    assert found.id == f"tflite-{scheme}"
    assert open_artifact("litert", found, full_bundle).contract_violations() == []


@pytest.mark.parametrize("name", ["litert", "litert-reference"])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_golden_vectors_come_out(full_bundle: Path, scheme: str, name: str) -> None:
    found = answers(full_bundle, artifact(full_bundle, scheme), name)
    expected = golden.read(full_bundle).probabilities
    assert found.dtype == np.float32
    limit = {"float32": 1e-5, "float16": 5e-3}.get(scheme, 0.08)
    assert np.abs(found - expected).max() < limit


def test_pictures_are_answered_one_by_one(full_bundle: Path) -> None:
    found = artifact(full_bundle, "int8")
    images = golden.read(full_bundle).images
    runtime = open_artifact("litert", found, full_bundle)
    together = runtime.probabilities(images)
    np.testing.assert_array_equal(runtime.probabilities(images[::-1]), together[::-1])
    np.testing.assert_array_equal(runtime.probabilities(images[:1]), together[:1])
    assert runtime.probabilities(images[:0]).shape == (0, 10)


def test_int8_is_fed_the_pixels_themselves(full_bundle: Path) -> None:
    runtime = open_artifact("litert", artifact(full_bundle, "int8"), full_bundle)
    images = golden.read(full_bundle).images
    encoded = runtime.encode(runtime.artifact.pixels.values(images))
    assert encoded.dtype == np.uint8
    np.testing.assert_array_equal(encoded.reshape(images.shape), images)


def test_answers_follow_the_labels(full_bundle: Path) -> None:
    found = artifact(full_bundle, "float32")
    turned = replace(found, labels=tuple("9876543210"))
    np.testing.assert_array_equal(
        answers(full_bundle, turned), answers(full_bundle, found)[:, ::-1]
    )


def test_logits_become_probabilities(full_bundle: Path) -> None:
    found = answers(full_bundle, replace(artifact(full_bundle, "float32"), logits=True))
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"labels": tuple("1023456789")}, "the labels inside the file"),
        ({"pixels": InputContract(0.0, 1.0)}, "the range inside the file"),
        ({"logits": True}, "the kind of output inside the file"),
    ],
)
def test_facts_inside_the_file_are_held_against_the_manifest(
    full_bundle: Path, changes: dict[str, object], says: str
) -> None:
    told = replace(artifact(full_bundle, "float32"), **changes)  # type: ignore[arg-type]
    violations = open_artifact("litert", told, full_bundle).contract_violations()
    assert any(says in line for line in violations)


@pytest.mark.parametrize("side", ["input", "output"])
@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "image"), ("shape", (1, 784)), ("dtype", "int8"), ("scale", 0.5), ("zero_point", 3)],
)
def test_every_field_of_a_tensor_is_held_against_the_file(
    full_bundle: Path, side: str, field: str, value: object
) -> None:
    found = artifact(full_bundle, "int8")
    tensor = replace(getattr(found, side), **{field: value})
    opened = open_artifact("litert", found, full_bundle)
    # The grey levels would go through what was changed; only the comparison is looked at here.
    opened.artifact = replace(found, **{side: tensor})
    violations = [line for line in opened.contract_violations() if f"the file's {side}" in line]
    assert len(violations) == 1
    assert str(value if field != "shape" else [1, 784]) in violations[0]


def opened(folder: Path, content: bytes) -> LiteRT:
    """The int8 artifact of a bundle with another content, opened."""
    found = artifact(folder, "int8")
    (folder / found.entry).write_bytes(content)
    return open_artifact("litert", found, folder)


@pytest.mark.parametrize("content", [b"", b"garbage", b"\0\0\0\0TFL3" + b"\0" * 100])
def test_what_is_no_model_is_refused(copied_bundle: Path, content: bytes) -> None:
    with pytest.raises(DataBad, match="LiteRT refuses"):
        opened(copied_bundle, content)


def test_half_a_model_is_refused(copied_bundle: Path) -> None:
    content = (copied_bundle / artifact(copied_bundle, "int8").entry).read_bytes()
    with pytest.raises(DataBad, match="LiteRT refuses"):
        opened(copied_bundle, content[: len(content) // 2])


def test_the_registry_knows_both_kernels() -> None:
    assert runtimes.default_runtime("tflite") == "litert"
    assert runtimes.find("litert-reference").target == "tflite"
