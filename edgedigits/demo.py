"""A complete copy of the demo page with a bundle's models in it, for any static server."""

from __future__ import annotations

import json
import shutil
from importlib import resources
from pathlib import Path

from edgedigits import bundle, publishing
from edgedigits.artifact import Artifact
from edgedigits.bundle import Bundle
from edgedigits.errors import WrongUse

PAGE_VERSION = 1
MODEL_FOLDER = "model"
PAGE_JSON = "page.json"
INDEX = "index.html"


def page_source() -> Path:
    """The page's files: inside an installed package, or at the top of a checkout."""
    package = Path(str(resources.files("edgedigits")))
    for folder in (package / "web_demo", package.parent / "web_demo"):
        if (folder / INDEX).is_file():
            return folder
    raise WrongUse("this installation holds no demo page", "install edgedigits again")


def write_page(opened: Bundle, folder: Path) -> None:
    """Write the page with every TensorFlow.js model of a bundle to `folder`, replacing an older
    copy of the page in one step.

    Raises:
        WrongUse: the bundle has no TensorFlow.js model, or the folder holds something else.
    """
    models = [artifact for artifact in opened.manifest.artifacts if artifact.target == "tfjs"]
    if not models:
        raise WrongUse(
            f"{opened.folder} has no TensorFlow.js model to show",
            "export one: edgedigits export --target all",
        )
    check_folder(folder)
    with publishing.staging(folder) as staged:
        shutil.copytree(
            page_source(), staged, dirs_exist_ok=True, ignore=shutil.ignore_patterns(MODEL_FOLDER)
        )
        _write_models(opened, models, staged / MODEL_FOLDER)
        publishing.replace(staged, folder)


def check_folder(folder: Path) -> None:
    """Refuse a folder in which replacing the page would lose something of the user's."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise WrongUse(f"{folder} is a file", "choose a folder with --page")
    ours = {path.name for path in page_source().iterdir()} | {MODEL_FOLDER}
    strangers = sorted(path.name for path in folder.iterdir() if path.name not in ours)
    a_page = (folder / MODEL_FOLDER / PAGE_JSON).is_file()
    if strangers or (any(folder.iterdir()) and not a_page):
        raise WrongUse(
            f"{folder} holds {strangers[0] if strangers else 'something'} that is no part of a "
            "demo page and would be lost",
            "move it elsewhere, or choose another folder with --page",
        )


def _write_models(opened: Bundle, models: list[Artifact], folder: Path) -> None:
    for file in [file for artifact in models for file in artifact.files]:
        place = folder / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(opened.folder / file.path, place)
    shutil.copyfile(opened.folder / bundle.GOLDEN_JSON, folder / bundle.GOLDEN_JSON)
    smallest = min(models, key=lambda artifact: artifact.gzip_bytes)
    first = models[0]
    document = {
        "schema_version": PAGE_VERSION,
        "default": smallest.id,
        "models": [
            {
                "id": artifact.id,
                "scheme": artifact.scheme,
                "path": artifact.entry,
                "size_bytes": artifact.size_bytes,
                "gzip_bytes": artifact.gzip_bytes,
            }
            for artifact in models
        ],
        "input": {
            "name": first.input.name,
            "shape": list(first.input.shape),
            "range": [first.pixels.low, first.pixels.high],
        },
        "output": {"kind": "logits" if first.logits else "probabilities"},
        "labels": list(first.labels),
        "golden": bundle.GOLDEN_JSON,
    }
    (folder / PAGE_JSON).write_text(json.dumps(document, indent=2) + "\n", "utf-8")
