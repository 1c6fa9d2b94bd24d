"""What `many_pictures.py` has edgedigits do, as a plain script does it: one thing after another.

Usage: python benchmarks/plain_runtimes.py SAVED_MODEL PHOTOS FOLDER

Decodes the pictures of a folder of classes, converts the model with TensorFlow's and TensorFlow.js'
own converters, asks every file about every picture (LiteRT one at a time on one thread, as phones
do, TensorFlow.js in Node) and compares its answers with those of the float model.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray
from official_tflite import convert
from PIL import Image

from edgedigits.runtimes.tfjs.node import find_node

TFLITE = ("float32", "float16", "dynamic", "int8")
TFJS = ("float32", "float16", "uint16", "uint8")
CALIBRATION, BATCH = 500, 100
RUNNER = Path(__file__).with_name("plain_tfjs.cjs")


def main(saved_model: str, photos: str, place: str) -> None:
    folder = Path(place)
    images, labels = decoded(Path(photos))
    drawn = np.random.default_rng(0).permutation(len(images))[:CALIBRATION]
    convert(saved_model, images[drawn].astype(np.float32), folder, TFLITE)
    for scheme in TFJS:
        flags = [] if scheme == "float32" else [f"--quantize_{scheme}=*"]
        tool = Path(sys.executable).with_name("tensorflowjs_converter")
        formats = ("--input_format=tf_saved_model", "--output_format=tfjs_graph_model")
        command = [str(tool), *formats, *flags, saved_model, str(folder / scheme)]
        subprocess.run(command, check=True, capture_output=True)
    reference = of_float_model(saved_model, images)
    answers = {f"tflite-{each}": of_tflite(folder / f"{each}.tflite", images) for each in TFLITE}
    answers |= of_tfjs(folder, images, reference.shape[1])
    right = reference.argmax(axis=1) == labels
    for name, table in answers.items():
        same = (table.argmax(axis=1) == reference.argmax(axis=1)).mean()
        lost = 100 * (right.mean() - (table.argmax(axis=1) == labels).mean())
        print(f"{name}: {100 * same:.2f} % the same, {lost:.2f} points lost")


def decoded(photos: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    classes = sorted(each for each in photos.iterdir())
    files = [(file, label) for label, each in enumerate(classes) for file in sorted(each.iterdir())]
    images = [np.asarray(Image.open(file).convert("RGB")) for file, _ in files]
    return np.stack(images), np.array([label for _, label in files])


def of_float_model(saved_model: str, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    answer = tf.saved_model.load(saved_model).signatures["serving_default"]
    tables = []
    for start in range(0, len(images), BATCH):
        (found,) = answer(tf.constant(images[start : start + BATCH], tf.float32)).values()
        tables.append(found.numpy())
    return np.concatenate(tables)


def of_tflite(path: Path, images: NDArray[np.uint8]) -> NDArray[Any]:
    interpreter = Interpreter(str(path), num_threads=1)
    interpreter.allocate_tensors()
    (taken,), (given,) = interpreter.get_input_details(), interpreter.get_output_details()
    scale, zero_point = taken["quantization"]
    table = []
    for image in images:
        values = image.astype(np.float32)
        if scale:
            values = np.clip(np.round(values / scale) + zero_point, 0, 255)
        interpreter.set_tensor(taken["index"], values.astype(taken["dtype"])[np.newaxis])
        interpreter.invoke()
        table.append(interpreter.get_tensor(given["index"])[0])
    return np.stack(table)


def of_tfjs(
    folder: Path, images: NDArray[np.uint8], classes: int
) -> dict[str, NDArray[np.float32]]:
    images.tofile(folder / "pictures")
    answers = {}
    for scheme in TFJS:
        shape = json.dumps(images.shape[1:])
        where = (folder / scheme / "model.json", folder / "pictures", folder / "answers")
        subprocess.run([find_node(), RUNNER, *where, shape], check=True)
        answers[f"tfjs-{scheme}"] = np.fromfile(folder / "answers", "<f4").reshape(-1, classes)
    return answers


if __name__ == "__main__":
    main(*sys.argv[1:])
