"""A verification as one HTML file: no script, no network, nothing that others wrote as markup."""

from __future__ import annotations

import base64
import datetime
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edgedigits import __version__
from edgedigits.foreign_text import visible
from edgedigits.reports.html import curves, flips, origin, tables
from edgedigits.verification.json_report import write_text

if TYPE_CHECKING:
    from jinja2 import Environment

    from edgedigits.bundle.bundle import Bundle
    from edgedigits.verification.verify import Verification

HERE = Path(__file__).parent
TEMPLATE, STYLE = "report.html.j2", "report.css"


def document(
    checked: Verification, bundle: Bundle | None, made: datetime.datetime, engine: Environment
) -> str:
    """The whole page; without a bundle, where none was released, it says less of its origin.

    `engine` escapes (see `environment`); `made` is told as the time of the report.
    """
    style = (HERE / STYLE).read_text("utf-8")
    return engine.get_template(TEMPLATE).render(
        style=style,
        policy=policy(style),
        made=made.strftime("%Y-%m-%d %H:%M UTC"),
        version=__version__,
        verdict=tables.headline(checked),
        results=tables.results(checked),
        asked=tables.asked(checked),
        curves=curves.of(checked),
        probabilities=tables.probabilities(checked),
        confusions=tables.confusions(checked),
        flips=flips.of(checked),
        layers=origin.layers(checked, bundle),
        bench=origin.bench(checked, bundle),
        limits=tables.limits(checked),
        facts=origin.facts(checked, bundle),
        files=origin.files(checked, bundle),
    )


def environment() -> Environment:
    """What fills the template: every value becomes text, never markup, whoever wrote it, and shows
    what a reader would not see (see `foreign_text.visible`)."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def policy(style: str) -> str:
    """The content policy: this style sheet, pictures that lie in the page itself, nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def write(checked: Verification, bundle: Bundle | None, path: Path) -> None:
    """Write the page to `path`, whole or not at all."""
    now = datetime.datetime.now(datetime.UTC)
    write_text(path, document(checked, bundle, now, environment()))


def _shown(value: Any) -> Any:
    # A subclass is markup of the template's own.
    return visible(value) if type(value) is str else value
