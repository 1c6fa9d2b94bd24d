"""Answers that wait for the float model's are compared once these are there, and are never many."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from edgedigits.verification.running import awaited
from edgedigits.verification.running.awaited import Awaited, Stopped

TABLE = np.arange(40, dtype=np.float32).reshape(20, 2)


def test_what_waits_is_done_once_its_rows_are_there_and_else_at_once() -> None:
    answers, seen = Awaited(threading.Event()), list[NDArray[np.float32]]()
    for start in (5, 0, 15):
        answers.when(slice(start, start + 5), 100, seen.append)
    assert seen == []
    answers.grown(TABLE, 10)
    np.testing.assert_array_equal(np.concatenate(seen), TABLE[[5, 6, 7, 8, 9, 0, 1, 2, 3, 4]])
    answers.when(slice(2, 4), 100, seen.append)
    np.testing.assert_array_equal(seen[-1], TABLE[2:4])
    answers.grown(TABLE, 20)
    np.testing.assert_array_equal(seen[-1], TABLE[15:])
    assert len(seen) == 4


def test_no_more_waits_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(awaited, "MOST_WAITING_BYTES", 250)
    answers, held, most = Awaited(threading.Event()), [0], [0]
    lock = threading.Lock()

    def done(rows: NDArray[np.float32]) -> None:
        with lock:
            held[0] -= len(rows)

    def ask(start: int) -> None:
        with lock:
            held[0] += 1
            most[0] = max(most[0], held[0])
        answers.when(slice(start, start + 1), 100, done)

    with ThreadPoolExecutor(1) as pool:
        asked = [pool.submit(ask, start) for start in range(20)]
        asked[1].result(timeout=60)
        # Two wait, and a third is in the hands of who has to wait for room.
        for until in range(1, 21):
            answers.grown(TABLE, until)
        for each in asked:
            each.result(timeout=60)
    assert held == [0]
    assert most[0] <= 3


def test_who_waits_for_room_is_let_go_when_nobody_needs_it_any_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(awaited, "MOST_WAITING_BYTES", 50)
    stop = threading.Event()
    answers = Awaited(stop)
    # One is let in however large it is: nobody else is there to make room.
    answers.when(slice(0, 1), 100, lambda _: None)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(partial(answers.when, slice(1, 2), 100, lambda _: None))
        stop.set()
        with pytest.raises(Stopped):
            waiting.result(timeout=60)
