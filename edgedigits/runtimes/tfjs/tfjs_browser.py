"""TensorFlow.js graph models in a real browser, with the demo page's own modules."""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle.artifact import Artifact
from edgedigits.errors import MachineLacks
from edgedigits.runtimes import base
from edgedigits.runtimes.shared import Settings, Shared, ended_on_error
from edgedigits.runtimes.tfjs import graph_model
from edgedigits.runtimes.tfjs.browser_process import Browser, PageError
from edgedigits.runtimes.tfjs.page_source import page_source

BACKENDS = ("wasm", "webgl", "webgpu", "cpu")
PICTURES_PER_REQUEST = 256
CLOCK_STEP_US = 100.0
"""A page's clock is coarse, so that pages cannot spy on each other."""
HERE = Path(__file__).parent
RUNNER = {
    "runner.html": HERE / "tfjs_browser_runner.html",
    "runner.js": HERE / "tfjs_browser_runner.js",
}
# A machine without a graphics card computes with Chromium's stand-in, SwiftShader.
_ANY_GPU = ("--enable-unsafe-swiftshader", "--ignore-gpu-blocklist")
SWITCHES = {
    "wasm": ("--disable-gpu",),
    "cpu": ("--disable-gpu",),
    "webgl": _ANY_GPU,
    "webgpu": ("--enable-unsafe-webgpu", *_ANY_GPU),
}


class TfjsBrowser:
    """One graph model in a page of its own, answering one picture at a time as the demo page does.

    One thread at a time may use it.

    Attributes:
        backend: what computes.
        version: of TensorFlow.js.
        load_ms: milliseconds that opening the model took, its files at hand.
    """

    def __init__(
        self, artifact: Artifact, folder: Path, browser: Browser, settings: Settings
    ) -> None:
        """Open a page, start the backend in it and load the model.

        Raises:
            MachineLacks: this browser does not start the backend.
            PageError: TensorFlow.js refuses the model.
        """
        self.artifact = artifact
        self._path = folder / artifact.entry
        graph_model.check_shards(self._path, artifact)
        model = {f"model/{file.path}": folder / file.path for file in artifact.files}
        self._page = browser.open_page({**_page_modules(), **RUNNER, **model}, "runner.html")
        with ended_on_error(self):
            self.backend = self._start(browser, settings)
            self.load_ms: float = self._page.call(
                "open", {"path": artifact.entry}, _as_the_page_says(artifact)
            )

    def _start(self, browser: Browser, settings: Settings) -> base.Backend:
        wanted = settings.backend or BACKENDS[0]
        try:
            found = self._page.call("start", wanted, settings.half_float)
        except PageError as error:
            raise MachineLacks(
                f"Chromium {browser.version} does not start {wanted} here: {error.message}",
                f"name another: --backend {' or '.join(b for b in BACKENDS if b != wanted)}",
            ) from error
        where = f"Chromium {browser.version}"
        device = f"{where}, {found['device']}" if found["device"] else where
        # A phone's graphics card may know half floats only: then that is what ran, asked or not.
        self.version: str = found["version"]
        started = base.Backend(wanted, settings.half_float or found["halfFloat"], device)
        _check(found, started)
        return started

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities `[N, classes]` for pictures `uint8 [N, *form.shape]`."""
        answers = [
            self._ask(images[start : start + PICTURES_PER_REQUEST])
            for start in range(0, len(images), PICTURES_PER_REQUEST)
        ]
        table = (
            np.concatenate(answers)
            if answers
            else np.empty((0, len(self.artifact.classes)), np.float32)
        )
        # The page's own softmax has made probabilities of logits.
        return base.by_class(table, self.artifact)

    def _ask(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        pictures = base64.b64encode(images.tobytes()).decode()
        found = self._page.call("answer", pictures, int(np.prod(images.shape[1:])))
        _check(found, self.backend)
        values = np.frombuffer(base64.b64decode(found["values"]), "<f4")
        return values.astype(np.float32, copy=False).reshape(len(images), -1)

    def answer_times(
        self, image: NDArray[np.uint8], seconds: float, warm_seconds: float, least: int
    ) -> NDArray[np.float64]:
        """Milliseconds of each of many answers to one picture `uint8`, as the page's clock
        tells them (see `CLOCK_STEP_US`).

        Args:
            image: the picture.
            seconds: how long it is answered again and again.
            warm_seconds: how long before that without being timed.
            least: how often at least.
        """
        picture = base64.b64encode(image.tobytes()).decode()
        found = self._page.call("time", picture, 1000 * warm_seconds, 1000 * seconds, least)
        _check(found, self.backend)
        return np.asarray(found["times"], np.float64)

    def contract_violations(self) -> list[str]:
        """Where the model's signature and facts are not what the manifest says."""
        return graph_model.contract_violations(self._path, self.artifact)

    def close(self) -> None:
        """Close the page."""
        self._page.close()


def browser_of(shared: Shared) -> Browser:
    """The browser that `shared` keeps: one for all runtimes, whatever they run, so that it starts
    with what the chosen backend needs.

    Raises:
        MachineLacks: there is no Playwright or no browser here.
    """
    switches = SWITCHES[shared.settings.backend or BACKENDS[0]]
    return shared.once(Browser, lambda: Browser(switches))


def open_artifact(_name: str, artifact: Artifact, folder: Path, shared: Shared) -> TfjsBrowser:
    """Open a TensorFlow.js artifact for runtime `tfjs-browser`."""
    return TfjsBrowser(artifact, folder, browser_of(shared), shared.settings)


def _check(found: dict[str, Any], wanted: base.Backend) -> None:
    """What TensorFlow.js says it uses must be what was asked for: it goes on with another backend
    when one fails."""
    if found["isLost"]:
        raise MachineLacks(
            f"the browser lost its {wanted.name} context",
            "its graphics process ended: try again, or name another backend with --backend",
        )
    used = base.Backend(found["backend"], found["halfFloat"])
    if (used.name, used.half_float) != (wanted.name, wanted.half_float):
        raise MachineLacks(
            f"TensorFlow.js in the browser uses {used}, not {wanted}", "name another with --backend"
        )


def _as_the_page_says(artifact: Artifact) -> dict[str, Any]:
    """The artifact as the demo page's `model/page.json` describes it."""
    taken = artifact.input
    return {
        "input": {
            "name": taken.name,
            "shape": list(taken.shape),
            **artifact.pixels.as_json(),
        },
        "output": {"kind": "logits" if artifact.logits else "probabilities"},
    }


@cache
def _page_modules() -> dict[str, Path]:
    source = page_source()
    folders = (source / "src", source / "vendor")
    files = [file for folder in folders for file in folder.iterdir() if file.is_file()]
    return {file.relative_to(source).as_posix(): file for file in files}
