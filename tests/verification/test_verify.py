"""`edgedigits verify`: too few pictures are no pass, budgets hold, and all reports agree."""

from __future__ import annotations

import html
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
import tampering
from command_line import Command, Finished
from verifying import FEW, document, verified

from edgedigits.bundle import bundle
from edgedigits.bundle.artifact import Artifact
from edgedigits.errors import ExitCode
from edgedigits.verification import verify
from edgedigits.verification.parity import BUDGETS


@pytest.fixture
def few(full_bundle: Path, pictures: Path, command: Command, tmp_path: Path) -> Finished:
    """Two artifacts verified on 200 pictures, with reports written."""
    return verified(full_bundle, pictures, command, tmp_path, "tflite-int8", "tfjs-float32")


def test_too_few_pictures_are_no_pass_and_the_number_needed_is_said(
    few: Finished, tmp_path: Path
) -> None:
    assert few.code == ExitCode.BUDGET_BROKEN
    assert "not enough pictures: at least " in few.out
    int8, float32 = document(tmp_path)["results"]
    assert int8["verdict"]["status"] == "not enough pictures"
    needed = int8["verdict"]["pictures_needed"]
    assert needed > 200
    assert f"at least {needed:,} pictures needed, 200 given" in re.sub(r"\s+", " ", few.out)
    assert float32["verdict"] == {
        "status": "pass", "passed": True, "reasons": [], "pictures_needed": None,
    }  # fmt: skip


def test_letting_few_pictures_pass_is_the_users_word_and_not_the_verdicts(
    full_bundle: Path, pictures: Path, command: Command, tmp_path: Path
) -> None:
    more = ("--allow-inconclusive",)
    done = verified(full_bundle, pictures, command, tmp_path, "tflite-int8", more=more)
    assert done.code == ExitCode.DONE
    assert document(tmp_path)["passed"] is False
    assert document(tmp_path)["signature"] == "unsigned"
    assert "signature: unsigned" in done.out
    assert "0 of 1 passed" in done.out


def test_the_letter_of_the_user_does_not_excuse_a_broken_artifact(
    copied_bundle: Path, pictures: Path, command: Command
) -> None:
    content = tampering.manifest(copied_bundle)
    path = copied_bundle / tampering.entry(content, "tflite-int8")["files"][0]["path"]
    tampering.patch(path, tampering.zero_weights)
    tampering.seal(copied_bundle, content, keep="tflite-int8")
    options = ("--dataset", pictures, "--limit", "200", "--allow-inconclusive")
    done = command("verify", ".", *options, cwd=copied_bundle)
    assert done.code == ExitCode.BUDGET_BROKEN


def test_table_json_junit_and_page_agree(few: Finished, tmp_path: Path) -> None:
    results = document(tmp_path)["results"]
    suite = ElementTree.parse(tmp_path / "found.xml").getroot().find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    cases = suite.findall("testcase")
    page = html.unescape((tmp_path / "found.html").read_text("utf-8"))
    for result, case in zip(results, cases, strict=True):
        (row,) = [line for line in few.out.splitlines() if line.startswith(result["artifact"])]
        assert case.get("name") == result["artifact"]
        assert case.get("classname") == f"edgedigits.{result['runtime']}"
        assert f"{result['parity']['accuracy']['percent']:.2f}" in row
        assert f"{result['parity']['drop_upper_points']:.2f}" in row
        assert f"<td>{result['parity']['accuracy']['percent']:.2f} ±" in page
        assert all(f"<li>{reason}</li>" in page for reason in result["verdict"]["reasons"])
        assert all(file["sha256"] in page for file in result["files"])
        failure = case.find("failure")
        assert (failure is None) == result["verdict"]["passed"]
        if failure is not None:
            assert failure.get("type") == result["verdict"]["status"]
            assert failure.text == "\n".join(result["verdict"]["reasons"])
    assert document(tmp_path)["dataset"]["pictures"] == 200


def test_flips_in_the_json_are_the_pictures_that_changed(few: Finished, tmp_path: Path) -> None:
    assert few.out
    for result in document(tmp_path)["results"]:
        parity = result["parity"]
        changed = round(200 * (1 - parity["agreement_percent"] / 100))
        assert len(parity["flips"]) == changed
        assert sum(digit["pictures"] for digit in parity["digits"]) == 200
        assert all(flip["float_digit"] != flip["artifact_digit"] for flip in parity["flips"])


