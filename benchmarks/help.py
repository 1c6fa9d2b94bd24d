"""`edgedigits --help` against `python -c "import typer"`."""

from __future__ import annotations

import sys
from pathlib import Path

from timing import command_seconds, report

RUNS = 20
LIMIT = 2.5


def main() -> None:
    command = Path(sys.executable).with_name("edgedigits")
    pairs = [
        (
            command_seconds([command, "--help"]),
            command_seconds([sys.executable, "-c", "import typer"]),
        )
        for _ in range(RUNS)
    ]
    ours, baseline = (min(column) for column in zip(*pairs, strict=True))
    report("edgedigits --help", ours, 'python -c "import typer"', baseline, LIMIT)


if __name__ == "__main__":
    main()
