"""Which tests go to the same worker of pytest-xdist, and in which order."""

from __future__ import annotations

from collections import Counter

import pytest

LONG = ("qat", "browser", "training", "test_resume", "tfjs-browser", "signs")
"""Groups of tests that take long, in the order of pytest-xdist's workers: the first ones start from
different things, so that no worker waits for what another one makes."""


def group_of(item: pytest.Item) -> str:
    """What a module makes once is made by one worker, unless a group spans several modules."""
    marker = item.get_closest_marker("xdist_group")
    return str(marker.args[0]) if marker else item.path.stem


def group_for_workers(items: list[pytest.Item]) -> None:
    """Groups of tests for pytest-xdist's workers: the long ones first, then those of many tests."""
    groups = {item: group_of(item) for item in items}
    for item, name in groups.items():
        item.add_marker(pytest.mark.xdist_group(name))
    sizes = Counter(groups.values())
    places = {name: place - len(LONG) for place, name in enumerate(LONG)}
    items.sort(key=lambda item: (places.get(groups[item], 0), -sizes[groups[item]]))
