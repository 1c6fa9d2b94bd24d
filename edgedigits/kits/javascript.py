"""What the kits for Node and for the web have in common: modules around the model in WebAssembly.

Their preparation and their rule for rejecting are the demo page's own, file by file, so that there
is no twin to keep equal.
"""

from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np

from edgedigits.kits import facts
from edgedigits.kits.subject import Subject
from edgedigits.picture.form import DIGIT_FIT
from edgedigits.runtimes.quantization import quantize
from edgedigits.runtimes.tfjs.page_source import page_source

MODEL = "model"
PREPARATION = "preparation"
_MODULES = "picture", "picture-fit", "picture-ink", "picture-paper", "picture-parts"
_OF_FRAMES = "picture-frame", "picture-resample"
_OWN = "classifier.js", "classifier.d.ts", "selftest.js", "selftest.d.ts"
_HEAD = b"// Part of edgedigits. SPDX-License-Identifier: Apache-2.0\n"


def files(subject: Subject) -> dict[str, bytes]:
    """The kit's files by path, without its README and what starts its self-test."""
    artifact = subject.artifact
    fit = artifact.pixels.form.fit
    modules = _MODULES if fit == DIGIT_FIT else _MODULES + _OF_FRAMES
    prepare = "digit" if fit == DIGIT_FIT else "frame"
    sources = page_source() / "src"
    return {
        "package.json": facts.template("javascript", "package.json").encode(),
        "contract.js": _contract(subject).encode(),
        "prepare.js": facts.template("javascript", f"{prepare}.js").encode(),
        "golden.js": b"export const golden = " + facts.golden(subject).rstrip() + b";\n",
        **{name: facts.template("javascript", name).encode() for name in _OWN},
        "reject.js": _HEAD + (sources / "reject.js").read_bytes(),
        **{
            f"{PREPARATION}/{name}.js": _HEAD + (sources / f"{name}.js").read_bytes()
            for name in modules
        },
        **{
            f"{MODEL}/{file.path.rsplit('/', 1)[-1]}": subject.content(file.path)
            for file in artifact.files
        },
    }


def _contract(subject: Subject) -> str:
    """`contract.js`: the pictures that the model takes, and what is stored of each pixel."""
    pixels = subject.artifact.pixels
    form = pixels.form
    tables = quantize(pixels.tables(), subject.artifact.input)
    said = {
        "height": form.height,
        "width": form.width,
        "channels": form.channels,
        "fit": form.fit,
        "isBgr": pixels.bgr,
        "isChannelsFirst": pixels.channels_first,
        # By channel; null where pixels are stored as they are.
        "tables": None if (tables == np.arange(256)).all() else tables.tolist(),
        "reject": asdict(facts.rule(subject)),
    }
    return f"export const contract = {json.dumps(said)};\n"
