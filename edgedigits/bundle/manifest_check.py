"""Whether a manifest fits its schema, and what a schema cannot say: that it agrees with itself.

All of it is judged by the manifest alone, before any file that it names is looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib import resources
from math import prod
from typing import Any

from converters import targets
from edgedigits.bundle import file_check
from edgedigits.bundle.input_contract import DIGITS_JSON
from edgedigits.picture.form import DIGIT_FIT

GOLDEN_NPZ = "golden.npz"
GOLDEN_JSON = "golden.json"
CARD = "README.md"
BOM = "bom.cdx.json"
MOST_ENTRIES = 300
MOST_CALIBRATED = 100_000
MOST_LABELS = 22_000
_PASS = "pass"
_FORM = ("size", "channels", "fit")


@cache
def schema() -> dict[str, Any]:
    """The manifest's JSON Schema (draft 2020-12)."""
    text = resources.files("edgedigits").joinpath("schemas/manifest.schema.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def problem(content: dict[str, Any]) -> str | None:
    """What is wrong with a manifest's content, the first thing only; None where nothing is."""
    # A schema's checks take their time over every entry, so there must not be too many.
    if (crowd := _crowd(content)) is not None:
        return crowd
    return _misfit(content) or next(_contradictions(content), None)


def pictures_problem(taken: Any) -> str | None:
    """What is wrong with what somebody says of the pictures that a model takes: its input's `name`
    and `shape`, and all of its `InputContract`. None where nothing is.

    The bounds are those of a manifest's artifact.
    """
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    parts = schema()["$defs"]["artifact"]["properties"]["input"]["properties"]
    names = ["name", "shape", "range", *DIGITS_JSON]
    form = {
        "type": "object",
        "properties": {name: parts[name] for name in names},
        "required": names,
        "$defs": schema()["$defs"],
    }
    if (found := best_match(Draft202012Validator(form).iter_errors(taken))) is not None:
        return f"{found.json_path}: {found.message[:200]}"
    if taken["shape"][0] != 1 or taken["range"][0] == taken["range"][1]:
        return "the model takes several pictures, or every pixel for the same value"
    return next(_wrong_pictures({"id": "the model", "input": taken}), None)


def _calibrated(content: dict[str, Any]) -> Any:
    calibration = content.get("calibration")
    return calibration.get("indices") if isinstance(calibration, dict) else None


def _crowd(content: dict[str, Any]) -> str | None:
    indices = _calibrated(content)
    waiting: list[tuple[str, Any]] = [("$", content)]
    while waiting:
        where, held = waiting.pop()
        if not isinstance(held, dict | list):
            continue
        most = MOST_CALIBRATED if held is indices else MOST_ENTRIES
        if where.endswith(".labels"):
            most = MOST_LABELS
        if len(held) > most:
            return f"{where}: {len(held):,} entries, at most {most:,} fit"
        if held is not indices:
            named = held.items() if isinstance(held, dict) else enumerate(held)
            waiting += [(f"{where}.{str(name)[:40]}", each) for name, each in named]
    return None


def _misfit(content: dict[str, Any]) -> str | None:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    indices = _calibrated(content)
    if isinstance(indices, list):
        # A schema takes longer over these than over all the rest; seen to be right, one will do.
        if all(type(index) is int and index >= 0 for index in indices):
            indices = indices[:1]
        content = {**content, "calibration": {**content["calibration"], "indices": indices}}
    found = best_match(Draft202012Validator(schema()).iter_errors(content))
    return None if found is None else f"{found.json_path}: {found.message[:200]}"


def _contradictions(content: dict[str, Any]) -> Iterator[str]:
    """Everything in a manifest that fits the schema but cannot be so."""
    artifacts, reference, golden = content["artifacts"], content["reference"], content["golden"]
    yield from _unknown_artifacts(artifacts)
    documents = content.get("documents", [])
    of_artifacts = [file for each in artifacts for file in each["files"]]
    named = [reference["file"], *golden, *documents, *of_artifacts]
    paths = [file["path"] for file in named]
    for path in paths:
        if (wrong := file_check.path_problem(path)) is not None:
            yield f"it names {wrong}"
    if (twice := file_check.twins(paths)) is not None:
        yield f"it names {twice} twice"
    if sorted(file["path"] for file in golden) != [GOLDEN_JSON, GOLDEN_NPZ]:
        yield f"golden vectors are {GOLDEN_NPZ} and {GOLDEN_JSON}, and it does not name these two"
    if documents and sorted(file["path"] for file in documents) != [CARD, BOM]:
        yield f"its documents are not {CARD} and {BOM}"
    measured = content.get("robustness")
    if measured is not None and measured["artifact"] not in {each["id"] for each in artifacts}:
        yield f"robustness is of {measured['artifact']}, which is none of its artifacts"
    rule = content.get("reject")
    if rule is not None and rule["sure"] < rule["threshold"]:
        yield "reject takes answers for sure that are no digit to it: sure is below threshold"
    if content["source"]["graph_sha256"] != reference["file"]["sha256"]:
        yield "source.graph_sha256 is not the SHA-256 of the reference graph"
    if len({json.dumps([each["input"][part] for part in _FORM]) for each in artifacts}) > 1:
        yield "its artifacts take different pictures"
    names = sorted(content["labels"])
    for each in artifacts:
        yield from _wrong_totals(each)
        yield from _wrong_shapes(each, reference["input_shape"])
        yield from _wrong_pictures(each)
        if sorted(each["labels"]) != names:
            yield f"{each['id']} has other labels than the float model"
    if content["verified"]:
        for each in artifacts:
            if each["verification"] is None or each["verification"]["status"] != _PASS:
                yield f"verified is true, but {each['id']} has no verification that it passed"


def _unknown_artifacts(artifacts: list[dict[str, Any]]) -> Iterator[str]:
    """Nothing runs but checked files, under their own names."""
    seen = set()
    for each in artifacts:
        target, scheme = targets.TARGETS.get(each["target"]), each["scheme"]
        name = f"{each['target']}-{scheme}"
        if target is None or scheme not in {known.name for known in target.schemes}:
            yield f"target {each['target']} and scheme {scheme} are unknown here"
        if each["id"] != name:
            yield f"id {each['id']} is not {name}"
        if name in seen:
            yield f"{name} is among the artifacts twice"
        if each["entry"] not in {file["path"] for file in each["files"]}:
            yield f"entry {each['entry']} of {name} is not among its files"
        seen.add(name)


def _wrong_totals(artifact: dict[str, Any]) -> Iterator[str]:
    for name in ("size_bytes", "gzip_bytes"):
        total = sum(file[name] for file in artifact["files"])
        if artifact[name] != total:
            yield f"{name} of {artifact['id']} is {artifact[name]}, its files have {total}"


def _wrong_shapes(artifact: dict[str, Any], picture: list[int]) -> Iterator[str]:
    taken, given = artifact["input"], artifact["output"]
    if taken["shape"][0] != 1 or prod(taken["shape"]) != prod(picture):
        yield f"{artifact['id']} takes {taken['shape']}, the reference takes {picture}"
    if given["shape"] != [1, len(artifact["labels"])]:
        yield f"{artifact['id']} answers {given['shape']}, not one number for each label"
    for side in (taken, given):
        if (side["scale"] is None) != (side["zero_point"] is None):
            yield f"{artifact['id']} has a scale without a zero point, or the reverse"
    if taken["range"][0] == taken["range"][1]:
        yield f"{artifact['id']} takes every pixel for the same value"


def _wrong_pictures(artifact: dict[str, Any]) -> Iterator[str]:
    taken = artifact["input"]
    channels = taken["channels"]
    if prod(taken["shape"]) != prod(taken["size"]) * channels:
        yield f"{artifact['id']} takes {taken['shape']}, no picture of {taken['size']}"
    if (taken["order"] is None) != (channels == 1):
        yield f"{artifact['id']} has an order of channels without colours, or the reverse"
    for name in ("mean", "std"):
        if taken[name] is not None and len(taken[name]) != channels:
            yield f"{artifact['id']} has not one {name} for each channel"
    digits = {**DIGITS_JSON, "layout": taken["layout"]}
    if taken["fit"] == DIGIT_FIT and any(taken[name] != digits[name] for name in digits):
        yield f"{artifact['id']} fits pictures as digits, but takes other ones"
