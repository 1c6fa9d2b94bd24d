"""`pytest --edgedigits-bundle` in a project of its own, as somebody else's suite would have it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from xml.etree import ElementTree

import pytest
import tampering

SUITE = """
import numpy as np

def test_blank_and_bar(edgedigits_artifact):
    pictures = np.zeros((2, 28, 28), np.uint8)
    pictures[1, 5:20, 12:16] = 255
    found = edgedigits_artifact.probabilities(pictures)
    assert found.shape == (2, len(edgedigits_artifact.labels))
    np.testing.assert_allclose(found, edgedigits_artifact.float_probabilities(pictures), atol=0.1)

def test_other_pictures_are_refused(edgedigits_artifact):
    try:
        edgedigits_artifact.probabilities(np.zeros((2, 14, 28), np.uint8))
    except ValueError as error:
        assert "takes pictures uint8 [N, 28, 28], not uint8 [2, 14, 28]" in str(error)
    else:
        raise AssertionError("taken")
"""
PLUGIN = "edgedigits.testing.plugin"
BUDGET = "[default]\nmax_drop = 3\nmin_agreement = 97\nmax_difference = 0.5\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "test_mine.py").write_text(SUITE)
    (tmp_path / "budget.toml").write_text(BUDGET)
    return tmp_path


def run(project: Path, *options: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *map(str, options)]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


def cases(report: Path) -> dict[str, ElementTree.Element]:
    return {case.attrib["name"]: case for case in ElementTree.parse(report).iter("testcase")}


def test_pytest_finds_the_plugin_of_an_installed_package() -> None:
    assert PLUGIN in [each.value for each in entry_points(group="pytest11")]


def test_nine_artifacts_are_nine_tests_and_a_broken_one_fails_with_its_reasons(
    project: Path, full_bundle: Path
) -> None:
    shutil.copytree(full_bundle, project / "bundle")
    tampering.patch(project / "bundle" / "tflite" / "model-int8.tflite", tampering.zero_weights)
    tampering.seal(project / "bundle", tampering.manifest(project / "bundle"))
    options = ("--edgedigits-limit", "300", "--edgedigits-budget", "budget.toml")
    done = run(
        project, "--edgedigits-bundle", "bundle", *options, "--junit-xml", "out.xml", "-k", "bundle"
    )
    assert done.returncode == 1, done.stdout
    found = cases(project / "out.xml")
    assert len(found) == 9
    broken = "tflite-int8[litert]"
    (failure,) = found.pop(broken).findall("failure")
    assert "fail: " in failure.attrib["message"]
    assert "accuracy drop" in str(failure.text)
    assert "Traceback" not in done.stdout
    assert not [name for name, case in found.items() if len(case.findall("failure"))]
    assert f"bundle::{broken}" in done.stdout


def test_the_fixture_gives_each_artifact_on_its_runtime(project: Path, full_bundle: Path) -> None:
    options = ("--edgedigits-bundle", full_bundle, "--junit-xml", "out.xml")
    done = run(project, "test_mine.py", *options, "-k", "test_mine and (float32 or uint8)")
    assert done.returncode == 0, done.stdout
    names = {"tflite-float32[litert]", "tfjs-float32[tfjs-node]", "tfjs-uint8[tfjs-node]"}
    tests = ("test_blank_and_bar", "test_other_pictures_are_refused")
    assert set(cases(project / "out.xml")) == {
        f"{test}[{name}]" for test in tests for name in names
    }


def test_without_a_bundle_the_fixture_is_skipped_and_nothing_heavy_imported(project: Path) -> None:
    (project / "test_imports.py").write_text(
        "import sys\n"
        "def test_imports():\n"
        "    ours = {name for name in sys.modules if name.split('.')[0] == 'edgedigits'}\n"
        f"    assert ours == {{'edgedigits', 'edgedigits.testing', {PLUGIN!r}}}\n"
        "    assert not {'numpy', 'tensorflow'} & set(sys.modules)\n"
    )
    (project / "test_mine.py").write_text(SUITE.replace("import numpy as np", ""))
    done = run(project, "-rs", "-p", "no:hypothesispytest")
    assert done.returncode == 0, done.stdout
    assert "1 passed, 2 skipped" in done.stdout
    assert "name a bundle: --edgedigits-bundle BUNDLE" in done.stdout


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--edgedigits-runtime", "litertt"], "did you mean litert?"),
        (["--edgedigits-runtime", "c-host"], "artifacts: tflite-float32"),
        (["--edgedigits-limit", "0"], "--edgedigits-limit 0"),
        (["--edgedigits-budget", "missing.toml"], "missing.toml does not exist"),
    ],
)
def test_what_cannot_be_asked_for_ends_in_one_line(
    project: Path, full_bundle: Path, options: list[str], told: str
) -> None:
    done = run(project, "--edgedigits-bundle", full_bundle, *options)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_changed_file_is_no_bundle_to_test(project: Path, full_bundle: Path) -> None:
    shutil.copytree(full_bundle, project / "bundle")
    manifest = project / "bundle" / "manifest.json"
    content = json.loads(manifest.read_text())
    content["golden_count"] = "many"
    manifest.write_text(json.dumps(content))
    done = run(project, "--edgedigits-bundle", "bundle")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "Traceback" not in done.stderr
