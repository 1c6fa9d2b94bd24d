"""One look of the doctor's at a time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from edgedigits.doctor import packages, places, programs
from edgedigits.doctor.finding import Check

PACKAGES = (*packages.PACKAGES, packages.PROTOBUF)


def look_at(name: str) -> Check:
    """One check alone; `examine` makes them all."""
    looks: dict[str, Callable[[], Check]] = {
        "LiteRT": programs.litert,
        "GPU": programs.gpu,
        "tflite-micro": programs.micro,
        "Node": programs.node,
        "C compiler": programs.compiler,
        "Cortex-M": programs.cortex_m,
        "Chromium": programs.browser,
        "Playwright": programs.playwright,
        "MNIST": partial(places.mnist, None),
        "cache": places.cache,
        "disk": places.disk,
        **{package.name: partial(packages.package, package) for package in PACKAGES},
    }
    check = looks[name]()
    assert check.name == name
    return check
