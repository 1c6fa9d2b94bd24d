"""A real Chromium, and the demo page with a model, served as any static host would."""

from __future__ import annotations

import base64
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from demo_page import DIGITS, Watched, corners
from hung_browser import run
from page_hosts import by_python
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from edgedigits.bundle.input_contract import InputContract
from edgedigits.datasets.strokes import strokes
from edgedigits.errors import MachineLacks
from edgedigits.page import demo, page_golden, page_json, page_models
from edgedigits.runtimes.processes.chromium import ENVIRONMENT
from edgedigits.runtimes.processes.chromium import find as find_chromium
from edgedigits.runtimes.tfjs.tfjs_browser import SWITCHES

SUB_PATH = "some/where"
# A busy machine with two cores needs longer than the usual five seconds now and then.
expect.set_options(timeout=30_000)
# Chromium is to talk to nobody but the server of the test.
QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # One for all pages, which are each other's alike; a new one costs as much as a page.
    "--renderer-process-limit=1",
]
# Root, as in containers, has no sandbox to offer.
SANDBOX = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []


def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    if Path(__file__).parent not in item.path.parents:
        return None
    run(item, nextitem)
    return True


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The Chromium named by the environment; else one without windows, whose every start, window
    and page takes less of the processor's time; else the one that programs would find."""
    if ENVIRONMENT not in os.environ and (shell := shutil.which("chromium-headless-shell")):
        return Path(shell)
    try:
        return find_chromium()
    except MachineLacks as error:
        pytest.skip(f"{error.message}; {error.hint}")


