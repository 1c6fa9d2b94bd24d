"""Verification of a bundle over all cores against its runtimes run one after another.

Usage: python benchmarks/verify.py [BUNDLE]   (./bundle unless told; export --scheme all first)
"""

from __future__ import annotations

import contextlib
import sys
from dataclasses import replace
from pathlib import Path

from timing import report, seconds

from edgedigits.bundle import bundle
from edgedigits.bundle.artifact import Artifact
from edgedigits.runtimes import runtimes
from edgedigits.runtimes.tensorflow.float_process import FloatProcess
from edgedigits.verification import unseen, verify

LIMIT = 0.55


def main() -> None:
    opened = bundle.read(Path(sys.argv[1] if len(sys.argv) > 1 else "bundle"))
    manifest = opened.manifest
    pictures = unseen.choose(manifest.recorded, None, data_dir=None, limit=None)
    images = pictures.split.images
    print(f"{len(manifest.artifacts)} artifacts, {len(images):,} pictures of {pictures.name}")
    some = manifest.artifacts[0]

    def reference(count: int = len(images)) -> None:
        with contextlib.closing(
            FloatProcess(manifest.reference, opened.folder, some.pixels, logits=some.logits)
        ) as model:
            model.probabilities(images[:count])

    # Importing TensorFlow, and LiteRT, belongs to neither side.
    reference(1)
    runtimes.open_runtime(runtimes.default_runtime(some.target), some, opened.folder).close()

    alone = {"float model": seconds(reference)}
    for artifact, name in verify.pairs(manifest.artifacts, None):

        def one(artifact: Artifact = artifact, name: str = name) -> None:
            runtime = runtimes.open_runtime(name, artifact, opened.folder)
            runtime.contract_violations()
            runtime.probabilities(images)
            runtime.close()

        alone[artifact.id] = seconds(one)
    for name, took in alone.items():
        print(f"  {name:16} {took:7.2f} s alone")
    together = seconds(lambda: verify.verify(replace(manifest), opened.folder, pictures))
    report("verification", together, "the same one after another", sum(alone.values()), LIMIT)


if __name__ == "__main__":
    main()
