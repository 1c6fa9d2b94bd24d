"""What a web server has to give: files by address, with their types, digests and compressed forms.

An address leads to a file only when it is in a table made beforehand, so none can lead elsewhere.
"""

from __future__ import annotations

import errno
import gzip
import hashlib
import posixpath
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

from edgedigits.page.html import PageHtml

INDEX = "index.html"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".ico": "image/x-icon",
    ".wasm": "application/wasm",
    ".bin": "application/octet-stream",
    ".gz": "application/gzip",
    ".md": "text/markdown; charset=utf-8",
    "": "text/plain; charset=utf-8",
}
OTHER_TYPE = "application/octet-stream"
# Weights compress by a fifth or so; pictures and what is compressed already do not.
_COMPRESSED_ALREADY = frozenset((".gz", ".png", ".jpg", ".ico"))
_LEAST_TO_COMPRESS = 256
MOST_BYTES = 500_000_000
"""Of a file that is given: it is held in memory while it is sent."""
_BAD_ESCAPE = re.compile(r"%(?![0-9a-fA-F]{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class BadAddress(ValueError):
    """A request's target that no browser sends (status 400)."""


@dataclass(frozen=True)
class File:
    """One version of a file, ready to be sent. `gzipped` is None where it saves nothing."""

    content: bytes
    gzipped: bytes | None
    content_type: str
    digest: str
    policy: str | None

    def etag(self, *, gzipped: bool) -> str:
        """The entity tag of one of its two forms."""
        return f'"{self.digest}{"-gz" if gzipped else ""}"'


@dataclass(frozen=True)
class Redirect:
    """Another address: a folder's, with the slash at its end."""

    path: str


class Site:
    """A web site's files by path ("src/main.js").

    Content given as a path is read when it is asked for, and again when the file has changed; a
    file that has become a link is not read.
    """

    def __init__(self, files: Mapping[str, bytes | Path]) -> None:
        self._sources = {
            path: source.resolve() if isinstance(source, Path) else source
            for path, source in files.items()
        }
        self._made: dict[str, tuple[object, File]] = {}
        self._lock = threading.Lock()

    def find(self, target: str) -> File | Redirect | None:
        """The file that a request's target ("/src/main.js?x") means; None when there is none.

        Raises:
            BadAddress: the target is not a path, or is wrongly written.
        """
        path, question, query = target.partition("?")
        name = _decoded(path)
        if name == "" or name.endswith("/"):
            name += INDEX
        elif f"{name}/{INDEX}" in self._sources:
            return Redirect(f"{path}/{question}{query}")
        return self._file(name) if name in self._sources else None

    def _file(self, name: str) -> File | None:
        source = self._sources[name]
        # One at a time: nothing is compressed twice.
        with self._lock:
            try:
                version = _version(source) if isinstance(source, Path) else None
                made = self._made.get(name)
                if made is None or made[0] != version:
                    content = source.read_bytes() if isinstance(source, Path) else source
                    made = self._made[name] = (version, make_file(name, content))
            except OSError:
                return None
        return made[1]


def make_file(name: str, content: bytes) -> File:
    """A file with everything that is told about it."""
    suffix = posixpath.splitext(name)[1].lower()
    gzipped = None
    if suffix not in _COMPRESSED_ALREADY and len(content) >= _LEAST_TO_COMPRESS:
        gzipped = gzip.compress(content, 9, mtime=0)
    return File(
        content=content,
        gzipped=gzipped if gzipped is not None and len(gzipped) < 0.95 * len(content) else None,
        content_type=TYPES.get(suffix, OTHER_TYPE),
        digest=hashlib.sha256(content).hexdigest()[:16],
        policy=_policy(content) if suffix == ".html" else None,
    )


def takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding header allows gzip (RFC 9110, 12.5.3)."""
    weights = {}
    for part in accepted.lower().split(","):
        coding, *parameters = (word.strip() for word in part.split(";"))
        weight = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        weights[coding] = re.fullmatch(r"0(?:\.0*)?", weight.strip()) is None
    return weights.get("gzip", weights.get("*", False))


def names_tag(tag: str, asked: str) -> bool:
    """Whether an If-None-Match header names an entity tag (RFC 9110, 13.1.2)."""
    tags = [each.strip().removeprefix("W/") for each in asked.split(",")]
    return asked.strip() == "*" or tag in tags


def _policy(content: bytes) -> str:
    """The page's own policy as a header, with the one rule that a page cannot state itself."""
    own = PageHtml(content.decode("utf-8", "replace")).policy or "default-src 'self'"
    return f"{own.rstrip('; ')}; frame-ancestors 'none'"


def _decoded(path: str) -> str:
    """A request's path as a name in the table, without the slash that it begins with."""
    if not path.startswith("/") or "#" in path or _BAD_ESCAPE.search(path):
        raise BadAddress(path)
    try:
        name = unquote_to_bytes(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadAddress(path) from error
    if _CONTROL.search(name):
        raise BadAddress(path)
    return name[1:]


def _version(path: Path) -> tuple[int, int, int]:
    """What changes when a file does.

    Raises:
        OSError: it is gone, it is too large, or a link has come in its place or in that of a
            folder above it.
    """
    if path.resolve() != path or not path.is_file():
        raise FileNotFoundError(path)
    found = path.stat()
    if found.st_size > MOST_BYTES:
        raise OSError(errno.EFBIG, "too large", str(path))
    return found.st_mtime_ns, found.st_size, found.st_ino