@pytest.fixture(scope="session")
def browser(chromium: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A Chromium whose camera sees a 7 on paper, and whose user allows it."""
    film = tmp_path_factory.mktemp("camera") / "seven.y4m"
    write_film(film)
    camera = [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=chromium, headless=True, args=[*QUIET, *camera, *SANDBOX]
        )
        yield opened
        opened.close()


def write_film(path: Path) -> None:
    """Two frames of a 7 in the middle of a sheet, as a camera would film it."""
    width, height, side = 640, 480, 400
    grey = Image.new("L", (width, height), 225)
    line = [((width - side) / 2 + side * x, 40 + side * y) for x, y in corners(DIGITS[7][0])]
    ImageDraw.Draw(grey).line(line, fill=30, width=30, joint="curve")
    colourless = b"\x80" * (width * height // 2)
    frame = b"FRAME\n" + grey.tobytes() + colourless
    path.write_bytes(b"YUV4MPEG2 W640 H480 F5:1 Ip C420mpeg2\n" + 2 * frame)


@pytest.fixture(scope="session")
def browser_with_gpu(browser: Browser, chromium: Path) -> Iterator[Browser]:
    """A Chromium with a graphics card, or the stand-in for one."""
    opened = browser.browser_type.launch(
        executable_path=chromium, headless=True, args=[*SWITCHES["webgpu"], *SANDBOX]
    )
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def window(browser: Browser) -> Iterator[BrowserContext]:
    """A window with an empty tab, which stays: opening one costs more than most tests of a page."""
    opened = browser.new_context(
        viewport={"width": 1280, "height": 800}, has_touch=True, service_workers="block"
    )
    opened.new_page()
    yield opened
    opened.close()


@pytest.fixture
def context(window: BrowserContext) -> Iterator[BrowserContext]:
    """The window for one test; the page keeps nothing in a browser that blocks its worker."""
    yield window
    for tab in window.pages[1:]:
        tab.close()
    window.clear_permissions()


@pytest.fixture
def loose(context: BrowserContext, site: str) -> Watched:
    """A page whose troubles are collected."""
    watched = Watched(context.new_page(), site)
    page = watched.page
    host = site.split("/")[2]
    page.add_init_script(
        "document.addEventListener('securitypolicyviolation',"
        " (event) => console.error('CSP: ' + event.violatedDirective + ' ' + event.blockedURI));"
        # Headless Chromium offers WebGPU, and complains aloud where it has no graphics card.
        "if (!location.search.includes('webgpu')) delete Navigator.prototype.gpu;"
    )

    def note(trouble: str) -> None:
        if trouble != "Service Worker registration blocked by Playwright":
            watched.troubles.append(trouble)

    page.on("console", lambda m: note(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: note(str(error)))
    page.on("requestfailed", lambda request: note(f"failed: {request.url}"))
    page.on("request", lambda r: None if r.url.split("/")[2] == host else note(f"asked {r.url}"))
    return watched


@pytest.fixture
def watched(loose: Watched) -> Iterator[Watched]:
    """A page that must end without any trouble."""
    yield loose
    assert loose.troubles == []


@pytest.fixture(scope="session")
def page_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page with three schemes of the model that it comes with, below the server's root."""
    folder = tmp_path_factory.mktemp("root") / SUB_PATH
    models = page_models.from_page(demo.page_source() / page_models.FOLDER)
    demo.write_page(models.only(["int8", "float32", "uint8"]), folder)
    return folder


@pytest.fixture(scope="session")
def tfjs_site(page_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the page with those that need TensorFlow.js alone."""
    folder = tmp_path_factory.mktemp("tfjs-page") / "page"
    models = page_models.from_page(page_folder / page_models.FOLDER)
    demo.write_page(models.only(["float32", "uint8"]), folder)
    with by_python(folder, folder) as host:
        yield host.address


@pytest.fixture(scope="session")
def site(page_folder: Path) -> Iterator[str]:
    """Address of the page, served by `python -m http.server`."""
    root = page_folder.parents[len(Path(SUB_PATH).parts) - 1]
    with by_python(root, root) as host:
        yield f"{host.address}{SUB_PATH}/"


@pytest.fixture(scope="session")
def colour_site(tmp_path_factory: pytest.TempPathFactory, colour_bundle: Path) -> Iterator[str]:
    """Address of the page with two schemes of `colour_bundle`."""
    folder = tmp_path_factory.mktemp("colour-page") / "page"
    demo.write_page(demo.open_models(colour_bundle).only(["float32", "uint8"]), folder)
    with by_python(folder, folder) as host:
        yield host.address


@pytest.fixture(scope="session")
def many_operations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page's model folder whose untrained classifier uses what other people's graphs use."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(2)
    entrance = keras.Input((28, 28, 1))
    x = layers.Rescaling(1 / 127.5, offset=-1)(entrance)
    x = layers.ZeroPadding2D(1)(x)
    x = layers.Conv2D(8, 3, use_bias=False)(x)
    x = layers.ReLU(max_value=6)(layers.BatchNormalization()(x))
    x = layers.DepthwiseConv2D(3, strides=2, padding="same", activation="swish")(x)
    branches = [
        layers.AveragePooling2D(2)(layers.LeakyReLU()(x)),
        layers.MaxPooling2D(2)(layers.PReLU(shared_axes=[1, 2])(x)),
        layers.SeparableConv2D(6, 3, strides=2, padding="same", activation="softplus")(x),
        layers.Conv2D(4, 1, strides=2, activation="sigmoid")(layers.ELU()(x)),
    ]
    x = layers.Concatenate()(branches)
    gate = layers.Dense(x.shape[-1], activation="sigmoid")(layers.GlobalAveragePooling2D()(x))
    x = layers.Multiply()([x, layers.Reshape((1, 1, x.shape[-1]))(gate)])
    # On more than two axes a dense layer multiplies sizes, as transformers' do.
    x = layers.Dense(x.shape[-1], activation="tanh")(x)
    x = layers.Add()([x, layers.Conv2D(x.shape[-1], 1, activation="selu")(x)])
    x = layers.Concatenate()([layers.GlobalMaxPooling2D()(x), layers.Flatten()(x)])
    x = layers.LayerNormalization()(layers.Dense(16, activation="tanh")(x))
    model = keras.Model(entrance, layers.Dense(10, activation="softmax")(x))
    folder = tmp_path_factory.mktemp("many-operations") / "model"
    write_page_model(model, folder, tmp_path_factory.mktemp("saved"), batch=None)
    return folder


def write_page_model(
    model: Any, folder: Path, scratch: Path, *, scheme: str = "float32", batch: int | None = 1
) -> None:
    """Converts a Keras model and writes the files that the page reads."""
    # With captured output, a package that tensorflowjs imports would ask for IPython to greet us.
    os.environ.setdefault("TFDF_DISABLE_WELCOME_MESSAGE", "1")
    import tensorflow as tf
    from tensorflowjs.converters import tf_saved_model_conversion_v2 as conversion

    signature = [tf.TensorSpec([batch, 28, 28, 1], tf.float32)]
    model.export(scratch / "saved", "tf_saved_model", verbose=False, input_signature=signature)
    target = folder / "tfjs" / scheme
    conversion.convert_tf_saved_model(
        str(scratch / "saved"),
        str(target),
        quantization_dtype_map=None if scheme == "float32" else {scheme: "*"},
    )

    golden, golden_labels = strokes.draw(32, 77)
    answers = model.predict(golden[..., None], verbose=0)
    size = sum(file.stat().st_size for file in target.iterdir())
    (folder / "golden.json").write_text(
        json.dumps(
            {
                "schema_version": 1,
                "pictures": {
                    "shape": list(golden.shape),
                    "dtype": "uint8",
                    "base64": base64.b64encode(golden.tobytes()).decode(),
                },
                "probabilities": np.round(answers.astype(float), 8).tolist(),
                "labels": golden_labels.tolist(),
            }
        )
    )
    self_test = page_golden.self_test((folder / "golden.json").read_bytes())
    (folder / page_golden.SELF_TEST).write_bytes(self_test)
    entry = page_json.entry(page_json.TFJS, scheme, size, size * 8 // 10)
    (folder / "page.json").write_text(
        json.dumps(
            {
                "schema_version": page_json.VERSION,
                "default": entry["id"],
                "models": [entry],
                "input": {
                    "name": "x",
                    "shape": [1, 28, 28, 1],
                    **InputContract(0.0, 255.0).as_json(),
                },
                "labels": [str(digit) for digit in range(10)],
                "golden": "golden.json",
                "golden_bytes": (folder / "golden.json").stat().st_size,
                "self_test": page_golden.SELF_TEST,
                "self_test_bytes": len(self_test),
                "reject": None,
            }
        )
    )
