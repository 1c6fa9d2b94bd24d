"""A work's tasks are handed out, no more at a time than are needed, and what they tell is added up.

Pictures go into Ray's store, or are drawn into it; from there the float model and every artifact
are asked, and a third task compares what they answered, of which a `Tally` comes back.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from edgedigits.datasets.made import Made
from edgedigits.runtimes import runtimes
from edgedigits.verification.running import answer_table
from edgedigits.verification.running.answer_table import SPAN, Table, spans
from edgedigits.verification.running.execution import Run, order, parts
from edgedigits.verification.running.floats import Floats, at_once
from edgedigits.verification.running.on_ray import tasks
from edgedigits.verification.running.on_ray.connection import Connection
from edgedigits.verification.running.on_ray.held import Packed, Pictures
from edgedigits.verification.running.on_ray.tasks import Asked, Bundle, Told
from edgedigits.verification.running.work import Work, stored_step
from edgedigits.verification.tally import Tally

GROUP = 25_000
"""Pictures that the float model is asked by one task, as TensorFlow takes its time to start."""
GROUP_BYTES = 64 << 20
"""Nor have they more pixels, but for one span."""
GROUPS_A_CORE = 64
"""Where there are more, groups are larger: beginning a task takes the driver as long as ever."""
ENOUGH_A_CORE = 4
"""Of so many groups for each core whole ones are handed out: drawn, asked and compared by one task
each, where it takes one for each of an interpreter's chunks to keep all cores busy with fewer."""
LOOK_UP_SECONDS = 0.2

References = list[Any]


@dataclass(frozen=True)
class OnRay:
    """An executor: the workers of a cluster."""

    connection: Connection

    def run(self, work: Work) -> Floats:
        """See `Executor`."""
        return _Driver(self.connection, work).run()


@dataclass(frozen=True)
class _Awaited:
    """What a task does, in words, and what becomes of its result."""

    doing: str
    take: Callable[[Any], None]


