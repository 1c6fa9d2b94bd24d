"""TFLite files on LiteRT, one picture at a time and on one thread, as a phone runs them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converters import tflite_file
from converters.base import Tensor
from edgedigits.artifact import Artifact, InputContract
from edgedigits.errors import DataBad
from edgedigits.runtimes import base, quantization
from edgedigits.runtimes.shared import Shared

SIGNED = 4
"""Golden pictures that the signature is asked."""


class LiteRT:
    """One TFLite artifact in its interpreter. Not for use from several threads at once."""

    backend = None

    def __init__(self, artifact: Artifact, content: bytes, *, reference: bool) -> None:
        """Open the file's bytes, with the plain reference kernels where `reference` is set.

        Raises:
            DataBad: the interpreter refuses the file.
        """
        from ai_edge_litert.interpreter import Interpreter, OpResolverType

        self.artifact = artifact
        self._content = content
        kernels = OpResolverType.BUILTIN_REF if reference else OpResolverType.AUTO
        try:
            self._interpreter = Interpreter(
                model_content=content, num_threads=1, experimental_op_resolver_type=kernels
            )
            self._interpreter.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            raise DataBad(
                f"LiteRT refuses {artifact.entry}: {str(error).splitlines()[0][:160]}",
                "export it again: edgedigits export --target tflite",
            ) from error
        (self._input,) = self._interpreter.get_input_details()
        (self._output,) = self._interpreter.get_output_details()

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities `[N, 10]`, digit 0 first, for pictures `uint8 [N, 28, 28]`."""
        return self.probabilities_of(self.pixels.values(images))

    @property
    def pixels(self) -> InputContract:
        """What pixels become before the model sees them."""
        return self.artifact.pixels

    def probabilities_of(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities `[N, 10]` for values `float32 [N, 28, 28]`, whatever pixels they were."""
        inputs = self.encode(values)
        answers = np.empty((len(values), *self._output["shape"][1:]), self._output["dtype"])
        place, where = self._input["index"], self._output["index"]
        interpreter = self._interpreter
        for index, picture in enumerate(inputs):
            interpreter.set_tensor(place, picture)
            interpreter.invoke()
            answers[index] = interpreter.get_tensor(where)[0]
        found = quantization.dequantize(answers, self.artifact.output)
        return base.in_digit_order(found, self.artifact)

    def encode(self, values: NDArray[np.float32]) -> NDArray[Any]:
        """Values `[N, ...]` as the file's input stores them, `[N, *input shape]`."""
        stored = quantization.quantize(values, self.artifact.input)
        return stored.astype(self._input["dtype"], copy=False).reshape(-1, *self._input["shape"])

    def contract_violations(self) -> list[str]:
        """Where the file's contents, tensors, signature or grey levels are not what the manifest
        says."""
        # For verifications alone: an answer to one picture shall not wait for it.
        from edgedigits import golden
        from edgedigits.runtimes import tflite_contents

        found = tflite_file.contract(self._content)
        violations = _against("input", found.input, self.artifact.input)
        violations += _against("output", found.output, self.artifact.output)
        violations += tflite_contents.violations(self._content, self.artifact)
        if found.input.shape == self.artifact.input.shape:
            pictures = self.encode(self.pixels.values(golden.pictures()[0][:SIGNED]))
            violations += tflite_contents.signature_violations(
                self._interpreter, pictures, self.artifact
            )
            violations += self._grey_level_violations(found.input)
        return violations

    def _grey_level_violations(self, tensor: Tensor) -> list[str]:
        # Every grey level goes through the very arithmetic that pictures go through.
        pixels = int(np.prod(self.artifact.input.shape))
        levels = np.resize(quantization.grey_levels(), (256 // pixels + 1) * pixels)
        stored = self.encode(self.artifact.pixels.values(levels)).ravel()[:256]
        return quantization.wrong_grey_levels(stored, tensor, self.artifact.pixels)

    def close(self) -> None:
        """Let the interpreter go."""
        del self._interpreter


def open_artifact(
    name: str, artifact: Artifact, folder: Path, _shared: Shared | None = None
) -> LiteRT:
    """Open a TFLite artifact for runtime `litert` or `litert-reference`."""
    content = (folder / artifact.entry).read_bytes()
    return LiteRT(artifact, content, reference=name == "litert-reference")


def _against(what: str, found: Tensor, said: Tensor) -> list[str]:
    violations = base.shape_violations(what, found.name, found.shape, said.name, said.shape)
    for part in ("dtype", "scale", "zero_point"):
        ours, theirs = getattr(found, part), getattr(said, part)
        if ours != theirs:
            violations.append(f"the file's {what} has {part} {ours}, the manifest says {theirs}")
    return violations
