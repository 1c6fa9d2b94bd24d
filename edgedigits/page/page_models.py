"""The models that a demo page shows, from a bundle or another page: what `model/` holds."""

from __future__ import annotations

import gzip
import json
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from edgedigits import json_file
from edgedigits.bundle import bundle, golden
from edgedigits.bundle.artifact import Artifact
from edgedigits.bundle.bundle import Bundle
from edgedigits.errors import DataBad, WrongUse, command, unknown
from edgedigits.page import page_golden, page_json
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
        return tuple(dict.fromkeys(model["scheme"] for model in self.page["models"]))

    @property
    def targets(self) -> frozenset[str]:
        """Names of their targets."""
        return frozenset(model["target"] for model in self.page["models"])

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
        return self._of([each for each in self.page["models"] if each["scheme"] in schemes])

    def without_litert(self, page: Path) -> PageModels:
        """These models, which are those of `page`, without those that need LiteRT.js.

        Raises:
            WrongUse: all of them do.
        """
        kept = [each for each in self.page["models"] if each["target"] != page_json.TFLITE]
        if not kept:
            raise _nothing_to_show(page, has_tflite=True)
        return self._of(kept)

    def _of(self, kept: Sequence[dict[str, Any]]) -> PageModels:
        dropped = {_home(model) for model in self.page["models"]} - {_home(each) for each in kept}
        files = {
            path: content
            for path, content in self.files.items()
            if not any(PurePosixPath(path).is_relative_to(home) for home in dropped)
        }
        page = {**self.page, "default": page_json.default(kept), "models": kept}
        return PageModels(self.origin, page, files)

    def all_files(self) -> dict[str, bytes]:
        """Every file of the `model` folder, `page.json` among them."""
        content = {"schema_version": page_json.VERSION, **self.page}
        text = json.dumps(content, separators=(",", ":")) + "\n"
        return {PAGE_JSON: text.encode(), **self.files}


def from_bundle(opened: Bundle, *, litert: bool = False) -> PageModels:
    """The models of a bundle that a browser runs: those in WebAssembly and of TensorFlow.js, and
    with `litert` its `.tflite` files, which LiteRT.js runs.

    Raises:
        WrongUse: it has none.
        DataBad: its golden vectors are damaged.
    """
    artifacts = {
        target: [each for each in opened.manifest.artifacts if each.target == target]
        for target in page_json.PATHS
    }
    files_of_tflite = artifacts[page_json.TFLITE]
    if not litert:
        artifacts[page_json.TFLITE] = []
    shown = [artifact for some in artifacts.values() for artifact in some]
    if not shown:
        raise _nothing_to_show(opened.folder, has_tflite=bool(files_of_tflite))
    manifest = opened.manifest
    golden.read_json(opened.folder, manifest.form, len(manifest.labels), manifest.golden_count)
    vectors = (opened.folder / bundle.GOLDEN_JSON).read_bytes()
    few = page_golden.self_test(vectors)
    files = {bundle.GOLDEN_JSON: vectors, page_golden.SELF_TEST: few}
    models = []
    for artifact in shown:
        ours, sizes = _held(opened.folder, artifact)
        files |= ours
        entry = page_json.entry(artifact.target, artifact.scheme, *sizes)
        models.append(entry | _also_told(artifact))
    # TensorFlow.js alone looks for its input by the name that is told.
    told = [*artifacts[page_json.TFJS], *shown]
    page = page_json.describe(opened, models, told[0], few)
    return PageModels(str(opened.folder), page, files)


def _also_told(artifact: Artifact) -> dict[str, Any]:
    return page_json.of_tflite(artifact) if artifact.target == page_json.TFLITE else {}


def _nothing_to_show(where: Path, *, has_tflite: bool) -> WrongUse:
    hint = _EXPORT_ALL
    if has_tflite:
        hint = f"show its .tflite files on LiteRT.js: {command('demo', where, '--litert')}"
    return WrongUse(f"{where} has no model to show in a browser", hint)


def _held(folder: Path, artifact: Artifact) -> tuple[dict[str, bytes], tuple[int, int]]:
    """What a page has of an artifact, by path, with its bytes and those of it compressed.

    Of one in WebAssembly that is the module, compressed, as many static hosts do not; what loads
    it is the page's own.
    """
    if artifact.target == page_json.TFJS:
        files = {file.path: (folder / file.path).read_bytes() for file in artifact.files}
        return files, (artifact.size_bytes, artifact.gzip_bytes)
    path = page_json.PATHS[artifact.target].format(artifact.scheme)
    if artifact.target == page_json.TFLITE:
        file = (folder / artifact.entry).read_bytes()
        return {path: file}, (artifact.size_bytes, artifact.gzip_bytes)
    (module,) = (file.path for file in artifact.files if file.path.endswith(".wasm"))
    content = (folder / module).read_bytes()
    packed = gzip.compress(content, 9, mtime=0)
    return {path: packed}, (len(content), len(packed))


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
        paths = [page["golden"], page["self_test"]]
        if _sizes(folder, paths) != [page["golden_bytes"], page["self_test_bytes"]]:
            raise ValueError("its golden vectors are not of the sizes it states")
        for model in page["models"]:
            ours, stated = _stated(folder, model)
            if sum(_sizes(folder, ours)) != stated:
                raise ValueError(f"the files of {model['id']} are not of the size it states")
            paths += ours
        if sum(_sizes(folder, paths)) > MOST_BYTES:
            raise ValueError(f"its files have more than {MOST_BYTES:,} bytes")
        files = {path: (folder / path).read_bytes() for path in paths}
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise DataBad(f"{folder} holds no models of a page: {reason}", _WRITE_AGAIN) from error
    return PageModels(str(folder), page, files)


def _stated(folder: Path, model: dict[str, Any]) -> tuple[list[str], int]:
    """Paths of a model's files, and how many bytes `page.json` says that they have together."""
    entry = PurePosixPath(model["path"])
    _sizes(folder, [model["path"]])
    if model["target"] != page_json.TFJS:
        return [str(entry)], model["gzip_bytes" if entry.suffix == ".gz" else "size_bytes"]
    shards = graph_model.shards(folder / entry)
    return [str(entry), *(str(entry.with_name(name)) for name in shards)], model["size_bytes"]


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
