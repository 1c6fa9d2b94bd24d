"""What pytest loads: `pytest --edgedigits-bundle BUNDLE`.

pytest imports this in every test run of an environment that has the package, so nothing else of it
is imported before a bundle is named.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from edgedigits.bundle.artifact import Artifact
    from edgedigits.testing.subject import OpenedArtifact, Subject
    from edgedigits.verification.verify import Result

FIXTURE = "edgedigits_artifact"
_SUBJECTS: pytest.StashKey[list[Subject]] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("edgedigits", "parity of a bundle's artifacts with its float model")
    group.addoption(
        "--edgedigits-bundle",
        action="append",
        type=Path,
        default=[],
        metavar="BUNDLE",
        help="Verify this bundle: a test for each artifact. May be given several times.",
    )
    group.addoption(
        "--edgedigits-runtime",
        metavar="NAMES",
        help="Runtimes, with commas; the usual one of each target.",
    )
    group.addoption(
        "--edgedigits-dataset",
        metavar="DATASET",
        help="Pictures: mnist, strokes or a path; the bundle's own.",
    )
    group.addoption(
        "--edgedigits-limit", type=int, metavar="N", help="Only N pictures, drawn at random."
    )
    group.addoption(
        "--edgedigits-budget",
        type=Path,
        metavar="FILE",
        help="TOML or JSON file with limits by scheme, artifact or default.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Open the bundles that are named."""
    config.stash[_SUBJECTS] = []
    folders = config.getoption("edgedigits_bundle")
    if not folders:
        return
    from edgedigits.errors import EdgeDigitsError
    from edgedigits.testing.subject import Asked, Subject

    limit: int | None = config.getoption("edgedigits_limit")
    if limit is not None and limit < 1:
        raise pytest.UsageError(f"--edgedigits-limit {limit} is no number of pictures")
    names: str | None = config.getoption("edgedigits_runtime")
    asked = Asked(
        None if names is None else tuple(names.split(",")),
        config.getoption("edgedigits_dataset"),
        limit,
        config.getoption("edgedigits_budget"),
    )
    try:
        config.stash[_SUBJECTS] = [Subject(folder, asked) for folder in folders]
    except EdgeDigitsError as error:
        raise pytest.UsageError(str(error)) from error


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what was opened."""
    for subject in config.stash.get(_SUBJECTS, []):
        subject.close()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add an item for each artifact, before others choose among the items."""
    for subject in config.stash[_SUBJECTS]:
        name = subject.folder.as_posix()
        bundle: BundleCollector = BundleCollector.from_parent(
            session, name=name, nodeid=name, subject=subject
        )
        items.extend(session.genitems(bundle))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that takes the fixture once for each artifact."""
    if FIXTURE not in metafunc.fixturenames:
        return
    subjects = metafunc.config.stash[_SUBJECTS]
    given = [
        pytest.param((subject, *pair), id=_name(*pair))
        for subject in subjects
        for pair in subject.pairs
    ]
    lacking = pytest.mark.skip(reason="name a bundle: --edgedigits-bundle BUNDLE")
    given = given or [pytest.param(None, id="no bundle", marks=lacking)]
    metafunc.parametrize(FIXTURE, given, indirect=True, scope="session")


@pytest.fixture(scope="session")
def edgedigits_artifact(request: pytest.FixtureRequest) -> Iterator[OpenedArtifact]:
    """Each artifact of the bundle in turn, to be asked on its real runtime.

    `probabilities(pictures)` and `float_probabilities(pictures)` take `uint8 [N, height, width]`;
    see `subject.OpenedArtifact`.
    """
    subject, artifact, runtime = request.param
    with contextlib.closing(subject.open(artifact, runtime)) as opened:
        yield opened


class BundleCollector(pytest.Collector):
    """A bundle among the collected."""

    def __init__(self, *, subject: Subject, **given: Any) -> None:
        super().__init__(**given)
        self.subject = subject

    def collect(self) -> list[pytest.Item]:
        """An item for each artifact and runtime."""
        return [
            ArtifactItem.from_parent(self, name=_name(*pair), subject=self.subject, pair=pair)
            for pair in self.subject.pairs
        ]


class ParityLost(Exception):
    """An artifact that did not pass."""

    def __init__(self, result: Result) -> None:
        super().__init__("\n".join(result.verdict.reasons))
        self.result = result


class ArtifactItem(pytest.Item):
    """That one artifact still gives the float model's answers."""

    def __init__(self, *, subject: Subject, pair: tuple[Artifact, str], **given: Any) -> None:
        super().__init__(**given)
        self.subject, self.pair = subject, pair

    def runtest(self) -> None:
        """Verify it."""
        from edgedigits.reports import junit

        result = self.subject.judge(*self.pair)
        self.add_report_section("call", "parity", junit.figures(result))
        if not result.verdict.passed:
            raise ParityLost(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any) -> Any:
        """The reasons of the verdict, or what this machine lacks: no traceback helps with these."""
        from edgedigits.errors import EdgeDigitsError

        if isinstance(excinfo.value, ParityLost):
            return f"{excinfo.value.result.verdict.status}: {excinfo.value}"
        if isinstance(excinfo.value, EdgeDigitsError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, *args)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Where it is from."""
        return self.subject.folder, None, self.name


def _name(artifact: Artifact, runtime: str) -> str:
    return f"{artifact.id}[{runtime}]"
