"""TFLite files in TensorFlow Lite for Microcontrollers, one picture at a time."""

from __future__ import annotations

import contextlib
from pathlib import Path

from edgedigits.bundle.artifact import Artifact
from edgedigits.errors import DataBad
from edgedigits.runtimes.litert import litert
from edgedigits.runtimes.litert.interpreted import Interpreted
from edgedigits.runtimes.micro.micro_process import MicroProcess
from edgedigits.runtimes.shared import Shared

SCHEMES = ("int8", "int16x8")
"""Those that compute with integers alone, as microcontrollers do."""


class Micro(Interpreted[MicroProcess]):
    """One artifact in the interpreter, whose tensor arena is as large as the manifest says, and
    plenty where it does not say. Not for use from several threads at once."""

    def __init__(self, artifact: Artifact, folder: Path) -> None:
        """Open the file of the bundle in `folder`.

        Raises:
            DataBad: it computes with floats, or the interpreter refuses it or crashes on it.
            MachineLacks: there is no such interpreter here.
        """
        if artifact.scheme not in SCHEMES:
            raise DataBad(
                f"tflite-micro judges {' and '.join(SCHEMES)} files, and {artifact.entry} is "
                f"{artifact.scheme}",
                "it runs elsewhere: --runtime litert",
            )
        self._folder = folder
        super().__init__(artifact, MicroProcess(folder / artifact.entry, artifact.arena_bytes))

    def contract_violations(self) -> list[str]:
        """Where the file's tensors, facts or grey levels are not what the manifest says: LiteRT
        reads in it what this interpreter does not look at."""
        with contextlib.closing(litert.open_artifact("litert", self.artifact, self._folder)) as cpu:
            return cpu.contract_violations()


def open_artifact(
    _name: str, artifact: Artifact, folder: Path, _shared: Shared | None = None
) -> Micro:
    """Open a TFLite artifact for runtime `tflite-micro`."""
    return Micro(artifact, folder)
