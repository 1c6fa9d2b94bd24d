"""Models in C: their time beside LiteRT's, and what they take on a Cortex-M4.

Usage: python benchmarks/in_c.py [MODEL ...]   (nano and edge, ready-made, unless told)

On this machine one core is timed in turns with LiteRT's int8 on one thread; golden pictures go in.
Flash, RAM, stack and instructions are those of gcc-arm-none-eabi and QEMU, where they are here;
instructions are no cycles.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from timing import report

from edgedigits.bundle import golden
from edgedigits.runtimes.c import compiler

PLACE = Path(__file__).with_name("c")
USUAL = ("nano", "edge")
TURNS, ROUNDS, PICTURES = 5, 20, 200
LIMIT = 6.0
CROSS, SIZE, EMULATOR = "arm-none-eabi-gcc", "arm-none-eabi-size", "qemu-system-arm"
CORTEX_M4 = ("-mcpu=cortex-m4", "-mthumb", "-std=c99")
BOARD = ("-M", "mps2-an386", "-nographic", "-semihosting", "-icount", "shift=0")
LINKED = ("--specs=rdimon.specs", "--specs=nano.specs", "-nostartfiles")


def main() -> None:
    for name in sys.argv[1:] or USUAL:
        with tempfile.TemporaryDirectory() as held:
            bundle = export(name, Path(held))
            sources = bundle / "c" / "int8"
            print(f"\n{name}, int8:", flush=True)
            on_this_machine(bundle, sources)
            if shutil.which(CROSS) and shutil.which(EMULATOR):
                for flag in ("-Os", "-O2"):
                    on_cortex_m4(sources, Path(held), flag)
            else:
                print(f"Cortex-M4: not measured, it takes {CROSS} and {EMULATOR}")


def export(name: str, folder: Path) -> Path:
    tool = Path(sys.executable).with_name("edgedigits")
    options = ("--target", "tflite,c", "--scheme", "int8", "--no-verify", "--dataset", "strokes")
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


def on_cortex_m4(sources: Path, place: Path, flag: str) -> None:
    model, program = place / "model.o", place / "count.elf"
    _run(CROSS, *CORTEX_M4, flag, "-fstack-usage", "-c", "-o", model, sources / "model.c")
    flash, _, ram = map(int, _run(SIZE, model).splitlines()[1].split()[:3])
    usage = model.with_suffix(".su").read_text("utf-8").splitlines()
    stack = sum(sorted(int(line.split("\t")[1]) for line in usage)[-3:])
    files = (PLACE / "count.c", PLACE / "start.c", model)
    board = (*LINKED, "-T", PLACE / "board.ld", "-I", sources)
    _run(CROSS, *CORTEX_M4, "-O2", *board, "-o", program, *files, "-lrdimon", "-lc", "-lrdimon")
    each, *ticks = map(int, _run(EMULATOR, *BOARD, "-kernel", program).split())
    count = each * max(ticks)
    print(
        f"Cortex-M4 {flag}: flash {flash:,} bytes, RAM {ram:,}, stack of the three deepest "
        f"functions {stack:,}, at most {count / 1e6:.2f} million instructions"
    )


def _run(*command: str | Path) -> str:
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    if done.returncode != 0:
        sys.exit(f"{command[0]}: {done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
