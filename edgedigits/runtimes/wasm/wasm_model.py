"""What a WebAssembly artifact says of itself, held against the manifest; wherever it runs."""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converters.wasm import binary
from converters.wasm.model import DIGEST
from edgedigits import json_file
from edgedigits.bundle.artifact import Artifact
from edgedigits.errors import DataBad
from edgedigits.foreign_text import one_line
from edgedigits.runtimes import base, quantization, written
from edgedigits.runtimes.written import Written

EXPORT_HINT = "export it again: edgedigits export --target wasm"


@dataclass(frozen=True)
class Stated:
    """What the files say, opened. Scales come with their zero points; `golden` is the digest of the
    module that the self-test means, and `failure` what that said where it did not pass."""

    labels: tuple[str, ...]
    pixels: int
    classes: int
    input: tuple[float, int]
    output: tuple[float, int]
    golden: str
    failure: str | None
    dtype: str = "uint8"

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Stated:
        """What the runners in JavaScript tell.

        Raises:
            ValueError: it is no such thing.
        """
        try:
            scale_in, zero_in = said["input"]
            scale_out, zero_out = said["output"]
            return cls(
                tuple(map(str, said["labels"])),
                int(said["pixels"]),
                int(said["classes"]),
                (float(scale_in), int(zero_in)),
                (float(scale_out), int(zero_out)),
                str(said["golden"]),
                None if said["failure"] is None else one_line(said["failure"]),
            )
        except (KeyError, TypeError) as error:
            raise ValueError("the model says nothing of itself") from error


class WasmModel(Written):
    """An artifact of target `wasm`, however it is run. One thread at a time may use it.

    Attributes:
        artifact: what runs.
        stated: what its files say.
    """

    stated: Stated

    def __init__(self, artifact: Artifact, folder: Path) -> None:
        self.artifact = artifact
        self._model_wasm = folder / artifact.entry

    @abstractmethod
    def _answers(self, stored: NDArray[np.uint8]) -> NDArray[np.float32]:
        """What `answer` of model.js gives, `[N, classes]`, to pictures `uint8 [N, pixels]`."""

    def _of(self, stored: NDArray[Any]) -> NDArray[np.float32]:
        pictures = stored.astype(np.uint8, copy=False).reshape(len(stored), -1)
        if (given := pictures.shape[1]) != self.stated.pixels:
            taken = f"{self.stated.pixels:,} pixels, and pictures have {given:,}"
            raise DataBad(f"{self._model_wasm} says that it takes {taken}", EXPORT_HINT)
        # model.js has made probabilities of logits.
        return base.by_class(self._answers(pictures), self.artifact)

    def contract_violations(self) -> list[str]:
        """Where the module and its script are not what the manifest, or they themselves, say."""
        stated = written.violations(self.stated, "model.wasm", self.artifact)
        violations = [*stated, *self._label_violations(), *self._digest_violations()]
        return violations + quantization.channel_violations(self.pixels, self.artifact.input)

    def _label_violations(self) -> Iterator[str]:
        if self.stated.labels != self.artifact.labels:
            yield "the labels in model.js are not those of the manifest"

    def _digest_violations(self) -> Iterator[str]:
        told, found = _digests(json_file.read_bytes(self._model_wasm))
        if told != found:
            yield f"model.wasm was changed: it tells {told[:12]}…, its SHA-256 is {found[:12]}…"
        if self.stated.golden != told:
            yield "selftest.js is of another model than model.wasm"
        if self.stated.failure is not None:
            yield f"its self-test fails: {self.stated.failure[:200]}"


def _digests(content: bytes) -> tuple[str, str]:
    """SHA-256 that a module tells in its last section, and that of all before it."""
    number, last, start = binary.sections(content)[-1]
    name = binary.sized(DIGEST.encode())
    told = last.removeprefix(name) if number == binary.Section.CUSTOM else b""
    return told.hex(), hashlib.sha256(content[:start]).hexdigest()
