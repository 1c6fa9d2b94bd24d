"""Several bundles are one piece of work: one table, one file of each kind, one exit code."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import tampering
from command_line import Command

from edgedigits.datasets import datasets
from edgedigits.errors import DataBad, EdgeDigitsError, ExitCode, MachineLacks, WrongUse
from edgedigits.verification.running import executors
from edgedigits.verification.several import many, matrix
from edgedigits.verification.several.many import Asked, Unjudged

FEW = ("--limit", "100", "--min-agreement", "80", "--max-difference", "0.9", "--max-drop", "9")


@pytest.fixture
def place(nano_bundle: Path, tmp_path: Path) -> Path:
    """A folder with `good` and `more/good`, of an artifact each, and `broken`."""
    for name in ("good", "more/good", "broken"):
        folder = tmp_path / name
        shutil.copytree(nano_bundle, folder)
        content = tampering.manifest(folder)
        if name == "broken":
            file = folder / tampering.entry(content, "tflite-int8")["files"][0]["path"]
            tampering.patch(file, tampering.zero_weights)
        tampering.seal(folder, content, keep="tflite-int8")
    return tmp_path


def timeless(document: dict[str, Any]) -> dict[str, Any]:
    """A verification's document without what is another one each time, or of several alone."""
    left_out = ("wall_seconds", "bundle", "asked")
    rest = {name: value for name, value in document.items() if name not in left_out}
    rest["results"] = [{**result, "seconds": 0} for result in document["results"]]
    return rest


def test_what_is_broken_and_what_is_missing_do_not_stop_the_others(
    place: Path, pictures: Path, command: Command
) -> None:
    options = ("--dataset", pictures, *FEW)
    alone = command("verify", "good", *options, "--json", "alone.json", cwd=place)
    reports = ("--json", "all.json", "--junit", "all.xml")
    done = command("verify", "gone", "broken", "good", *options, *reports, cwd=place)
    assert alone.code == ExitCode.DONE, alone.out
    assert done.code == ExitCode.BUDGET_BROKEN
    assert not done.err

    gone, broken, good = json.loads((place / "all.json").read_text())["bundles"]
    assert [each["passed"] for each in (gone, broken, good)] == [False, False, True]
    assert gone["error"]["exit_code"] == ExitCode.DATA_BAD
    assert timeless(good) == timeless(json.loads((place / "alone.json").read_text()))

    lines = done.out.splitlines()
    marks = [line.split()[-1] for line in lines if line.startswith("tflite-int8 ")]
    assert marks == ["FAIL", "pass"]
    assert f"gone on {pictures} ERROR" in lines
    assert f"    {gone['error']['message']}" in lines
    (row,) = [line for line in alone.out.splitlines() if line.startswith("tflite-int8 ")]
    assert row.split() in [line.split() for line in lines]
    (count,) = [line for line in lines if " passed in " in line]
    assert count.startswith("1 of 2 passed")
    assert count.endswith("1 of 3 could not be verified")

    suites = ElementTree.parse(place / "all.xml").getroot().findall("testsuite")
    assert [each.get("errors") for each in suites] == ["1", "0", "0"]
    assert [each.get("failures") for each in suites] == ["0", "1", "0"]
    cases = [(c.get("classname"), c.get("name")) for each in suites for c in each.iter("testcase")]
    assert len(set(cases)) == len(cases) == 3
    assert len({each.get("name") for each in suites}) == 3


def test_pictures_are_loaded_and_an_executor_is_opened_once(
    place: Path, pictures: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[str] = []

    def counted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            called.append(name)
            return function(*given, **named)

        return call

    monkeypatch.setattr(datasets, "load", counted("load", datasets.load))
    monkeypatch.setattr(executors, "opened", counted("open", executors.opened))
    (place / "all.toml").write_text(
        f'bundle = ["good", "*/g*", "gone"]\nruntime = ["litert", "tfjs-node"]\n'
        f'dataset = ["{pictures}"]\nlimit = 100\n'
    )
    done = command("verify", "--matrix", "all.toml", *FEW[2:], "--json", "all.json", cwd=place)
    assert done.code == ExitCode.DATA_BAD, done.out
    assert called == ["load", "open"]
    assert "not run: more/good has nothing for tfjs-node" in done.out.splitlines()
    found = json.loads((place / "all.json").read_text())["bundles"]
    assert [each["bundle"] for each in found] == ["good", "more/good", "gone"]
    assert [each.get("dataset", {}).get("pictures") for each in found] == [100, 100, None]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("a", "b", "--html", "page.html"), "--html is a page of one bundle"),
        (("a", "b", "./a"), "a is named more than once"),
        (("a", "b", "--runtime", "litertt"), "did you mean litert?"),
        (("a", "--matrix", "all.toml"), "all.toml says what is verified"),
        (("--matrix", "all.toml", "--limit", "9"), "all.toml says what is verified"),
        ((), "Missing argument 'BUNDLE'"),
    ],
)
def test_what_makes_no_sense_is_refused(
    words: tuple[str, ...], says: str, command: Command, tmp_path: Path
) -> None:
    done = command("verify", *words, cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert says in done.err
    assert len(done.error) == 2


def test_the_gravest_exit_code_is_told() -> None:
    def code(*errors: EdgeDigitsError) -> int:
        return many.exit_code(Unjudged(Asked(Path("a")), error) for error in errors)

    assert code() == ExitCode.DONE
    assert code(WrongUse("a"), MachineLacks("b")) == ExitCode.MACHINE_LACKS
    assert code(MachineLacks("a"), DataBad("b"), WrongUse("c")) == ExitCode.DATA_BAD


def test_a_matrix_is_every_bundle_on_every_data_set(tmp_path: Path) -> None:
    for name in ("sub/a", "sub/b", "sub/.hidden", "own"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "sub" / "file").touch()
    path = tmp_path / "all.toml"
    path.write_text('bundle = ["sub/*", "own", "sub/a"]\ndataset = ["strokes", "own"]\n')
    own = str(tmp_path / "own")
    assert matrix.read(path) == matrix.Matrix(
        tuple(
            Asked(tmp_path / name, place)
            for name in ("sub/a", "sub/b", "own")
            for place in ("strokes", own)
        ),
        None,
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("bundel = ['a']", "there is no key 'bundel' in all.toml, line 1; did you mean bundle?"),
        ("limit = 3", "all.toml names no bundle"),
        ("bundle = 'a'", "line 1: bundle is a list of names"),
        ("bundle = []", "line 1: bundle is a list of names"),
        ("bundle = ['a', 'a']", "line 1: bundle names 'a' twice"),
        ("bundle = ['none/*']", "line 1: no folder is like 'none/*'"),
        ("bundle = ['a']\nruntime = ['litrt']", "in all.toml, line 2; did you mean litert?"),
        ("bundle = ['a']\ndataset = ['strokse']", "line 2: there is no data set 'strokse'"),
        ("bundle = ['a']\nlimit = 0", "line 2: limit is a whole number from 1, not 0"),
        ("bundle = ['a']\nlimit = true", "line 2: limit is a whole number from 1, not True"),
        ("bundle = [", "is not readable"),
    ],
)
def test_a_matrix_with_a_mistake_is_refused_with_its_line(
    text: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("all.toml").write_text(text)
    with pytest.raises(WrongUse) as refused:
        matrix.read(Path("all.toml"))
    assert says in str(refused.value)
