"""Run a command and draw what it prints as an SVG, for the README.

Usage: python tools/terminal_picture.py OUT.svg COMMAND [ARGUMENT ...]
"""

from __future__ import annotations

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

WIDTH = 80
# Rich's own template loads fonts from another host; this one takes the viewer's monospace font.
TEMPLATE = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width;
}}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def main(out: Path, command: list[str]) -> int:
    """Write the picture; returns the exit code of the command."""
    environment = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(WIDTH)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True)
    typed = [Path(command[0]).name, *command[1:]]
    console.print(Text(f"$ {' '.join(typed)}", style="bold"), soft_wrap=True)
    console.print(Text.from_ansi(done.stdout.rstrip("\n")), soft_wrap=True)
    console.save_svg(str(out), title="", code_format=TEMPLATE, unique_id="edgedigits")
    print(done.stderr, end="", file=sys.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
