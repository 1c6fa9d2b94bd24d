"""Compile the kernels of target `c` to WebAssembly, for target `wasm` to use.

    pip install ziglang==0.17.1
    python tools/wasm_kernels.py           # writes converters/wasm/kernels/
    python tools/wasm_kernels.py --check   # compiles, and says whether these files are the same

It is to be run after each change of converters/c/kernels. Each kernel becomes a function that
models call by its number; what other functions it needs is found by linking it alone.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from converters.wasm import binary, instructions, kernels
from converters.wasm.binary import Section

PLACE = Path(__file__).parent.parent / "converters" / "wasm" / "kernels"
ZIG = (sys.executable, "-m", "ziglang")
FLAGS = (
    "--target=wasm32-freestanding",
    "-std=c99",
    "-O2",
    "-msimd128",
    "-fno-unroll-loops",
    "-fno-vectorize",
    "-mbulk-memory",
    "-fno-sanitize=undefined",
)
STACK_BYTES = 4096
HEAD = """\
#include <stddef.h>
#include <stdint.h>

#define memset __builtin_memset
#define memcpy __builtin_memcpy

"""
"""The compiler makes instructions of these two, and there is no library."""
KEPT = (Section.TYPE, Section.FUNCTION, Section.GLOBAL, Section.CODE, Section.DATA)


def build() -> tuple[bytes, str]:
    """The module, and the facts beside it."""
    with tempfile.TemporaryDirectory() as home:
        place = Path(home)
        names = _compile(place)
        numbers = {name: number for number, name in enumerate(_link(place, names))}
        functions = {
            name: [numbers[name], *(numbers[each] for each in _link(place, [name]) if each != name)]
            for name in names
        }
        _link(place, names)
        found = {kind: part for kind, part, _ in binary.sections((place / "k.wasm").read_bytes())}
    content = binary.written({kind: found[kind] for kind in KEPT if kind in found})
    facts = {
        "compiler": f"ziglang {version('ziglang')}",
        "flags": FLAGS,
        "sources": kernels.digest(),
        "memory_bytes": STACK_BYTES + _constant_bytes(found.get(Section.DATA, b"\0")),
        "functions": functions,
    }
    return content, json.dumps(facts, indent=2) + "\n"


def _compile(place: Path) -> list[str]:
    """An object, with the kernels' functions to be seen from outside; their names."""
    text = HEAD + kernels.source()
    names = kernels.names()
    for name in names:
        text = text.replace(f"static void {name}(", f"void {name}(")
    (place / "k.c").write_text(text, "utf-8")
    _run(place, ["cc", *FLAGS, "-g0", "-c", "k.c", "-o", "k.o"])
    return names


def _link(place: Path, names: Sequence[str]) -> list[str]:
    """A module that exports these kernels; the names of its functions, in their order."""
    exported = [f"--export={name}" for name in names]
    options = ["--no-entry", "--stack-first", "-z", f"stack-size={STACK_BYTES}"]
    options += ["--compress-relocations", "--strip-debug", "--keep-section=name"]
    _run(place, ["wasm-ld", *options, *exported, "k.o", "-o", "k.wasm"])
    return _names((place / "k.wasm").read_bytes())


def _constant_bytes(data: bytes) -> int:
    """How many bytes of constants follow the stack: those of the only segment, if there is one."""
    count, at = binary.read_unsigned(data, 0)
    if count == 0:
        return 0
    head = b"\0" + instructions.number(STACK_BYTES) + instructions.END
    assert count == 1, count
    assert data.startswith(head, at), data[:20]
    return binary.read_unsigned(data, at + len(head))[0]


def _names(content: bytes) -> list[str]:
    """What the section of names says of functions."""
    for kind, part, _ in binary.sections(content):
        if kind != Section.CUSTOM or not part.startswith(binary.sized(b"name")):
            continue
        at = len(binary.sized(b"name"))
        while at < len(part):
            what, (size, start) = part[at], binary.read_unsigned(part, at + 1)
            if what == 1:
                return _name_map(part[start : start + size])
            at = start + size
    raise SystemExit("the linker left out the functions' names")


def _name_map(content: bytes) -> list[str]:
    count, at = binary.read_unsigned(content, 0)
    found = []
    for number in range(count):
        said, at = binary.read_unsigned(content, at)
        size, at = binary.read_unsigned(content, at)
        assert said == number
        found.append(content[at : at + size].decode())
        at += size
    return found


def _run(place: Path, command: Sequence[str]) -> None:
    done = subprocess.run([*ZIG, *command], cwd=place, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)


def main() -> int:
    """Write the files, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    check = parser.parse_args().check
    content, facts = build()
    module, beside = PLACE / kernels.MODULE, PLACE / kernels.FACTS
    if not check:
        module.write_bytes(content)
        beside.write_text(facts, "utf-8")
        print(f"{module}: {len(content):,} bytes")
        return 0
    same = module.read_bytes() == content and beside.read_text("utf-8") == facts
    print("they are what the sources give" if same else "the sources give other files")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
