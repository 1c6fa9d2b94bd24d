"""A TOML file that people write, and the line on which something stands, which no parser tells."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from edgedigits import json_file
from edgedigits.errors import DataBad, WrongUse

MOST_BYTES = 1_000_000
_TABLE = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*[=.]""")


def read(path: Path, example: str) -> tuple[str, dict[str, Any]]:
    """Its text and what it says. Errors give the example of what it should look like.

    Raises:
        DataBad: there is no such file.
        WrongUse: it is no TOML.
    """
    try:
        text = json_file.read_bytes(path, MOST_BYTES).decode("utf-8")
        return text, tomllib.loads(text)
    except FileNotFoundError as error:
        raise DataBad(f"{path} does not exist", example) from error
    except (OSError, ValueError, RecursionError) as error:
        raise WrongUse(f"{path} is not readable: {error}", example) from error


def where(path: Path, text: str, key: str, table: str | None = None) -> str:
    """File and line of a key, see `line_of`."""
    line = line_of(text, key, table)
    return f"{path}" if line is None else f"{path}, line {line}"


def line_of(text: str, key: str, table: str | None = None) -> int | None:
    """The line, from 1, where a key of a table (None for those above the first one) is given, or
    the table itself where that is the key; None where it is written in some rarer way."""
    here: str | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if (headed := _TABLE.match(line)) is not None:
            here = headed[1].strip("\"'")
            if table is None and here == key:
                return number
        named = _KEY.match(line) if here == table else None
        if named is not None and key in named.groups():
            return number
    return None
