"""What targets are asked for to convert a model, and the artifact that comes of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from converters.base import Card, Conversion, Converted
from edgedigits.bundle import calibration, contract, golden
from edgedigits.bundle.artifact import Artifact, record
from edgedigits.export.source import Source
from edgedigits.picture.c_source import c_source
from edgedigits.picture.form import DIGIT_FIT


def of(
    source: Source,
    chosen: calibration.Calibration | None,
    folder: Path,
    *,
    compact: bool,
    metadata: bool,
) -> Conversion:
    """What every target is asked for alike; its schemes and its own folder are still to be said."""
    shape = (-1, *source.model.input_shape)
    return Conversion(
        source.model,
        (),
        folder,
        _card(source),
        calibration=chosen.values.reshape(shape) if chosen else None,
        probes=source.pixels.values(_probes(source)).reshape(shape),
        compact=compact,
        metadata=metadata,
        sources=c_source(source.pixels.form),
        quantized={},
    )


def _probes(source: Source) -> NDArray[np.uint8]:
    """Pictures that a compact file must answer as the plain one does: the golden ones, and the
    same laid over each other, of which a model is so unsure that any change shows in its answer."""
    images = golden.pictures(source.pixels.form, source.classes)[0]
    mixed = (images.astype(np.uint16) + np.roll(images, 1, axis=0)) // 2
    return np.concatenate([images, mixed.astype(np.uint8)])


def artifact(target: str, converted: Converted, source: Source, staged: Path) -> Artifact:
    """The artifact of files that were written below the folder of a staged bundle."""
    return Artifact(
        target=target,
        scheme=converted.scheme,
        entry=converted.files[0].relative_to(staged).as_posix(),
        files=tuple(record(path, staged) for path in converted.files),
        input=converted.input,
        output=converted.output,
        pixels=source.pixels,
        labels=source.classes,
        classes=source.classes,
        logits=source.logits,
        finish=converted.finish,
    )


def _card(source: Source) -> Card:
    name, pixels = source.architecture or source.name, source.pixels
    drawn = "handwritten signs" if pixels.form.fit == DIGIT_FIT else "classes"
    return Card(
        name=f"edgedigits {name}",
        description="Handwritten digits"
        if source.of_digits
        else f"{len(source.classes):,} {drawn}",
        labels=source.classes,
        input_limits=pixels.limits,
        input_description=contract.input_words(pixels),
        output_description=contract.output_words(logits=source.logits),
        facts=contract.facts(pixels, source.classes, logits=source.logits),
        size=(pixels.form.height, pixels.form.width),
        channels=pixels.form.channels,
        bgr=pixels.bgr,
        logits=source.logits,
    )
