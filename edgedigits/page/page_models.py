"""The models that a demo page shows, from a bundle or another page: what `model/` holds."""

from __future__ import annotations

import json
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from edgedigits import json_file
from edgedigits.bundle import bundle
from edgedigits.bundle.bundle import Bundle
from edgedigits.errors import DataBad, WrongUse, command, unknown
from edgedigits.page import page_json
from edgedigits.runtimes.tfjs import graph_model

FOLDER = "model"
PAGE_JSON = "page.json"
MOST_BYTES = 500_000_000
"""Of all models of a page that is read; theirs here have a thousandth of it."""
_EXPORT_ALL = f"export one: {command('export', '--target', 'all')}"

_WRITE_AGAIN = "write the page again: edgedigits demo BUNDLE --out FOLDER"


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
        page = {**self.page, "default": page_json.smallest(kept), "models": kept}
        return PageModels(self.origin, page, files)

    def all_files(self) -> dict[str, bytes]:
        """Every file of the `model` folder, `page.json` among them."""
        text = json.dumps({"schema_version": page_json.VERSION, **self.page}, indent=2) + "\n"
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
    return PageModels(str(opened.folder), page_json.describe(opened, artifacts), files)


def from_page(folder: Path) -> PageModels:
    """The models of a page that is there already, from its `model` folder.

    Nothing is opened but the files that belong there by name, none of them over a link, and none
    before all of their sizes are known to be fit.

    Raises:
        DataBad: its description is damaged, of another version, or not of the models beside it; a
            file is missing, too large, or reached over a link.
    """
    try:
        _sizes(folder, [PAGE_JSON])
        page = json_file.read(folder / PAGE_JSON)
        if (problem := page_json.problem(page)) is not None:
            raise ValueError(f"{PAGE_JSON}: {problem}")
        del page["schema_version"]
        paths = [page["golden"]]
        if _sizes(folder, paths) != [page["golden_bytes"]]:
            raise ValueError(f"{page['golden']} is not of the size it states")
        for model in page["models"]:
            entry = PurePosixPath(model["path"])
            _sizes(folder, [model["path"]])
            shards = graph_model.shards(folder / entry)
            ours = [str(entry), *(str(entry.with_name(name)) for name in shards)]
            if sum(_sizes(folder, ours)) != model["size_bytes"]:
                raise ValueError(f"the files of {model['id']} are not of the size it states")
            paths += ours
        if sum(_sizes(folder, paths)) > MOST_BYTES:
            raise ValueError(f"its files have more than {MOST_BYTES:,} bytes")
        files = {path: (folder / path).read_bytes() for path in paths}
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise DataBad(f"{folder} holds no models of a page: {reason}", _WRITE_AGAIN) from error
    return PageModels(str(folder), page, files)


def _sizes(folder: Path, paths: Sequence[str]) -> list[int]:
    """Bytes of files below a folder, found without opening any.

    Raises:
        OSError: there is no such file.
        ValueError: it is no file, or lies behind a link.
    """
    sizes = []
    for path in paths:
        place = folder
        for part in ("", *PurePosixPath(path).parts):
            place = place / part
            found = place.lstat()
            if stat.S_ISLNK(found.st_mode):
                raise ValueError(f"{place} is a link, which may lead elsewhere")
        if not stat.S_ISREG(found.st_mode):
            raise ValueError(f"{place} is no file")
        sizes.append(found.st_size)
    return sizes


def _home(model: dict[str, Any]) -> PurePosixPath:
    return PurePosixPath(model["path"]).parent
