"""JSON of others is taken only where every reader must read the same in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from edgedigits import json_file


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("NaN", "NaN"),
        ("[-Infinity]", "Infinity"),
        ("1e999", "too large"),
        ("9223372036854775808", "too large"),
        ("1" * 5000, "too large"),
        ('{"verified": false, "verified": true}', "'verified' twice"),
        ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
        ('"\\ud800"', "surrogate"),
        ("{", "Expecting"),
    ],
)
def test_what_is_no_json_is_refused(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        json_file.parse(text)


@pytest.mark.parametrize("text", ["{}", '{"a": [1, -2.5, null, "\\u00e4", true]}', "-3e4"])
def test_json_proper_is_taken(text: str) -> None:
    json_file.parse(text)


def test_a_large_file_is_refused_by_its_size(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(" " * 101)
    with pytest.raises(ValueError, match="larger than 100 bytes"):
        json_file.read(tmp_path / "a.json", 100)


@dataclass(frozen=True)
class Card:
    name: str
    share: float
    count: int | None


FORM = {"card": json_file.form_of(Card), "more": [int]}


@pytest.mark.parametrize(
    ("card", "more", "says"),
    [
        ({"name": "a", "share": 1, "count": None}, [], None),
        ({"name": "a", "share": 0.5, "count": 3, "other": 0}, [1], None),
        ({"name": "a", "share": True, "count": 3}, [], "share is no number"),
        ({"name": "a", "share": 1, "count": 0.5}, [], "count is no whole number"),
        ({"name": None, "share": 1, "count": 1}, [], "name is no text"),
        ({"share": 1, "count": 1}, [], "card has no name"),
        ([], [], "card is no object"),
        ({"name": "a", "share": 1, "count": 1}, {}, "more is no list"),
        ({"name": "a", "share": 1, "count": 1}, [1, "2"], "an entry of more is no whole number"),
    ],
)
def test_content_is_held_against_its_form(card: object, more: object, says: str | None) -> None:
    assert json_file.misfit({"card": card, "more": more}, FORM) == says
