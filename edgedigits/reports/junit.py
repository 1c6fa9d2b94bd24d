"""A verification as JUnit XML, which CI servers show as test results."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

from edgedigits.foreign_text import visible
from edgedigits.reports.terminal import confusions
from edgedigits.verification.json_report import write_text
from edgedigits.verification.several.many import Done, Judged
from edgedigits.verification.verify import Result, Verification

CONFUSIONS = 10
"""How many are told of at most."""


def document(checked: Verification) -> str:
    """One test case an artifact and runtime; anything but a pass is a failure."""
    return _text([_suite(checked, f"edgedigits verify on {checked.pictures.name}", "edgedigits")])


def several(done: Iterable[Done]) -> str:
    """A test suite for each bundle and data set, with names that no other one has; one that could
    not be verified has one case, which is an error."""
    return _text([_suite_of(one) for one in done])


def _text(suites: list[ElementTree.Element]) -> str:
    root = ElementTree.Element("testsuites")
    root.extend(suites)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite_of(one: Done) -> ElementTree.Element:
    where, dataset = str(one.asked.folder), one.asked.dataset
    if isinstance(one, Judged):
        where += f" on {dataset or one.checked.pictures.name}"
        return _suite(one.checked, f"edgedigits verify {where}", f"edgedigits.{where}")
    where += f" on {dataset}" if dataset else ""
    name = visible(f"edgedigits verify {where}")
    counts = {"tests": "1", "failures": "0", "errors": "1", "time": "0.000"}
    suite = ElementTree.Element("testsuite", {"name": name, **counts})
    named = {"classname": visible(f"edgedigits.{where}"), "name": "verify", "time": "0.000"}
    case = ElementTree.SubElement(suite, "testcase", named)
    kind, message = one.error.exit_code.name.lower(), visible(one.error.message)
    error = ElementTree.SubElement(case, "error", type=kind, message=message)
    error.text = visible(str(one.error))
    return suite


def _suite(checked: Verification, name: str, classes: str) -> ElementTree.Element:
    failures = sum(not result.verdict.passed for result in checked.results)
    suite = ElementTree.Element(
        "testsuite",
        name=visible(name),
        tests=str(len(checked.results)),
        failures=str(failures),
        errors="0",
        time=f"{checked.wall_seconds:.3f}",
    )
    for result in checked.results:
        _case(suite, result, classes)
    return suite


def _case(suite: ElementTree.Element, result: Result, classes: str) -> None:
    case = ElementTree.SubElement(
        suite,
        "testcase",
        classname=visible(f"{classes}.{result.ran_on}"),
        name=result.artifact.id,
        time=f"{result.seconds:.3f}",
    )
    if not result.verdict.passed:
        failure = ElementTree.SubElement(
            case,
            "failure",
            type=str(result.verdict.status),
            message=visible(result.verdict.reasons[0]),
        )
        failure.text = visible("\n".join(result.verdict.reasons))
    ElementTree.SubElement(case, "system-out").text = figures(result)


def figures(result: Result) -> str:
    """What was measured of an artifact, in a few lines."""
    return (
        f"accuracy {result.parity.accuracy.percent:.2f} %, "
        f"drop {result.parity.drop_points:.2f} points "
        f"(95 % up to {result.parity.drop_upper_points:.2f}), "
        f"agreement {result.agreement.percent:.2f} % of {result.agreement.pictures:,} answers, "
        f"largest probability difference {result.parity.max_difference:.3g}, "
        f"mean variation {result.parity.mean_variation:.3g}, "
        f"temperature {_temperature(result)}"
        f"{_undecided(result)}{_best_five(result)}{_confusions(result)}"
    )


def _temperature(result: Result) -> str:
    found = result.parity.temperature
    return "unknown" if found is None else f"{found.value:.3g}"


def _undecided(result: Result) -> str:
    ties = result.parity.undecided
    if not ties.pictures:
        return ""
    return (
        f"\n{ties.pictures:,} pictures ({ties.percent:.2f} %) undecided by the float model, "
        f"{ties.changed:,} of them answered otherwise: {ties.losses:,} lost, {ties.gains:,} gained"
    )


def _best_five(result: Result) -> str:
    found = result.parity.best_five
    if found is None:
        return ""
    return (
        f"\namong the five likeliest: the label in {found.accuracy_percent:.2f} % (float model "
        f"{found.float_accuracy_percent:.2f} %), the float model's answer in "
        f"{found.agreement_percent:.2f} %"
    )


def _confusions(result: Result) -> str:
    told = visible(confusions(result, CONFUSIONS))
    return f"\n{told}" if told else ""


def write(checked: Verification, path: Path) -> None:
    """Write the document to `path`, whole or not at all."""
    write_text(path, document(checked))


def write_several(done: Iterable[Done], path: Path) -> None:
    """The same for `several`."""
    write_text(path, several(done))
