"""A complete copy of the demo page with models in it, for any static server."""

from __future__ import annotations

from html import escape
from pathlib import Path

from edgedigits.bundle.bundle import Bundle
from edgedigits.bundle.own_folder import OwnFolder
from edgedigits.errors import WrongUse
from edgedigits.page import page_json, page_models
from edgedigits.page.html import PageHtml
from edgedigits.page.page_models import PageModels
from edgedigits.runtimes.tfjs.page_source import INDEX as INDEX
from edgedigits.runtimes.tfjs.page_source import page_source as page_source

SOURCES = "src"
WORDS = f"{SOURCES}/strings.js"
"""The one source that a page takes as it is; `main.js` is made of the others."""
_LIBRARIES = {
    page_json.TFJS: ("tensorflow.js", "vendor"),
    page_json.TFLITE: ("litert.js", "litert"),
}
"""What runs the models of a target: a module of the page, and the folder of its library."""
_NEEDED = {
    page_json.TFJS: ("tensorflow.js", "vendor/tfjs.js"),
    page_json.TFLITE: ("litert.js", "litert/litertjs.js"),
    page_json.PICTURES: ("whole.js",),
}
"""Modules beside `main.js` that a page needs from the beginning."""
_DESCRIPTIONS = {
    page_json.SIGNS: "Draw a sign and a neural network reads it, in your browser.",
    page_json.PICTURES: "Show a picture and a neural network says what it is, in your browser.",
}


def files_below(folder: Path) -> dict[str, Path]:
    """Every file below a folder by its path inside it; nothing hidden, no links, sorted."""
    found = {}
    for file in sorted(folder.rglob("*")):
        path = file.relative_to(folder)
        hidden = any(part.startswith(".") for part in path.parts)
        if not hidden and file.is_file() and not _through_link(folder, path):
            found[path.as_posix()] = file
    return found


def open_models(path: Path | None, *, litert: bool = False) -> PageModels:
    """The models of the bundle at `path`; without one those of the newest bundle, and where there
    is no bundle either those that the page came with. A page's own folder will do for a bundle.
    `litert` says whether `.tflite` files are among them, for which a page has LiteRT.js.

    Raises:
        WrongUse: there are none.
        DataBad: files of the bundle or page are missing or changed.
    """
    from edgedigits.bundle import bundle
    from edgedigits.reading import predictor

    if path is not None and not (path / bundle.MANIFEST).is_file() and is_page(path):
        found = page_models.from_page(path / page_models.FOLDER)
        return found if litert else found.without_litert(path)
    try:
        path = path or predictor.newest_bundle()
    except WrongUse:
        if not is_page(page_source()):
            raise
        return page_models.from_page(page_source() / page_models.FOLDER)
    return page_models.from_bundle(bundle.read(path), litert=litert)


def served_files(path: Path | None, models: PageModels) -> dict[str, bytes | Path]:
    """What a server gives: these models as they are now, with the files of the page at `path`, or
    where that is none those of the page that edgedigits carries, as they are when asked for."""
    own = path is not None and is_page(path)
    files: dict[str, bytes | Path] = {
        **(_without_models(path) if own and path else _carried(models)),
        **({} if own else {INDEX: _index(models)}),
    }
    for name, content in models.all_files().items():
        files[f"{page_models.FOLDER}/{name}"] = content
    return files


def _index(models: PageModels) -> bytes:
    """The page's HTML for these models: it looks right before any script runs, and names what
    they need, so that it need not wait for what asks for it."""
    page = PageHtml((page_source() / INDEX).read_text("utf-8"))
    kind = page_json.kind(models.page)
    if kind in _DESCRIPTIONS:
        page.mark(kind, _DESCRIPTIONS[kind])
    for what in (models.default["target"], kind):
        for path in _NEEDED.get(what, ()):
            page.before("script", f'<link rel="modulepreload" href="{path}">\n  ')
    if models.default["target"] == page_json.WASM:
        for name in (models.default["path"], models.page["self_test"]):
            path = escape(f"{page_models.FOLDER}/{name}")
            page.before("script", f'<link rel="preload" as="fetch" href="{path}" crossorigin>\n  ')
    return page.text().encode()


def is_page(folder: Path) -> bool:
    """Whether a folder holds a page with a model in it."""
    return all(
        (folder / path).is_file()
        for path in (INDEX, f"{page_models.FOLDER}/{page_models.PAGE_JSON}")
    )


def page_files(models: PageModels) -> dict[str, bytes]:
    """The whole page with these models: content by path."""
    files = {path: file.read_bytes() for path, file in _carried(models).items()}
    files[INDEX] = _index(models)
    for path, content in models.all_files().items():
        files[f"{page_models.FOLDER}/{path}"] = content
    return files


def write_page(opened: Bundle | PageModels, folder: Path) -> None:
    """Write the page with every model of a bundle that a browser runs to `folder`, replacing an
    older copy of the page in one step.

    Raises:
        WrongUse: the bundle has no such model, or the folder holds something else.
    """
    models = page_models.from_bundle(opened) if isinstance(opened, Bundle) else opened
    _page().write(page_files(models), folder)


def check_folder(folder: Path, option: str = "--out") -> None:
    """Refuse a folder in which replacing the page would lose something of the user's: a file of
    their own, or one of the page's that they changed since it was written."""
    _page(option).check(folder)


def _page(option: str = "--out") -> OwnFolder:
    return OwnFolder("demo page", "page", option)


def _without_models(folder: Path) -> dict[str, Path]:
    """A page's files by their path inside it, without its models."""
    found = files_below(folder)
    return {path: file for path, file in found.items() if path.split("/")[0] != page_models.FOLDER}


def _carried(models: PageModels) -> dict[str, Path]:
    """The files of the page that edgedigits carries, without its models and its sources, and with
    just those libraries that some model needs."""
    found = _without_models(page_source())
    unneeded = {
        part
        for target, parts in _LIBRARIES.items()
        if target not in models.targets
        for part in parts
    }
    if page_json.TFLITE in models.targets:
        from edgedigits.runtimes.litertjs import litertjs_browser

        found |= litertjs_browser.library()
    return {
        path: file
        for path, file in found.items()
        if (path.split("/")[0] != SOURCES or path == WORDS) and path.split("/")[0] not in unneeded
    }


def _through_link(folder: Path, path: Path) -> bool:
    """Whether some part of a path below `folder` is a link, to wherever it leads."""
    return any((folder / part).is_symlink() for part in [path, *list(path.parents)[:-1]])
