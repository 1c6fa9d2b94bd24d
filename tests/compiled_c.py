"""C sources of the package, compiled by the machine's own compiler as a firmware's would be."""

from __future__ import annotations

import functools
import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

STRICT = ("-std=c99", "-Wall", "-Wextra", "-Wconversion", "-Wpedantic", "-Wshadow", "-Werror")
SANITIZED = ("-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")


@functools.cache
def compiler() -> tuple[str, ...]:
    """The command of a C compiler: CC, else cc, gcc or clang."""
    named = os.environ.get("CC")
    if named:
        return tuple(shlex.split(named))
    return tuple(name for name in ("cc", "gcc", "clang") if shutil.which(name))[:1]


def compiled(folder: Path, texts: Mapping[str, str], *options: str) -> Path:
    """The program of all `.c` files among texts, by name; warnings are errors.

    Skips the test where there is no compiler.
    """
    if not compiler():
        pytest.skip("needs a C compiler: gcc or clang, or CC")
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    sources = [name for name in texts if name.endswith(".c")]
    command = [*compiler(), *STRICT, "-O2", *options, *sources, "-o", "program"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder / "program"


@functools.cache
def lacks_sanitizers() -> bool:
    """Whether the compiler comes without the sanitizers' libraries, or the machine forbids them."""
    if not compiler():
        return True
    with tempfile.TemporaryDirectory() as home:
        source = Path(home, "a.c")
        source.write_text("int main(void) { return 0; }\n")
        program = Path(home, "a")
        command = [*compiler(), *SANITIZED, str(source), "-o", str(program)]
        if subprocess.run(command, capture_output=True).returncode:
            return True
        return subprocess.run([program], capture_output=True).returncode != 0


def lines_of(program: Path, sent: bytes) -> list[str]:
    """What a program prints for what it is sent; a sanitizer's report fails the test."""
    done = subprocess.run([program], input=sent, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stderr == b"", done.stderr.decode()
    return done.stdout.decode().splitlines()
