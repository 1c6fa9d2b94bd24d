"""What reasons and reports call a class: a digit by its number, any other by its label."""

from __future__ import annotations

from dataclasses import dataclass

DIGITS = tuple(str(digit) for digit in range(10))


@dataclass(frozen=True)
class ClassWords:
    """Names for classes, which statistics tell apart by their place alone.

    Attributes:
        labels: the names, in the model's order.
    """

    labels: tuple[str, ...] = DIGITS

    @property
    def noun(self) -> str:
        """What a class is."""
        return "digit" if self.labels == DIGITS else "class"

    def one(self, place: int) -> str:
        """A class in a sentence: `digit 3`, or its label in quotation marks."""
        return f"digit {place}" if self.labels == DIGITS else f'"{self.labels[place]}"'

    def short(self, place: int) -> str:
        """A class in a list, or no answer where the place is below 0."""
        return "no answer" if place < 0 else self.labels[place]
