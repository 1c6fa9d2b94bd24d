"""The C sources of a model as kits take them: with one function from a photo to probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.typing import NDArray

from converters.base import Tensor
from edgedigits.errors import WrongUse
from edgedigits.kits import facts
from edgedigits.kits.examples import Example
from edgedigits.kits.subject import Subject
from edgedigits.picture.form import DIGIT_FIT, Form
from edgedigits.runtimes.quantization import quantize, stored

GOLDEN = "golden.h"
_TAKEN = "model.c", "model.h", "picture.c", "picture.h"
_TYPES = {"uint8": "uint8_t", "int8": "int8_t", "int16": "int16_t", "float32": "float"}
_IN_A_LINE = 24
_MODES = {"stretch": "PICTURE_STRETCH", "crop": "PICTURE_CROP", "pad": "PICTURE_PAD"}


def sources(subject: Subject) -> dict[str, bytes]:
    """The files that a project compiles, by name.

    Raises:
        WrongUse: the artifact takes or gives numbers that the kits in C do not store pixels as.
    """
    artifact = subject.artifact
    if kinds := {artifact.input.dtype, artifact.output.dtype} - {"uint8"}:
        raise WrongUse(
            f"{artifact.id} takes or gives {', '.join(kinds)}, which is not in this kit",
            "take a bundle that has int8: edgedigits export MODEL --target c --out FOLDER",
        )
    names = {file.path.rsplit("/", 1)[-1]: file.path for file in subject.artifact.files}
    return {
        **{name: subject.content(names[name]) for name in _TAKEN},
        **classifier(subject, "c"),
    }


def classifier(subject: Subject, kit: str) -> dict[str, bytes]:
    """What stands between photos and a model, of a kit's own templates and of what all have.

    Raises:
        WrongUse: the artifact takes or gives numbers that the C does not know.
    """
    fit = "digit" if subject.artifact.pixels.form.fit == DIGIT_FIT else "frame"
    prepare = facts.template("c", f"prepare_{fit}.c").strip()
    steps = facts.template("c", "steps.c").replace("/* prepare */", prepare).strip()
    return {
        "classifier.c": facts.template(kit, "classifier.c").replace("/* steps */", steps).encode(),
        "classifier.h": facts.template(kit, "classifier.h").encode(),
        "contract.h": _contract(subject).encode(),
    }


def golden(subject: Subject) -> bytes:
    """`golden.h` of the artifact: pictures, and the bytes that must be answered."""
    (path,) = (file.path for file in subject.artifact.files if file.path.endswith(f"/{GOLDEN}"))
    return subject.content(path)


def photos(subject: Subject, examples: Sequence[Example], *, with_stored: bool = True) -> bytes:
    """`photos.h`: photos, what becomes of them, and what the model is given of that."""
    artifact = subject.artifact
    kind = _type(artifact.input, artifact.id)
    parts = [
        "/* Photos, and the pictures that they become. For the self-test alone.\n"
        "   SPDX-License-Identifier: Apache-2.0 */\n"
        "#ifndef PHOTOS_H\n#define PHOTOS_H\n\n#include <stdint.h>\n\n"
        f"#define PHOTO_COUNT {len(examples)}\n"
    ]
    rows = ""
    for n, each in enumerate(examples):
        names = [f"photo_{n}_rgb", f"photo_{n}_prepared", f"photo_{n}_stored"][: 2 + with_stored]
        given = stored(each.prepared[None], artifact.pixels, artifact.input)
        parts += map(array, names, (each.photo, each.prepared, given))
        height, width = each.photo.shape[:2]
        rows += f"    {{{width}, {height}, {', '.join(names)}}},\n"
    sides = [max((each.photo.shape[axis] for each in examples), default=1) for axis in (1, 0)]
    last = f"    const {kind} *stored; /* what the model takes */\n" if with_stored else ""
    parts.append(
        f"#define PHOTO_WIDEST {sides[0]}\n#define PHOTO_HIGHEST {sides[1]}\n\n"
        "static const struct {\n    uint32_t width, height;\n    const uint8_t *rgb, *prepared;\n"
        f"{last}}} photos[PHOTO_COUNT] = {{\n{rows}}};\n\n#endif\n"
    )
    return "\n".join(parts).encode()


def _contract(subject: Subject) -> str:
    """`contract.h`: labels, what pixels become, and what the answers are."""
    artifact = subject.artifact
    pixels, form, output = artifact.pixels, artifact.pixels.form, artifact.output
    tables = quantize(pixels.tables(), artifact.input)
    is_same = bool((tables == np.arange(256)).all())
    labels = ", \\\n    ".join(_string(label) for label in artifact.labels)
    rule = facts.rule(subject)
    lines = [
        "/* What this model takes and answers. SPDX-License-Identifier: Apache-2.0 */",
        "#ifndef CONTRACT_H",
        "#define CONTRACT_H",
        "",
        "#include <stdint.h>",
        "",
        f"#define CLASSIFIER_CLASSES {len(artifact.labels)}",
        f"#define CLASSIFIER_HEIGHT {form.height}",
        f"#define CLASSIFIER_WIDTH {form.width}",
        f"#define CLASSIFIER_CHANNELS {form.channels}",
        f"#define CLASSIFIER_PIXELS {prod(form.shape)}",
        _work_bytes(form),
        f"typedef {_type(artifact.input, artifact.id)} contract_input; /* a stored pixel */",
        f"typedef {_type(output, artifact.id)} contract_output;",
        f"#define CONTRACT_OUTPUT_SCALE {_float(output.scale or 1)}",
        f"#define CONTRACT_OUTPUT_ZERO_POINT {_float(output.zero_point or 0)}",
        f"#define CONTRACT_LOGITS {int(artifact.logits)} /* else probabilities */",
        f"#define CONTRACT_REJECTS {int(rule.sure > 0)} /* else every answer is a sure one */",
        f"#define CONTRACT_TEMPERATURE {float(rule.temperature)!r}",
        f"#define CONTRACT_THRESHOLD {float(rule.threshold)!r}",
        f"#define CONTRACT_SURE {float(rule.sure)!r}",
        f"#define CONTRACT_BGR {int(pixels.bgr)}",
        f"#define CONTRACT_CHANNELS_FIRST {int(pixels.channels_first)}",
        f"#define CONTRACT_SAME_LEVELS {int(is_same)} /* pixels are stored as they are */",
        *([] if form.fit == DIGIT_FIT else [f"#define CONTRACT_MODE {_MODES[form.fit]}"]),
        f"#define CONTRACT_LABELS \\\n    {labels}",
    ]
    if not is_same:
        lines += ["", "/* What is stored of each pixel, by channel: [CLASSIFIER_CHANNELS][256]. */"]
        lines += ["#ifdef CONTRACT_TABLES", array("contract_tables", tables), "#endif"]
    return "\n".join([*lines, "", "#endif", ""])


def _work_bytes(form: Form) -> str:
    if form.fit == DIGIT_FIT:
        return "#define CLASSIFIER_WORK_BYTES(w, h) PICTURE_DIGIT_WORK_BYTES(w, h)"
    return "#define CLASSIFIER_WORK_BYTES(w, h) 1 /* nothing is written to it */"


def _type(tensor: Tensor, artifact_id: str) -> str:
    if tensor.dtype not in _TYPES:
        raise WrongUse(
            f"{artifact_id} takes or gives {tensor.dtype}, which is not in this kit",
            f"take a scheme with one of: {', '.join(_TYPES)}",
        )
    return _TYPES[tensor.dtype]


def array(name: str, values: NDArray[np.generic]) -> str:
    """An array of C that holds such numbers."""
    write = _float if values.dtype == np.float32 else str
    numbers = [write(value) for value in values.ravel().tolist()]
    lines = (
        ",".join(numbers[start : start + _IN_A_LINE])
        for start in range(0, len(numbers), _IN_A_LINE)
    )
    body = ",\n    ".join(lines)
    kind = _TYPES[values.dtype.name]
    return f"static const {kind} {name}[{len(numbers)}] = {{\n    {body}}};"


def _float(value: float) -> str:
    """A float of C, which gives the same float32 back."""
    text = f"{value:.9g}"
    return f"{text}f" if "." in text or "e" in text else f"{text}.0f"


def _string(text: str) -> str:
    """A string of C, in ASCII."""
    plain = set(range(32, 127)) - set(b'"\\?')
    return '"' + "".join(chr(b) if b in plain else f"\\{b:03o}" for b in text.encode()) + '"'
