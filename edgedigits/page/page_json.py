"""What `model/page.json` says of a page's models: written of a bundle, and checked when read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from converters.base import Tensor
from converters.targets import TARGETS
from edgedigits import json_file
from edgedigits.bundle import bundle, manifest_check
from edgedigits.bundle.artifact import LABELS, Artifact
from edgedigits.bundle.bundle import Bundle
from edgedigits.datasets import classes
from edgedigits.errors import DataBad
from edgedigits.page import page_golden
from edgedigits.picture.form import DIGIT_FIT

VERSION = 5
DIGITS, SIGNS, PICTURES = "digits", "signs", "pictures"
"""What a page is for: drawings of the ten digits, of other signs, or any pictures."""
WASM, TFJS, TFLITE = "wasm", "tfjs", "tflite"
PATHS = {
    WASM: "wasm/{}/model.wasm.gz",
    TFJS: "tfjs/{}/model.json",
    TFLITE: "tflite/{}/model.tflite",
}
"""Where a page has the model of a scheme, by the targets that it can show: what runs them is the
least to fetch for the first, and the most for the last."""
_FORM = {
    "schema_version": int,
    "default": str,
    "models": [
        {
            "id": str,
            "target": str,
            "scheme": str,
            "path": str,
            "size_bytes": int,
            "gzip_bytes": int,
        },
    ],
    "input": dict,
    "output": {"kind": str},
    "labels": [str],
    "golden": str,
    "golden_bytes": int,
    "self_test": str,
    "self_test_bytes": int,
    "reject": (None, {"temperature": float, "threshold": float, "sure": float}),
}
_STORED = {"scale": float, "zero_point": int}
_OF_TFLITE = {"layout": str, "stored": {"input": (None, _STORED), "output": (None, _STORED)}}


def describe(
    opened: Bundle, models: Sequence[dict[str, Any]], first: Artifact, self_test: bytes
) -> dict[str, Any]:
    """What `page.json` says of a bundle's models, without the file's own version.

    Args:
        opened: the bundle.
        models: an `entry` of each.
        first: one of the artifacts, which says what all of them take and give.
        self_test: what the file of that name holds.
    """
    reject = opened.manifest.reject
    (golden,) = (each for each in opened.manifest.golden if each.path == bundle.GOLDEN_JSON)
    return {
        "default": default(models),
        "models": list(models),
        "input": {
            "name": first.input.name,
            "shape": list(first.input.shape),
            **first.pixels.as_json(),
        },
        "output": {"kind": "logits" if first.logits else "probabilities"},
        "labels": list(first.labels),
        "golden": golden.path,
        "golden_bytes": golden.size_bytes,
        "self_test": page_golden.SELF_TEST,
        "self_test_bytes": len(self_test),
        "reject": None if reject is None else asdict(reject),
    }


def entry(target: str, scheme: str, size_bytes: int, gzip_bytes: int) -> dict[str, Any]:
    """What `page.json` says of a model: where it lies, its bytes, and how many they are packed."""
    return {
        "id": f"{target}-{scheme}",
        "target": target,
        "scheme": scheme,
        "path": PATHS[target].format(scheme),
        "size_bytes": size_bytes,
        "gzip_bytes": gzip_bytes,
    }


def of_tflite(artifact: Artifact) -> dict[str, Any]:
    """What else `page.json` says of a `.tflite` file: how its numbers are stored, which LiteRT.js
    does not tell, and its layout, which another converter may have exchanged."""

    def how(tensor: Tensor) -> dict[str, Any] | None:
        if tensor.scale is None:
            return None
        return {"scale": tensor.scale, "zero_point": tensor.zero_point}

    return {
        "layout": artifact.pixels.as_json()["layout"],
        "stored": {"input": how(artifact.input), "output": how(artifact.output)},
    }


def default(models: Sequence[dict[str, Any]]) -> str:
    """What the page opens with: the model that is the least to fetch, of those whose library is."""
    places = list(PATHS)
    least = min(models, key=lambda model: (places.index(model["target"]), model["gzip_bytes"]))
    found: str = least["id"]
    return found


def kind(page: dict[str, Any]) -> str:
    """What a page with such a description is for."""
    if page["input"]["fit"] != DIGIT_FIT:
        return PICTURES
    return DIGITS if sorted(page["labels"]) == sorted(LABELS) else SIGNS


def problem(page: Any) -> str | None:
    """Where `page.json` differs from what `describe` writes, in words; None where it does not."""
    version = page.get("schema_version") if isinstance(page, dict) else None
    if version != VERSION:
        return f"schema version {str(version)[:40]}; this edgedigits reads {VERSION}"
    if (misfit := json_file.misfit(page, _FORM)) is not None:
        return misfit
    for name, file in (("golden", bundle.GOLDEN_JSON), ("self_test", page_golden.SELF_TEST)):
        if page[name] != file:
            return f"{name} is {page[name][:60]!r}, not {file}"
    return _models_problem(page) or _answers_problem(page)


def _models_problem(page: Any) -> str | None:
    for model in page["models"]:
        target, scheme = model["target"], model["scheme"]
        if target not in PATHS or scheme not in (each.name for each in TARGETS[target].schemes):
            return f"scheme {scheme[:60]!r} of target {target[:60]!r} is unknown here"
        if model != {**model, **entry(target, scheme, model["size_bytes"], model["gzip_bytes"])}:
            return f"{model['id'][:60]!r} in {model['path'][:60]!r} is no model of scheme {scheme}"
        if not 0 < model["gzip_bytes"] <= 2 * model["size_bytes"]:
            return f"the sizes of {model['id']} are none"
        if target == TFLITE and (problem := _tflite_problem(model)) is not None:
            return problem
    ids = [model["id"] for model in page["models"]]
    if len(set(ids)) < len(ids) or page["default"] not in ids:
        return f"the default is {page['default'][:60]!r}, the models are {', '.join(ids) or 'none'}"
    return None


def _tflite_problem(model: Any) -> str | None:
    if (misfit := json_file.misfit(model, _OF_TFLITE)) is not None:
        return misfit
    if model["layout"] not in ("channels first", "channels last"):
        return f"the layout of {model['id']} is {model['layout'][:60]!r}"
    if any(how is not None and not how["scale"] > 0 for how in model["stored"].values()):
        return f"a scale of {model['id']} is none"
    return None


def _answers_problem(page: Any) -> str | None:
    if (misfit := manifest_check.pictures_problem(page["input"])) is not None:
        return misfit
    if page["output"]["kind"] not in ("logits", "probabilities"):
        return f"the model answers with {page['output']['kind'][:60]!r}"
    try:
        classes.checked(page["labels"], "labels")
    except DataBad as error:
        return error.message
    reject = page["reject"]
    if reject is not None and not (
        reject["temperature"] > 0 and 0 <= reject["threshold"] <= reject["sure"] <= 1
    ):
        return "temperature, threshold or sure of reject is none"
    return None
