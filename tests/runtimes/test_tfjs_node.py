"""TensorFlow.js artifacts in Node: what the manifest promises is what the files do."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tfjs_artifact import artifact

from edgedigits.bundle import golden
from edgedigits.bundle.artifact import Artifact, InputContract
from edgedigits.errors import EdgeDigitsError
from edgedigits.runtimes.tfjs.tfjs_node import TfjsNode, open_artifact

SCHEMES = ("float32", "float16", "uint16", "uint8")


def opened(folder: Path, found: Artifact) -> contextlib.closing[TfjsNode]:
    return contextlib.closing(open_artifact("tfjs-node", found, folder))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_golden_vectors_come_out_and_no_promise_is_broken(
    full_bundle: Path, scheme: str
) -> None:
    held = golden.read(full_bundle)
    with opened(full_bundle, artifact(full_bundle, scheme)) as runtime:
        assert runtime.contract_violations() == []
        found = runtime.probabilities(held.images)
    limit = {"float32": 1e-5, "uint16": 1e-3, "float16": 5e-3, "uint8": 0.08}[scheme]
    assert np.abs(found - held.probabilities).max() < limit
    assert found.dtype == np.float32


def test_answers_follow_the_labels(full_bundle: Path) -> None:
    images = golden.read(full_bundle).images
    found = artifact(full_bundle, "uint8")
    with (
        opened(full_bundle, found) as straight,
        opened(full_bundle, replace(found, labels=tuple("9876543210"))) as turned,
    ):
        np.testing.assert_array_equal(
            turned.probabilities(images), straight.probabilities(images)[:, ::-1]
        )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"labels": tuple("1023456789")}, "the labels inside the file"),
        ({"pixels": InputContract(0.0, 1.0)}, "the range inside the file: 0.0 255.0"),
        ({"logits": True}, "the kind of output inside the file"),
    ],
)
def test_facts_inside_the_model_are_held_against_the_manifest(
    full_bundle: Path, changes: dict[str, object], says: str
) -> None:
    told = replace(artifact(full_bundle, "uint8"), **changes)  # type: ignore[arg-type]
    with opened(full_bundle, told) as runtime:
        (violation,) = runtime.contract_violations()
    assert says in violation


def test_another_shape_in_the_manifest_is_told(full_bundle: Path) -> None:
    found = artifact(full_bundle, "uint8")
    told = replace(found, output=replace(found.output, name="logits", shape=(1, 12)))
    with opened(full_bundle, told) as runtime:
        assert len(runtime.contract_violations()) == 2


def test_a_closed_runtime_answers_no_more(full_bundle: Path) -> None:
    runtime = open_artifact("tfjs-node", artifact(full_bundle, "uint8"), full_bundle)
    runtime.close()
    runtime.close()
    with pytest.raises(EdgeDigitsError, match="already ended"):
        runtime.probabilities(np.zeros((1, 28, 28), np.uint8))
