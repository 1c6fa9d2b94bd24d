"""Models that are trained already and travel in the package: the float graph and its history."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edgedigits import json_file
from edgedigits.bundle.run import DatasetCard
from edgedigits.errors import DataBad, check_known, damaged

FOLDER = Path(__file__).parent / "ready_made"
DEFAULT = "edge"
CARD_VERSION = 1
_CARD = {
    "sha256": str,
    "input_name": str,
    "output_name": str,
    "input_shape": [int],
    "run": {
        "model": str,
        "dataset": json_file.form_of(DatasetCard),
        "recipe": {"validation": (int, None)},
    },
}


@dataclass(frozen=True)
class Ready:
    """A trained model.

    Attributes:
        graph: a serialised GraphDef from `input_name` to `output_name`, variables frozen.
        card: how it was trained, and how it did on the test pictures, as its run's card says.
    """

    name: str
    path: Path
    graph: bytes
    card: dict[str, Any]

    @property
    def dataset(self) -> DatasetCard:
        """The pictures it was trained on."""
        return DatasetCard.from_json(self.card["run"]["dataset"])


def names() -> list[str]:
    """The models there are, in order."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def read(name: str) -> Ready:
    """The model of that name.

    Raises:
        WrongUse: there is none.
        DataBad: its file is not the one that was trained.
    """
    check_known("ready-made model", name, names())
    path, again = FOLDER / f"{name}.pb", "install edgedigits again"
    content = path.read_bytes() if path.is_file() else b""
    with damaged(path.with_suffix(".json"), again):
        card = json_file.read(path.with_suffix(".json"))
        json_file.check(card, _CARD)
    if hashlib.sha256(content).hexdigest() != card["sha256"]:
        raise DataBad(f"{path} is not the file that came with edgedigits", again)
    return Ready(name, path, content, card)
