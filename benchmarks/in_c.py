"""Models in C: their time beside LiteRT's, and what they take on microcontrollers.

Usage: python benchmarks/in_c.py [MODEL ...]   (nano and edge, ready-made, unless told)

On this machine one core is timed in turns with LiteRT's int8 on one thread; golden pictures go in.
Flash, RAM, stack and instructions are those of gcc-arm-none-eabi and QEMU, where they are here;
instructions are no cycles. Golden answers that are not given byte for byte end it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from timing import report

from edgedigits.bundle import golden
from edgedigits.errors import MachineLacks
from edgedigits.runtimes.c import board, compiler
from edgedigits.runtimes.c.board import Emulated

PLACE = Path(__file__).with_name("c")
USUAL = ("nano", "edge")
SCHEMES = ("int8", "int16x8")
TURNS, ROUNDS, PICTURES = 5, 20, 200
LIMIT = 6.0
LOOP = 3_000_000
"""Instructions of the loop that count.c times."""
SIZES = ("-Os", "-O2")
PROCESSORS = {
    "cortex-m0plus": "cortex-m0",
    "cortex-m3": "cortex-m3",
    "cortex-m4": "cortex-m4",
    "cortex-m7": "cortex-m7",
    "cortex-m33": "cortex-m33",
    "cortex-m55": "cortex-m55",
}
"""What is compiled for, and the processor of the board that runs it. QEMU has no M0+: its
instructions are those of the M0."""


def main() -> None:
    for name in sys.argv[1:] or USUAL:
        with tempfile.TemporaryDirectory() as held:
            bundle = export(name, Path(held))
            for scheme in SCHEMES:
                sources = bundle / "c" / scheme
                print(f"\n{name}, {scheme}:", flush=True)
                if scheme == "int8":  # for int16x8 LiteRT has plain kernels alone
                    on_this_machine(bundle, sources)
                try:
                    on_microcontrollers(sources, Path(held))
                except MachineLacks as error:
                    print(f"microcontrollers: not measured\n{error}")


def export(name: str, folder: Path) -> Path:
    tool = Path(sys.executable).with_name("edgedigits")
    schemes = ("--scheme", ",".join(SCHEMES))
    options = ("--target", "tflite,c", *schemes, "--no-verify", "--dataset", "strokes")
    command = [tool, "export", f"ready:{name}", *options, "--out", folder / "bundle"]
    subprocess.run(list(map(str, command)), check=True, capture_output=True)
    return folder / "bundle"


def on_this_machine(bundle: Path, sources: Path) -> None:
    program = bundle.parent / "time"
    files = (PLACE / "time.c", sources / "model.c")
    compiler.build(compiler.find(), files, sources, program)
    interpreter = Interpreter(str(bundle / "tflite" / "model-int8.tflite"), num_threads=1)
    interpreter.allocate_tensors()
    (taken,) = interpreter.get_input_details()
    pictures = golden.read(bundle).images.reshape(-1, *taken["shape"])
    ours = theirs = np.inf
    for _ in range(TURNS):
        said = subprocess.run([program], check=True, capture_output=True, text=True).stdout
        ours = min(ours, float(said) / 1e6)
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            for n in range(PICTURES):
                interpreter.set_tensor(taken["index"], pictures[n % len(pictures)])
                interpreter.invoke()
            theirs = min(theirs, (time.perf_counter() - begun) / PICTURES)
    report("1,000 pictures in C", 1000 * ours, "in LiteRT", 1000 * theirs, LIMIT)


def on_microcontrollers(sources: Path, place: Path) -> None:
    print("flash and RAM in bytes, and of -O2 the stack of its three deepest functions;")
    print("millions of instructions for the golden picture that takes most")
    heads = ("flash -Os", "flash -O2", "RAM", "stack", "instr. -Os", "instr. -O2")
    print(f"{'':14}" + "".join(f"{head:>11}" for head in heads))
    for processor, emulated in PROCESSORS.items():
        there = board.find(emulated)
        command = (there.compiler.command[0], f"-mcpu={processor}", "-mthumb")
        there = replace(there, compiler=replace(there.compiler, command=command))
        (small, _, _, slow), (flash, ram, stack, quick) = (
            measured(there, sources, place, flag) for flag in SIZES
        )
        numbers = "".join(f"{number:11,}" for number in (small, flash, ram, stack))
        print(f"{processor:14}{numbers}{slow / 1e6:11.2f}{quick / 1e6:11.2f}", flush=True)


def measured(there: Emulated, sources: Path, place: Path, flag: str) -> tuple[int, int, int, float]:
    """Flash, RAM and stack in bytes, and instructions of a picture."""
    model, program = place / "model.o", place / "count.elf"
    how = (*there.compiler.command, "-std=c99", flag, "-fstack-usage")
    _run(*how, "-c", "-o", model, sources / "model.c")
    size = there.compiler.command[0].replace("-gcc", "-size")
    flash, data, zeros = map(int, _run(size, model).splitlines()[1].split()[:3])
    usage = model.with_suffix(".su").read_text("utf-8").splitlines()
    stack = sum(sorted(int(line.split("\t")[1]) for line in usage)[-3:])
    there.build((PLACE / "count.c", model), sources, program)
    said = _run(*there.command(program, "-icount", "shift=0"))
    loop, *ticks = map(int, said.split())
    return flash + data, data + zeros, stack, max(ticks) * LOOP / loop


def _run(*command: str | Path) -> str:
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    if done.returncode != 0:
        sys.exit(f"{command[0]}: {done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
