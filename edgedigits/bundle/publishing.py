"""Folders that appear whole or not at all.

New content is written into a hidden sibling and put in place by one rename; a folder that is
already there is exchanged with it in a single step, so that whoever looks, and whenever the
process is killed, there is either the old folder or the new one.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from edgedigits.errors import MachineLacks, WrongUse

LONGEST_NAME = 255
"""Bytes in a file's name, on all usual file systems."""
RENAME_EXCHANGE = 2
AT_FDCWD = -100


@contextlib.contextmanager
def staging(target: Path) -> Iterator[Path]:
    """An empty folder beside `target` to write into, held by this process alone.

    It is removed at the end, whatever happens, unless `replace` has moved it into place. A folder
    that a killed process left behind is cleared by the next one.

    Raises:
        WrongUse: another process is writing to the same target, or it cannot be written.
        MachineLacks: the disk is full.
    """
    # A link to a folder stays one: it is the folder behind it that gets replaced.
    with told_plainly(target):
        target = target.resolve()
        check_place(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        with lock(target):
            _bring_back(target)
            folder = staging_folder(target)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)


def check_place(target: Path, elsewhere: str = "choose another folder with --out") -> None:
    """Refuse a place that cannot be replaced as a whole.

    Raises:
        WrongUse: it is the root of a file system, or something is mounted there.
    """
    if target.resolve() == target.resolve().parent or target.is_mount():
        raise WrongUse(
            f"{target} is the root of a file system, which cannot be replaced", elsewhere
        )


def staging_folder(target: Path) -> Path:
    """The hidden sibling that `staging` writes into."""
    return hidden(target, "staging")


def hidden(target: Path, purpose: str) -> Path:
    """A hidden sibling of `target`: `.NAME.purpose`, always the same one for the same name.

    Where that would be longer than file systems take, a digest stands for the end of the name.
    """
    name = os.fsencode(target.name)
    room = LONGEST_NAME - len(f"..{purpose}")
    if len(name) > room:
        digest = hashlib.sha256(name).hexdigest()[:16]
        # Cut between characters, since some systems refuse half a one.
        start = name[: room - len(digest) - 1].decode("utf-8", "ignore")
        return target.with_name(f".{start}~{digest}.{purpose}")
    return target.with_name(f".{target.name}.{purpose}")


def replace(staged: Path, target: Path) -> None:
    """Put `staged` at `target` in one step. What was there before is removed afterwards."""
    target = target.resolve()
    if not target.exists():
        staged.rename(target)
        return
    if _exchange(staged, target):
        shutil.rmtree(staged)
        return
    # No atomic exchange on this system: the old folder steps aside for an instant, and comes back
    # if the new one cannot take its place.
    aside = _aside(target)
    shutil.rmtree(aside, ignore_errors=True)
    target.rename(aside)
    try:
        staged.rename(target)
    except OSError:
        aside.rename(target)
        raise
    shutil.rmtree(aside)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A hidden sibling of the file `path` to write to: it takes its place at the end, or goes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = hidden(path, "partial")
    try:
        yield partial
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _aside(target: Path) -> Path:
    return hidden(target, "previous")


def _bring_back(target: Path) -> None:
    """Undo a replacement without exchange that was killed half-way."""
    aside = _aside(target)
    if aside.is_dir() and not target.exists():
        aside.rename(target)


@contextlib.contextmanager
def told_plainly(
    target: Path, elsewhere: str = "choose another folder with --out"
) -> Iterator[None]:
    """Turn the operating system's refusals to write into errors with a next step."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise MachineLacks(
                f"the disk is full while writing {target}; nothing was changed",
                f"free some space (df -h {target.parent}), or {elsewhere}",
            ) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY, errno.ELOOP):
            raise WrongUse(
                f"{target} cannot be written: {error.strerror}",
                elsewhere,
            ) from error
        if error.errno == errno.ENAMETOOLONG:
            raise WrongUse(f"{target} is too long a name", elsewhere) from error
        if error.errno in (errno.ENOTDIR, errno.EEXIST, errno.EISDIR):
            raise WrongUse(
                f"{error.filename or target} is in the way, or is no folder",
                elsewhere,
            ) from error
        if error.errno == errno.ENOENT:
            raise WrongUse(f"{target} cannot be made: {error.strerror}", elsewhere) from error
        raise


@contextlib.contextmanager
def lock(target: Path) -> Iterator[None]:
    """Hold `target` for this process alone.

    Raises:
        WrongUse: another process holds it.
    """
    # The kernel releases the lock when the process ends, however it ends.
    path = hidden(target, "lock")
    with contextlib.ExitStack() as stack:
        while True:
            handle = stack.enter_context(path.open("a"))
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                    raise
                raise WrongUse(
                    f"another process is writing to {target}",
                    "wait for it to end, or choose another folder with --out",
                ) from error
            if _is_same_file(handle.fileno(), path):
                break
            # The former holder removed the file between our opening and our locking it.
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def _is_same_file(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _exchange(first: Path, second: Path) -> bool:
    """Swap two folders atomically (Linux renameat2); False where the system cannot."""
    library = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "renameat2"):
        return False
    result: int = library.renameat2(
        AT_FDCWD, os.fsencode(first), AT_FDCWD, os.fsencode(second), RENAME_EXCHANGE
    )
    if result != 0 and ctypes.get_errno() not in (errno.ENOSYS, errno.EINVAL):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), str(second))
    return result == 0
