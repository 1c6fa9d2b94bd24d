"""JSON that others wrote: read within a size, with nothing in it that a number or text cannot be.

JSON proper has no NaN and no end to the length of a number; both are refused here, and so are keys
that come twice, which two programs may read differently, and text that no file can hold.
"""

from __future__ import annotations

import dataclasses
import json
import math
import typing
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from types import NoneType
from typing import Any

MOST_BYTES = 16_000_000
_LARGEST = 2**63

Form = Any
"""What `misfit` holds content against: a type, a tuple of forms of which one must fit, a list of
one form for any number of entries, or a dict of the forms of the keys that there must be."""


def read(path: Path, most_bytes: int = MOST_BYTES) -> Any:
    """The content of a JSON file.

    Raises:
        ValueError: it is no JSON (or holds what this module refuses), or larger than `most_bytes`.
        OSError: it cannot be read.
    """
    return parse(read_bytes(path, most_bytes))


def read_bytes(path: Path, most_bytes: int = MOST_BYTES) -> bytes:
    """The bytes of a file; ValueError where they are more than `most_bytes`."""
    with path.open("rb") as file:
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise ValueError(f"it is larger than {most_bytes:,} bytes")
    return content


def parse(content: bytes | str) -> Any:
    """The content of a JSON text; ValueError where it is none that anybody may rely on."""
    text = content.decode("utf-8") if isinstance(content, bytes) else content
    try:
        found = json.loads(
            text,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_within_64_bits,
            object_pairs_hook=_once_each,
        )
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if "\\u" in text:
        # Half a surrogate pair can be escaped; UnicodeEncodeError is a ValueError.
        json.dumps(found, ensure_ascii=False).encode("utf-8")
    return found


def misfit(content: Any, form: Form, where: str = "it") -> str | None:
    """Where and how content differs from a form, in words; None where it fits.

    A bool is no number here, and a whole number is a float too.
    """
    if isinstance(form, tuple):
        found = [misfit(content, choice, where) for choice in form]
        return None if None in found else found[0]
    if isinstance(form, dict):
        if not isinstance(content, dict):
            return f"{where} is no object"
        if missing := [name for name in form if name not in content]:
            return f"{where} has no {missing[0]}"
        return _first(misfit(content[name], form[name], name) for name in form)
    if isinstance(form, list):
        if not isinstance(content, list):
            return f"{where} is no list"
        return _first(misfit(each, form[0], f"an entry of {where}") for each in content)
    if form is None:
        return None if content is None else f"{where} is not null"
    fits = isinstance(content, int | float) if form is float else isinstance(content, form)
    if fits and not (isinstance(content, bool) and form is not bool):
        return None
    return f"{where} is no {_WORDS[form]}"


def check(content: Any, form: Form, where: str = "it") -> None:
    """ValueError where `misfit` says that content differs from a form."""
    if (problem := misfit(content, form, where)) is not None:
        raise ValueError(problem)


def form_of(record: type) -> dict[str, Form]:
    """The form of a JSON object that has the fields of a dataclass of plain types."""
    forms = typing.get_type_hints(record)
    return {
        field.name: tuple(None if kind is NoneType else kind for kind in kinds)
        if (kinds := typing.get_args(forms[field.name]))
        else forms[field.name]
        for field in dataclasses.fields(record)
    }


_WORDS = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    dict: "object",
    list: "list",
}


def _first(problems: Iterable[str | None]) -> str | None:
    return next((problem for problem in problems if problem is not None), None)


def _no_constant(name: str) -> float:
    raise ValueError(f"it holds {name}, which is no number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"it holds a number that is too large ({digits[:20]})")
    return number


def _within_64_bits(digits: str) -> int:
    if len(digits) > 20 or not -_LARGEST <= (number := int(digits)) < _LARGEST:
        raise ValueError(f"it holds a number that is too large ({digits[:20]})")
    return number


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        ((twice, _),) = Counter(name for name, _ in pairs).most_common(1)
        raise ValueError(f"it says {twice[:40]!r} twice")
    return found
