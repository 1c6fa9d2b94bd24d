"""The files of a TensorFlow.js graph model, held against the manifest that describes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from edgedigits import contract
from edgedigits.artifact import Artifact
from edgedigits.errors import DataBad
from edgedigits.runtimes import base


def check_shards(path: Path, artifact: Artifact) -> None:
    """Every weight shard that the `model.json` at `path` reads must be one the manifest lists.

    Raises:
        DataBad: it reads another.
    """
    listed = {Path(file.path).name for file in artifact.files}
    groups = json.loads(path.read_text("utf-8"))["weightsManifest"]
    if strange := sorted({shard for group in groups for shard in group["paths"]} - listed):
        raise DataBad(
            f"{path} reads {strange[0]}, which the manifest does not list",
            "make a new bundle: edgedigits export --target tfjs",
        )


def contract_violations(path: Path, artifact: Artifact) -> list[str]:
    """Where the signature and facts in `model.json` are not what the manifest says."""
    model = json.loads(path.read_text("utf-8"))
    signature = model["signature"]
    violations = []
    for what, said in (("input", artifact.input), ("output", artifact.output)):
        ((name, tensor),) = signature[f"{what}s"].items()
        violations += base.shape_violations(what, name, _shape(tensor), said.name, said.shape)
    facts = model.get("userDefinedMetadata", {}).get("edgedigits")
    if facts is not None:
        violations += contract.violations(json.loads(facts), artifact)
    return violations


def _shape(tensor: dict[str, Any]) -> tuple[int, ...]:
    return tuple(int(size["size"]) for size in tensor["tensorShape"]["dim"])
