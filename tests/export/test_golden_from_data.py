"""Golden pictures of somebody's own data, where they are asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import tampering
from command_line import Command

from edgedigits.bundle import bundle, golden
from edgedigits.datasets import datasets
from edgedigits.errors import ExitCode

LEAN = ("--target", "tfjs", "--scheme", "float32", "--limit", "60")
COUNT = 40


def test_they_are_test_pictures_and_must_be_answered_alike(
    export: Command, command: Command, pictures: Path, tmp_path: Path
) -> None:
    done = export(*LEAN, "--golden-from-data", str(COUNT))
    assert done.code == ExitCode.DONE, done.out + done.err
    folder = tmp_path / "bundle"
    manifest = bundle.read(folder).manifest
    assert manifest.golden_from_data == COUNT
    held = golden.read(folder, count=COUNT)
    test = datasets.load(str(pictures)).test
    of_test = dict(zip((image.tobytes() for image in test.images), test.labels, strict=True))
    assert [of_test[image.tobytes()] for image in held.images] == held.labels.tolist()

    verify = ("verify", folder, "--dataset", pictures, "--limit", 60)
    assert command(*verify, cwd=tmp_path).code == ExitCode.DONE
    # Whose pictures they are no longer says which; their answers still do.
    golden.write(
        golden.Golden(np.roll(held.images, 1, axis=0), held.labels, held.probabilities), folder
    )
    tampering.seal(folder, tampering.manifest(folder))
    broken = command(*verify, cwd=tmp_path)
    assert broken.code == ExitCode.DATA_BAD
    assert "are not those of the reference graph" in broken.err
    golden.write(held, folder)
    content = tampering.manifest(folder)
    del content["golden_from_data"]
    tampering.seal(folder, content)
    fewer = command(*verify, cwd=tmp_path)
    assert fewer.code == ExitCode.DATA_BAD
    assert "golden.npz" in fewer.err


def test_more_than_there_are_end_before_anything_is_written(
    export: Command, tmp_path: Path
) -> None:
    done = export(*LEAN, "--golden-from-data", "1000")
    assert done.code == ExitCode.WRONG_USE
    assert "1,000 golden ones are asked for" in done.err
    assert "--golden-from-data 32" in done.err
    assert not (tmp_path / "bundle").exists()
