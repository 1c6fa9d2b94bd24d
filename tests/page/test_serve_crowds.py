"""`edgedigits serve` with many who ask at once, and many who only hold the line."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from site_client import DEADLINE, Answer, parsed, running

from edgedigits.page import serve
from edgedigits.page.serve import Server
from edgedigits.page.site import Site

FILE = os.urandom(94_000)
# More than the system's own buffers take, so that it stays half sent where nobody reads it, and of
# a kind that is not compressed first.
HUGE = os.urandom(20_000_000)
SITE = Site({"file.bin": FILE, "huge.png": HUGE})
GET = b"GET /%s HTTP/1.1\r\nHost: localhost\r\n%s\r\n"
ASKING = GET % (b"file.bin", b"")
ASKING_ONCE = GET % (b"file.bin", b"Connection: close\r\n")
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is kept or waited for long."""
    monkeypatch.setattr(serve, "SAFE_SECONDS", 0.05)
    monkeypatch.setattr(serve, "BUSY_SECONDS", 0.2)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is dropped or sent away for being slow: on a busy machine those who ask are."""
    for name in ("IDLE_SECONDS", "SAFE_SECONDS", "BUSY_SECONDS"):
        monkeypatch.setattr(serve, name, float(DEADLINE))


@contextlib.contextmanager
def small(most: int, **options: Any) -> Iterator[Server]:
    with running(SITE, most=most, **options) as server:
        yield server


async def connect(server: Server) -> Connection:
    return await asyncio.open_connection("127.0.0.1", server.port)


@contextlib.asynccontextmanager
async def idle(server: Server, silent: int, kept_alive: int) -> AsyncIterator[list[Connection]]:
    """Connections that ask nothing: some have never, others had a whole answer."""
    held = [await connect(server) for _ in range(silent + kept_alive)]
    try:
        for reader, writer in held[silent:]:
            writer.write(ASKING)
            await reader.readuntil(b"\r\n\r\n")
            assert await reader.readexactly(len(FILE)) == FILE
        yield held
    finally:
        for _, writer in held:
            writer.close()


async def ask_once(server: Server) -> Answer:
    reader, writer = await connect(server)
    try:
        writer.write(ASKING_ONCE)
        return parsed(await reader.read(-1))
    finally:
        writer.close()


async def ask_at_once(server: Server, count: int) -> list[Answer]:
    return list(await asyncio.gather(*(ask_once(server) for _ in range(count))))


def within_time(work: Coroutine[Any, Any, Any]) -> Any:
    # In a thread of its own: tests of pages may have left a loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, asyncio.wait_for(work, DEADLINE)).result()


@pytest.mark.usefixtures("patient")
def test_nobody_is_lost_beside_a_hundred_idle_connections() -> None:
    async def crowd(server: Server) -> list[Answer]:
        async with idle(server, 50, 50):
            return [answer for _ in range(10) for answer in await ask_at_once(server, 100)]

    with running(SITE) as server:
        answers = within_time(crowd(server))
    assert Counter(answer.status for answer in answers) == {200: 1000}
    assert all(answer.body == FILE for answer in answers)


@pytest.mark.usefixtures("patient")
def test_five_hundred_at_once_all_get_the_whole_file() -> None:
    with running(SITE) as server:
        answers = within_time(ask_at_once(server, 500))
    assert Counter(answer.status for answer in answers) == {200: 500}
    assert all(answer.body == FILE for answer in answers)


@pytest.mark.usefixtures("patient")
def test_more_than_there_is_room_for_wait_for_their_turn() -> None:
    with small(most=8) as server:
        answers = within_time(ask_at_once(server, 100))
    assert Counter(answer.status for answer in answers) == {200: 100}


@pytest.mark.usefixtures("hurried")
def test_the_longest_idle_one_makes_room() -> None:
    async def crowd(server: Server) -> tuple[Answer, bytes, bool]:
        async with idle(server, 1, 3) as held:
            await asyncio.sleep(2 * serve.SAFE_SECONDS)
            answer = await ask_once(server)
            # The silent one came first; over the last one a request is still answered.
            reader, writer = held[-1]
            writer.write(ASKING_ONCE)
            return answer, await held[0][0].read(), b"200 OK" in await reader.readline()

    with small(most=4) as server:
        answer, dropped, others_stay = within_time(crowd(server))
    assert (answer.status, answer.body) == (200, FILE)
    assert dropped == b""
    assert others_stay


@pytest.mark.usefixtures("hurried")
def test_requests_that_come_drop_by_drop_make_room_too() -> None:
    async def crowd(server: Server) -> Answer:
        held = [await connect(server) for _ in range(4)]

        async def drip() -> None:
            for letter in ASKING:
                for _, writer in held:
                    writer.write(bytes([letter]))
                await asyncio.sleep(0.1)

        dripping = asyncio.create_task(drip())
        await asyncio.sleep(2 * serve.SAFE_SECONDS)
        try:
            return await ask_once(server)
        finally:
            dripping.cancel()
            for _, writer in held:
                writer.close()

    with small(most=4) as server:
        assert within_time(crowd(server)).body == FILE


def test_a_request_that_comes_drop_by_drop_has_an_end() -> None:
    async def drip(server: Server) -> bytes:
        reader, writer = await connect(server)
        ended = asyncio.create_task(reader.read())
        while not ended.done():
            writer.write(b"x")
            await asyncio.sleep(0.05)
        return await ended

    with running(SITE, seconds=0.3) as server:
        assert within_time(drip(server)) == b""


@pytest.mark.usefixtures("hurried")
def test_where_all_are_being_answered_the_next_is_told_to_come_again() -> None:
    async def crowd(server: Server) -> tuple[Answer, Answer]:
        held = [await connect(server) for _ in range(2)]
        for _, writer in held:
            writer.write(GET % (b"huge.png", b""))
        for reader, _ in held:
            await reader.readuntil(b"\r\n\r\n")
        refused = await ask_once(server)
        for _, writer in held:
            writer.close()
        return refused, await ask_once(server)

    with small(most=2) as server:
        refused, later = within_time(crowd(server))
    assert (refused.status, refused.headers["retry-after"]) == (503, "1")
    assert refused.headers["connection"] == "close"
    assert later.body == FILE


def test_an_answer_that_nobody_takes_is_given_up() -> None:
    async def stare(server: Server) -> int:
        reader, writer = await connect(server)
        writer.write(GET % (b"huge.png", b""))
        await reader.readuntil(b"\r\n\r\n")
        # Meanwhile nothing is read beyond what fits into buffers on the way.
        await asyncio.sleep(1.0)
        taken = 0
        with contextlib.suppress(ConnectionError):
            while content := await reader.read(1 << 20):
                taken += len(content)
        writer.close()
        return taken

    with running(SITE, seconds=0.2) as server:
        assert within_time(stare(server)) < len(HUGE)


def test_however_many_hold_on_it_ends() -> None:
    async def hold(server: Server) -> list[bytes]:
        async with idle(server, 20, 20) as held:
            server.shutdown()
            return [await reader.read() for reader, _ in held]

    with running(SITE) as server:
        assert within_time(hold(server)) == [b""] * 40


def test_it_ends_while_some_leave_and_others_wait_for_room() -> None:
    # Where an end can get lost, it does so about every other time.
    for _ in range(20):
        with small(most=8) as server:
            address = ("127.0.0.1", server.port)
            for held in [socket.create_connection(address) for _ in range(100)]:
                held.close()
