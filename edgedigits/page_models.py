"""The models that a demo page shows, from a bundle or another page: what `model/` holds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from edgedigits import bundle
from edgedigits.artifact import Artifact
from edgedigits.bundle import Bundle
from edgedigits.errors import DataBad, WrongUse, command, unknown

PAGE_VERSION = 2
FOLDER = "model"
PAGE_JSON = "page.json"
_EXPORT_ALL = f"export one: {command('export', '--target', 'all')}"


@dataclass(frozen=True)
class PageModels:
    """Models for a page.

    Attributes:
        origin: where they come from, in words.
        page: what `model/page.json` says of them, without the file's own version.
        files: every other file of the `model` folder by its path inside it.
    """

    origin: str
    page: dict[str, Any]
    files: dict[str, bytes]

    @property
    def schemes(self) -> tuple[str, ...]:
        """Names of their schemes."""
        return tuple(model["scheme"] for model in self.page["models"])

    @property
    def default(self) -> dict[str, Any]:
        """The entry of the model that a page opens with."""
        (entry,) = (each for each in self.page["models"] if each["id"] == self.page["default"])
        found: dict[str, Any] = entry
        return found

    def only(self, schemes: Sequence[str]) -> PageModels:
        """These models without those of other schemes.

        Raises:
            WrongUse: there is no model in a scheme.
        """
        for scheme in schemes:
            if scheme not in self.schemes:
                raise unknown("scheme", scheme, ["all", *self.schemes], f" in {self.origin}")
        kept = [model for model in self.page["models"] if model["scheme"] in schemes]
        dropped = {_home(model) for model in self.page["models"]} - {_home(each) for each in kept}
        files = {
            path: content
            for path, content in self.files.items()
            if not any(PurePosixPath(path).is_relative_to(home) for home in dropped)
        }
        page = {**self.page, "default": _smallest(kept), "models": kept}
        return PageModels(self.origin, page, files)

    def all_files(self) -> dict[str, bytes]:
        """Every file of the `model` folder, `page.json` among them."""
        text = json.dumps({"schema_version": PAGE_VERSION, **self.page}, indent=2) + "\n"
        return {PAGE_JSON: text.encode(), **self.files}


def from_bundle(opened: Bundle) -> PageModels:
    """The TensorFlow.js models of a bundle.

    Raises:
        WrongUse: it has none.
    """
    artifacts = [artifact for artifact in opened.manifest.artifacts if artifact.target == "tfjs"]
    if not artifacts:
        raise WrongUse(f"{opened.folder} has no TensorFlow.js model to show", _EXPORT_ALL)
    paths = [file.path for artifact in artifacts for file in artifact.files]
    files = {path: (opened.folder / path).read_bytes() for path in [*paths, bundle.GOLDEN_JSON]}
    return PageModels(str(opened.folder), _describe(opened, artifacts), files)


def from_page(folder: Path) -> PageModels:
    """The models of a page that is there already, from its `model` folder.

    Raises:
        DataBad: its description is damaged, of another version, or names a file that is missing.
    """
    path = folder / PAGE_JSON
    try:
        page = json.loads(path.read_text("utf-8"))
        version = page.pop("schema_version")
        if version != PAGE_VERSION:
            raise DataBad(
                f"{path} has schema version {version}; this edgedigits reads {PAGE_VERSION}",
                "write the page again: edgedigits demo BUNDLE --out FOLDER",
            )
        homes = {_home(model) for model in page["models"]}
        if any(".." in home.parts or home.is_absolute() for home in homes):
            raise ValueError("a model lies outside of it")
        found = [each for home in sorted(homes) for each in sorted((folder / home).rglob("*"))]
        wanted = [each for each in found if each.is_file()] + [folder / page["golden"]]
        files = {each.relative_to(folder).as_posix(): each.read_bytes() for each in wanted}
        if not {model["path"] for model in page["models"]} <= set(files):
            raise KeyError("a model's file is missing")
        if page["default"] not in {model["id"] for model in page["models"]}:
            raise KeyError("the default is no model")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataBad(
            f"{folder} holds no models of a page: {error}",
            "write the page again: edgedigits demo BUNDLE --out FOLDER",
        ) from error
    return PageModels(str(folder), page, files)


def _home(model: dict[str, Any]) -> PurePosixPath:
    return PurePosixPath(model["path"]).parent


def _smallest(models: Sequence[dict[str, Any]]) -> str:
    """What the page opens with: the model that is the least to fetch."""
    found: str = min(models, key=lambda model: model["gzip_bytes"])["id"]
    return found


def _describe(opened: Bundle, artifacts: Sequence[Artifact]) -> dict[str, Any]:
    first = artifacts[0]
    models = [
        {
            "id": artifact.id,
            "scheme": artifact.scheme,
            "path": artifact.entry,
            "size_bytes": artifact.size_bytes,
            "gzip_bytes": artifact.gzip_bytes,
        }
        for artifact in artifacts
    ]
    reject = opened.manifest.reject
    return {
        "default": _smallest(models),
        "models": models,
        "input": {
            "name": first.input.name,
            "shape": list(first.input.shape),
            "range": [first.pixels.low, first.pixels.high],
        },
        "output": {"kind": "logits" if first.logits else "probabilities"},
        "labels": list(first.labels),
        "golden": bundle.GOLDEN_JSON,
        "reject": None if reject is None else asdict(reject),
    }
