"""Where pictures come from, and whether there is room for what is made of them."""

from __future__ import annotations

import shutil
import tempfile
from functools import partial
from pathlib import Path

from edgedigits.doctor.finding import Check
from edgedigits.errors import EdgeDigitsError

LEAST_FREE_BYTES = 500_000_000
_OTHER_CACHE = "export XDG_CACHE_HOME=A_FOLDER_OF_YOURS"


def strokes() -> Check:
    """Whether digits can be drawn."""
    from edgedigits.datasets.strokes import strokes

    strokes.draw(10, 0)
    return Check("strokes", "ok", "draws digits without any files")


def mnist(data_dir: Path | None) -> Check:
    """Whether MNIST is here, whole and unchanged."""
    from edgedigits.datasets import mnist

    look = partial(Check, "MNIST", required=False)
    try:
        place = mnist.locate(data_dir)
        if place is None:
            detail = "not on this machine; the first use downloads it (11 MB)"
            return look("optional", detail, "edgedigits train --data-dir FOLDER_THAT_HOLDS_IT")
        mnist.read(place)
    except EdgeDigitsError as error:
        return look("broken", error.message, error.hint)
    return look("ok", f"complete and unchanged in {place.folder}")


def cache() -> Check:
    """Whether a download could be kept."""
    from edgedigits.datasets import mnist

    return _written("cache", mnist.cache_folder(), _OTHER_CACHE)


def pictures() -> Check:
    """What is kept of pictures that were decoded once."""
    from edgedigits.datasets import picture_cache

    look = partial(Check, "pictures", required=False)
    folder = picture_cache.folder()
    try:
        most = picture_cache.limit_bytes()
    except EdgeDigitsError as error:
        return look("broken", error.message, error.hint)
    if (refusal := _cannot_write(folder)) is not None:
        return look("broken", f"{folder}: {refusal}", _OTHER_CACHE)
    held = picture_cache.occupied()
    sets = f"{held.sets} prepared set{'' if held.sets == 1 else 's'}"
    detail = f"{sets} in {held.size_bytes / 1e9:.1f} GB of at most {most / 1e9:g} GB"
    return look("ok", f"{detail} ({picture_cache.ENVIRONMENT}) in {folder}")


def current_folder() -> Check:
    """Whether runs and bundles can be written here."""
    return _written("current folder", Path.cwd(), "cd A_FOLDER_OF_YOURS, or name one with --out")


def _written(name: str, folder: Path, remedy: str) -> Check:
    refusal = _cannot_write(folder)
    if refusal is None:
        return Check(name, "ok", f"{folder} can be written", required=False)
    return Check(name, "broken", f"{folder}: {refusal}", remedy, required=False)


def _cannot_write(folder: Path) -> str | None:
    """Why nothing can be written into a folder, or into the one it would be made in."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        with tempfile.TemporaryFile(dir=folder):
            return None
    except OSError as error:
        return error.strerror or str(error)


def disk() -> Check:
    """Whether there is room for them."""
    free = shutil.disk_usage(Path.cwd()).free
    detail = f"{free / 1e9:.1f} GB free in {Path.cwd()}"
    if free >= LEAST_FREE_BYTES:
        return Check("disk", "ok", detail)
    least = f"{LEAST_FREE_BYTES / 1e9:.1f} GB"
    return Check("disk", "missing", f"{detail}, {least} are needed", "cd A_FOLDER_WITH_ROOM")
