"""The form that a picture is brought into before a model sees it."""

from __future__ import annotations

from dataclasses import dataclass

from edgedigits.picture.fit import SIDE

DIGIT_FIT = "digit"
SPECIFICATION = 3
"""Counted up when docs/picture.md makes other bytes of any picture: what was made by another
count is made again."""
FITS = (DIGIT_FIT, "stretch", "crop", "pad")


@dataclass(frozen=True)
class Form:
    """Size and colours of the pictures that a model takes, and how any picture becomes one.

    Attributes:
        height: in pixels.
        width: in pixels.
        channels: 1 for grey, 3 for red, green and blue.
        fit: `digit` finds the ink and centres it (see `picture`); `stretch` fills height and width,
            `crop` takes the middle, `pad` leaves the whole picture and fills up what is over.
    """

    height: int = SIDE
    width: int = SIDE
    channels: int = 1
    fit: str = DIGIT_FIT

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one picture `uint8`: `[H, W]` in grey, `[H, W, 3]` in colour."""
        plane = (self.height, self.width)
        return plane if self.channels == 1 else (*plane, self.channels)

    def __str__(self) -> str:
        return f"{self.height}x{self.width} {'grey' if self.channels == 1 else 'colour'}"


DIGIT = Form()
"""What models of handwritten digits take: 28x28, grey, ink bright on dark, centred by mass."""
