"""The kits that there are, as data, and writing one."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path

from edgedigits.bundle.artifact import Artifact
from edgedigits.bundle.bundle import Bundle
from edgedigits.bundle.own_folder import OwnFolder
from edgedigits.errors import chosen
from edgedigits.kits.subject import open_subject


@dataclass(frozen=True)
class Kit:
    """A kit's row.

    Attributes:
        target: of the artifact that it carries.
        order: schemes, the first that the bundle has is taken.
        module: has `files(subject)`, which gives content by path.
        trial: what to type in its folder, to see that it works; nothing where that takes a device.
    """

    name: str
    target: str
    order: tuple[str, ...]
    summary: str
    module: str
    trial: str


_REMADE = frozenset({"__pycache__", "selftest"})
"""What a kit's self-test leaves in it."""
_TFLITE = "int8", "float16", "dynamic", "int16x8", "float32", "int4"
KITS: dict[str, Kit] = {
    kit.name: kit
    for kit in (
        Kit(
            "web",
            "wasm",
            ("int8",),
            "a page or bundler: ES modules with types around WebAssembly",
            "edgedigits.kits.web",
            "",
        ),
        Kit(
            "node",
            "wasm",
            ("int8",),
            "the same for Node, ready for npm",
            "edgedigits.kits.node",
            "node test.js",
        ),
        Kit(
            "python",
            "tflite",
            _TFLITE,
            "Python with LiteRT and NumPy, without edgedigits",
            "edgedigits.kits.python",
            "python selftest.py",
        ),
        Kit(
            "android",
            "tflite",
            _TFLITE,
            "Kotlin on LiteRT; the file that calls Android is not compiled here",
            "edgedigits.kits.android",
            "",
        ),
        Kit(
            "ios",
            "c",
            ("int8",),
            "a Swift package around the same C as below; its Swift is not compiled here",
            "edgedigits.kits.ios",
            "",
        ),
        Kit(
            "c",
            "c",
            ("int8",),
            "C and C++: plain C99 with Makefile and CMakeLists.txt",
            "edgedigits.kits.c",
            "make",
        ),
        Kit(
            "litert-c",
            "tflite",
            _TFLITE,
            "C and C++ on LiteRT's own library, for Linux on x86-64 and arm64",
            "edgedigits.kits.litert_c",
            "make",
        ),
        Kit(
            "arduino",
            "c",
            ("int8",),
            "a library folder for Arduino, of the same C; untested on a board",
            "edgedigits.kits.arduino",
            "",
        ),
    )
}


def find(name: str) -> Kit:
    """The row of that name.

    Raises:
        WrongUse: there is none; the nearest name is suggested.
    """
    return chosen("kit", name, KITS)


def write(opened: Bundle, name: str, folder: Path, scheme: str | None = None) -> Artifact:
    """Write the kit of that name to `folder`, replacing an older copy in one step; returns the
    artifact that is in it.

    Raises:
        WrongUse: there is no such kit, the bundle has no artifact for it, or the folder holds
            something else.
        DataBad: golden vectors or artifact are damaged.
    """
    kit = find(name)
    place = OwnFolder(f"{name} kit", "kit", remade=_REMADE)
    place.check(folder)
    subject = open_subject(opened, kit.target, scheme, kit.order)
    place.write(importlib.import_module(kit.module).files(subject), folder)
    return subject.artifact
