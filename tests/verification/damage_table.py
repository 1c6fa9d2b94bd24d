"""Every damage that `edgedigits verify` must catch, done and caught, as a table.

Usage: python tests/verification/damage_table.py [PART_OF_A_NAME]

Prints Markdown: what was done, to what, the exit code, the seconds, and in which words it was said.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from command_line import in_a_process, in_this_process
from damages.damage import USUAL, Damage
from test_broken_on_purpose import BUDGET, DAMAGES, DEADLINE_S, flat

from edgedigits.datasets.strokes import strokes
from edgedigits.errors import ExitCode
from edgedigits.runtimes.litert import litert_process

WORDS = 100


def make(home: Path) -> tuple[Path, Path]:
    """A small model's nine artifacts, and pictures to verify them on."""
    train = "--model cnn --dataset strokes --samples 20000 --epochs 1 --out run"
    export = "export run --target all --scheme all --no-verify --out bundle"
    for words in (f"train {train}", export):
        done = in_a_process(*words.split(), cwd=home)
        assert done.code == ExitCode.DONE, done.err
    images, labels = strokes.draw(600, seed=77)
    np.savez(home / "pictures.npz", images=images, labels=labels)
    return home / "bundle", home / "pictures.npz"


def row(damage: Damage, bundle: Path, pictures: Path) -> str:
    """What came of one damage, as a line of the table; it must be what the tests say."""
    with tempfile.TemporaryDirectory() as held:
        folder = Path(held) / "bundle"
        shutil.copytree(bundle, folder)
        damage.do(folder)
        options = ("--dataset", pictures, "--limit", "300", *BUDGET, "--json", "found.json")
        started = time.perf_counter()
        done = in_this_process("verify", ".", *options, cwd=folder)
        took = time.perf_counter() - started
        said = flat(done.err)
        if done.code == ExitCode.BUDGET_BROKEN:
            (result,) = json.loads((folder / "found.json").read_text())["results"]
            said = "; ".join(result["verdict"]["reasons"])
    assert done.code == damage.code, (damage.name, done.code, said)
    assert damage.says in said or damage.says in flat(done.out), (damage.name, said)
    start = max(0, said.find(damage.says))
    words = said[start : start + WORDS].replace("|", "\\|").replace(str(bundle.parent), "…")
    return f"| {damage.name} | {damage.broken or USUAL} | {done.code:d} | {took:.1f} | {words} |"


def main() -> None:
    os.environ["EDGEDIGITS_DEBUG"] = "1"
    litert_process.DEADLINE_S = DEADLINE_S
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    print("| damage | to | exit code | seconds | caught by |\n|---|---|---:|---:|---|")
    with tempfile.TemporaryDirectory() as held:
        bundle, pictures = make(Path(held))
        for damage in DAMAGES:
            if wanted in damage.name:
                print(row(damage, bundle, pictures), flush=True)


if __name__ == "__main__":
    main()
