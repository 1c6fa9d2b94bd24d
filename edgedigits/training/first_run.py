"""Which pictures a first run trains on."""

from __future__ import annotations

from pathlib import Path

from edgedigits.errors import DataBad

EPOCHS = 12
"""A fifth of the recipe: a first run is to be over in two minutes or three."""

OUTLIERS = 12
"""Pictures of no digit in every step of the first training."""


def choose_dataset(data_dir: Path | None) -> tuple[str, str]:
    """MNIST where it can be had, else `strokes`: the data set to load, and the reason in words."""
    from edgedigits.datasets import mnist, mnist_download

    place = mnist.locate(data_dir)
    if place is not None:
        return "mnist", f"its files are in {place.folder}"
    try:
        place = mnist_download.fetch(mnist.cache_folder())
    except DataBad:
        return "strokes", "MNIST is not on this machine and no mirror of it could be reached"
    return "mnist", f"it was downloaded to {place.folder}"
