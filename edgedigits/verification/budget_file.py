"""Budgets from a TOML or JSON file."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from converters import targets
from edgedigits import json_file
from edgedigits.errors import DataBad, WrongUse, check_known

LIMITS = {
    "min_agreement": "min_agreement_percent",
    "max_drop": "max_drop_points",
    "max_difference": "max_difference",
    "max_variation": "max_variation",
    "max_temperature": "max_temperature",
    "max_class_drop": "max_class_drop_points",
}
"""Names in the file (and of the options) and in `parity.Budget`; percent and points."""
STRICT = "strict"
"""The one entry that is no limit but yes or no."""
LEAST = {"max_temperature": 1.0}
"""Where a limit cannot be as low as 0: a temperature and its inverse are both held against it."""
MOST_BYTES = 100_000
LARGEST = 1e9
EXAMPLE = "[int8]\\nmax_drop = 0.5"


def read(path: Path) -> dict[str, dict[str, float | bool]]:
    """Limits by scheme, artifact id or `default`, for `verify.budgets_from`.

    Raises:
        WrongUse: the file is unreadable, or says something that is no limit.
    """
    try:
        content: Any = json_file.read(path, MOST_BYTES) if path.suffix == ".json" else _toml(path)
    except FileNotFoundError as error:
        raise DataBad(f"{path} does not exist", f"a budget file looks like: {EXAMPLE}") from error
    except (OSError, ValueError, RecursionError) as error:
        raise WrongUse(f"{path} is not readable: {error}", f"it looks like: {EXAMPLE}") from error
    if not isinstance(content, dict):
        raise WrongUse(f"{path} holds no table of budgets", f"it looks like: {EXAMPLE}")
    return {key: _limits(path, key, table) for key, table in content.items()}


def _toml(path: Path) -> Any:
    return tomllib.loads(json_file.read_bytes(path, MOST_BYTES).decode("utf-8"))


def _limits(path: Path, key: str, table: Any) -> dict[str, float | bool]:
    check_known("scheme", key, known_keys(), f" to set a budget for in {path}")
    if not isinstance(table, dict):
        raise WrongUse(f"{path}: {key} is no table", f"it looks like: {EXAMPLE}")
    limits: dict[str, float | bool] = {}
    for name, value in table.items():
        check_known("limit", name, [*LIMITS, STRICT], f" in {path} ({key})")
        if name == STRICT:
            if not isinstance(value, bool):
                raise WrongUse(f"{path}: {key}.{name} is neither true nor false")
            limits[STRICT] = value
            continue
        least = LEAST.get(name, 0.0)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not least <= value <= LARGEST:
            raise WrongUse(f"{path}: {key}.{name} is not a number of {least:g} or more")
        limits[LIMITS[name]] = float(value)
    return limits


def known_keys() -> list[str]:
    """Everything a budget can be given for."""
    schemes = [(t.name, s.name) for t in targets.TARGETS.values() for s in t.schemes]
    return [
        "default",
        *dict.fromkeys(scheme for _, scheme in schemes),
        *(f"{target}-{scheme}" for target, scheme in schemes),
    ]
