"""What a sweep keeps on disk: a folder for each finished trial, under its digest, and runs of
others that an attempt can go on with.
"""

from __future__ import annotations

import json
import secrets
import shutil
from pathlib import Path
from typing import Any

from edgedigits import json_file
from edgedigits.bundle import publishing
from edgedigits.sweep.trial import RUN, Trial

TRIALS = "trials"
FILE = "trial.json"
UNFINISHED = ".unfinished"


class Store:
    """Trials in the folder of a sweep: each is there whole, or not at all."""

    def __init__(self, folder: Path) -> None:
        """Open the folder, or make it."""
        self.folder = folder
        self._unfinished = folder / UNFINISHED
        (folder / TRIALS).mkdir(parents=True, exist_ok=True)

    def clear(self) -> None:
        """Take away what was begun: no attempt will go on with it."""
        shutil.rmtree(self._unfinished, ignore_errors=True)

    def run(self, trial: Trial) -> Path:
        """Where a finished trial's run is."""
        return self._place(trial) / RUN

    def record(self, trial: Trial) -> dict[str, Any] | None:
        """What a finished trial has found out, None where it is none."""
        try:
            found: dict[str, Any] = json_file.read(self._place(trial) / FILE)
            json_file.check(found, trial.form)
        except (OSError, ValueError):
            return None
        return found

    def begun(self, trial: Trial) -> Path:
        """A new folder for an attempt, to be kept, left or taken away."""
        place = self._unfinished / f"{trial.digest}-{secrets.token_hex(8)}"
        place.mkdir(parents=True)
        return place

    def taken_up(self, trial: Trial) -> Path:
        """A new folder for an attempt, with the run that an earlier one has left, if one has.

        It is moved: whatever process of a command that was killed may still write to it does not
        get in the way.
        """
        place = self.begun(trial)
        for earlier in self._unfinished.glob(f"{trial.digest}-*/{RUN}"):
            if earlier.parent != place:
                earlier.rename(place / RUN)
                shutil.rmtree(earlier.parent, ignore_errors=True)
                break
        return place

    def leave(self, begun: Path) -> None:
        """An attempt has ended before its trial was finished: what is of use is its run."""
        if not (begun / RUN).exists():
            shutil.rmtree(begun, ignore_errors=True)

    def keep(self, trial: Trial, begun: Path, record: dict[str, Any]) -> None:
        """What was found out, and the folder of the attempt, are a finished trial from here on."""
        (begun / FILE).write_text(json.dumps(record, indent=2) + "\n", "utf-8")
        publishing.replace(begun, self._place(trial))

    def _place(self, trial: Trial) -> Path:
        return self.folder / TRIALS / trial.digest
