"""What works on this machine, and the command that mends what does not.

Nothing heavy is imported into this process: versions come from the installed packages' metadata,
and whether a part really works is tried in a process of its own, with a time limit, so that a
library that crashes or hangs becomes a line in the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from edgedigits.doctor import packages, places, programs
from edgedigits.doctor.finding import Check
from edgedigits.errors import ExitCode


def examine(*, deep: bool = False, data_dir: Path | None = None) -> list[Check]:
    """Look at everything that edgedigits uses.

    Args:
        deep: also import TensorFlow and tensorflowjs, each in a process of its own (some 20 s).
        data_dir: where MNIST is to be looked for first.

    Returns:
        The checks, in the order in which they should be shown.
    """
    from concurrent.futures import ThreadPoolExecutor

    looks: list[Callable[[], Check]] = [
        packages.python,
        *(partial(packages.package, each) for each in (*packages.PACKAGES, packages.PROTOBUF)),
        *(partial(packages.imports, each) for each in packages.IMPORTED if deep),
        programs.litert,
        programs.gpu,
        programs.micro,
        programs.node,
        programs.compiler,
        programs.cortex_m,
        programs.playwright,
        programs.browser,
        packages.signing,
        places.strokes,
        partial(places.mnist, data_dir),
        places.cache,
        places.pictures,
        places.current_folder,
        places.disk,
    ]
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(_safely, looks))


def exit_code(checks: Iterable[Check]) -> ExitCode:
    """3 when something required is missing or broken, else 0."""
    failed = any(check.required and check.status in ("missing", "broken") for check in checks)
    return ExitCode.MACHINE_LACKS if failed else ExitCode.DONE


def _safely(look: Callable[[], Check]) -> Check:
    """A look that fails in an unforeseen way is a finding too."""
    try:
        return look()
    except Exception as error:
        function = look.func if isinstance(look, partial) else look
        name = getattr(function, "__name__", "check").strip("_").replace("_", " ")
        return Check(name, "broken", f"the check itself failed: {type(error).__name__}: {error}")
