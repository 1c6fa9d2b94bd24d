"""`edgedigits bench`: every figure is there, and tables, JSON and recommendations agree."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import tampering
from command_line import Command, Finished, in_this_process
from jsonschema import Draft202012Validator

from edgedigits.errors import ExitCode

QUICK = ("--seconds", "0.02")
SMALL = ("--artifact", "tflite-int8,tfjs-uint8")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def ran(full_bundle: Path, place: Path) -> Finished:
    """Two artifacts on LiteRT and in Node, against a copy of one of them and against another."""
    shutil.copy(full_bundle / "tflite" / "model-int8.tflite", place / "copy.tflite")
    shutil.copy(full_bundle / "tflite" / "model-float32.tflite", place / "theirs.tflite")
    others = ("--against", "copy.tflite", "--against", "theirs.tflite")
    options = (*SMALL, *QUICK, "--runtime", "litert,tfjs-node", *others, "--json", "found.json")
    done = in_this_process("bench", full_bundle, *options, cwd=place)
    assert done.code == ExitCode.DONE, done.err
    return done


@pytest.fixture(scope="module")
def found(ran: Finished, place: Path) -> dict[str, Any]:
    assert ran.out
    document: dict[str, Any] = json.loads((place / "found.json").read_text())
    return document


def result(document: dict[str, Any], name: str) -> dict[str, Any]:
    entry: dict[str, Any]
    (entry,) = [each for each in document["results"] if each["name"] == name]
    return entry


def test_the_json_fits_its_schema(found: dict[str, Any]) -> None:
    text = resources.files("edgedigits").joinpath("schemas/bench.schema.json").read_text("utf-8")
    schema = json.loads(text)
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(found)


def test_every_artifact_and_file_has_every_figure_of_its_runtime(found: dict[str, Any]) -> None:
    names = ["tflite-int8", "copy.tflite", "theirs.tflite", "tfjs-uint8"]
    assert [each["name"] for each in found["results"]] == names
    for each in found["results"]:
        on_litert = each["runtime"] == "litert"
        assert each["start"]["load_ms"] > 0
        assert each["start"]["first_ms"] > 0
        assert each["pictures_per_second"] > 0
        assert each["failure"] is None
        for part in ("one_thread", "two_threads", "copied"):
            expected = on_litert or part == "one_thread"
            assert (each[part] is not None) == expected
            if expected:
                assert 0 < each[part]["median_us"] <= each[part]["p95_us"]
                assert len(each[part]["rounds_us"]) == found["method"]["rounds"]
        if sys.platform == "linux":
            assert each["start"]["peak_bytes"] > 0


def test_sizes_are_those_of_the_files(found: dict[str, Any], full_bundle: Path) -> None:
    content = tampering.manifest(full_bundle)
    for name in ("tflite-int8", "tfjs-uint8"):
        said, entry = tampering.entry(content, name), result(found, name)
        assert (entry["size_bytes"], entry["gzip_bytes"]) == (
            said["size_bytes"],
            said["gzip_bytes"],
        )
    assert (
        result(found, "copy.tflite")["files"][0]["sha256"]
        == (result(found, "tflite-int8")["files"][0]["sha256"])
    )


def test_a_copy_of_the_same_file_is_as_large_and_another_is_not(found: dict[str, Any]) -> None:
    same, other = found["comparisons"]
    assert [same["against"], other["against"]] == ["copy.tflite", "theirs.tflite"]
    assert (same["size"], same["gzip"]) == (1, 1)
    assert other["size"] < 0.5
    for part in ("one_thread", "two_threads", "copied", "load", "first"):
        assert math.isfinite(same[part])
        assert same[part] > 0


def test_the_header_names_machine_threads_and_versions(
    ran: Finished, found: dict[str, Any]
) -> None:
    machine = found["machine"]
    for name in ("Python", "edgedigits", "LiteRT", "TensorFlow.js"):
        assert f"{name} {machine['versions'][name]}" in " ".join(ran.out.split())
    assert machine["cpu"] in ran.out
    assert f"{machine['cores']} core" in ran.out
    assert "2 threads" in ran.out
    assert "Node v" in ran.out


def test_tables_tell_what_the_json_tells_in_80_columns(
    ran: Finished, found: dict[str, Any]
) -> None:
    assert max(map(len, ran.out.splitlines())) < 80
    for each in found["results"]:
        rows = [line.split() for line in ran.out.splitlines() if line.startswith(each["name"])]
        assert [f"{each['size_bytes']:,}", f"{each['gzip_bytes']:,}"] in [row[1:3] for row in rows]
        assert any(f"{each['pictures_per_second']:,.0f}" == row[-1] for row in rows)
        assert any(f"{each['start']['first_ms']:.2f}" in row for row in rows)


def test_an_unverified_artifact_is_never_recommended_without_saying_so(
    ran: Finished, found: dict[str, Any]
) -> None:
    said = {each["target"]: each for each in found["recommendations"]}
    assert said["tflite"]["artifact"] == "tflite-int8"
    assert said["tflite"]["status"] == "not verified"
    assert "phone: tflite-int8 (not verified), because" in ran.out
    assert "web page: tfjs-uint8 (not verified), because" in ran.out
    assert "edgedigits verify" in " ".join(said["tflite"]["cautions"])


def test_a_verified_bundle_is_recommended_with_its_verdict(
    copied_bundle: Path, command: Command
) -> None:
    content = tampering.manifest(copied_bundle)
    share = {"percent": 98.5, "low": 98, "high": 99}
    tampering.entry(content, "tflite-int8")["verification"] = {
        "status": "pass", "runtime": "litert", "dataset": "mnist", "fingerprint": "0" * 64,
        "pictures": 10_000, "float_accuracy": share, "accuracy": share, "drop_points": 0,
        "drop_upper_points": 0.1, "agreement_percent": 100, "max_difference": 0,
        "mean_difference": 0,
    }  # fmt: skip
    tampering.seal(copied_bundle, content, keep="tflite-int8")
    (copied_bundle / "rejected" / "tflite-dynamic").mkdir(parents=True)
    done = command("bench", *QUICK, copied_bundle, cwd=copied_bundle)
    said = " ".join(done.out.split())
    assert done.code == ExitCode.DONE, done.err
    assert "phone: tflite-int8, because" in said
    assert "98.50 % of 10,000 pictures of mnist right" in said
    assert "tflite-dynamic broke its budget at export" in said


def test_an_artifact_that_does_not_run_is_said_and_the_others_are_measured(
    copied_bundle: Path, command: Command
) -> None:
    content = tampering.manifest(copied_bundle)
    broken = copied_bundle / tampering.entry(content, "tflite-int8")["files"][0]["path"]
    tampering.patch(broken, lambda whole: whole[:3000])
    tampering.seal(copied_bundle, content)
    options = ("--artifact", "tflite-int8,tflite-dynamic", *QUICK, "--json", "found.json")
    done = command("bench", ".", *options, cwd=copied_bundle)
    assert done.code == ExitCode.BUDGET_BROKEN
    assert "does not run: LiteRT refuses" in done.out
    document = json.loads((copied_bundle / "found.json").read_text())
    assert result(document, "tflite-int8")["one_thread"] is None
    assert result(document, "tflite-dynamic")["one_thread"]["median_us"] > 0
    (said,) = document["recommendations"]
    assert said["artifact"] == "tflite-dynamic"
    assert "tflite-int8 does not run" in said["cautions"]


@pytest.mark.browser
@pytest.mark.xdist_group("tfjs-browser")
def test_a_real_browser_is_timed_by_itself(
    full_bundle: Path, command: Command, tmp_path: Path
) -> None:
    options = ("--artifact", "tfjs-uint8", "--runtime", "tfjs-browser", *QUICK)
    done = command("bench", full_bundle, *options, "--json", "found.json", cwd=tmp_path)
    assert done.code == ExitCode.DONE, done.err
    (entry,) = json.loads((tmp_path / "found.json").read_text())["results"]
    assert entry["backend"]["name"] == "wasm"
    assert entry["one_thread"]["median_us"] > 0
    assert entry["start"]["load_ms"] > 0
    assert "tfjs-browser (wasm), Chromium" in done.out


def test_tensorflow_is_never_imported(full_bundle: Path, tmp_path: Path) -> None:
    script = (
        "import sys; from edgedigits import cli; code = cli.run(sys.argv[1:]); "
        "print('IMPORTED', *sorted({'tensorflow', 'keras', 'tensorflowjs'} & set(sys.modules))); "
        "sys.exit(code)"
    )
    options = ("--artifact", "tflite-int8", *QUICK)
    done = subprocess.run(
        [sys.executable, "-c", script, "bench", full_bundle, *options],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        timeout=300,
    )
    assert done.stdout.splitlines()[-1] == "IMPORTED"
    assert done.stderr == ""
