"""What an export did, readable at 80 columns."""

from __future__ import annotations

import textwrap
from typing import Any

from rich.console import Console

from edgedigits.errors import ExitCode, command
from edgedigits.export.attempt import Attempt, Repaired
from edgedigits.export.release import Outcome
from edgedigits.reports.terminal import (
    MARKS,
    WIDTH,
    print_artifacts,
    print_heading,
    print_line,
    print_verification,
)


def print_outcome(outcome: Outcome, console: Console) -> int:
    """Print what an export did; returns the exit code."""
    for repaired in outcome.repairs:
        _print_attempts(repaired, console)
    if outcome.verification is not None:
        print_verification(outcome.verification, console)
    if outcome.bundle is not None:
        artifacts = outcome.bundle.manifest.artifacts
        count = len(artifacts)
        what = "1 artifact" if count == 1 else f"{count} artifacts"
        print_line(console, f"{what} in {outcome.folder}:")
        print_artifacts(artifacts, outcome.folder, console)
        calibrated = outcome.bundle.manifest.facts["calibration"] or {}
        for note in calibrated.get("audit", {}).get("notes", ()):
            print_line(console, f"note on the calibration pictures: {note}")
        if (rejecting := outcome.bundle.manifest.facts["reject"]) is not None:
            print_line(console, _reject_words(rejecting))
    if outcome.gone:
        print_line(
            console,
            f"no longer in it, as this export did not ask for them: {', '.join(outcome.gone)}",
        )
    if outcome.was_signed:
        again = command("sign", outcome.folder, "--key", "key.pem")
        print_line(console, f"the former bundle was signed, this one is not: {again}")
    if outcome.verification is None:
        print_line(console, f"not verified; do it with: {command('verify', outcome.folder)}")
    for target, operation in outcome.rewritten:
        print_line(console, f"written out for {target}, which lacks it: {operation}")
    for failed in outcome.failed:
        print_line(console, f"nothing for {failed.what}: {failed.message}")
        if failed.hint:
            print_line(console, failed.hint)
    if outcome.rejected:
        ids = ", ".join(result.artifact.id for result in outcome.rejected)
        print_line(console, f"rejected: {ids} (see {outcome.folder / 'rejected'})")
    if not outcome.rejected and not outcome.failed:
        return ExitCode.DONE
    if outcome.kept_former:
        print_line(console, f"the former bundle in {outcome.folder} is as it was")
    return ExitCode.BUDGET_BROKEN


def _reject_words(entry: dict[str, Any]) -> str:
    shares = [f"{kind} {share['percent']:g} %" for kind, share in entry["accepted"].items()]
    accepted = ", ".join(shares)
    return (
        f'"not a digit" is said of {entry["digits_rejected"]["percent"]:g} % of the test digits, '
        f"{entry['digits_unsure']['percent']:g} % are unsure;\n"
        f"taken for sure digits: {accepted}"
    )


def _print_attempts(repaired: Repaired, console: Console) -> None:
    """What was tried for one artifact, and what each attempt gave."""
    result, count = repaired.result, len(repaired.attempts)
    print_heading(
        console,
        f"{result.artifact.id} broke its budget; other ways that were tried: {count}"
        if count
        else f"{result.artifact.id} broke its budget; there is no other way to try",
    )
    if count:
        print_line(console, f"{'bytes':>11}{'agree %':>9}{'drop':>6}{'on':>8}{'s':>6}")
        for each in (repaired.first, *repaired.attempts):
            _print_attempt(each, console)
    if repaired.stopped:
        print_line(console, f"stopped after {count}; more of them: --attempts {2 * count}")
    console.print()


def _print_attempt(each: Attempt, console: Console) -> None:
    if each.searched is None:
        figures, words = f"{each.seconds:>40.1f} none ", f"{each.how}: {each.failure}"
    else:
        last, words = each.proven or each.searched, each.how or "as converted"
        figures = (
            f"{each.size_bytes:>11,}{last.agreement.percent:>9.2f}{last.parity.drop_points:>6.2f}"
            f"{last.parity.pictures:>8,}{each.seconds:>6.1f} {MARKS[last.verdict.status][0]:5}"
        )
    indent = " " * (len(figures) + 1)
    print_line(console, textwrap.fill(f"{figures} {words}", WIDTH, subsequent_indent=indent))
