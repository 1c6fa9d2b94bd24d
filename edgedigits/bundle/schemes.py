"""Which artifacts are asked for: the options `--target` and `--scheme`."""

from __future__ import annotations

from converters.targets import TARGETS
from edgedigits.errors import check_known

AUTO = "auto"


def wanted(target: str, scheme: str | None) -> dict[str, tuple[str, ...]]:
    """Schemes by target for the options `--target` and `--scheme` ("all", one, or several with
    commas). Without a scheme every target's default is meant; "all" leaves out targets and schemes
    that are made by name only, which may stand beside it; "auto" means every scheme, to choose
    from.

    Raises:
        WrongUse: a name that is none; the nearest one is suggested.
    """
    names = target.split(",")
    if "all" in names:
        named = [name for name in names if name != "all"]
        every = [target.name for target in TARGETS.values() if not target.by_name_only]
        names = list(dict.fromkeys([*every, *named]))
    for name in names:
        check_known("target", name, ["all", *TARGETS])
    rows = [TARGETS[name] for name in names]
    if scheme is None:
        return {row.name: (row.default_scheme,) for row in rows}
    known = {row.name: [known.name for known in row.schemes] for row in rows}
    if scheme == AUTO:
        return {name: tuple(schemes) for name, schemes in known.items()}
    asked = scheme.split(",")
    if "all" in asked:
        every = [each.name for row in rows for each in row.schemes if not each.by_name_only]
        asked = [name for name in asked if name != "all"] + every
    for name in asked:
        offered = sorted({each for schemes in known.values() for each in schemes})
        check_known("scheme", name, ["all", AUTO, *offered], f" for target {target}")
    chosen = {name: tuple(s for s in known[name] if s in asked) for name in known}
    return {name: schemes for name, schemes in chosen.items() if schemes}


def any_calibrated(schemes: dict[str, tuple[str, ...]]) -> bool:
    """Whether one of them needs calibration pictures."""
    return any(
        TARGETS[target].scheme(name).calibrated
        for target, names in schemes.items()
        for name in names
    )
