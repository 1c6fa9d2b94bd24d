"""Options that several commands share, and how their values are read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from edgedigits.errors import WrongUse

if TYPE_CHECKING:
    from edgedigits.verification.verify import Budgets

DataDir = Annotated[
    Path | None,
    typer.Option(help="Folder that holds MNIST; otherwise EDGEDIGITS_DATA, then the cache."),
]
Limit = Annotated[int | None, typer.Option(min=1, help="Only N pictures, drawn at random.")]
Backend = Annotated[
    str | None,
    typer.Option(help="What runs TensorFlow.js: wasm, cpu; in a browser also webgl, webgpu."),
]
JsonFile = Annotated[Path | None, typer.Option("--json", help="Write the results as JSON.")]
BudgetFile = Annotated[
    Path | None,
    typer.Option("--budget", help="TOML or JSON file with limits by scheme, artifact or default."),
]
MaxDrop = Annotated[
    float | None, typer.Option(min=0, help="Most accuracy points an artifact may lose.")
]
MinAgreement = Annotated[
    float | None,
    typer.Option(min=0, max=100, help="Least percent of answers that must stay the same."),
]
MaxDifference = Annotated[
    float | None, typer.Option(min=0, help="Largest difference a probability may have.")
]
MaxVariation = Annotated[
    float | None,
    typer.Option(min=0, help="Most that a picture's probabilities may move on average, in 0..1."),
]
MaxTemperature = Annotated[
    float | None,
    typer.Option(min=1, help="Most by which logits may seem divided, or multiplied: 1.25."),
]
MaxClassDrop = Annotated[
    float | None, typer.Option(min=0, help="Most accuracy points that one digit may surely lose.")
]
AllowInconclusive = Annotated[
    bool, typer.Option("--allow-inconclusive", help='Let "not enough pictures" pass.')
]


def budgets(
    path: Path | None,
    max_drop: float | None,
    min_agreement: float | None,
    max_difference: float | None,
    max_variation: float | None,
    max_temperature: float | None,
    max_class_drop: float | None,
) -> Budgets:
    """The budgets that these options ask for; the command line goes before the file."""
    from edgedigits.verification import budget_file
    from edgedigits.verification.verify import budgets_from

    given = {
        "max_drop_points": max_drop,
        "min_agreement_percent": min_agreement,
        "max_difference": max_difference,
        "max_variation": max_variation,
        "max_temperature": max_temperature,
        "max_class_drop_points": max_class_drop,
    }
    overrides: dict[str, Mapping[str, float]] = dict(budget_file.read(path)) if path else {}
    line = {name: value for name, value in given.items() if value is not None}
    if line:
        overrides = {key: {**limits, **line} for key, limits in overrides.items()}
        overrides["default"] = {**overrides.get("default", {}), **line}
    return budgets_from(overrides)


def pair(text: str | None, option: str) -> tuple[float, float] | None:
    """Two different numbers with a comma between them."""
    if text is None:
        return None
    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError as error:
        raise WrongUse(f"{option} {text!r} is not LOW,HIGH", f"such as: {option} 0,1") from error
    if not abs(high - low) > 0 or abs(high) + abs(low) > 1e6:
        raise WrongUse(f"{option} {text!r} is no range", f"such as: {option} 0,1")
    return low, high


def keep_tensorflow_quiet() -> None:
    """Hold TensorFlow's own chatter back wherever it gets imported from now on."""
    from edgedigits import quiet

    quiet.keep_native_stderr_back()


def start_tensorflow() -> Any:
    """Import TensorFlow without its chatter, before a progress bar is on the screen."""
    from edgedigits import quiet

    quiet.keep_native_stderr_back()
    return quiet.import_tensorflow()
