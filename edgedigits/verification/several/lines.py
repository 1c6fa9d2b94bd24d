"""On which line of a TOML file something stands, which its parser does not tell."""

from __future__ import annotations

import re

_TABLE = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*[=.]""")


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
