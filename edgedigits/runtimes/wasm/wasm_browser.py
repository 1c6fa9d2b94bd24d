"""WebAssembly artifacts in a real browser."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle.artifact import Artifact
from edgedigits.errors import DataBad
from edgedigits.runtimes import base
from edgedigits.runtimes.shared import Shared, ended_on_error
from edgedigits.runtimes.tfjs import tfjs_browser
from edgedigits.runtimes.tfjs.browser_process import Browser, PageError
from edgedigits.runtimes.wasm.wasm_model import EXPORT_HINT, Stated, WasmModel

PICTURES_PER_REQUEST = 256
HERE = Path(__file__).parent
RUNNER = {
    "runner.html": tfjs_browser.RUNNER["runner.html"],
    "runner.js": HERE / "wasm_browser_runner.js",
    "opened.js": HERE / "opened.js",
}


class WasmBrowser(WasmModel):
    """One artifact in a page of its own.

    Attributes:
        backend: the version of the browser, which is told with the answers.
    """

    def __init__(self, artifact: Artifact, folder: Path, browser: Browser) -> None:
        """Open a page and load the model in it.

        Raises:
            MachineLacks: the page does not answer in time.
            DataBad: model.js does not load the model.
        """
        super().__init__(artifact, folder)
        place = self._model_wasm.parent
        model = {
            f"model/{(folder / file.path).relative_to(place).as_posix()}": folder / file.path
            for file in artifact.files
        }
        self.backend = base.Backend("wasm", device=f"Chromium {browser.version}")
        self._page = browser.open_page({**RUNNER, **model}, "runner.html")
        with ended_on_error(self):
            try:
                self.stated = Stated.from_json(self._page.call("open"))
            except (PageError, ValueError) as error:
                where = f"WebAssembly in Chromium, loading {self._model_wasm}"
                said = error.message if isinstance(error, PageError) else str(error)
                raise DataBad(f"{where}: {said}", EXPORT_HINT) from error

    def _answers(self, stored: NDArray[np.uint8]) -> NDArray[np.float32]:
        found = [np.empty((0, self.stated.classes), np.float32)]
        for start in range(0, len(stored), PICTURES_PER_REQUEST):
            some = stored[start : start + PICTURES_PER_REQUEST]
            pictures = base64.b64encode(some.tobytes()).decode()
            answer = base64.b64decode(self._page.call("answer", pictures, len(some)))
            values = np.frombuffer(answer, "<f4").reshape(len(some), self.stated.classes)
            found.append(values.astype(np.float32, copy=False))
        return np.concatenate(found)

    def close(self) -> None:
        """Close the page."""
        self._page.close()


def open_artifact(_name: str, artifact: Artifact, folder: Path, shared: Shared) -> WasmBrowser:
    """Open a WebAssembly artifact for runtime `wasm-browser`."""
    return WasmBrowser(artifact, folder, tfjs_browser.browser_of(shared))
