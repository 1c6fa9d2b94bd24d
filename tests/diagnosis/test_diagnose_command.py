"""`edgedigits diagnose`, as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

from command_line import Command
from PIL import Image

from edgedigits.errors import ExitCode


def test_the_tables_the_data_and_the_plot_say_the_same(
    command: Command, wasm_bundle: Path, pictures: Path, tmp_path: Path
) -> None:
    done = command(
        "diagnose", wasm_bundle, "--dataset", pictures, "--limit", "80", "--counterfactuals", "2",
        "--json", "found.json", "--plot", "found.png", cwd=tmp_path,
    )  # fmt: skip
    assert done.code == ExitCode.DONE, done.err
    lines = done.out.splitlines()
    assert max(map(len, lines)) <= 80
    found = json.loads((tmp_path / "found.json").read_text("utf-8"))
    names = [each["name"] for each in found["operations"]]
    assert [line.split()[0] for line in lines if line.split()[:1] and line.split()[0] in names][
        : len(names)
    ] == names
    assert found["pictures"] == 80
    assert len(found["ranked"]) == 2
    assert f"of {found['not_measured']} others it is not measured" in done.out
    assert " ".join(done.out.split()).endswith(found["verdict"])
    with Image.open(tmp_path / "found.png") as drawn:
        assert drawn.width > 800


def test_what_has_no_operations_to_look_into_is_refused(
    command: Command, wasm_bundle: Path, tmp_path: Path
) -> None:
    done = command("diagnose", wasm_bundle, "--artifact", "wasm-int8", cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert "wasm-int8 is not told operation by operation" in done.err
    assert f"edgedigits diagnose {wasm_bundle} --artifact tflite-int8" in done.err
