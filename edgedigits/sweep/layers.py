"""A network whose layers are searched: a table in place of the name of a model.

Its keys become axes beside the settings', such as `filters_2` of the second convolution, and one
value of each of them is a network again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from edgedigits.errors import WrongUse, check_known
from edgedigits.models import models, network
from edgedigits.models.convolutions import Convolution
from edgedigits.models.network import Network
from edgedigits.sweep.axes import Axis, AxisReader, Kind

MODEL = "model"
CONVOLUTIONS = "convolutions"
PARTS = {
    "filters": Kind(limits=network.LIMITS["filters"]),
    "size": Kind(limits=network.LIMITS["size"]),
    "stride": Kind(limits=network.LIMITS["stride"]),
}
"""Of a convolution; the last two need not be said."""
LAYERS = {
    "recipe": Kind(models.MODELS),
    "head": Kind(network.HEADS),
    network.DROPOUT: Kind(limits=network.LIMITS[network.DROPOUT], whole=False),
}
EXAMPLE = (
    'such as: model = { recipe = "edge", convolutions = [{ filters = [8, 16], size = 5 }] }; '
    'or by name: model = "edge"'
)

Where = Callable[[str], str]
"""Tells file and line of a key of the table."""


def axes(table: dict[str, Any], where: Where, ranged: bool) -> Iterator[tuple[str, Axis]]:
    """The axes of a table.

    Raises:
        WrongUse: it says something that is unknown or impossible.
    """
    for key in table:
        check_known("model key", key, [*LAYERS, CONVOLUTIONS], f" in {where(key)}")
    listed = table.get(CONVOLUTIONS)
    if "recipe" not in table or not isinstance(listed, list) or not listed:
        what = f"a model that is no name says recipe and {CONVOLUTIONS}"
        raise WrongUse(f"{where(CONVOLUTIONS)}: {what}", EXAMPLE)
    for key, kind in LAYERS.items():
        if key in table:
            yield key, AxisReader(key, kind, where(key), ranged).axis(table[key])
    for turn, each in enumerate(listed, start=1):
        at = f"{where(CONVOLUTIONS)}, convolution {turn}"
        if not isinstance(each, dict) or "filters" not in each:
            raise WrongUse(f"{at}: it says no filters", EXAMPLE)
        for key, value in each.items():
            check_known("convolution key", key, PARTS, f" in {at}")
            yield _numbered(key, turn), AxisReader(key, PARTS[key], at, ranged).axis(value)


def told(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings in which the values of a table's axes have become a model, in a line.

    Raises:
        WrongUse: it cannot be built.
    """
    if "recipe" not in settings:
        return settings
    rest = dict(settings)
    convolutions: list[Convolution] = []
    while (filters := rest.pop(_numbered("filters", len(convolutions) + 1), None)) is not None:
        turn = len(convolutions) + 1
        size = rest.pop(_numbered("size", turn), Convolution.size)
        stride = rest.pop(_numbered("stride", turn), Convolution.stride)
        convolutions.append(Convolution(filters, size, stride))
    others = {key: rest.pop(key) for key in LAYERS if key in rest}
    built = Network(convolutions=tuple(convolutions), **others)
    built.check()
    return {MODEL: built.text, **rest}


def _numbered(part: str, turn: int) -> str:
    return f"{part}_{turn}"
