"""C sources of the package, compiled by the machine's own compiler as a firmware's would be."""

from __future__ import annotations

import functools
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from edgedigits.errors import MachineLacks
from edgedigits.runtimes.c.compiler import find

STRICT = ("-std=c99", "-Wall", "-Wextra", "-Wconversion", "-Wpedantic", "-Wshadow", "-Werror")
SANITIZED = ("-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")


@functools.cache
def compiler() -> tuple[str, ...]:
    """The command of this machine's C compiler, or nothing."""
    try:
        return find().command
    except MachineLacks:
        return ()


needs_compiler = pytest.mark.skipif(not compiler(), reason="needs a C compiler")


def skip_without_compiler() -> None:
    """Skip a test that exports C: an export ends with its files' first answer."""
    if not compiler():
        pytest.skip("needs a C compiler")


def compiled(folder: Path, texts: Mapping[str, str], *options: str) -> Path:
    """The program of all `.c` files among texts, by name; warnings are errors.

    Skips the test where there is no compiler, or for `SANITIZED` where it lacks the sanitizers.
    """
    skip_without_compiler()
    if set(SANITIZED) <= set(options) and not has_sanitizers():
        pytest.skip("needs a C compiler that has its sanitizers' libraries")
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    sources = [name for name in texts if name.endswith(".c")]
    command = [*compiler(), *STRICT, "-O2", *options, *sources, "-o", "program"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder / "program"


@functools.cache
def has_sanitizers() -> bool:
    """Whether a program with sanitizers can be made, and runs."""
    with tempfile.TemporaryDirectory() as home:
        source, program = Path(home, "a.c"), Path(home, "a")
        source.write_text("int main(void) { return 0; }\n", "utf-8")
        command = [*compiler(), *SANITIZED, str(source), "-o", str(program)]
        if subprocess.run(command, capture_output=True).returncode:
            return False
        return subprocess.run([program], capture_output=True).returncode == 0


def lines_of(program: Path, sent: bytes) -> list[str]:
    """What a program prints for what it is sent; a sanitizer's report fails the test."""
    done = subprocess.run([program], input=sent, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stderr == b"", done.stderr.decode()
    return done.stdout.decode().splitlines()
