"""`edgedigits models`."""

from __future__ import annotations

from typing import Annotated, Any

import typer


def models(
    json_output: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """List the models that can be trained by name, with their recipes and expected accuracy."""
    from edgedigits.models.models import DEFAULT, MODELS

    if json_output:
        import json

        typer.echo(json.dumps({"models": [_facts(model) for model in MODELS.values()]}, indent=2))
        return
    import textwrap

    from rich.console import Console
    from rich.text import Text

    from edgedigits.reports.terminal import WIDTH, print_line

    console = Console()
    for model in MODELS.values():
        default = " (the default)" if model.name == DEFAULT else ""
        console.print(
            Text.assemble((model.name, "bold"), f": {model.summary}{default}"), soft_wrap=True
        )
        low, high = model.expected_percent
        for name, words in (
            ("layers", model.layers),
            ("parameters", f"{model.parameters:,}"),
            ("input", _input_words(model.sees)),
            ("recipe", model.recipe.words()),
            ("expected", f"{low:g} to {high:g} % of MNIST's test pictures right"),
        ):
            print_line(
                console,
                textwrap.fill(
                    words,
                    WIDTH - 1,
                    initial_indent=f"  {name:<11} ",
                    subsequent_indent=" " * 14,
                ),
            )
    print_line(console, f"train one with: edgedigits train --model {DEFAULT}")


def _input_words(sees: str) -> str:
    whole = "28x28x1, raw pixels 0..255"
    return whole if sees == "28x28" else f"{whole}; the {sees} is looked at"


def _facts(model: Any) -> dict[str, Any]:
    from dataclasses import asdict

    low, high = model.expected_percent
    return {
        "name": model.name,
        "summary": model.summary,
        "layers": model.layers,
        "parameters": model.parameters,
        "input_shape": [28, 28, 1],
        "input_range": [0, 255],
        "sees": model.sees,
        "trained_on_logits": model.logits,
        "recipe": asdict(model.recipe),
        "expected_mnist_percent": {"low": low, "high": high},
    }
