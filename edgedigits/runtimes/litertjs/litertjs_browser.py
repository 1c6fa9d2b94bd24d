"""TFLite files on LiteRT.js in a real browser, one picture at a time, with the demo page's own
module."""

from __future__ import annotations

import base64
import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converters.base import Tensor
from edgedigits.bundle.artifact import Artifact
from edgedigits.errors import DataBad, MachineLacks
from edgedigits.runtimes import base, quantization
from edgedigits.runtimes.litert import litert
from edgedigits.runtimes.shared import Settings, Shared, ended_on_error
from edgedigits.runtimes.tfjs import tfjs_browser
from edgedigits.runtimes.tfjs.browser_process import Browser, PageError
from edgedigits.runtimes.tfjs.page_source import page_source

BACKENDS = ("wasm", "webgpu")
PICTURES_PER_REQUEST = 256
BYTES_PER_REQUEST = 2**22
HERE = Path(__file__).parent
VENDOR = HERE / "vendor"
RUNNER = {
    "runner.html": tfjs_browser.RUNNER["runner.html"],
    "runner.js": HERE / "litertjs_browser_runner.js",
}
MODEL = "model.tflite"


@dataclass(frozen=True)
class Side:
    """An input or output as LiteRT.js tells it, which says nothing of scales."""

    name: str
    dtype: str
    shape: tuple[int, ...]

    def violations(self, what: str, said: Tensor) -> list[str]:
        """Where the manifest says otherwise, in `litert`'s own words."""
        found = base.shape_violations(what, self.name, self.shape, said.name, said.shape)
        if self.dtype != said.dtype:
            found.append(
                f"the file's {what} has dtype {self.dtype}, the manifest says {said.dtype}"
            )
        return found


class LiteRTJsBrowser(base.OfValues):
    """One TFLite artifact in a page of its own. One thread at a time may use it.

    Attributes:
        artifact: what runs.
        backend: what computes.
    """

    def __init__(
        self, artifact: Artifact, folder: Path, browser: Browser, settings: Settings
    ) -> None:
        """Open a page, start LiteRT.js in it and compile the file.

        Raises:
            MachineLacks: this browser does not start the backend.
            DataBad: LiteRT.js refuses the file, or WebGPU takes a part of it alone.
        """
        self.artifact = artifact
        self._folder = folder
        modules = {f"src/{file.name}": file for file in (page_source() / "src").glob("*.js")}
        files = {**RUNNER, **library(), **modules, MODEL: folder / artifact.entry}
        self._page = browser.open_page(files, "runner.html")
        with ended_on_error(self):
            self.backend = self._start(browser, settings.backend or BACKENDS[0])
            self._input, self._output = self._open()

    def _start(self, browser: Browser, wanted: str) -> base.Backend:
        where = f"Chromium {browser.version}"
        try:
            device = self._page.call("start", wanted)
        except PageError as error:
            raise MachineLacks(
                f"{where} does not start LiteRT.js on {wanted} here: {error.message}",
                f"name another: --backend {' or '.join(b for b in BACKENDS if b != wanted)}",
            ) from error
        return base.Backend(wanted, device=f"{where}, {device}" if device else where)

    def _open(self) -> tuple[Side, Side]:
        entry = self.artifact.entry
        try:
            found = self._page.call("open", MODEL)
        except PageError as error:
            on_webgpu = self.backend.name == "webgpu"
            hint = "it may run on WebAssembly alone: --backend wasm" if on_webgpu else error.hint
            raise DataBad(f"LiteRT.js refuses {entry}: {error.message}", hint) from error
        for what in ("inputs", "outputs"):
            if (count := len(found[what])) != 1:
                raise DataBad(f"{entry} has {count} {what}, a classifier has one")
        taken, given = (
            Side(side["name"], side["dtype"], tuple(side["shape"]))
            for side in (*found["inputs"], *found["outputs"])
        )
        return taken, given

    def probabilities_of(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities `[N, classes]` for values `float32 [N, ...]`, whatever pixels they were."""
        told = self.artifact.output
        stored = quantization.quantize(values, self.artifact.input)
        answers = self._answers(stored.astype(self._input.dtype, copy=False))
        answers = answers.reshape(len(values), *told.shape[1:])
        return base.in_class_order(quantization.dequantize(answers, told), self.artifact)

    def _answers(self, stored: NDArray[Any]) -> NDArray[Any]:
        """Raw answers `[N, numbers]` to pictures in the input's own type."""
        picture_bytes = max(1, int(np.prod(stored.shape[1:])) * stored.itemsize)
        step = max(1, min(PICTURES_PER_REQUEST, BYTES_PER_REQUEST // picture_bytes))
        found = [np.empty((0, int(np.prod(self._output.shape))), self._output.dtype)]
        for start in range(0, len(stored), step):
            some = stored[start : start + step]
            pictures = base64.b64encode(some.tobytes()).decode()
            answer = self._page.call("answer", pictures, len(some))
            if answer is None:
                raise MachineLacks(
                    f"the browser lost its {self.backend.name} device",
                    "its graphics process ended: try again, or --backend wasm",
                )
            values = np.frombuffer(base64.b64decode(answer), self._output.dtype)
            found.append(values.reshape(len(some), -1))
        return np.concatenate(found)

    def contract_violations(self) -> list[str]:
        """Where the file's tensors are, to LiteRT.js, not what the manifest says; and where the
        file is not, as `litert` tells it, for LiteRT.js knows no scales."""
        found = self._input.violations("input", self.artifact.input)
        found += self._output.violations("output", self.artifact.output)
        with contextlib.closing(litert.open_artifact("litert", self.artifact, self._folder)) as cpu:
            found += cpu.contract_violations()
        return list(dict.fromkeys(found))

    def close(self) -> None:
        """Close the page."""
        self._page.close()


def library() -> dict[str, Path]:
    """The build of LiteRT.js by the paths that a page's module wants it at."""
    return {f"litert/{file.name}": file for file in VENDOR.iterdir()}


def open_artifact(_name: str, artifact: Artifact, folder: Path, shared: Shared) -> LiteRTJsBrowser:
    """Open a TFLite artifact for runtime `litertjs-browser`."""
    return LiteRTJsBrowser(artifact, folder, tfjs_browser.browser_of(shared), shared.settings)
