"""Budgets from a TOML or JSON file."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import converters
from edgedigits.errors import DataBad, WrongUse, unknown

LIMITS = {
    "min_agreement": "min_agreement_percent",
    "max_drop": "max_drop_points",
    "max_difference": "max_difference",
    "max_variation": "max_variation",
    "max_temperature": "max_temperature",
    "max_class_drop": "max_class_drop_points",
}
"""Names in the file (and of the options) and in `parity.Budget`; percent and points."""
LEAST = {"max_temperature": 1.0}
"""Where a limit cannot be as low as 0: a temperature and its inverse are both held against it."""
EXAMPLE = "[int8]\\nmax_drop = 0.5"


def read(path: Path) -> dict[str, dict[str, float]]:
    """Limits by scheme, artifact id or `default`, for `verify.budgets_from`.

    Raises:
        WrongUse: the file is unreadable, or says something that is no limit.
    """
    try:
        text = path.read_text("utf-8")
        content: Any = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except FileNotFoundError as error:
        raise DataBad(f"{path} does not exist", f"a budget file looks like: {EXAMPLE}") from error
    except (OSError, ValueError) as error:
        raise WrongUse(f"{path} is not readable: {error}", f"it looks like: {EXAMPLE}") from error
    if not isinstance(content, dict):
        raise WrongUse(f"{path} holds no table of budgets", f"it looks like: {EXAMPLE}")
    return {key: _limits(path, key, table) for key, table in content.items()}


def _limits(path: Path, key: str, table: Any) -> dict[str, float]:
    keys = known_keys()
    if key not in keys:
        raise unknown("scheme", key, keys, f" to set a budget for in {path}")
    if not isinstance(table, dict):
        raise WrongUse(f"{path}: {key} is no table", f"it looks like: {EXAMPLE}")
    limits = {}
    for name, value in table.items():
        if name not in LIMITS:
            raise unknown("limit", name, list(LIMITS), f" in {path} ({key})")
        least = LEAST.get(name, 0.0)
        if isinstance(value, bool) or not isinstance(value, int | float) or not value >= least:
            raise WrongUse(f"{path}: {key}.{name} is {value!r}, not a number of {least:g} or more")
        limits[LIMITS[name]] = float(value)
    return limits


def known_keys() -> list[str]:
    """Everything a budget can be given for."""
    schemes = [(t.name, s.name) for t in converters.TARGETS.values() for s in t.schemes]
    return [
        "default",
        *dict.fromkeys(scheme for _, scheme in schemes),
        *(f"{target}-{scheme}" for target, scheme in schemes),
    ]
