"""Python, and the packages that must be there in versions that go together."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
import sys
from dataclasses import dataclass

from edgedigits.doctor.finding import DEEP_SECONDS, Check, run

OLDEST_PYTHON, FIRST_UNSUPPORTED_PYTHON = (3, 11), (3, 13)


@dataclass(frozen=True)
class Package:
    """An installed package that must lie within bounds, and why."""

    name: str
    least: str
    below: str
    why: str

    @property
    def remedy(self) -> str:
        """The command that installs a fitting version."""
        return f'pip install "{self.name}{self.bounds}"'

    @property
    def bounds(self) -> str:
        """As pip writes them."""
        least = f">={self.least}," if self.least else ""
        return f"{least}<{self.below}"


#: The packages whose versions are known to matter; the same bounds as in pyproject.toml.
PACKAGES = (
    Package("tensorflow", "2.19", "2.20", "trains and converts"),
    Package("tensorflowjs", "4.22", "4.23", "converts for the browser"),
    Package("ai-edge-litert", "2.1", "3", "runs .tflite files"),
    Package("numpy", "2.0", "2.2", "TensorFlow 2.19 needs it"),
    Package("ydf", "", "0.13", "newer ones need protobuf 6, and importing tensorflowjs fails"),
    Package("setuptools", "", "81", "newer ones lack pkg_resources, which tensorflowjs imports"),
    Package("litert-quantizer", "0.11", "0.12", "makes the int4 scheme"),
)
#: Those that take seconds to import, and may fail then.
IMPORTED = ("tensorflow", "tensorflowjs")
#: Not required by edgedigits itself, but by TensorFlow.
PROTOBUF = Package("protobuf", "", "6", "TensorFlow 2.19 cannot be imported with newer ones")


def python() -> Check:
    """Whether TensorFlow 2.19 and tensorflowjs can be installed in this Python."""
    version = ".".join(map(str, sys.version_info[:3]))
    if OLDEST_PYTHON <= sys.version_info[:2] < FIRST_UNSUPPORTED_PYTHON:
        return Check("Python", "ok", f"{version} at {sys.executable}")
    return Check(
        "Python",
        "broken",
        f"{version}, but TensorFlow 2.19 with tensorflowjs needs 3.11 or 3.12",
        "python3.12 -m venv .venv && .venv/bin/pip install edgedigits",
    )


def package(package: Package) -> Check:
    """Whether a package is here in a version that goes with the others."""
    try:
        version = importlib.metadata.version(package.name)
    except importlib.metadata.PackageNotFoundError:
        return Check(package.name, "missing", package.why, package.remedy)
    too_old = bool(package.least) and _numbers(version) < _numbers(package.least)
    if too_old or _numbers(version) >= _numbers(package.below):
        detail = f"{version} is not {package.bounds}: {package.why}"
        return Check(package.name, "broken", detail, package.remedy)
    if package.name == "setuptools" and importlib.util.find_spec("pkg_resources") is None:
        detail = f"{version} without pkg_resources, which tensorflowjs imports"
        remedy = f'pip install --force-reinstall "setuptools{package.bounds}"'
        return Check(package.name, "broken", detail, remedy)
    return Check(package.name, "ok", version)


def signing() -> Check:
    """Whether bundles can be signed, and signatures checked."""
    try:
        version = importlib.metadata.version("model-signing")
    except importlib.metadata.PackageNotFoundError:
        detail = "no model-signing; needed only to sign bundles and to check signatures"
        remedy = "pip install 'edgedigits[sign]'"
        return Check("Signatures", "optional", detail, remedy, required=False)
    return Check("Signatures", "ok", version, required=False)


def _numbers(version: str) -> tuple[int, ...]:
    """The release numbers, without trailing zeros: `2.19.0rc1` is (2, 19)."""
    found = re.match(r"\d+(?:\.\d+)*", version)
    numbers = [int(part) for part in found[0].split(".")] if found else []
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def imports(module: str) -> Check:
    """Import a heavy module in another process."""
    name = f"import {module}"
    found = run([sys.executable, "-P", "-c", f"import {module}"], DEEP_SECONDS)
    if found.failure is None:
        return Check(name, "ok", "works")
    remedy = next(
        (package.remedy for word, package in _TRAPS if word in found.failure),
        f"pip install --force-reinstall {module}",
    )
    return Check(name, "broken", found.failure, remedy)


# What stands in the last line of an import that failed, and the package that is the cause.
_TRAPS = (
    ("pkg_resources", PACKAGES[5]),
    ("ydf", PACKAGES[4]),
    ("protobuf", PROTOBUF),
    ("_pb2", PROTOBUF),
    ("runtime_version", PROTOBUF),
)
