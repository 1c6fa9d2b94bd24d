"""The limits themselves, and how single ones are replaced."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edgedigits.verification import parity
from edgedigits.verification.parity import BUDGETS, FLOAT, HALF, QUANTIZED, Budget


def test_every_scheme_has_a_budget() -> None:
    from converters import targets

    schemes = {s.name for target in targets.TARGETS.values() for s in target.schemes}
    assert schemes <= set(BUDGETS)


def test_budgets_are_those_of_the_product() -> None:
    assert (FLOAT.min_agreement_percent, FLOAT.max_drop_points, FLOAT.max_difference) == (
        100, 0, 1e-4,
    )  # fmt: skip
    assert (HALF.min_agreement_percent, HALF.max_drop_points, HALF.max_difference) == (
        99.9, 0.05, 0.02,
    )  # fmt: skip
    assert (QUANTIZED.min_agreement_percent, QUANTIZED.max_drop_points) == (99.5, 0.3)
    assert QUANTIZED.max_difference is None
    assert [each.max_variation for each in (FLOAT, HALF, QUANTIZED)] == [0.01, 0.01, 0.05]
    assert [each.max_temperature for each in (FLOAT, HALF, QUANTIZED)] == [1.05, 1.05, 1.25]
    assert BUDGETS["int4"] == replace(QUANTIZED, max_temperature=1.5)
    assert [each.exact for each in (FLOAT, HALF, QUANTIZED)] == [True, False, False]


def test_an_override_replaces_only_what_is_given() -> None:
    assert parity.overridden(HALF, max_difference=0.5) == replace(HALF, max_difference=0.5)
    assert parity.overridden(HALF) == HALF
    assert parity.overridden(FLOAT, min_agreement_percent=99.0).exact


@pytest.mark.parametrize("budget", [FLOAT, HALF, QUANTIZED])
def test_no_default_is_strict_and_only_an_exact_budget_counts_ties(budget: Budget) -> None:
    assert not budget.strict
    assert budget.counts_ties == budget.exact
    assert parity.overridden(budget, strict=True).counts_ties
    assert parity.overridden(budget, strict=None) == budget
