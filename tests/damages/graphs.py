"""Damages to what TensorFlow.js graph models say of themselves, and to their weights."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tampering import entry, patch, random_bytes

from damages.damage import Break, Damage, model_json, path_of, shard

MEGABYTE = 1 << 20
INT8, UINT8 = "tflite-int8", "tfjs-uint8"


def weights_of(model: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = model["weightsManifest"][0]["weights"]
    return found


def side_of(model: dict[str, Any], side: str) -> dict[str, Any]:
    (found,) = model["signature"][side].values()
    assert isinstance(found, dict)
    return found


def to_tfjs_logits(model: dict[str, Any]) -> None:
    nodes = {node["name"]: node for node in model["modelTopology"]["node"]}
    output = nodes[side_of(model, "outputs")["name"].removesuffix(":0")]
    softmax = nodes[output["input"][0]]
    side_of(model, "outputs")["name"] = softmax["input"][0] + ":0"


def second_output(model: dict[str, Any]) -> None:
    model["signature"]["outputs"]["scores"] = side_of(model, "outputs")


def stray_weight(content: dict[str, Any], folder: Path) -> None:
    """Sixteen numbers more, in a shard that has become longer, for which there is no node."""
    more = {"name": "extra", "shape": [16], "dtype": "float32"}
    model_json(lambda model: weights_of(model).append(more))(content, folder)
    patch(path_of(content, folder, UINT8, 1), lambda shard: shard + bytes(64))


def stray_node(model: dict[str, Any]) -> None:
    nodes = model["modelTopology"]["node"]
    nodes.append({"name": "idle", "op": "Identity", "input": [nodes[0]["name"]]})


def second_group(content: dict[str, Any], folder: Path) -> None:
    path = path_of(content, folder, UINT8)
    (path.parent / "group2-shard1of1.bin").write_bytes(random_bytes(MEGABYTE))
    more = entry(content, UINT8)["files"]
    more.append(
        {**more[1], "path": (path.parent / "group2-shard1of1.bin").relative_to(folder).as_posix()}
    )
    group = {"paths": ["group2-shard1of1.bin"], "weights": []}
    model_json(lambda model: model["weightsManifest"].append(group))(content, folder)


def facts_in(change: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, Any]], None]:
    def changed(model: dict[str, Any]) -> None:
        facts = json.loads(model["userDefinedMetadata"]["edgedigits"])
        change(facts)
        model["userDefinedMetadata"]["edgedigits"] = json.dumps(facts)

    return changed


def overridden_signature(model: dict[str, Any]) -> None:
    model["userDefinedMetadata"]["signature"] = model["signature"]


def text(content: str) -> Break:
    return lambda c, f: path_of(c, f, UINT8).write_text(content)


def scale_of(value: object) -> Callable[[dict[str, Any]], None]:
    return lambda model: weights_of(model)[0]["quantization"].update(scale=value)


TFJS = [
    Damage(
        "garbage behind a shard",
        UINT8,
        shard(lambda content: content + random_bytes(MEGABYTE), "uint8"),
        "its weights have",
    ),
    Damage("weight without a node", UINT8, stray_weight, "1 weights are read by no node: 'extra'"),
    Damage(
        "node without weights",
        UINT8,
        model_json(lambda model: weights_of(model).pop()),
        "1 nodes have no weights",
    ),
    Damage(
        "node that leads nowhere", UINT8, model_json(stray_node), "nodes lead to no answer: 'idle'"
    ),
    Damage(
        "second group of weights", UINT8, second_group, "a group of weight files holds no weights"
    ),
    Damage(
        "facts removed, tfjs",
        UINT8,
        model_json(lambda model: model["userDefinedMetadata"].pop("edgedigits")),
        "the facts are missing from model.json",
    ),
    Damage(
        "all metadata removed, tfjs",
        UINT8,
        model_json(lambda model: model.pop("userDefinedMetadata")),
        "the facts are missing from model.json",
    ),
    Damage(
        "facts changed, tfjs",
        UINT8,
        model_json(facts_in(lambda facts: facts["input"].update(ink="dark on bright"))),
        "the ink inside the file: dark on bright",
    ),
    Damage(
        "facts damaged, tfjs",
        UINT8,
        model_json(lambda model: model["userDefinedMetadata"].update(edgedigits="{")),
        "the facts in model.json are damaged",
    ),
    Damage(
        "a signature in the metadata",
        UINT8,
        model_json(overridden_signature),
        "the metadata in model.json has a part 'signature' that nothing asks for",
    ),
    Damage(
        "signature null",
        UINT8,
        model_json(lambda model: model.update(signature=None)),
        "is damaged: it has no signature",
    ),
    Damage(
        "second output",
        UINT8,
        model_json(second_output),
        "its signature has 2 outputs, a classifier has one",
    ),
    Damage(
        "signature at the logits, tfjs",
        UINT8,
        model_json(to_tfjs_logits),
        "the output of the file's signature is",
    ),
    Damage(
        "signature's output at the input, tfjs",
        UINT8,
        model_json(
            lambda model: side_of(model, "outputs").update(name=side_of(model, "inputs")["name"])
        ),
        "the output of the file's signature is",
    ),
    Damage(
        "layers-model",
        UINT8,
        model_json(lambda model: model.update(format="layers-model")),
        "is damaged: it is no graph model",
    ),
    Damage(
        "generatedBy that is no text",
        UINT8,
        model_json(lambda model: model.update(generatedBy=["x"])),
        "is damaged: its generatedBy is no text",
    ),
    Damage(
        "graph that runs first",
        UINT8,
        model_json(lambda model: model.update(modelInitializer={"node": []})),
        "model.json has a part 'modelInitializer' that no export writes",
    ),
    Damage("model.json that is a list", UINT8, text("[]"), "is damaged: it is no graph model"),
    Damage("model.json of brackets", UINT8, text("[" * 99999), "is not readable as JSON"),
    Damage("scale NaN", UINT8, model_json(scale_of(float("nan"))), "NaN is no number of JSON"),
    Damage("scale 'NaN'", UINT8, model_json(scale_of("NaN")), "has no scale, but 'NaN'"),
    Damage(
        "weights manifest null",
        UINT8,
        model_json(lambda model: model.update(weightsManifest=None)),
        "is damaged: it has no weightsManifest",
    ),
]
