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

from edgedigits.errors import DataBad

FILE = "state.npz"


@dataclass(frozen=True)
class Checkpoint:
    """State at the end of an epoch: the plan, the history so far, and every variable's value."""

    plan: dict[str, Any]
    history: list[dict[str, float]]
    values: list[NDArray[Any]]


def write(checkpoint: Checkpoint, folder: Path) -> None:
    """Write into `folder`, replacing an older checkpoint in one step."""
    folder.mkdir(parents=True, exist_ok=True)
    about = json.dumps({"plan": checkpoint.plan, "history": checkpoint.history})
    arrays = {f"value_{index:04d}": value for index, value in enumerate(checkpoint.values)}
    temporary = folder / f".{FILE}.partial"
    with temporary.open("wb") as handle:
        np.savez(handle, about=np.array(about), allow_pickle=False, **arrays)
        handle.flush()
        os.fsync(handle.fileno())
    temporary.replace(folder / FILE)


def read(folder: Path) -> Checkpoint:
    """Read what `write` wrote.

    Raises:
        DataBad: there is none, or it is damaged.
    """
    path = folder / FILE
    try:
        with np.load(path, allow_pickle=False) as held:
            about = json.loads(str(held["about"]))
            names = sorted(name for name in held.files if name.startswith("value_"))
            return Checkpoint(about["plan"], about["history"], [held[name] for name in names])
    except FileNotFoundError as error:
        raise DataBad(
            f"{path} is missing: there is nothing to resume", "start anew: edgedigits train"
        ) from error
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise DataBad(f"{path} is damaged: {error}", "start anew: edgedigits train") from error
