"""Progress bars on a terminal, and silence everywhere else."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterator


class Bar:
    """A bar that any thread may move. With no terminal there is nothing to move, and nothing is."""

    def __init__(self) -> None:
        """A bar that shows nothing until `showing` gives it a place."""
        self._lock = threading.Lock()
        self._show: object | None = None
        self._task = 0

    def advance(self, steps: int = 1, note: str | None = None) -> None:
        """Move on by `steps`; `note` replaces the words after the bar."""
        if self._show is None:
            return
        from rich.progress import Progress, TaskID

        assert isinstance(self._show, Progress)
        with self._lock:
            task = TaskID(self._task)
            if note is None:
                self._show.advance(task, steps)
            else:
                self._show.update(task, advance=steps, note=note)


@contextlib.contextmanager
def showing(title: str, total: int) -> Iterator[Bar]:
    """A bar of `total` steps on standard error for as long as the block runs."""
    bar = Bar()
    if not sys.stderr.isatty():
        yield bar
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
        TimeRemainingColumn(compact=True, elapsed_when_finished=True),
        console=Console(file=sys.stderr),
    ) as progress:
        bar._task = progress.add_task(title, total=total, note="")
        bar._show = progress
        yield bar
