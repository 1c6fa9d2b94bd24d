"""The files of a TensorFlow.js graph model, held against the manifest that describes them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from edgedigits import contract, json_file
from edgedigits.artifact import Artifact
from edgedigits.errors import DataBad
from edgedigits.runtimes import base

_EXPORT_HINT = "make a new one: edgedigits export --target tfjs"
MOST_BYTES = 2**31 - 1
"""More than the one buffer that TensorFlow.js puts all weights into can have."""
_WEIGHTS = {"weightsManifest": [{"paths": [str]}]}
# What every file system takes for the name of a file in this very folder, and pages can embed.
_PLAIN_NAME = re.compile(r"\w[\w .()+-]{0,199}", re.ASCII)


def check_shards(path: Path, artifact: Artifact) -> None:
    """Every weight shard that the `model.json` at `path` reads must be one the manifest lists.

    Raises:
        DataBad: it reads another.
    """
    listed = {Path(file.path).name for file in artifact.files}
    if strange := sorted(set(shards(path)) - listed):
        raise DataBad(
            f"{path} reads {strange[0]}, which the manifest does not list",
            "make a new bundle: edgedigits export --target tfjs",
        )


def shards(path: Path) -> list[str]:
    """Names of the weight files that the `model.json` at `path` reads, all of them beside it.

    Raises:
        DataBad: it names none, or one that is no plain file in its folder.
    """
    try:
        content = json_file.read(path)
        if (problem := json_file.misfit(content, _WEIGHTS)) is not None:
            raise ValueError(problem)
    except (OSError, ValueError) as error:
        raise DataBad(f"{path} is damaged: {error}", _EXPORT_HINT) from error
    names = [name for group in content["weightsManifest"] for name in group["paths"]]
    for name in names:
        if _PLAIN_NAME.fullmatch(name) is None:
            raise DataBad(f"{path} reads {name!r}, which is no plain name beside it", _EXPORT_HINT)
    if not names:
        raise DataBad(f"{path} names no weights", _EXPORT_HINT)
    return list(dict.fromkeys(names))


def sizes(path: Path, names: Sequence[str]) -> list[int]:
    """Bytes of the files beside the `model.json` at `path`, found without opening any.

    Raises:
        DataBad: one is missing, is no file, or larger than anything that runs.
    """
    found = []
    for name in names:
        place = path.with_name(name)
        if not place.is_file():
            raise DataBad(f"{path} reads {name}, which is no file beside it", _EXPORT_HINT)
        found.append(place.stat().st_size)
    if sum(found) > MOST_BYTES:
        raise DataBad(f"{path} and its weights have {sum(found):,} bytes", _EXPORT_HINT)
    return found


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
