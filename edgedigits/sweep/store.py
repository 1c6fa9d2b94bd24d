"""What a sweep keeps on disk: a folder for each finished trial, under its digest."""

from __future__ import annotations

import json
import secrets
import shutil
from pathlib import Path
from typing import Any

from edgedigits import json_file
from edgedigits.bundle import publishing
from edgedigits.sweep.trial import RUN, SHOWN, Trial

TRIALS = "trials"
FILE = "trial.json"
UNFINISHED = ".unfinished"


class Store:
    """Trials in the folder of a sweep: each is there whole, or not at all."""

    def __init__(self, folder: Path) -> None:
        """Take away what a sweep that was killed had begun."""
        self.folder = folder
        self._unfinished = folder / UNFINISHED
        (folder / TRIALS).mkdir(parents=True, exist_ok=True)
        self.tidy()

    def tidy(self) -> None:
        """Take away what was begun and not kept."""
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
        """A new folder for an attempt, to be kept or to be taken away."""
        place = self._unfinished / f"{trial.digest[:SHOWN]}-{secrets.token_hex(8)}"
        place.mkdir(parents=True)
        return place

    def keep(self, trial: Trial, begun: Path, record: dict[str, Any]) -> None:
        """What was found out, and the folder of the attempt, are a finished trial from here on."""
        (begun / FILE).write_text(json.dumps(record, indent=2) + "\n", "utf-8")
        publishing.replace(begun, self._place(trial))

    def _place(self, trial: Trial) -> Path:
        return self.folder / TRIALS / trial.digest
