"""Which runtimes can be timed, and how an artifact is opened for it in each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from edgedigits.bench.litert_session import Copying, LiteRTSession
from edgedigits.bench.rounds import Timed, Turn
from edgedigits.bench.subjects import Subject
from edgedigits.bench.tfjs_browser_session import TfjsBrowserSession
from edgedigits.bench.tfjs_node_session import TfjsNodeSession
from edgedigits.errors import WrongUse
from edgedigits.runtimes import runtimes
from edgedigits.runtimes.runtimes import Backend, Shared


class Session(Protocol):
    """An artifact loaded in a process or page of its own, that times what it does."""

    @property
    def backend(self) -> Backend | None:
        """What computes, where the runtime has several ways to."""
        ...

    @property
    def versions(self) -> Mapping[str, str]:
        """Of what runs it, by name, where the machine does not say so already."""
        ...

    @property
    def load_ms(self) -> float:
        """Milliseconds from the files to a model that is ready for a picture."""
        ...

    def first_ms(self) -> float:
        """Milliseconds of the first answer after loading."""
        ...

    def peak_bytes(self) -> int | None:
        """Most memory since before loading, above what the process held then."""
        ...

    def turn(self, seconds: float, warm_seconds: float) -> Turn:
        """Times of single pictures."""
        ...

    def close(self) -> None:
        """End it."""
        ...


@dataclass(frozen=True)
class Context:
    """What the sessions of one measurement share: the user's choices, a browser, and pictures
    `uint8 [N, *form.shape]`."""

    shared: Shared
    images: NDArray[np.uint8]


@dataclass(frozen=True)
class Timing:
    """How a runtime is timed.

    Attributes:
        threads: on how many threads one picture is timed.
        open: loads an artifact with so many threads.
        copying: the same session with copies in and out; None where its figures include them.
        by_default: whether it is measured without being asked for.
    """

    threads: tuple[int, ...]
    open: Callable[[Subject, int, Context], Session]
    copying: Callable[[Session], Timed] | None = None
    by_default: bool = True


def _litert(subject: Subject, threads: int, _context: Context) -> Session:
    return LiteRTSession(subject.folder / subject.artifact.entry, threads)


def _reference(subject: Subject, threads: int, _context: Context) -> Session:
    return LiteRTSession(subject.folder / subject.artifact.entry, threads, reference=True)


def _copying(session: Session) -> Timed:
    assert isinstance(session, LiteRTSession)
    return Copying(session)


def _node(subject: Subject, _threads: int, context: Context) -> Session:
    return TfjsNodeSession(subject.artifact, subject.folder, context.shared.settings.backend)


def _browser(subject: Subject, _threads: int, context: Context) -> Session:
    return TfjsBrowserSession(subject.artifact, subject.folder, context.shared, context.images[0])


TIMINGS: dict[str, Timing] = {
    "litert": Timing((1, 2), _litert, _copying),
    "litert-reference": Timing((1, 2), _reference, _copying, by_default=False),
    "tfjs-node": Timing((1,), _node),
    "tfjs-browser": Timing((1,), _browser),
}


def untimed(subjects: Iterable[Subject]) -> list[str]:
    """Names of those whose target has no runtime that is timed."""
    timed = {runtimes.find(name).target for name in TIMINGS}
    return [subject.name for subject in subjects if subject.artifact.target not in timed]


def runtimes_for(names: list[str] | None) -> list[str]:
    """The runtimes to measure: those asked for, or all that are measured without being asked for.

    Raises:
        WrongUse: there is no such runtime, or it cannot be timed.
    """
    if names is None:
        return [name for name, timing in TIMINGS.items() if timing.by_default]
    for name in names:
        if runtimes.find(name).name not in TIMINGS:
            raise WrongUse(f"runtime {name} is not timed", f"those are: {', '.join(TIMINGS)}")
    return list(dict.fromkeys(names))
