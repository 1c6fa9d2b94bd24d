"""Folders that a command writes whole, and again: nothing of the user's is lost with them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from edgedigits.bundle import publishing
from edgedigits.errors import WrongUse

DIGESTS = "DIGESTS"
LEFT_BY_FILE_MANAGERS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})


@dataclass(frozen=True)
class OwnFolder:
    """A folder of such a kind: `kind` is what it is called, such as "demo page", `short` what it is
    called after that, and `option` the one that chooses it. Files and folders named in `remade` are
    what using it leaves there, and no loss."""

    kind: str
    short: str
    option: str = "--out"
    remade: frozenset[str] = frozenset()

    def write(self, files: Mapping[str, bytes], folder: Path) -> None:
        """Write files by path, and their digests, replacing an older copy in one step.

        Raises:
            WrongUse: the folder holds something else, or cannot be written.
        """
        files = {**files, DIGESTS: digests(files).encode()}
        self.check(folder)
        with publishing.staging(folder) as staged:
            for path, content in files.items():
                place = staged / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content)
            publishing.replace(staged, folder)

    def check(self, folder: Path) -> None:
        """Refuse a folder in which replacing would lose something of the user's: a file of their
        own, or one that they changed since it was written."""
        another = f"choose another folder with {self.option}"
        with publishing.told_plainly(folder, another):
            publishing.check_place(folder, another)
            if folder.exists():
                self._check_present(folder)

    def _check_present(self, folder: Path) -> None:
        elsewhere = f"move it elsewhere, or choose another folder with {self.option}"
        if not folder.is_dir():
            raise WrongUse(f"{folder} is a file", f"choose a folder with {self.option}")
        written = read_digests(folder / DIGESTS)
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.name in LEFT_BY_FILE_MANAGERS or not self.remade.isdisjoint(name.split("/")):
                continue
            if path.is_symlink() or (path.is_file() and name not in written and name != DIGESTS):
                raise WrongUse(f"{path} is no part of a {self.kind} and would be lost", elsewhere)
            if path.is_file() and name != DIGESTS and _digest(path.read_bytes()) != written[name]:
                changed = f"{path} was changed since the {self.short} was written"
                raise WrongUse(f"{changed}, and that would be lost", elsewhere)


def digests(files: Mapping[str, bytes]) -> str:
    """Lines that `sha256sum --check` understands."""
    return "".join(f"{_digest(content)}  {path}\n" for path, content in sorted(files.items()))


def read_digests(path: Path) -> dict[str, str]:
    """Digest by path, of what `digests` wrote; nothing where there is no such file."""
    if not path.is_file():
        return {}
    lines = path.read_text("utf-8", "replace").splitlines()
    pairs = [line.partition("  ") for line in lines]
    return {name: digest for digest, _, name in pairs}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
