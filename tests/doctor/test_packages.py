"""Packages whose versions do not go together are named with what mends them."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import tomllib
from pathlib import Path

import pytest
from looking import look_at

from edgedigits.doctor import doctor, packages
from edgedigits.errors import ExitCode

ROOT = Path(__file__).parents[2]


def test_bounds_are_those_of_the_project() -> None:
    required = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert {f"{package.name}{package.bounds}" for package in packages.PACKAGES} <= set(required)


@pytest.mark.parametrize(
    ("package", "version", "status", "remedy"),
    [
        ("setuptools", "81.0.0", "broken", 'pip install "setuptools<81"'),
        ("ydf", "0.13.0", "broken", 'pip install "ydf<0.13"'),
        ("protobuf", "6.31.1", "broken", 'pip install "protobuf<6"'),
        ("tensorflow", "2.20.0", "broken", 'pip install "tensorflow>=2.19,<2.20"'),
        ("tensorflow", "2.18.1", "broken", 'pip install "tensorflow>=2.19,<2.20"'),
        ("numpy", "2.1.3", "ok", None),
        ("numpy", "2.2.0", "broken", 'pip install "numpy>=2.0,<2.2"'),
        ("ai-edge-litert", "2.10.0", "ok", None),
        ("ai-edge-litert", "3.0.0rc1", "broken", 'pip install "ai-edge-litert>=2.1,<3"'),
        ("ai-edge-litert", None, "missing", 'pip install "ai-edge-litert>=2.1,<3"'),
    ],
)
def test_versions_outside_the_bounds_are_named_with_their_remedy(
    monkeypatch: pytest.MonkeyPatch,
    package: str,
    version: str | None,
    status: str,
    remedy: str | None,
) -> None:
    real = importlib.metadata.version

    def pretend(name: str) -> str:
        if name != package:
            return real(name)
        if version is None:
            raise importlib.metadata.PackageNotFoundError
        return version

    monkeypatch.setattr(importlib.metadata, "version", pretend)
    check = look_at(package)
    assert (check.status, check.remedy) == (status, remedy)
    expected = ExitCode.DONE if status == "ok" else ExitCode.MACHINE_LACKS
    assert doctor.exit_code([check]) == expected


def test_setuptools_without_pkg_resources_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name, *rest: None if name == "pkg_resources" else real(name, *rest),
    )
    assert "pkg_resources" in look_at("setuptools").detail
    assert look_at("setuptools").status == "broken"


@pytest.mark.parametrize(
    ("failure", "package"),
    [
        ("ModuleNotFoundError: No module named 'pkg_resources'", "setuptools<81"),
        ("TypeError: Descriptors cannot be created directly: protobuf", "protobuf<6"),
        ("ImportError: cannot import name 'x' from 'ydf'", "ydf<0.13"),
    ],
)
def test_a_failing_import_names_the_package_behind_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, failure: str, package: str
) -> None:
    kind, _, text = failure.partition(": ")
    (tmp_path / "tensorflowjs.py").write_text(f"raise {kind}({text!r})")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    check = packages.imports("tensorflowjs")
    assert check.status == "broken"
    assert package in (check.remedy or "")
