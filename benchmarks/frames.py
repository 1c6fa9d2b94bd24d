"""Photos of twelve megapixels to 224x224: from file to array on two cores, and in Chromium.

Run as `python benchmarks/frames.py`. Pillow's own resizing is the baseline, with its reduced
decoding of JPEG where ours has it too; in the browser that is the canvas's. All in the same run.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from playwright.sync_api import Route, sync_playwright
from timing import report, seconds

from edgedigits.picture import picture
from edgedigits.picture.frame import Mode, frame
from edgedigits.runtimes.processes import chromium

Way = Callable[[Path], NDArray[np.uint8]]

CORES = 2
SIDE = 224
JPEGS, PNGS = 40, 4
ROUNDS = 3
FILE_LIMIT, BROWSER_LIMIT = 1.6, 2.0
TARGET_PHOTOS_A_SECOND, TARGET_BROWSER_S = 30, 0.1
SOURCES = Path(__file__).parents[1] / "web_demo" / "src"
HOST = "http://frames.test/"
PROGRAM = """
async ([width, height, side, runs]) => {
  const { frame, MODES } = await import('/picture-frame.js');
  const rgba = new Uint8ClampedArray(4 * width * height);
  for (let n = 0; n < rgba.length; n++) rgba[n] = n % 4 === 3 ? 255 : ((n * 40503) >> 9) & 255;
  const onCanvas = () => {
    const whole = new OffscreenCanvas(width, height);
    whole.getContext('2d', { willReadFrequently: true })
      .putImageData(new ImageData(rgba, width, height), 0, 0);
    const context = new OffscreenCanvas(side, side).getContext('2d', { willReadFrequently: true });
    context.imageSmoothingQuality = 'high';
    context.drawImage(whole, 0, 0, side, side);
    return context.getImageData(0, 0, side, side);
  };
  const wanted = { height: side, width: side };
  const ways = MODES.map((mode) => () => frame(rgba, width, height, { ...wanted, mode }));
  return [...ways, onCanvas].map((way) => {
    const times = Array.from({ length: runs }, () => {
      const begun = performance.now();
      way();
      return performance.now() - begun;
    });
    return Math.min(...times) / 1000;
  });
}
"""


def photo(seed: int) -> Image.Image:
    """Twelve megapixels: clouds of many sizes, shapes with hard edges, and a sensor's grain."""
    rng = np.random.default_rng(seed)
    levels = np.full((3000, 4000, 3), 128, np.float32)
    for octave in range(2, 10):
        few = rng.normal(128, 60, (3 * 2**octave // 4, 2**octave, 3)).clip(0, 255)
        clouds = Image.fromarray(few.astype(np.uint8))
        clouds = clouds.resize((4000, 3000), Image.Resampling.BICUBIC)
        levels += (np.asarray(clouds, np.float32) - 128) * (2 / 1.6**octave)
    image = Image.fromarray(levels.clip(0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    for x, y, reach, *colour in rng.integers(0, (4000, 3000, 400, 256, 256, 256), (60, 6)).tolist():
        draw.regular_polygon((x, y, 20 + reach), 3 + reach % 4, x % 90, fill=tuple(colour))
    grain = rng.normal(0, 4, levels.shape)
    return Image.fromarray((np.asarray(image) + grain).clip(0, 255).astype(np.uint8))


def by_pillow(path: Path) -> NDArray[np.uint8]:
    with Image.open(path) as opened:
        opened.draft("RGB", (2 * SIDE, 2 * SIDE))
        size = SIDE, SIDE
        return np.array(opened.convert("RGB").resize(size, Image.Resampling.BILINEAR))


def ours(mode: Mode, path: Path) -> NDArray[np.uint8]:
    return frame(picture.read(path, (SIDE, SIDE)), SIDE, SIDE, mode)


def seconds_a_photo(ways: list[Way], files: list[Path]) -> list[float]:
    """The fastest of some rounds on two cores, the ways in turns."""
    with multiprocessing.get_context("spawn").Pool(CORES) as pool:
        pool.map(ways[0], files, 1)
        rounds = [
            [seconds(partial(pool.map, way, files, 1)) / len(files) for way in ways]
            for _ in range(ROUNDS)
        ]
    return [min(times) for times in zip(*rounds, strict=True)]


def from_files(folder: Path) -> None:
    for ending, count, modes in (("jpg", JPEGS, list(Mode)), ("png", PNGS, [Mode.STRETCH])):
        files = [folder / f"{seed}.{ending}" for seed in range(2)]
        size = sum(map(os.path.getsize, files)) / len(files) / 1e6
        print(f"\n{ending}, 4000x3000, {size:.1f} MB, a photo on {CORES} cores:")
        ways: list[Way] = [*(partial(ours, mode) for mode in modes), by_pillow]
        *framed, baseline = seconds_a_photo(ways, files * (count // 2))
        for mode, time in zip(modes, framed, strict=True):
            report(f"{mode}", time, "Pillow, stretched", baseline, FILE_LIMIT)
        if ending == "jpg":
            target = 1 / TARGET_PHOTOS_A_SECOND
            name = f"{TARGET_PHOTOS_A_SECOND} photos a second"
            report("slowest", max(framed), name, target, 1.0)


def in_chromium() -> list[float]:
    """Fastest seconds of every mode, then of the canvas."""

    def answer(route: Route) -> None:
        name = route.request.url.removeprefix(HOST)
        text = (SOURCES / name).read_text("utf-8") if name else "<!doctype html>"
        route.fulfill(body=text, content_type="text/javascript" if name else "text/html")

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(Path(playwright.chromium.executable_path)),
            args=["--no-sandbox"] if chromium.is_root() else [],
        )
        page = browser.new_page()
        page.route(f"{HOST}**", answer)
        page.goto(HOST)
        times: list[float] = page.evaluate(PROGRAM, [4000, 3000, SIDE, 7])
        browser.close()
    return times


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        for seed in range(2):
            drawn = photo(seed)
            drawn.save(Path(scratch) / f"{seed}.jpg", quality=88)
            drawn.save(Path(scratch) / f"{seed}.png", compress_level=3)
        from_files(Path(scratch))
    *framed, canvas = in_chromium()
    print("\npixels of 4000x3000 in Chromium:")
    for mode, time in zip(Mode, framed, strict=True):
        report(f"{mode}", time, "the canvas, stretched", canvas, BROWSER_LIMIT)
    report("slowest", max(framed), "target", TARGET_BROWSER_S, 1.0)


if __name__ == "__main__":
    main()
