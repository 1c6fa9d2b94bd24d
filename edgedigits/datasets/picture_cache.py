"""Where pictures that were decoded once are kept: one folder for each set, the oldest go first.

A set that is in use may lose its folder; whoever has its files open goes on.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from edgedigits.errors import MachineLacks, WrongUse

ENVIRONMENT = "EDGEDIGITS_CACHE_GB"
USUAL_GB = 10.0
_PARTIAL = ".part-"
_STALE_SECONDS = 3600
"""Since something was last written into a folder that is not finished: its process has ended."""


@dataclass(frozen=True)
class Occupied:
    """How many sets are kept, and their bytes."""

    sets: int
    size_bytes: int


def folder() -> Path:
    """Where this user's prepared pictures lie."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("edgedigits")) / "pictures"


def limit_bytes() -> int:
    """What all sets together may take, by the environment.

    Raises:
        WrongUse: it says something that is no size.
    """
    said = os.environ.get(ENVIRONMENT, "")
    try:
        size = float(said or USUAL_GB)
        if not 0 <= size < 1e9:
            raise ValueError
    except ValueError:
        raise WrongUse(
            f"{ENVIRONMENT}={said} is no number of gigabytes", f"such as: {ENVIRONMENT}=10"
        ) from None
    return int(size * 1e9)


def find(key: str) -> Path | None:
    """The folder of a set, which counts as just used; None where it is not kept."""
    place = folder() / key
    try:
        os.utime(place)
    except OSError:
        return None
    return place


@contextlib.contextmanager
def making(key: str) -> Iterator[Path]:
    """A folder to write a set into, which is kept under `key` when the block is done, and goes when
    it fails.

    Raises:
        MachineLacks: it cannot be written, or the disk is full.
    """
    home = folder()
    try:
        home.mkdir(parents=True, exist_ok=True)
        staged = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=home))
        try:
            yield staged
            os.utime(staged)
            # Where another process was quicker, its folder stays.
            with contextlib.suppress(FileExistsError):
                _rename(staged, home / key)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
    except OSError as error:
        raise MachineLacks(
            f"{home}: prepared pictures cannot be stored there ({error.strerror or error})",
            "make room, or name another cache: export XDG_CACHE_HOME=A_FOLDER_OF_YOURS",
        ) from error


def drop(key: str) -> None:
    """Forget a set."""
    shutil.rmtree(folder() / key, ignore_errors=True)


def tidy() -> None:
    """Remove what is more than the limit, the least recently used sets first, and what processes
    that were killed have left."""
    most, before = limit_bytes(), time.time() - _STALE_SECONDS
    kept: list[tuple[float, int, Path]] = []
    for place in _folders():
        used, size = _measured(place)
        if not place.name.startswith(_PARTIAL):
            kept.append((used, size, place))
        elif used < before:
            shutil.rmtree(place, ignore_errors=True)
    total = sum(size for _, size, _ in kept)
    for _, size, place in sorted(kept):
        if total <= most:
            break
        shutil.rmtree(place, ignore_errors=True)
        total -= size


def occupied() -> Occupied:
    """What is kept now, sets that are being made included."""
    sizes = [_measured(place)[1] for place in _folders()]
    return Occupied(len(sizes), sum(sizes))


def _folders() -> list[Path]:
    try:
        return [place for place in folder().iterdir() if place.is_dir()]
    except OSError:
        return []


def _measured(place: Path) -> tuple[float, int]:
    """When a folder was last used, in seconds since 1970, and its bytes."""
    used, size = 0.0, 0
    # Another process may remove it meanwhile.
    with contextlib.suppress(OSError):
        used = place.stat().st_mtime
        for file in place.iterdir():
            found = file.stat()
            size += found.st_size
            if place.name.startswith(_PARTIAL):
                used = max(used, found.st_mtime)
    return used, size


def _rename(staged: Path, target: Path) -> None:
    try:
        staged.rename(target)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
        raise FileExistsError from error
