"""Options of `edgedigits export` in groups."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edgedigits.commands import options
from edgedigits.errors import WrongUse, check_known

if TYPE_CHECKING:
    from edgedigits.export.choosing.automatic import Limits
    from edgedigits.export.told import Told


@dataclass(frozen=True)
class ModelOptions:
    """What somebody else's model takes and answers, which it does not say itself."""

    input_range: Annotated[
        str | None,
        typer.Option(help="LOW,HIGH: what pixels 0 and 255 are to a SavedModel.", metavar="L,H"),
    ] = None
    mean: Annotated[
        str | None,
        typer.Option(help="R,G,B: taken off what --input-range gives.", metavar="R,G,B"),
    ] = None
    std: Annotated[
        str | None, typer.Option(help="R,G,B: what the rest is divided by.", metavar="R,G,B")
    ] = None
    bgr: Annotated[bool, typer.Option("--bgr", help="Its channels are blue, green, red.")] = False
    fit: Annotated[
        str | None,
        typer.Option(help="How photos become what it takes: stretch, crop, pad or digit."),
    ] = None
    labels: Annotated[
        Path | None, typer.Option(help="File with the names of its classes, a line each.")
    ] = None
    signature: Annotated[str | None, typer.Option(help="Signature of a SavedModel.")] = None
    output: Annotated[
        str | None, typer.Option(help="Which of several outputs answers with classes.")
    ] = None
    logits: Annotated[bool, typer.Option("--logits", help="A SavedModel answers with logits.")] = (
        False
    )

    def told(self) -> Told:
        """The same, read."""
        from edgedigits.export.told import Told
        from edgedigits.picture.form import FITS

        if self.fit is not None:
            check_known("fit", self.fit, FITS)
        std = options.numbers(self.std, "--std")
        if any(number <= 0 for number in std):
            raise WrongUse(f"--std {self.std} is not above 0", "such as: --std 0.5,0.5,0.5")
        return Told(
            options.pair(self.input_range, "--input-range"),
            options.numbers(self.mean, "--mean"),
            std,
            self.bgr,
            self.fit,
            self.labels,
            self.signature,
            self.output,
            self.logits,
        )


@dataclass(frozen=True)
class ChoiceOptions:
    """What is done where a scheme breaks its budget, and which artifact is taken of several."""

    repair: Annotated[
        bool,
        typer.Option("--repair", help="Where a scheme breaks its budget, try it in other ways."),
    ] = False
    attempts: Annotated[
        int | None,
        typer.Option(min=1, max=200, help="With --repair: at most so many for each artifact (24)."),
    ] = None
    max_bytes: Annotated[
        int | None, typer.Option(min=1, help="With --scheme auto: most bytes of an artifact.")
    ] = None
    max_us: Annotated[
        float | None,
        typer.Option(min=0, help="With --scheme auto: most microseconds for a picture, on here."),
    ] = None

    def check(self, scheme: str | None, targets: Collection[str], *, verify: bool) -> None:
        """Refuse what does not go together."""
        from edgedigits.bundle.schemes import AUTO

        if (self.repair or scheme == AUTO) and not verify:
            said = "--repair mends" if self.repair else "--scheme auto chooses among"
            raise WrongUse(f"{said} what --no-verify does not look at", "leave one out")
        if self.attempts is not None and not self.repair:
            raise WrongUse("--attempts is of what --repair tries", "say --repair too")
        if (self.max_bytes is not None or self.max_us is not None) and scheme != AUTO:
            raise WrongUse("--max-bytes and --max-us choose a scheme", "say --scheme auto too")
        if self.max_us is not None:
            from edgedigits.bench import one_picture

            one_picture.check_targets(targets)

    def limits(self, scheme: str | None) -> Limits | None:
        """What an artifact may be at most; None where the schemes are named."""
        from edgedigits.bundle.schemes import AUTO

        if scheme != AUTO:
            return None
        from edgedigits.bench import one_picture
        from edgedigits.export.choosing.automatic import Limits

        return Limits(self.max_bytes, self.max_us, one_picture.microseconds)
