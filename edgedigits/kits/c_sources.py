"""The C sources of a model as kits take them: with one function from a photo to probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.typing import NDArray

from edgedigits.errors import WrongUse
from edgedigits.kits import facts
from edgedigits.kits.examples import Example
from edgedigits.kits.subject import Subject
from edgedigits.picture.form import DIGIT_FIT, Form
from edgedigits.runtimes.quantization import quantize, stored

GOLDEN = "golden.h"
_TAKEN = "model.c", "model.h", "picture.c", "picture.h"
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
    form = subject.artifact.pixels.form
    prepare = "digit" if form.fit == DIGIT_FIT else "frame"
    text = facts.template("c", "classifier.c").replace(
        "/* prepare */", facts.template("c", f"prepare_{prepare}.c").strip()
    )
    return {
        **{name: subject.content(names[name]) for name in _TAKEN},
        "classifier.c": text.encode(),
        "classifier.h": facts.template("c", "classifier.h").encode(),
        "contract.h": _contract(subject).encode(),
    }


def golden(subject: Subject) -> bytes:
    """`golden.h` of the artifact: pictures, and the bytes that must be answered."""
    (path,) = (file.path for file in subject.artifact.files if file.path.endswith(f"/{GOLDEN}"))
    return subject.content(path)


def photos(subject: Subject, examples: Sequence[Example]) -> bytes:
    """`photos.h`: photos, what becomes of them, and what the model is given of that."""
    artifact = subject.artifact
    parts = [
        "/* Photos, the pictures that they become, and what the model takes of these. For the\n"
        "   self-test alone. SPDX-License-Identifier: Apache-2.0 */\n"
        "#ifndef PHOTOS_H\n#define PHOTOS_H\n\n#include <stdint.h>\n\n"
        f"#define PHOTO_COUNT {len(examples)}\n"
    ]
    for place, each in enumerate(examples):
        given = stored(each.prepared[None], artifact.pixels, artifact.input)
        parts += [
            _array(f"photo_{place}_rgb", each.photo),
            _array(f"photo_{place}_prepared", each.prepared),
            _array(f"photo_{place}_stored", given),
        ]
    rows = "".join(
        f"    {{photo_{n}_rgb, {each.photo.shape[1]}, {each.photo.shape[0]}, photo_{n}_prepared, "
        f"photo_{n}_stored}},\n"
        for n, each in enumerate(examples)
    )
    sides = [max((each.photo.shape[axis] for each in examples), default=1) for axis in (1, 0)]
    parts.append(
        f"#define PHOTO_WIDEST {sides[0]}\n#define PHOTO_HIGHEST {sides[1]}\n\n"
        "static const struct {\n    const uint8_t *rgb;\n    uint32_t width, height;\n"
        f"    const uint8_t *prepared, *stored;\n}} photos[PHOTO_COUNT] = {{\n{rows}}};\n\n#endif\n"
    )
    return "\n".join(parts).encode()


def _contract(subject: Subject) -> str:
    """`contract.h`: labels, and what pixels become."""
    artifact = subject.artifact
    pixels, form = artifact.pixels, artifact.pixels.form
    tables = quantize(pixels.tables(), artifact.input)
    is_same = bool((tables == np.arange(256)).all())
    labels = ", \\\n    ".join(_string(label) for label in artifact.labels)
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
        f"#define CONTRACT_LOGITS {int(artifact.logits)} /* else probabilities */",
        f"#define CONTRACT_BGR {int(pixels.bgr)}",
        f"#define CONTRACT_CHANNELS_FIRST {int(pixels.channels_first)}",
        f"#define CONTRACT_SAME_LEVELS {int(is_same)} /* pixels are stored as they are */",
        *([] if form.fit == DIGIT_FIT else [f"#define CONTRACT_MODE {_MODES[form.fit]}"]),
        f"#define CONTRACT_LABELS \\\n    {labels}",
    ]
    if not is_same:
        lines += ["", "/* What is stored of each pixel, by channel: [CLASSIFIER_CHANNELS][256]. */"]
        lines += ["#ifdef CONTRACT_TABLES", _array("contract_tables", tables), "#endif"]
    return "\n".join([*lines, "", "#endif", ""])


def _work_bytes(form: Form) -> str:
    if form.fit == DIGIT_FIT:
        return "#define CLASSIFIER_WORK_BYTES(w, h) PICTURE_DIGIT_WORK_BYTES(w, h)"
    return "#define CLASSIFIER_WORK_BYTES(w, h) 1 /* nothing is written to it */"


def _array(name: str, values: NDArray[np.generic]) -> str:
    numbers = [str(value) for value in values.ravel().tolist()]
    lines = (
        ",".join(numbers[start : start + _IN_A_LINE])
        for start in range(0, len(numbers), _IN_A_LINE)
    )
    body = ",\n    ".join(lines)
    return f"static const uint8_t {name}[{len(numbers)}] = {{\n    {body}}};"


def _string(text: str) -> str:
    """A string of C, in ASCII."""
    plain = set(range(32, 127)) - set(b'"\\?')
    return '"' + "".join(chr(b) if b in plain else f"\\{b:03o}" for b in text.encode()) + '"'
