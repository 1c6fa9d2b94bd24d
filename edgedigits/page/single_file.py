"""The demo page as one HTML file that asks for nothing: modules, styles, icon and models inside.

Modules become `data:` addresses in an import map; everything that the page fetches becomes a data
block, `<script type="text/plain" data-path="…">`, which `web_demo/src/fetching.js` answers from.
With one model and all backends the file has 1.0 to 1.5 MB; a test holds it below 1.6 MB.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import posixpath
import re
from pathlib import Path
from urllib.parse import quote

from edgedigits import __version__
from edgedigits.bundle import publishing
from edgedigits.errors import WrongUse
from edgedigits.page import demo
from edgedigits.page.html import Element, PageHtml
from edgedigits.page.page_models import PageModels

FILE_NAME = "edgedigits.html"
MARK = f'<meta name="generator" content="edgedigits {__version__}, single file, sha256 '
_MARKED = re.compile(rb'<meta name="generator" content="edgedigits [^",]+, single file, sha256 ')
_UNSIGNED = "0" * 64
LICENCE = "vendor/LICENSE"
# In front of a module's path it makes the bare name that an import map is asked for.
_PREFIX = "page/"
_WORKER = "sw.js"
# Text stays readable where compressing it would save no more than this.
_READABLE_BYTES = 1000
_FETCHED = (".json", ".bin", ".gz", ".wasm")
_IMAGES = {".svg": "image/svg+xml", ".png": "image/png", ".ico": "image/x-icon"}
_URL_SAFE = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) not in '%#?<>"\\')
_CSS_URL = re.compile(r"""url\(\s*(["']?)(?!data:|#)([^"')]+)\1\s*\)|@import""")
_STARTING = "This page needs JavaScript, in a browser of 2023 or later."


def place_of(out: Path) -> Path:
    """The file that `out` means: itself when its name ends in .html, else one in that folder."""
    return out if out.suffix.lower() in (".html", ".htm") else out / FILE_NAME


def write(models: PageModels, out: Path) -> Path:
    """Write the page with these models as one file, whole or not at all.

    Args:
        models: what the page shows; all of them get into the file.
        out: the file, or the folder that gets one named `edgedigits.html`.

    Returns:
        The file's path.

    Raises:
        WrongUse: something else is in its place and would be lost.
    """
    place = place_of(out)
    check_place(place)
    text = assemble(demo.page_files(models)).encode()
    with publishing.told_plainly(place):
        place.parent.mkdir(parents=True, exist_ok=True)
        place = place.resolve()
        with publishing.lock(place), publishing.replacing(place) as partial:
            partial.write_bytes(text)
    return place if out.is_absolute() else place_of(out)


def check_place(place: Path) -> None:
    """Refuse to replace anything but a single file that edgedigits wrote and nobody changed."""
    if place.is_dir():
        raise WrongUse(f"{place} is a folder", "name another file with --out")
    if not place.exists():
        return
    content = place.read_bytes()
    if _MARKED.search(content) is None:
        what = "was not written by edgedigits and would be lost"
    elif not is_as_written(content):
        what = "was changed since it was written, and that would be lost"
    else:
        return
    raise WrongUse(f"{place} {what}", "move it elsewhere, or name another file with --out")


def is_as_written(content: bytes) -> bool:
    """Whether a single file still fits the digest that is written in it."""
    found = _MARKED.search(content)
    if found is None:
        return False
    signature = slice(found.end(), found.end() + len(_UNSIGNED))
    blank = content[: signature.start] + _UNSIGNED.encode() + content[signature.stop :]
    return hashlib.sha256(blank).hexdigest().encode() == content[signature]


def assemble(files: dict[str, bytes]) -> str:
    """The single file's text, from the page's files by path."""
    page = PageHtml(_lines(files[demo.INDEX]))
    scripts: list[str] = []
    styles: list[str] = []
    for element in page.elements:
        if element.tag == "script":
            scripts.append(f'import "{_PREFIX}{element.need("src")}";')
            page.replace(element, f'<script type="module">{scripts[-1]}</script>')
        elif element.tag == "link" and element.rel == "stylesheet":
            styles.append(_style(element.need("href"), files))
            page.replace(element, f"<style>{styles[-1]}</style>")
        elif element.tag == "link" and "icon" in element.rel:
            page.replace(element, f'<link rel="icon" href="{_image(element.need("href"), files)}">')
        elif element.tag == "link":
            page.drop(element)
        elif element.tag == "img":
            _embed_image(page, element, files)
    imports = json.dumps({"imports": _modules(files)})
    page.before("script", f'<script type="importmap">{imports}</script>\n  ')
    page.set_policy(_policy(page.policy, [imports, *scripts], styles))
    page.after_charset(f'\n  {MARK}{_UNSIGNED}">')
    page.set_text("starting", _STARTING)
    blocks = [_block(path, content) for path, content in files.items() if path.endswith(_FETCHED)]
    if LICENCE in files:
        licence = _lines(files[LICENCE])
        blocks.append(f'<script type="text/plain" id="licence">\n{licence}</script>')
    page.before_end("\n".join(blocks) + "\n")
    text = page.text()
    signature = hashlib.sha256(text.encode()).hexdigest()
    return text.replace(MARK + _UNSIGNED, MARK + signature, 1)


def _modules(files: dict[str, bytes]) -> dict[str, str]:
    """Address by bare name of every module.

    In a data: address a relative name has no meaning. Those in the page's modules were written by
    esbuild, which always writes them alike; its words import nothing.
    """
    paths = [path for path in files if path.endswith(".js") and path != _WORKER]
    addresses = {}
    for path in paths:
        # Blanks at the end of an address do not count, and would make no difference to the code.
        code = files[path].decode().strip()
        for other in paths:
            relative = posixpath.relpath(other, posixpath.dirname(path))
            code = code.replace(f'"./{relative}"', f'"{_PREFIX}{other}"')
        address = f"data:text/javascript;charset=utf-8,{quote(code, safe=_URL_SAFE)}"
        addresses[_PREFIX + path] = address
    return addresses


def _policy(policy: str, scripts: list[str], styles: list[str]) -> str:
    """The page's own policy without any server: nothing is loaded, only what is inside may run."""
    rules = {name: values for name, *values in map(str.split, policy.split(";"))}
    rules["default-src"] = []
    rules["connect-src"] = []
    # The address of each module stands in the import map, whose digest is listed.
    rules["script-src"] = [*_digests(scripts), "data:", *rules.get("script-src", [])]
    rules["style-src"] = [*_digests(styles), *rules.get("style-src", [])]
    rules["img-src"] = [*{"data:": 0, **dict.fromkeys(rules.get("img-src", []))}]
    kept = {
        name: [value for value in values if value not in ("'self'", "'none'")]
        for name, values in rules.items()
    }
    return "; ".join(" ".join([name, *(values or ["'none'"])]) for name, values in kept.items())


def _digests(texts: list[str]) -> list[str]:
    return [
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for text in texts
    ]


def _block(path: str, content: bytes) -> str:
    """A data block that holds a file: as it is where that is short text, else compressed."""
    packed = gzip.compress(content, 9, mtime=0)
    encoding = "gzip" if len(packed) < 0.95 * len(content) else "base64"
    held = base64.b64encode(packed if encoding == "gzip" else content).decode()
    text = content.decode("utf-8", "replace")
    # In JSON this sign stands in strings only, where it can be written otherwise.
    text = text.replace("<", "\\u003c")
    if path.endswith(".json") and len(text) <= len(held) + _READABLE_BYTES:
        return f'<script type="text/plain" data-path="{path}">{text}</script>'
    return (
        f'<script type="text/plain" data-path="{path}" data-encoding="{encoding}">{held}</script>'
    )


def _style(path: str, files: dict[str, bytes]) -> str:
    def embedded(found: re.Match[str]) -> str:
        if found.group().startswith("@"):
            raise ValueError(f"{path} has an @import")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), found.group(2)))
        return f'url("{_image(target, files)}")'

    return _CSS_URL.sub(embedded, _lines(files[path]))


def _lines(content: bytes) -> str:
    """Text as a browser reads it from a page, where a line ends in one way only."""
    return content.decode().replace("\r\n", "\n")


def _image(path: str, files: dict[str, bytes]) -> str:
    kind = _IMAGES[posixpath.splitext(path)[1]]
    return f"data:{kind};base64,{base64.b64encode(files[path]).decode()}"


def _embed_image(page: PageHtml, element: Element, files: dict[str, bytes]) -> None:
    source = element.need("src")
    page.replace(element, element.text.replace(f'"{source}"', f'"{_image(source, files)}"'))