class _Driver:
    def __init__(self, connection: Connection, work: Work) -> None:
        self._connection, self._work = connection, work
        packed = Packed.of(work.manifest, work.folder)
        self._bundle = Bundle(packed.digest, connection.place), connection.put(packed)
        self._count, self._shape = len(work.images), work.images.shape
        self._size = at_once(self._shape[1:])
        # Pictures that are drawn are drawn by the workers.
        drawn = isinstance(work.images, Made)
        self._source = connection.put(work.images) if drawn else None
        self._blocks: dict[int, Any] = {}
        self._floats: dict[int, Any] = {}
        self._table = answer_table.make(self._count + len(work.golden), len(work.manifest.labels))
        self._seconds = 0.0
        self._waiting: dict[Any, _Awaited] = {}

    def run(self) -> Floats:
        """Hand out the tasks, and take what is done, until nothing is left."""
        work, groups = self._work, list(self._groups())
        self._whole_groups = len(groups) >= ENOUGH_A_CORE * self._connection.cores
        whole = [run for run in work.runs if runtimes.find(run.runtime).chunk is None]
        split = [run for run in work.runs if run not in whole]
        results = 1 + len(list(spans(groups[0]))) + 2 * len(self._parts(split, groups[0]))
        # Enough for every core, and no more, as pictures and answers of all these are stored.
        most = (3 * self._connection.cores // 2 + 2) * results
        self._ask_floats(groups[0])
        if whole and self._source is None:
            for group in groups[1:]:
                self._show(group)
        # What cannot be split is asked all pictures, beside all that follows.
        everything = slice(0, self._count)
        answers = {run: self._ask(run, everything) for run in whole}
        for group in groups:
            if group.start:
                self._ask_floats(group)
            for run, part in self._parts(split, group):
                self._compare(run, part, self._ask(run, part))
            self._forget(group, floats=not whole)
            while len(self._waiting) > most:
                self._take_some()
        for run in whole:
            for group in groups:
                some = slice(group.start // SPAN, -(-group.stop // SPAN))
                self._compare(run, group, answers[run][some])
        answers.clear()
        self._floats.clear()
        while self._waiting:
            self._take_some()
        return self._table, self._seconds

    def _groups(self) -> Iterator[slice]:
        fitting = GROUP_BYTES // (SPAN * max(1, math.prod(self._shape[1:])))
        even = self._count // (GROUPS_A_CORE * self._connection.cores * SPAN)
        size = min(max(GROUP, SPAN * even), SPAN * max(1, fitting))
        for start in range(0, self._count, size):
            yield slice(start, min(start + size, self._count))

    def _parts(self, runs: list[Run], group: slice) -> list[tuple[Run, slice]]:
        """What one task each asks."""
        if self._whole_groups:
            return [(run, group) for run in runs]
        return sorted(parts(runs, group), key=order)

    def _show(self, group: slice) -> None:
        """Put pictures into the store, or have them drawn there."""
        if group.start in self._blocks:
            return
        for span in [group] if self._whole_groups else spans(group):
            places = range(span.start, span.stop, self._size)
            if self._source is None:
                pieces = (slice(at, min(at + self._size, span.stop)) for at in places)
                blocks = [self._connection.put(self._work.images[piece]) for piece in pieces]
            else:
                task = self._connection.task(tasks.draw, len(places))
                found = task(self._source.hex(), self._source, span, self._size)
                blocks = found if len(places) > 1 else [found]
            self._blocks |= zip(places, blocks, strict=True)

    def _pictures(self, part: slice) -> tuple[Pictures, References]:
        """Some of the pictures, and the blocks that a task of theirs is given."""
        blocks = [self._blocks[at] for at in range(part.start, part.stop, self._size)]
        told = Pictures(self._shape, part.start, self._size)
        if (part.stop - part.start) * math.prod(self._shape[1:]) <= GROUP_BYTES:
            # A task that fetches them gives up its core meanwhile: Ray starts another worker for
            # it, and that one another TensorFlow.
            return told, blocks
        # More than it should hold. Once the first one of a span is drawn, the others are.
        drawn = [] if self._source is None else blocks[:: SPAN // self._size]
        return replace(told, blocks=blocks), drawn

    def _ask_floats(self, group: slice) -> None:
        self._show(group)
        places, golden = list(spans(group)), None
        if group.stop == self._count:
            # With the last ones, as TensorFlow is started there anyway.
            golden = self._work.golden
            places.append(slice(self._count, len(self._table)))
        ask = self._connection.task(tasks.ask_floats, 1 + len(places))
        told, blocks = self._pictures(group)
        seconds, *answers = ask(*self._bundle, told, group, golden, *blocks)
        doing = f"the float model on {_told(group)}"
        self._waiting[seconds] = _Awaited(doing, self._take_seconds)
        for place, each in zip(places, answers, strict=True):
            self._floats[place.start] = each
            self._waiting[each] = _Awaited(doing, partial(self._take_floats, place))

    def _ask(self, run: Run, part: slice) -> References:
        """The answers to be of an artifact, by spans."""
        asked = Asked(run.artifact.id, run.runtime, part, self._work.settings)
        given: References = [self._source]
        if self._source is None or runtimes.find(run.runtime).chunk is not None:
            pictures, blocks = self._pictures(part)
            given = [pictures, *blocks]
        ask = self._connection.task(tasks.ask_artifact, 1 + len(list(spans(part))))
        told, *answers = ask(*self._bundle, asked, *given)
        doing = f"{run.artifact.id} on {run.runtime}, {_told(part)}"
        self._waiting[told] = _Awaited(doing, partial(self._take_told, run, part))
        return list(answers)

    def _compare(self, run: Run, part: slice, answers: Sequence[Any]) -> None:
        floats = [self._floats[span.start] for span in spans(part)]
        tally = self._connection.task(tasks.compare)(
            part, self._work.labels[part], stored_step(run.artifact), *answers, *floats
        )
        doing = f"{run.artifact.id} beside the float model, {_told(part)}"
        self._waiting[tally] = _Awaited(doing, partial(_take_tally, run))

    def _forget(self, group: slice, *, floats: bool) -> None:
        """Ray keeps what tasks still need, and nobody else asks for these."""
        for span in spans(group):
            for at in range(span.start, span.stop, self._size):
                del self._blocks[at]
            if floats:
                del self._floats[span.start]

    def _take_some(self) -> None:
        for done in self._connection.done(list(self._waiting), LOOK_UP_SECONDS):
            awaited = self._waiting.pop(done)
            awaited.take(self._connection.get(done, awaited.doing))

    def _take_seconds(self, seconds: float) -> None:
        self._seconds += seconds

    def _take_floats(self, place: slice, answers: Table) -> None:
        self._table[place] = answers
        answer_table.let_go(self._table)
        if place.start < self._count:
            self._work.tick(len(answers))

    def _take_told(self, run: Run, part: slice, told: Told) -> None:
        run.violations += told.violations
        run.failure = told.failure if run.failure is None else run.failure
        run.backend = told.backend or run.backend
        run.seconds += told.seconds
        self._work.tick(part.stop - part.start)


def _take_tally(run: Run, tally: Tally) -> None:
    run.tally = tally if run.tally is None else run.tally + tally


def _told(part: slice) -> str:
    return f"pictures {part.start:,} to {part.stop - 1:,}"
