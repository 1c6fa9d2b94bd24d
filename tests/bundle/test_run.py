"""A run's card is checked once, where the run is opened."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import Command
from fuzz_samples import run_card

from edgedigits.bundle import run
from edgedigits.errors import DataBad, ExitCode

Card = dict[str, Any]
BROKEN: list[tuple[str, Callable[[Card], object], str]] = [
    ("no version", lambda card: card.pop("schema_version"), "another version"),
    ("no model", lambda card: card.pop("model"), "it has no model"),
    ("a number for a model", lambda card: card.update(model=3), "model is no text"),
    ("no data set", lambda card: card.update(dataset=None), "dataset is no object"),
    ("no seed", lambda card: card["dataset"].pop("seed"), "dataset has no seed"),
    ("a seed below 0", lambda card: card["dataset"].update(seed=-1), "below 0"),
    (
        "10^12 samples",
        lambda card: card["dataset"].update(samples=10**12),
        "a data set of 1,000,000,000,000 samples",
    ),
    ("no samples", lambda card: card["dataset"].update(samples=0), "a data set of 0 samples"),
    ("words for a share", lambda card: card["recipe"].update(validation="a"), "validation is no"),
    ("a share below 0", lambda card: card["recipe"].update(validation=-5), "below 0"),
    ("a number for labels", lambda card: card.update(labels=3), "labels is no list"),
    ("one label", lambda card: card.update(labels=["A"]), "1 names of classes"),
    ("a label twice", lambda card: card.update(labels=["A", "A"]), "'A' is there twice"),
    ("NaN", lambda card: card["test"]["accuracy"].update(percent=float("nan")), "NaN"),
]


def written(folder: Path, content: object) -> Path:
    (folder / run.CARD).write_text(json.dumps(content))
    return folder


def test_a_whole_card_is_taken(tmp_path: Path) -> None:
    assert run.open_run(written(tmp_path, run_card())).dataset.samples == 1000


def test_what_later_versions_may_add_is_let_be(tmp_path: Path) -> None:
    card = run_card()
    card["dataset"]["more"] = card["more"] = 1
    assert run.open_run(written(tmp_path, card)).dataset.seed == 0


def test_a_card_without_labels_is_of_digits(tmp_path: Path) -> None:
    assert run.open_run(written(tmp_path, run_card())).labels == tuple("0123456789")
    signs = run_card() | {"labels": ["β", "A"]}
    assert run.open_run(written(tmp_path, signs)).labels == ("β", "A")


@pytest.mark.parametrize(("change", "says"), [b[1:] for b in BROKEN], ids=[b[0] for b in BROKEN])
def test_a_broken_card_is_told(
    change: Callable[[Card], object], says: str, tmp_path: Path, command: Command
) -> None:
    card = run_card()
    change(card)
    with pytest.raises(DataBad, match=r"run\.json") as caught:
        run.open_run(written(tmp_path, card))
    assert says in caught.value.message
    done = command("plot", "history", tmp_path, cwd=tmp_path)
    assert done.code == ExitCode.DATA_BAD
    assert len(done.error) == 2


@pytest.mark.parametrize("content", [[], None, 3, "run", {}])
def test_a_card_that_is_none_is_told(content: object, tmp_path: Path) -> None:
    with pytest.raises(DataBad, match="another version"):
        run.open_run(written(tmp_path, content))
