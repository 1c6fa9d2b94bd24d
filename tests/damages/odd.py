"""Damages that hang, grow or remember: files for which LiteRT is run in a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import odd_models

from damages.damage import Break, Damage, path_of
from edgedigits.bundle import bundle

RIGHT_FOR = 300


def replaced(scheme: str, make: Callable[[Path], bytes]) -> Break:
    def change(content: dict[str, Any], folder: Path) -> None:
        path_of(content, folder, f"tflite-{scheme}").write_bytes(make(folder))

    return change


def counting(folder: Path) -> bytes:
    told = bundle.read_manifest(folder).reference
    graph = (folder / told.file.path).read_bytes()
    return odd_models.counting(graph, told.input_name, told.output_name, RIGHT_FOR)


DAMAGES: list[Damage] = [
    Damage(
        "a loop without end",
        "tflite-float32",
        replaced("float32", lambda _: odd_models.endless()),
        "does not end: LiteRT gave no answer within",
    ),
    Damage(
        "50 GB of memory",
        "tflite-float32",
        replaced("float32", lambda _: odd_models.hungry()),
        "it does not run",
    ),
    Damage(
        f"right {RIGHT_FOR} times, then always 7",
        "tflite-dynamic",
        replaced("dynamic", counting),
        "it remembers: asked again, ",
    ),
]
