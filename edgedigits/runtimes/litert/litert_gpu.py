"""TFLite files on LiteRT's GPU, one picture at a time, as a phone's app with that choice does."""

from __future__ import annotations

import contextlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle.artifact import Artifact
from edgedigits.errors import DataBad
from edgedigits.runtimes import base, quantization
from edgedigits.runtimes.litert import litert
from edgedigits.runtimes.litert.gpu_process import GpuProcess, GpuRefuses
from edgedigits.runtimes.shared import Shared, ended_on_error


class LiteRTGpu(base.OfValues):
    """One TFLite artifact on a GPU. One thread at a time may use it.

    Attributes:
        artifact: what runs.
        backend: what computes, as LiteRT says.
    """

    def __init__(self, artifact: Artifact, folder: Path) -> None:
        """Start the process and compile the file for the GPU alone.

        Raises:
            MachineLacks: this machine has no GPU, nor a stand-in for one.
            DataBad: the GPU refuses the file; nothing of it then runs on the CPU instead.
        """
        self.artifact = artifact
        self._folder = folder
        content = (folder / artifact.entry).read_bytes()
        self._gpu = GpuProcess()
        self.backend = self._gpu.backend
        with ended_on_error(self):
            try:
                self._gpu.open(content)
            except GpuRefuses as error:
                raise DataBad(
                    f"LiteRT's GPU refuses {artifact.entry}: {error.message}",
                    "it may run on the CPU alone: --runtime litert",
                ) from error

    def probabilities_of(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities `[N, classes]` for values `float32 [N, ...]`, whatever pixels they were."""
        stored = quantization.quantize(values, self.artifact.input)
        answers = self._gpu.answers(stored.astype(self.artifact.input.dtype, copy=False))
        answers = answers.reshape(len(values), *self.artifact.output.shape[1:])
        return base.in_class_order(
            quantization.dequantize(answers, self.artifact.output), self.artifact
        )

    def contract_violations(self) -> list[str]:
        """Where the file's tensors, facts or grey levels are not what the manifest says."""
        with contextlib.closing(litert.open_artifact("litert", self.artifact, self._folder)) as cpu:
            return cpu.contract_violations()

    def close(self) -> None:
        """End the process."""
        self._gpu.close()


def open_artifact(
    _name: str, artifact: Artifact, folder: Path, _shared: Shared | None = None
) -> LiteRTGpu:
    """Open a TFLite artifact for runtime `litert-gpu`."""
    return LiteRTGpu(artifact, folder)
