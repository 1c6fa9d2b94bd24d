"""`edgedigits export` onto a disk that fills up in the middle of it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from command_line import Command

from edgedigits.bundle import bundle
from edgedigits.errors import ExitCode

ALL = ("--target", "all", "--scheme", "float32", "--no-verify")


# 600 kB end in the TFLite file, 900 kB in the TensorFlow.js shard, which TensorFlow
# writes through a file system layer with errors of its own.
@pytest.mark.parametrize("kilobytes", [600, 900])
def test_a_disk_that_fills_up_is_named_and_the_former_bundle_is_intact(
    export: Command, tiny_disk: Path, kilobytes: int
) -> None:
    resize(tiny_disk, 5000)
    out = tiny_disk / "bundle"
    small = ("--target", "tflite", "--scheme", "dynamic", "--no-verify")
    first = export(*small, "--out", out, cwd=tiny_disk)
    assert first.code == 0, first.err
    resize(tiny_disk, kilobytes + 520)
    done = export(*ALL, "--out", out, cwd=tiny_disk)
    assert done.code == ExitCode.MACHINE_LACKS
    assert "the disk is full" in done.error[0]
    assert "df -h" in done.error[1]
    assert [artifact.id for artifact in bundle.read(out).manifest.artifacts] == ["tflite-dynamic"]
    assert [path.name for path in tiny_disk.iterdir()] == ["bundle"]


def resize(disk: Path, kilobytes: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={kilobytes}k", disk], check=True)
