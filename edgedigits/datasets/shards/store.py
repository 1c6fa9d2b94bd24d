"""Where shards lie: a folder of this machine, or what `fsspec` reaches by a URL."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from edgedigits.errors import DataBad, EdgeDigitsError, MachineLacks, WrongUse

HINT = "copy it anew, or write the shards again: edgedigits datasets shard DATASET --out FOLDER"


@dataclass(frozen=True)
class Store:
    """Files beside each other under `root`, a folder's path or a URL."""

    root: str

    @property
    def name(self) -> str:
        """The last part of where it is."""
        return self.root.rstrip("/").rsplit("/", 1)[-1] or self.root

    def said(self, name: str) -> str:
        """Where a file is, for messages."""
        return f"{self.root.rstrip('/')}/{name}"

    def read(self, name: str, most: int) -> bytes:
        """The bytes of the file of a plain name; one more than `most` of them where it is larger.

        Raises:
            DataBad: it is not there, or cannot be read.
            WrongUse: there is no such kind of URL.
            MachineLacks: what reads such a URL is not installed.
        """
        where = self.said(name)
        try:
            return self._remote(name, most) if is_url(self.root) else self._local(name, most)
        except EdgeDigitsError:
            raise
        except FileNotFoundError as error:
            raise DataBad(f"{where} is missing", HINT) from error
        except Exception as error:
            # What speaks to object stores raises what it likes.
            raise DataBad(f"{where} cannot be read ({_reason(error)})", HINT) from error

    def _local(self, name: str, most: int) -> bytes:
        path = Path(self.root) / name
        if path.is_symlink() or (path.exists() and not path.is_file()):
            raise DataBad(f"{path} is a link or no file; shards are files of their folder", HINT)
        with path.open("rb") as file:
            return file.read(most + 1)

    def _remote(self, name: str, most: int) -> bytes:
        try:
            from fsspec.core import url_to_fs
        except ImportError as error:
            raise MachineLacks(
                f"{self.root} is read by fsspec, which is not installed",
                "pip install 'edgedigits[shards]'",
            ) from error
        try:
            files, place = url_to_fs(self.root)
        except ImportError as error:
            raise MachineLacks(
                f"{self.root} needs another package: {_reason(error)}",
                "install the package that it names, then try again",
            ) from error
        except ValueError as error:
            raise WrongUse(
                f"{self.root}: {_reason(error)}", "such as: s3://BUCKET/PREFIX"
            ) from error
        return bytes(files.cat_file(f"{place.rstrip('/')}/{name}", start=0, end=most + 1))


def is_url(place: str) -> bool:
    """Whether it is a URL and not a path."""
    return "://" in place


def _reason(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
