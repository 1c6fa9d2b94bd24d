"""The Python kit: a package of a few modules on LiteRT and NumPy.

Its preparation and its rule for rejecting are this package's own, module by module, so that there
is no twin to keep equal.
"""

from __future__ import annotations

import re
from importlib import resources

from edgedigits.kits import facts
from edgedigits.kits.subject import Subject
from edgedigits.picture.form import DIGIT_FIT

PACKAGE = "classifier"
_MODULES = "fit", "ink", "paper", "parts", "picture", "segments"
_OF_FRAMES = "frame", "resample"
_REJECT = "reject"
_HEAD = "# Part of edgedigits. SPDX-License-Identifier: Apache-2.0\n"


def files(subject: Subject) -> dict[str, bytes]:
    """The kit's files by path."""
    (model,) = subject.artifact.files
    fit = subject.artifact.pixels.form.fit
    modules = _MODULES if fit == DIGIT_FIT else _MODULES + _OF_FRAMES
    preparation = "digit" if fit == DIGIT_FIT else "frame"
    return {
        "README.md": facts.readme("python", subject),
        "requirements.txt": b"ai-edge-litert\nnumpy\npillow\n",
        "selftest.py": facts.template("python", "selftest.py.txt").encode(),
        "golden.json": facts.golden(subject),
        f"{PACKAGE}/__init__.py": facts.template("python", "classifier.py.txt").encode(),
        f"{PACKAGE}/preparation.py": facts.template("python", f"{preparation}.py.txt").encode(),
        f"{PACKAGE}/contract.json": facts.contract(subject),
        f"{PACKAGE}/model.tflite": subject.content(model.path),
        f"{PACKAGE}/errors.py": facts.template("python", "errors.py.txt").encode(),
        **{f"{PACKAGE}/{name}.py": _module("picture", name) for name in modules},
        f"{PACKAGE}/{_REJECT}.py": _module("bundle", _REJECT),
    }


def _module(room: str, name: str) -> bytes:
    """A module of this package, importing its neighbours instead of edgedigits."""
    text = (resources.files(f"edgedigits.{room}") / f"{name}.py").read_text("utf-8")
    text = text.replace("from edgedigits.picture import", "from . import")
    text = re.sub(r"from edgedigits\.(?:picture\.)?(\w+) import", r"from .\1 import", text)
    return f"{_HEAD}{text}".encode()
