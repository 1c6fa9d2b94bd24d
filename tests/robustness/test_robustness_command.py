"""`edgedigits robustness`: table, JSON and plot agree, and a required score is held."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import Command
from damages import bundles
from PIL import Image

from edgedigits.bundle import bundle
from edgedigits.errors import DataBad, ExitCode, WrongUse
from edgedigits.export import recording
from edgedigits.robustness.distortions import DISTORTIONS
from edgedigits.verification import promises

QUICK = ("--limit", "120", "--prepared", "20")


def test_command_tells_every_score_in_80_columns_as_json_and_as_a_plot(
    full_bundle: Path, command: Command, tmp_path: Path
) -> None:
    done = command(
        "robustness", full_bundle, *QUICK, "--json", "r.json", "--plot", "r.png", cwd=tmp_path
    )
    assert done.code == ExitCode.DONE, done.err
    title, *rest = done.out.splitlines()
    assert title.startswith("tflite-int8 of ")
    assert "the first 120 of " in rest[0]
    assert max(map(len, rest)) <= 80
    found = json.loads((tmp_path / "r.json").read_text())
    lines = {line.split()[0]: line for line in rest if line.strip()}
    for score in (found["clean"], *found["distortions"], *found["wrong_preparations"]):
        assert f"{score['accuracy']['percent']:.2f}" in lines[score["name"]]
        assert score["pictures"] == 120
        assert score["accuracy"]["low"] <= score["accuracy"]["percent"]
    assert [score["name"] for score in found["distortions"]] == list(DISTORTIONS)
    assert len(found["wrong_preparations"]) == 7
    assert found["clean"]["right"] > 100
    by_name = {score["name"]: score for score in found["wrong_preparations"]}
    assert by_name["divided"]["right"] < 40
    inverted = by_name["inverted"]["prepared"]
    assert (inverted["pictures"], inverted["blank"]) == (20, 0)
    assert inverted["right"] >= 16
    with Image.open(tmp_path / "r.png") as drawn:
        drawn.load()
        assert drawn.format == "PNG"
        assert drawn.height > drawn.width
        colours = drawn.convert("RGB").getcolors(1 << 20)
    # Both kinds of marks are there: dark blue ones and lighter ones.
    assert colours is not None
    seen = {colour for _, colour in colours}
    assert {(0x00, 0x30, 0x6F), (0xB3, 0x86, 0x0B)} <= seen
    assert sorted(path.name for path in tmp_path.iterdir()) == ["r.json", "r.png"]


def test_same_seed_same_results_and_the_clean_score_is_that_of_evaluate(
    full_bundle: Path, pictures: Path, command: Command, tmp_path: Path
) -> None:
    options = (*QUICK, "--only", "noise, shift-3", "--prepared", "0")
    texts = []
    for name, seed in (("a", "0"), ("b", "0"), ("c", "1")):
        done = command(
            "robustness", full_bundle, *options, "--seed", seed, "--json", name, cwd=tmp_path
        )
        assert done.code == 0, done.err
        assert "prepared" not in done.out
        texts.append((tmp_path / name).read_text())
    assert texts[0] == texts[1] != texts[2]
    found = json.loads(texts[0])
    assert found["distortions"][0]["name"] == "shift-3"
    assert len(found["distortions"]) == 5
    other = ("--dataset", pictures)
    done = command("evaluate", full_bundle, *other, "--json", "e.json", cwd=tmp_path)
    assert done.code == 0, done.err
    done = command(
        "robustness", full_bundle, *other, "--only", "mirrored", "--prepared", "0",
        "--json", "all.json", cwd=tmp_path,
    )  # fmt: skip
    assert "all 600 pictures of pictures" in done.out
    clean = json.loads((tmp_path / "all.json").read_text())["clean"]
    assert clean["right"] == json.loads((tmp_path / "e.json").read_text())["right"]


def test_a_required_score_that_is_not_reached_is_a_broken_budget(
    full_bundle: Path, command: Command, tmp_path: Path
) -> None:
    options = (*QUICK, "--only", "rotation-10,transposed", "--require", "rotation-10=50")
    done = command("robustness", full_bundle, *options, cwd=tmp_path)
    assert done.code == ExitCode.DONE, done.err
    assert "required: rotation-10 at least 50 %" in done.out
    assert done.out.rstrip().endswith("kept")
    done = command(
        "robustness", full_bundle, *options, "--require", "transposed=90", "--json", "r.json",
        cwd=tmp_path,
    )  # fmt: skip
    assert done.code == ExitCode.BUDGET_BROKEN
    assert done.out.rstrip().endswith("BROKEN")
    kept, broken = json.loads((tmp_path / "r.json").read_text())["required"]
    assert (kept["kept"], broken["kept"]) == (True, False)
    assert (broken["name"], broken["least_percent"]) == ("transposed", 90)


def test_what_was_measured_is_recorded_in_the_bundle(
    nano_bundle: Path, pictures: Path, command: Command, tmp_path: Path
) -> None:
    folder = tmp_path / "nano"
    shutil.copytree(nano_bundle, folder)
    (folder / "model.sig").write_text("of other words")
    options = ("--dataset", pictures, *QUICK, "--only", "shift-3,divided", "--record")
    done = command("robustness", folder, *options, "--json", "r.json", cwd=tmp_path)
    assert done.code == ExitCode.DONE, done.err
    assert "its signature is gone" in done.out
    assert not (folder / "model.sig").exists()
    opened = bundle.read(folder)
    promises.check(opened)
    recorded, found = (
        opened.manifest.facts["robustness"],
        json.loads((tmp_path / "r.json").read_text()),
    )
    assert recorded["artifact"] == "tflite-int8"
    assert [each["name"] for each in recorded["scores"]] == ["clean", "shift-3", "divided"]
    shift = found["distortions"][0]
    row = f"| `shift-3` | {shift['accuracy']['percent']:.2f} | "
    row += f"{shift['prepared']['accuracy']['percent']:.2f} |"
    assert row in (folder / "README.md").read_text()
    assert "Robustness: not measured" in (nano_bundle / "README.md").read_text()
    # What is kept must be of an artifact that there is.
    content = json.loads((folder / "manifest.json").read_text())
    content["robustness"]["artifact"] = "tflite-int9"
    (folder / "manifest.json").write_text(json.dumps(content))
    with pytest.raises(DataBad, match="tflite-int9"):
        bundle.read(folder)


def test_answers_as_predict_gives_them_are_those_of_predict(
    full_bundle: Path, command: Command, tmp_path: Path
) -> None:
    folder = tmp_path / "cnn"
    shutil.copytree(full_bundle, folder)
    content = json.loads((folder / "manifest.json").read_text())
    # Limits by which many answers are unsure, and some digits none.
    bundles.threshold(threshold=0.5, sure=0.9999)(content, folder)
    (folder / "manifest.json").write_text(json.dumps(content))
    places = [f"strokes:test:{n}" for n in range(300)]
    done = command("predict", *places, "--model", folder, "--json", cwd=tmp_path)
    assert done.code == ExitCode.DONE, done.err
    predicted = json.loads(done.out)["predictions"]
    done = command(
        "robustness", folder, "--as-predict", "--dataset", "strokes", "--limit", "300",
        "--only", "mirrored", "--prepared", "0", "--json", "r.json", cwd=tmp_path,
    )  # fmt: skip
    assert done.code == ExitCode.DONE, done.err
    assert ", as predict answers: what is answered right" in done.out
    clean = json.loads((tmp_path / "r.json").read_text())["clean"]
    assert clean["right"] == sum(each["digit"] == each["label"] for each in predicted)
    assert any(each["rejected"] for each in predicted)
    assert any(each["unsure"] for each in predicted)


def test_answers_as_predict_gives_them_need_limits_and_are_not_recorded(
    nano_bundle: Path, strokes_run: Path, command: Command, tmp_path: Path
) -> None:
    done = command("robustness", strokes_run, "--as-predict", cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert "has no limits by which it is unsure" in done.error[0]
    before = (nano_bundle / "manifest.json").read_bytes()
    done = command("robustness", nano_bundle, "--as-predict", "--record", cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert "leave out --as-predict" in done.error[-1]
    assert (nano_bundle / "manifest.json").read_bytes() == before


def test_what_was_measured_of_no_bundle_is_not_recorded(
    nano_bundle: Path, command: Command, tmp_path: Path
) -> None:
    file = nano_bundle / "tflite" / "model-int8.tflite"
    done = command("robustness", file, "--record", cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert "is no bundle" in done.error[0]
    # A card of an older bundle's owner.
    folder = tmp_path / "nano"
    shutil.copytree(nano_bundle, folder)
    content = json.loads((folder / "manifest.json").read_text())
    del content["documents"]
    (folder / "manifest.json").write_text(json.dumps(content))
    with pytest.raises(WrongUse, match=r"README.md is none of ours"):
        recording.record(folder, "robustness", {})


def test_command_measures_a_run(strokes_run: Path, command: Command, tmp_path: Path) -> None:
    done = command("robustness", strokes_run, *QUICK, "--only", "divided,shift-4", cwd=tmp_path)
    assert done.code == 0, done.err
    assert done.out.startswith("cnn in ")
    assert "divided" in done.out
    assert "fed 0..1, it takes 0..255" in done.out


def test_a_lone_file_is_measured_without_tensorflow(
    full_bundle: Path, pictures: Path, tmp_path: Path
) -> None:
    alone = tmp_path / "alone.tflite"
    alone.write_bytes((full_bundle / "tflite" / "model-int8.tflite").read_bytes())
    options = [*QUICK, "--only", "shift-4,inverted", "--dataset", str(pictures)]
    script = (
        "import sys; from edgedigits import cli; "
        f"code = cli.run({['robustness', str(alone), *options]!r}); "
        "print(code, 'tensorflow' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "0 False", done.stderr


def test_what_is_no_model_and_what_cannot_be_written_is_said_at_once(
    command: Command, full_bundle: Path, tmp_path: Path
) -> None:
    done = command("robustness", "nowhere", cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert "there is no nowhere" in done.err
    done = command("robustness", full_bundle, "--plot", "r.jpg", cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert "neither .png nor .svg" in done.err
    broken = tmp_path / "broken.tflite"
    broken.write_bytes((full_bundle / "tflite" / "model-int8.tflite").read_bytes()[:5000])
    done = command("robustness", broken, cwd=tmp_path)
    assert done.code == ExitCode.DATA_BAD
    assert len(done.error) >= 1
