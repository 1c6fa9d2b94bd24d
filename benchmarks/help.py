"""`edgedigits --help` against `python -c "import typer"`."""

from __future__ import annotations

import sys
from pathlib import Path

from timing import commands_in_turns, report

RUNS = 20
LIMIT = 2.0


def main() -> None:
    command = Path(sys.executable).with_name("edgedigits")
    importing = [sys.executable, "-c", "import typer"]
    ours, baseline = commands_in_turns([command, "--help"], importing, RUNS)
    report("edgedigits --help", ours, 'python -c "import typer"', baseline, LIMIT)


if __name__ == "__main__":
    main()
