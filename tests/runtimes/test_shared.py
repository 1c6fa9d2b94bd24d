"""What runtimes share is started once, and ended however the verification ends."""

from __future__ import annotations

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor

from edgedigits.runtimes.shared import Shared


class Thing:
    def __init__(self) -> None:
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


def test_many_threads_get_the_same_one_and_it_is_closed_once() -> None:
    made: list[Thing] = []

    def make() -> Thing:
        made.append(Thing())
        return made[-1]

    with contextlib.closing(Shared()) as shared, ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: shared.once("thing", make), range(50)))
    shared.close()
    assert len(made) == 1
    assert {id(each) for each in found} == {id(made[0])}
    assert made[0].closed == 1


def test_what_is_being_started_when_all_ends_is_ended_too() -> None:
    shared, thing = Shared(), Thing()
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> Thing:
        begun.set()
        go_on.wait()
        return thing

    starting = threading.Thread(target=shared.once, args=("thing", slow))
    starting.start()
    begun.wait()
    shared.close()
    assert thing.closed == 0
    go_on.set()
    starting.join()
    assert thing.closed == 1
