"""A network that is described in place of being named: `edge: 6x6/3 16, 3x3 32, average`.

Before the colon stands the model whose recipe it is trained by; after it are the layers, as
`convolutions` builds them. The same line is what `edgedigits train --model` takes, what a
specification's table comes to, and what the card of a run says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from edgedigits.datasets.dataset import SIDE
from edgedigits.errors import WrongUse, check_known, nearest
from edgedigits.models.architecture import CLASSES, Architecture
from edgedigits.models.convolutions import Convolution, classifier, words

MARK = ":"
AVERAGE = "average"
HEADS = ("flatten", AVERAGE)
"""What the last layer weighs: every value, or each filter's average."""
DROPOUT = "dropout"
LIMITS: dict[str, tuple[float, float]] = {
    "filters": (1, 1024),
    "size": (1, SIDE),
    "stride": (1, SIDE),
    DROPOUT: (0, 0.9),
}
MOST_CONVOLUTIONS = 16
MOST_PARAMETERS = 20_000_000
EXAMPLE = f"such as: edge{MARK} 6x6/3 16, 3x3 32, 3x3 48, average, {DROPOUT} 0.2"
_CONVOLUTION = re.compile(r"(?:(\d{1,2})x(\d{1,2})(?:/(\d{1,2}))? )?(\d{1,4})")
_DROPOUT = re.compile(rf"{DROPOUT} (\d*\.?\d+)")


@dataclass(frozen=True)
class Network:
    """Convolutions and a head.

    Attributes:
        recipe: name of the model that it is trained as; of its layers nothing is taken.
        head: one of `HEADS`.
        dropout: share of the values before the last layer that training leaves out at random.
    """

    recipe: str
    convolutions: tuple[Convolution, ...]
    head: str = HEADS[0]
    dropout: float = 0.0

    @property
    def text(self) -> str:
        """The line that `read` reads, the same for networks that are the same."""
        parts = [each.word for each in self.convolutions]
        parts += [self.head] * (self.head != HEADS[0])
        dropout = f"{self.dropout:.4f}".rstrip("0")
        parts += [f"{DROPOUT} {dropout}"] * (float(dropout) > 0)
        return f"{self.recipe}{MARK} {', '.join(parts)}"

    @property
    def values(self) -> int:
        """How many values the last layer weighs."""
        area = 1 if self.head == AVERAGE else self._sides()[-1] ** 2
        return self.convolutions[-1].filters * area

    @property
    def parameters(self) -> int:
        """Of the network for digits: kernels, four numbers of normalisation a filter, the head."""
        filters = [1, *(each.filters for each in self.convolutions)]
        kernels = [
            each.size**2 * before * each.filters
            for before, each in zip(filters, self.convolutions, strict=False)
        ]
        return sum(kernels) + 4 * sum(filters[1:]) + (self.values + 1) * CLASSES

    def check(self) -> None:
        """Refuse what cannot be built.

        Raises:
            WrongUse: a number is out of its limits, nothing is left of the picture, or the weights
                would fill the memory.
        """
        if not 1 <= len(self.convolutions) <= MOST_CONVOLUTIONS:
            self._refuse(f"has {len(self.convolutions)} convolutions, not 1 to {MOST_CONVOLUTIONS}")
        for each in self.convolutions:
            for name in ("filters", "size", "stride"):
                least, most = LIMITS[name]
                if not least <= getattr(each, name) <= most:
                    self._refuse(f"says {each.word}: {name} is from {least:g} to {most:,g}")
        least, most = LIMITS[DROPOUT]
        if not least <= self.dropout <= most:
            self._refuse(f"leaves out {self.dropout:g}: {DROPOUT} is from {least:g} to {most:g}")
        self._sides()
        if self.parameters > MOST_PARAMETERS:
            self._refuse(f"has {self.parameters:,} parameters, more than {MOST_PARAMETERS:,}")

    def _sides(self) -> list[int]:
        """Side of the picture, and of what each convolution leaves of it."""
        sides = [SIDE]
        for turn, each in enumerate(self.convolutions, start=1):
            if each.size > sides[-1]:
                left = f"{sides[-1]}x{sides[-1]}"
                self._refuse(f"leaves {left} for convolution {turn}, which is {each.word}")
            sides.append((sides[-1] - each.size) // each.stride + 1)
        return sides

    def _refuse(self, why: str) -> NoReturn:
        raise WrongUse(f"{self.text!r} {why}", EXAMPLE)


def read(text: str, known: Mapping[str, Architecture]) -> Network:
    """The network of a line, to be trained as one of the models that are known.

    Raises:
        WrongUse: the line says something that is unknown, or impossible.
    """
    recipe, _, said = text.partition(MARK)
    recipe = recipe.strip()
    check_known("model", recipe, known)
    parts = [" ".join(each.split()) for each in said.split(",")]
    dropout, head = 0.0, HEADS[0]
    # The last layers come last, each once.
    if (dropped := _DROPOUT.fullmatch(parts[-1])) is not None:
        dropout = float(dropped[1])
        del parts[-1]
    if parts[-1:] and parts[-1] in HEADS:
        head = parts.pop()
    network = Network(recipe, tuple(_convolution(each, text) for each in parts), head, dropout)
    network.check()
    return network


def _convolution(part: str, text: str) -> Convolution:
    found = _CONVOLUTION.fullmatch(part)
    if found is None or found[1] != found[2]:
        first = part.partition(" ")[0]
        near = nearest(first, [*HEADS, DROPOUT])
        meant = f"; did you mean {near}?" if near and near != first else ""
        raise WrongUse(f"{part!r} in {text!r} is no convolution{meant}", EXAMPLE)
    return Convolution(int(found[4]), int(found[1] or 3), int(found[3] or 1))


def architecture(text: str, known: Mapping[str, Architecture]) -> Architecture:
    """The architecture of a line.

    Raises:
        WrongUse: see `read`.
    """
    network = read(text, known)

    def build(classes: int = CLASSES) -> Any:
        return classifier(
            "network",
            network.convolutions,
            classes,
            head="average" if network.head == AVERAGE else "flatten",
            dropped=network.dropout,
        )

    averaged = ", average" if network.head == AVERAGE else ""
    return Architecture(
        name=network.text,
        summary=f"layers of one's own, trained as {network.recipe}",
        layers=f"{words(network.convolutions)}{averaged}, {network.values:,} -> {CLASSES}",
        parameters=network.parameters,
        sees=f"{SIDE}x{SIDE}",
        logits=False,
        recipe=known[network.recipe].recipe,
        expected_percent=(0.0, 100.0),
        build=build,
    )
