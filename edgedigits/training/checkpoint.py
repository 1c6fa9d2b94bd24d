"""Everything needed to go on with an interrupted training, in one file that is whole or absent."""

from __future__ import annotations

import json
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits import json_file
from edgedigits.bundle.publishing import replacing
from edgedigits.datasets import npz
from edgedigits.errors import DataBad, damaged
from edgedigits.training import history

FILE = "state.npz"
AGAIN = "start anew: edgedigits train"
_ABOUT = {"plan": dict, "history": list}


@dataclass(frozen=True)
class Checkpoint:
    """State at the end of an epoch: the plan, the history so far, and every variable's value."""

    plan: dict[str, Any]
    history: list[dict[str, float]]
    values: list[NDArray[Any]]


def write(checkpoint: Checkpoint, folder: Path) -> None:
    """Write into `folder`, replacing an older checkpoint in one step."""
    about = json.dumps({"plan": checkpoint.plan, "history": history.to_json(checkpoint.history)})
    arrays = {f"value_{index:04d}": value for index, value in enumerate(checkpoint.values)}
    with replacing(folder / FILE) as partial, partial.open("wb") as handle:
        np.savez(handle, about=np.array(about), allow_pickle=False, **arrays)
        handle.flush()
        os.fsync(handle.fileno())


def read(folder: Path) -> Checkpoint:
    """Read what `write` wrote.

    Raises:
        DataBad: there is none, or it is damaged.
    """
    path = folder / FILE
    if not path.is_file():
        raise DataBad(f"{path} is missing: there is nothing to resume", AGAIN)
    with damaged(path, AGAIN), zipfile.ZipFile(path) as archive:
        if any(info.compress_type != zipfile.ZIP_STORED for info in archive.infolist()):
            raise ValueError("it is compressed, which edgedigits never does")
        names = sorted(name for name in archive.namelist() if name.startswith("value_"))
        about = json_file.parse(str(npz.read_member(archive, "about.npy")))
        json_file.check(about, _ABOUT)
        values = [npz.read_member(archive, name) for name in names]
        return Checkpoint(about["plan"], history.from_json(about["history"]), values)
