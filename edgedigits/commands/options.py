"""Options that several commands share, and how their values are read."""

from __future__ import annotations

import inspect
import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from edgedigits.errors import WrongUse
from edgedigits.foreign_text import visible

if TYPE_CHECKING:
    from edgedigits.reading.predictor import Predictor
    from edgedigits.verification.verify import Budgets

DataDir = Annotated[
    Path | None,
    typer.Option(help="Folder that holds MNIST; otherwise EDGEDIGITS_DATA, then the cache."),
]
Limit = Annotated[int | None, typer.Option(min=1, help="Only N pictures, drawn at random.")]
Backend = Annotated[
    str | None,
    typer.Option(
        help="What runs TensorFlow.js: wasm, cpu; in a browser also webgl, webgpu. For "
        "c-cortex-m: cortex-m0, -m3, -m4 (unless told), -m7, -m33, -m55."
    ),
]
JsonFile = Annotated[Path | None, typer.Option("--json", help="Write the results as JSON.")]
HtmlFile = Annotated[
    Path | None, typer.Option("--html", help="Write the results as a page: one file, no network.")
]
On = Annotated[
    str | None,
    typer.Option(
        metavar="ray",
        help="Ray instead of this process: `ray` for this machine, or the cluster in RAY_ADDRESS; "
        "ray://HOST:10001 for another.",
    ),
]
_KINDS = "RUN|BUNDLE|FILE"
_KINDS_HELP = "Run, bundle, SavedModel, .tflite or TF.js model.json; the newest bundle."
Model = Annotated[Path | None, typer.Argument(metavar=_KINDS, help=_KINDS_HELP)]
ModelOption = Annotated[Path | None, typer.Option(metavar=_KINDS, help=_KINDS_HELP)]
ArtifactId = Annotated[
    str | None,
    typer.Option(help="Which artifact of a bundle; tflite-int8 where it has that.", metavar="ID"),
]
InputRange = Annotated[
    str | None,
    typer.Option(help="What pixels 0 and 255 are to a model that does not say.", metavar="L,H"),
]
Dataset = Annotated[
    str | None, typer.Option(help="Pictures: mnist, strokes or a path; the model's own.")
]
Returned = TypeVar("Returned")


@dataclass(frozen=True)
class BudgetOptions:
    """What a command takes for good enough; a limit of the command line goes before the file's."""

    budget: Annotated[
        Path | None,
        typer.Option(help="TOML or JSON file with limits by scheme, artifact or default."),
    ] = None
    max_drop: Annotated[
        float | None, typer.Option(min=0, help="Most accuracy points an artifact may lose.")
    ] = None
    min_agreement: Annotated[
        float | None,
        typer.Option(min=0, max=100, help="Least percent of answers that must stay the same."),
    ] = None
    max_difference: Annotated[
        float | None, typer.Option(min=0, help="Largest difference a probability may have.")
    ] = None
    max_variation: Annotated[
        float | None,
        typer.Option(
            min=0, help="Most that a picture's probabilities may move on average, in 0..1."
        ),
    ] = None
    max_temperature: Annotated[
        float | None,
        typer.Option(min=1, help="Most by which logits may seem divided, or multiplied: 1.25."),
    ] = None
    max_class_drop: Annotated[
        float | None,
        typer.Option(min=0, help="Most accuracy points that one digit may surely lose."),
    ] = None
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            help="Count answers to pictures that the float model itself leaves nearly undecided.",
        ),
    ] = False
    allow_inconclusive: Annotated[
        bool, typer.Option("--allow-inconclusive", help='Let "not enough pictures" pass.')
    ] = False

    def budgets(self, usual: Budgets | None = None) -> Budgets:
        """The budgets that these options ask for; where they say nothing, the `usual` ones, which
        are those of the schemes unless told."""
        from edgedigits.verification import budget_file
        from edgedigits.verification.verify import budgets_from, default_budget

        given = {limit: getattr(self, name) for name, limit in budget_file.LIMITS.items()}
        overrides: dict[str, Mapping[str, float | bool]] = {}
        if self.budget:
            overrides |= budget_file.read(self.budget)
        line: dict[str, float | bool] = {
            name: value for name, value in given.items() if value is not None
        }
        if self.strict:
            line[budget_file.STRICT] = True
        if line:
            overrides = {key: {**limits, **line} for key, limits in overrides.items()}
            overrides["default"] = {**overrides.get("default", {}), **line}
        return budgets_from(overrides, usual or default_budget)


def spread(command: Callable[..., Returned]) -> Callable[..., Returned]:
    """A command as Typer wants it: where it takes a dataclass, an option for each of its fields."""
    parameters: list[inspect.Parameter] = []
    groups: dict[str, Any] = {}
    for each in inspect.signature(command, eval_str=True).parameters.values():
        if is_dataclass(each.annotation):
            groups[each.name] = each.annotation
            parameters += inspect.signature(groups[each.name], eval_str=True).parameters.values()
        else:
            parameters.append(each)

    @wraps(command)
    def spread_out(**given: Any) -> Returned:
        for name, group in groups.items():
            given[name] = group(**{field.name: given.pop(field.name) for field in fields(group)})
        return command(**given)

    spread_out.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return spread_out


def numbers(text: str | None, option: str) -> tuple[float, ...]:
    """One number, or three with commas; none where the option was not given."""
    try:
        found = tuple(float(part) for part in text.split(",")) if text is not None else ()
    except ValueError:
        found = (math.inf,)
    if not all(abs(number) <= 1e6 for number in found):
        raise WrongUse(f"{option} {text!r} are no numbers", f"such as: {option} 0.5,0.5,0.5")
    return found


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


def open_predictor(model: Path | None, artifact: str | None, input_range: str | None) -> Predictor:
    """Open what these options name, and say on standard error what had to be assumed."""
    from edgedigits.reading import predictor

    span = pair(input_range, "--input-range")
    keep_tensorflow_quiet()
    opened = predictor.open_predictor(model, artifact, input_range=span)
    for line in opened.assumed:
        print(f"note: {visible(line)}", file=sys.stderr)
    return opened
