"""TFLite files on LiteRT, one picture at a time and on one thread, as a phone runs them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from converters.base import Tensor
from edgedigits.bundle.artifact import Artifact
from edgedigits.runtimes import base, quantization
from edgedigits.runtimes.litert.interpreted import Interpreted
from edgedigits.runtimes.litert.litert_process import LiteRTProcess
from edgedigits.runtimes.shared import Shared

SIGNED = 4
"""Golden pictures that the signature is asked."""


class LiteRT(Interpreted[LiteRTProcess]):
    """One TFLite artifact in LiteRT. Not for use from several threads at once."""

    def contract_violations(self) -> list[str]:
        """Where the file's contents, tensors, signature or grey levels are not what the manifest
        says."""
        # For verifications alone: an answer to one picture shall not wait for it.
        from edgedigits.bundle import golden

        found = self._process.contract
        violations = _against("input", found.input, self.artifact.input)
        violations += _against("output", found.output, self.artifact.output)
        if found.input.shape != self.artifact.input.shape:
            return violations + self._process.violations(self.artifact)
        form = self.pixels.form
        pictures = self._stored(golden.pictures(form)[0][:SIGNED])
        violations += self._process.violations(self.artifact, pictures)
        return violations + self._grey_level_violations(found.input)

    def _grey_level_violations(self, tensor: Tensor) -> list[str]:
        # Every level goes through the very arithmetic that pictures go through.
        form = self.pixels.form
        plane = form.height * form.width
        levels = np.resize(quantization.grey_levels(), (256 // plane + 1) * plane)
        shown = np.repeat(levels.reshape(-1, plane, 1), form.channels, axis=2)
        stored = self._stored(shown.reshape(-1, *form.shape))
        # Back to pictures, whatever the arrangement that the file takes.
        if self.pixels.channels_first:
            planes = np.moveaxis(stored.reshape(-1, form.channels, plane), 1, 2)
        else:
            planes = stored.reshape(-1, plane, form.channels)
        found = (
            quantization.wrong_grey_levels(
                planes[..., at].ravel()[:256],
                tensor,
                channel,
                self.pixels.ends,
                clipped=self.artifact.finish is None,
            )
            for at, channel in enumerate(self.pixels.channels)
        )
        return next((wrong for wrong in found if wrong), [])


def open_artifact(
    name: str, artifact: Artifact, folder: Path, _shared: Shared | None = None
) -> LiteRT:
    """Open a TFLite artifact for runtime `litert` or `litert-reference`.

    Raises:
        DataBad: the interpreter refuses the file, or crashes on it.
    """
    process = LiteRTProcess(folder / artifact.entry, reference=name == "litert-reference")
    return LiteRT(artifact, process)


def _against(what: str, found: Tensor, said: Tensor) -> list[str]:
    violations = base.shape_violations(what, found.name, found.shape, said.name, said.shape)
    for part in ("dtype", "scale", "zero_point"):
        ours, theirs = getattr(found, part), getattr(said, part)
        if ours != theirs:
            violations.append(f"the file's {what} has {part} {ours}, the manifest says {theirs}")
    return violations
