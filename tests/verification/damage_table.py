"""Every damage that `edgedigits verify` must catch, done and caught, as a table.

Usage: python tests/verification/damage_table.py [--colours] [PART_OF_A_NAME]

On a model of digits, or with --colours on one of pictures in colour, but for damages to what only
digits have. Prints Markdown: what was done, to what, the exit code, the seconds, and in which words
it was said.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import colours
from command_line import in_this_process
from damages.answers import pictures_for
from damages.damage import USUAL, Damage
from test_broken_on_purpose import BUDGET, DAMAGES, DEADLINE_S, flat

from edgedigits.errors import ExitCode
from edgedigits.picture.form import DIGIT, Form
from edgedigits.runtimes.litert import litert_process

WORDS = 100


OF_DIGITS = (
    *("threshold", "temperature", "dark ink", "coloured pictures", "another normalization"),
    *("facts changed", "a loop without end", "then always"),
)
"""Parts of names of damages to what a bundle of digits alone says, or whose files are of digits."""


def make(home: Path) -> tuple[Path, Path]:
    """A small model's nine artifacts, and pictures to verify them on."""
    train = "--model cnn --dataset strokes --samples 20000 --epochs 1 --out run"
    export = "export run --target all --scheme all --no-verify --out bundle"
    for words in (f"train {train}", export):
        done = in_this_process(*words.split(), cwd=home)
        assert done.code == ExitCode.DONE, done.err
    pictures_for(DIGIT, home / "pictures.npz")
    return home / "bundle", home / "pictures.npz"


def make_colours(home: Path) -> tuple[Path, Path]:
    """The same of a model of pictures in colour."""
    # So short that some answers are wrong, and none too sure to change.
    colours.train(home, epochs=1)
    asked = ("--dataset", "pictures.npz", "--scheme", "all", "--no-verify")
    done = in_this_process("export", "model", *asked, *colours.CONTRACT, cwd=home)
    assert done.code == ExitCode.DONE, done.err
    pictures = home / "verified" / "pictures.npz"
    pictures.parent.mkdir()
    pictures_for(Form(colours.HEIGHT, colours.WIDTH, 3, "stretch"), pictures)
    return home / "bundle", pictures


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
    litert_process.DEADLINE_S = DEADLINE_S
    asked = sys.argv[1:]
    in_colour = "--colours" in asked
    wanted = next((each for each in asked if each != "--colours"), "")
    chosen = [damage for damage in DAMAGES if wanted in damage.name]
    if in_colour:
        chosen = [each for each in chosen if not any(part in each.name for part in OF_DIGITS)]
    missed: list[str] = []
    print("| damage | to | exit code | seconds | caught by |\n|---|---|---:|---:|---|")
    with tempfile.TemporaryDirectory() as held:
        bundle, pictures = (make_colours if in_colour else make)(Path(held))
        for damage in chosen:
            try:
                print(row(damage, bundle, pictures), flush=True)
            except Exception as error:
                missed.append(f"{damage.name}: {error!r}")
    print(f"\n{len(chosen) - len(missed)} of {len(chosen)} are caught for the right reason")
    for each in missed:
        print(f"- {each}")
    if missed:
        sys.exit(1)


if __name__ == "__main__":
    main()
