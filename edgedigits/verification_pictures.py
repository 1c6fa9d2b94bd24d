"""Which pictures a bundle is verified on."""

from __future__ import annotations

from pathlib import Path

from edgedigits import datasets
from edgedigits.bundle import Manifest
from edgedigits.errors import DataBad
from edgedigits.verify import Pictures


def choose(
    manifest: Manifest, spec: str | None, *, data_dir: Path | None, limit: int | None
) -> Pictures:
    """Load the pictures to verify on: the data set of the bundle unless another is named.

    Of a set with official test pictures, and of the one a model was trained on, only the test split
    counts. Of any other all pictures do: the model has seen none of them.

    Raises:
        DataBad: they are missing or corrupt, or the bundle's own data set has changed.
    """
    recorded = manifest.dataset
    own = spec is None or spec == recorded["spec"]
    dataset = datasets.load(
        spec or recorded["spec"],
        data_dir=data_dir,
        seed=recorded["seed"] if own else 0,
        samples=recorded["samples"] if own else None,
    )
    if spec is None and dataset.fingerprint != recorded["fingerprint"]:
        raise DataBad(
            f"{recorded['spec']} is not the data set this bundle was made with",
            f"say that you mean these pictures: --dataset {recorded['spec']}",
        )
    seen = recorded["trained_on"] and dataset.fingerprint == recorded["fingerprint"]
    split = dataset.test if dataset.official_test or seen else dataset.everything()
    return Pictures(dataset.name, dataset.fingerprint, split.take(slice(limit)))
