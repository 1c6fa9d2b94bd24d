"""Large tables of answers lie in a file without a name, and take no memory where nobody looks."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

from edgedigits.errors import ExitCode, MachineLacks
from edgedigits.verification.running import answer_table


@pytest.mark.parametrize("held", [0, 1 << 20], ids=["file", "memory"])
def test_it_begins_without_answers_and_keeps_them(
    monkeypatch: pytest.MonkeyPatch, held: int
) -> None:
    monkeypatch.setattr(answer_table, "HELD_BYTES", held)
    table = answer_table.make(5_000, 7)
    assert table.dtype == np.float32
    assert np.isnan(table).all()
    table[4_990:5_000] = 0.5
    answer_table.let_go(table)
    some, rest = np.split(table, [4_995])
    answer_table.let_go(some)
    assert (table[4_990:] == 0.5).all()
    assert (rest == 0.5).all()
    assert int(np.isnan(table).sum()) == 4_990 * 7


def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch, tiny_disk: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tiny_disk))
    monkeypatch.setattr(answer_table, "HELD_BYTES", 0)
    with pytest.raises(MachineLacks, match=r"cannot be stored there \(No space left") as no:
        answer_table.make(10_000, 100)
    assert no.value.exit_code == ExitCode.MACHINE_LACKS
    assert list(tiny_disk.iterdir()) == []


MEASURED = """
import sys
import tempfile
from pathlib import Path
from edgedigits.verification.running import answer_table

def most():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))

if sys.argv[1] == "memory":
    answer_table.HELD_BYTES = 1 << 40
before = most()
tables = [answer_table.make(40_000, 1_000) for _ in range(2)]
print((most() - before) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells how much memory was used at most")
@pytest.mark.parametrize("place", ["file", "memory"])
def test_thousands_of_classes_take_no_memory(place: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, place], capture_output=True, text=True, check=True
    )
    megabytes = int(done.stdout)
    assert megabytes < 100 if place == "file" else megabytes > 250