def test_reports_that_cannot_be_written_are_told_in_two_lines(
    full_bundle: Path, pictures: Path, command: Command, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    options = ("--dataset", pictures, *FEW, "--runtime", "tfjs-node", "--allow-inconclusive")
    done = command("verify", full_bundle, *options, "--json", "file/found.json", cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert len(done.error) == 2


def test_a_budget_file_and_options_decide_the_command_line_last(
    full_bundle: Path, pictures: Path, command: Command, tmp_path: Path
) -> None:
    (tmp_path / "budget.toml").write_text("[tfjs-float32]\nmin_agreement = 100\nmax_drop = 9\n")
    options = ("--dataset", pictures, "--limit", "100", "--runtime", "tfjs-node")
    files = ("--budget", "budget.toml", "--max-drop", "20", "--json", "found.json")
    command("verify", full_bundle, *options, *files, cwd=tmp_path)
    budgets = {each["artifact"]: each["budget"] for each in document(tmp_path)["results"]}
    assert budgets["tfjs-float32"]["max_drop_points"] == 20
    assert budgets["tfjs-float32"]["min_agreement_percent"] == 100
    assert budgets["tfjs-uint8"]["max_drop_points"] == 20
    assert budgets["tfjs-uint8"]["min_agreement_percent"] == 99.5


def test_strict_is_an_option_and_stands_in_the_budget_file(
    full_bundle: Path, pictures: Path, command: Command, tmp_path: Path
) -> None:
    def strict(*more: str) -> list[bool]:
        verified(full_bundle, pictures, command, tmp_path, "tflite-int8", "tfjs-uint8", more=more)
        return [result["budget"]["strict"] for result in document(tmp_path)["results"]]

    (tmp_path / "budget.toml").write_text("[tfjs-uint8]\nstrict = true\n")
    assert strict() == [False, False]
    assert strict("--budget", "budget.toml") == [False, True]
    assert strict("--strict") == [True, True]
    assert strict("--strict", "--budget", "budget.toml") == [True, True]


def test_limits_of_probabilities_and_of_a_class_are_options_and_reported(
    full_bundle: Path, pictures: Path, command: Command, tmp_path: Path
) -> None:
    limits = ("--max-variation", "0", "--max-temperature", "1.5", "--max-class-drop", "7")
    done = verified(full_bundle, pictures, command, tmp_path, "tflite-int8", more=limits)
    assert done.code == ExitCode.BUDGET_BROKEN
    assert "mean variation of the probabilities" in done.out
    (result,) = document(tmp_path)["results"]
    names = ("max_variation", "max_temperature", "max_class_drop_points")
    assert [result["budget"][name] for name in names] == [0, 1.5, 7]
    found = result["parity"]
    assert 0 < found["mean_variation"] < 0.05
    assert found["temperature"]["low"] <= found["temperature"]["value"]
    assert found["sums"]["improper"] == 0
    told = (tmp_path / "found.xml").read_text()
    assert f"temperature {found['temperature']['value']:.3g}" in told
    assert f"mean variation {found['mean_variation']:.3g}" in told


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[int9]\nmax_drop = 1", "did you mean int8?"),
        ("[int8]\nmax_dropp = 1", "did you mean max_drop?"),
        ("[int8]\nmax_drop = -1", "not a number of 0 or more"),
        ("[int8]\nmax_drop = nan", "not a number of 0 or more"),
        ("[int8]\nmax_drop = true", "not a number of 0 or more"),
        ("[int8]\nmax_temperature = 0.8", "not a number of 1 or more"),
        ("[int8]\nstrict = 1", "int8.strict is neither true nor false"),
        ("[int8]\nstrickt = true", "did you mean strict?"),
        ("int8 = 3", "int8 is no table"),
        ("not toml", "is not readable"),
    ],
)
def test_a_budget_file_with_a_mistake_is_refused(
    full_bundle: Path, command: Command, tmp_path: Path, text: str, says: str
) -> None:
    (tmp_path / "budget.toml").write_text(text)
    done = command("verify", full_bundle, "--budget", "budget.toml", cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert says in done.error[0]


def test_budgets_go_from_general_to_particular(full_bundle: Path) -> None:
    budgets = verify.budgets_from(
        {"default": {"max_drop_points": 1.0}, "tflite-int8": {"max_drop_points": 2.0}}
    )
    drops = {a.id: budgets(a).max_drop_points for a in bundle.read_manifest(full_bundle).artifacts}
    assert drops["tflite-int8"] == 2.0
    assert drops["tfjs-uint8"] == 1.0


def test_every_artifact_has_its_schemes_budget(full_bundle: Path) -> None:
    artifacts: tuple[Artifact, ...] = bundle.read_manifest(full_bundle).artifacts
    assert len(artifacts) == 9
    assert all(verify.default_budget(each) == BUDGETS[each.scheme] for each in artifacts)


def test_another_data_set_than_the_bundles_own_is_noticed(
    copied_bundle: Path, command: Command
) -> None:
    content = tampering.manifest(copied_bundle)
    content["dataset"]["fingerprint"] = "0" * 64
    tampering.seal(copied_bundle, content)
    done = command("verify", ".", cwd=copied_bundle)
    assert done.code == ExitCode.DATA_BAD
    assert "strokes is no" in done.error[0]
    assert "the data set" in done.error[0]
    assert len(done.error) == 2
