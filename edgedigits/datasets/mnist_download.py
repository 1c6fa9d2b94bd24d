"""One download of MNIST into the cache, from whichever mirror answers."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Protocol
from urllib.parse import urlsplit

from edgedigits.datasets import mnist
from edgedigits.errors import DataBad, EdgeDigitsError, MachineLacks

#: Folders that hold the four `.gz` files, or an address of `mnist.npz`; tried in this order.
MIRRORS = (
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
)

_CONNECT_SECONDS = 4
_READ_SECONDS = 20
_FILE_SECONDS = 300
_MOST_BYTES = 64 << 20
_BLOCK = 1 << 16
_PARTIAL = ".part-"
_STALE_SECONDS = 24 * 3600


class _MirrorError(Exception):
    """A mirror sent something that cannot be MNIST."""


class _Bar(Protocol):
    """What pooch asks of a progress bar."""

    total: int

    def update(self, amount: int) -> None: ...
    def reset(self) -> None: ...
    def close(self) -> None: ...


def fetch(
    folder: Path,
    *,
    mirrors: tuple[str, ...] | None = None,
    digests: dict[str, str] = mnist.CONTENT_SHA256,
    progress: bool = True,
) -> mnist.Place:
    """Download what `folder` lacks of MNIST.

    A file gets its name only when its content was checked, so that an interrupted download leaves
    nothing half done, and two at a time do not disturb each other. Files that are already there
    are kept: a download that was cut off goes on with the next file.

    Args:
        folder: the cache, made when it does not exist.
        mirrors: instead of `MIRRORS`.
        digests: SHA-256 of each file's uncompressed content.
        progress: whether to show progress when standard error is a terminal.

    Raises:
        DataBad: when no mirror has it, with each one's reason.
        MachineLacks: when the cache cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        reasons: dict[str, str] = {}
        with _bars(progress) as new_bar:
            for mirror in MIRRORS if mirrors is None else mirrors:
                host = urlsplit(mirror).netloc
                if reasons.get(host) == _NO_CONNECTION:
                    continue
                reason = _from_mirror(mirror, folder, digests, new_bar)
                if reason is not None:
                    reasons[host] = reason
                place = mnist.find(folder)
                if place is not None:
                    return place
    except OSError as error:
        raise MachineLacks(
            f"{folder}: MNIST cannot be stored there ({error.strerror or error})",
            "make room or name another cache with XDG_CACHE_HOME, or a folder with --data-dir",
        ) from error
    why = "; ".join(f"{host}: {reason}" for host, reason in reasons.items())
    raise DataBad(
        f"MNIST is not on this machine and cannot be downloaded ({why})",
        "name a folder that holds it with --data-dir, or use drawn digits: --dataset strokes",
    )


_NO_CONNECTION = "no connection"


def _from_mirror(mirror: str, folder: Path, digests: dict[str, str], new_bar: Any) -> str | None:
    """Fetch what is missing from one mirror; the reason when that did not work out."""
    if mirror.endswith(".npz"):
        wanted = {mnist.NPZ_NAME: mirror}
    else:
        present = mnist.files_in(folder)
        wanted = {f"{part}.gz": f"{mirror}{part}.gz" for part in digests if part not in present}
    reason = None
    for name, address in wanted.items():
        try:
            _fetch_file(address, folder / name, digests, new_bar)
        except _MirrorError as error:
            reason = str(error)
            if reason == _NO_CONNECTION:
                break
    return reason


def _fetch_file(address: str, final: Path, digests: dict[str, str], new_bar: Any) -> None:
    """Download one file beside its final name, check its content, then rename it.

    Raises:
        _MirrorError: when the mirror fails; the file is not there then.
        OSError: when the file cannot be written.
    """
    handle, name = tempfile.mkstemp(prefix=_PARTIAL, suffix=f"-{final.name}", dir=final.parent)
    partial = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            _stream(address, file, new_bar(final.name))
        _check(partial, final.name, digests)
        partial.replace(final)
    finally:
        partial.unlink(missing_ok=True)


def _stream(address: str, file: IO[bytes], bar: _Bar | None) -> None:
    import pooch
    import requests

    download = pooch.HTTPDownloader(
        progressbar=bar or False, chunk_size=_BLOCK, timeout=(_CONNECT_SECONDS, _READ_SECONDS)
    )
    try:
        download(address, _Bounded(file), None)
    except requests.HTTPError as error:
        status = "an error" if error.response is None else error.response.status_code
        raise _MirrorError(f"answers {status}") from error
    except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError):
        raise _MirrorError("connection cut off") from None
    except requests.RequestException as error:
        started = file.tell() > 0
        raise _MirrorError("connection cut off" if started else _NO_CONNECTION) from error


class _Bounded:
    """A file that refuses to take more than MNIST can be, or to wait for ever."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._room = _MOST_BYTES
        self._deadline = time.monotonic() + _FILE_SECONDS

    def write(self, block: bytes) -> None:
        self._room -= len(block)
        if self._room < 0:
            raise _MirrorError("sends more than MNIST holds")
        if time.monotonic() > self._deadline:
            raise _MirrorError(f"takes more than {_FILE_SECONDS} seconds a file")
        self._file.write(block)

    def flush(self) -> None:
        self._file.flush()


def _check(path: Path, name: str, digests: dict[str, str]) -> None:
    parts = list(digests) if name == mnist.NPZ_NAME else [name.removesuffix(".gz")]
    for part in parts:
        try:
            mnist.read_part(path, part, digests)
        except EdgeDigitsError as error:
            raise _MirrorError("sent something other than MNIST") from error


def _sweep(folder: Path) -> None:
    """Remove what downloads that were killed long ago have left."""
    before = time.time() - _STALE_SECONDS
    for path in folder.glob(f"{_PARTIAL}*"):
        with suppress(FileNotFoundError):  # its download may have just ended
            if path.stat().st_mtime < before:
                path.unlink()


@contextmanager
def _bars(progress: bool) -> Iterator[Any]:
    """A function that makes the bar of one file, or None when progress is not to be seen."""
    from rich.console import Console

    console = Console(stderr=True)
    if not (progress and sys.stderr.isatty()):
        yield lambda _name: None
        return
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as shown:
        yield lambda name: _RichBar(shown, name)


class _RichBar:
    """One file's row, driven by pooch."""

    def __init__(self, shown: Any, name: str) -> None:
        self._shown = shown
        self._row = shown.add_task(name, total=None)
        self._total = 0

    @property
    def total(self) -> int:
        return self._total

    @total.setter
    def total(self, size: int) -> None:
        self._total = size
        self._shown.update(self._row, total=size or None)

    def update(self, amount: int) -> None:
        self._shown.advance(self._row, amount)

    def reset(self) -> None:
        self._shown.reset(self._row, total=self._total or None)

    def close(self) -> None:
        """The row stays, filled."""
