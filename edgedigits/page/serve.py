"""A small web server for the demo page, on this machine alone unless told otherwise."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import signal
import socket
import traceback
from asyncio import StreamReader, StreamWriter
from http import HTTPStatus
from typing import Any, Self

from edgedigits.errors import WrongUse
from edgedigits.page.requests import Requests, short_answer
from edgedigits.page.site import Site

LOCALHOST = "127.0.0.1"
PORT = 8000
PORTS_TRIED = 20
MOST_CONNECTIONS = 512
"""More wait in the system's queue until there is room."""
SECONDS = 30.0
"""A request that has begun must have arrived, and an answer have been taken, within this time."""
IDLE_SECONDS = 5.0
"""A connection over which nothing is asked is kept for so long."""
SAFE_SECONDS = 3.0
"""A connection from which no whole request has come for so long may have to make room."""
BUSY_SECONDS = 4.0
"""Where there is no room for so long, a new connection is sent away (503)."""
GOODBYE_SECONDS = 1.0
MOST_HEAD_BYTES = 1 << 16

_WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


class Server:
    """Serves a site. It listens as soon as it is made; `run` answers until it is interrupted.

    One event loop waits for all connections, so that one over which nothing comes, or only drop by
    drop, costs no thread and holds nobody up. A request is answered once it is there as a whole.
    """

    def __init__(
        self,
        site: Site,
        host: str = LOCALHOST,
        port: int = 0,
        *,
        verbose: bool = False,
        seconds: float = SECONDS,
        most: int = MOST_CONNECTIONS,
    ) -> None:
        self.host, self.verbose, self.seconds = host, verbose, seconds
        self._most = most
        self._open: set[asyncio.Task[None]] = set()
        # Since when, for those from which no whole request has come: the longest waiting first.
        self._waiting: dict[asyncio.Task[None], float] = {}
        self._stop, self._left = asyncio.Event(), asyncio.Event()
        (family, *_, address), *_ = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        # At "::" those with an IPv4 address are welcome too.
        both = family == socket.AF_INET6 and socket.has_dualstack_ipv6()
        self._socket = socket.create_server(
            address[:2], family=family, backlog=MOST_CONNECTIONS, dualstack_ipv6=both
        )
        self._socket.setblocking(False)
        self.server_address: tuple[Any, ...] = self._socket.getsockname()
        self._requests = Requests(site, host, self.is_local, verbose)
        self._loop = asyncio.new_event_loop()

    def __enter__(self) -> Self:
        """It listens already."""
        return self

    def __exit__(self, *_: object) -> None:
        """Listen no longer."""
        self._socket.close()
        self._loop.close()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.server_address[1])

    @property
    def is_local(self) -> bool:
        """Whether nobody but this machine can reach it."""
        address = str(self.server_address[0])
        return address.startswith("127.") or address == "::1"

    @property
    def url(self) -> str:
        """Its address, as a browser on this machine takes it."""
        host = _WILDCARDS.get(self.host, self.host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}/"

    def run(self) -> None:
        """Answer requests until Ctrl-C or SIGTERM, which are how a server's work ends."""
        for number in (signal.SIGINT, signal.SIGTERM):
            self._loop.add_signal_handler(number, self._stop.set)
        self.serve_forever()

    def serve_forever(self) -> None:
        """Answer requests until `shutdown`."""
        self._loop.run_until_complete(self._serve())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())

    def shutdown(self) -> None:
        """Make `serve_forever` end, from another thread."""
        self._loop.call_soon_threadsafe(self._stop.set)

    async def _serve(self) -> None:
        accepting = asyncio.create_task(self._accept())
        await self._stop.wait()
        ending = [accepting, *self._open]
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, _ = await loop.sock_accept(self._socket)
            except OSError:
                # Gone already, or no more files can be open.
                self._drop_longest_waiting()
                await asyncio.sleep(0.1)
                continue
            work = self._converse if await self._has_room() else self._send_away
            task = asyncio.create_task(self._guarded(work, connection))
            self._open.add(task)
            task.add_done_callback(self._leave)

    def _leave(self, task: asyncio.Task[None]) -> None:
        self._open.discard(task)
        self._waiting.pop(task, None)
        self._left.set()

    async def _has_room(self) -> bool:
        """Whether there is room for one more connection, if need be after a while."""
        loop = asyncio.get_running_loop()
        until = loop.time() + BUSY_SECONDS
        while len(self._open) >= self._most:
            if not self._drop_longest_waiting() and loop.time() > until:
                return False
            self._left.clear()
            with contextlib.suppress(TimeoutError):
                # Not `wait_for`: in Python 3.11 it may lose the cancellation that ends the server.
                async with asyncio.timeout(0.1):
                    await self._left.wait()
        return True

    def _drop_longest_waiting(self) -> bool:
        """End the connection that a request has been waited for the longest, unless that began
        just now: on a busy machine the request may be on its way."""
        for task, since in self._waiting.items():
            if asyncio.get_running_loop().time() - since < SAFE_SECONDS:
                return False
            del self._waiting[task]
            return task.cancel()
        return False

    async def _guarded(self, work: Any, connection: socket.socket) -> None:
        """One connection's life; a browser that goes away in the middle is no news."""
        try:
            reader, writer = await asyncio.open_connection(sock=connection, limit=MOST_HEAD_BYTES)
            # What was written counts as taken once nothing of it is left here.
            writer.transport.set_write_buffer_limits(0)
            try:
                await work(reader, writer)
                await _say_goodbye(reader, writer)
            finally:
                if writer.transport.get_write_buffer_size():
                    writer.transport.abort()
                writer.close()
        except (OSError, EOFError):
            if self.verbose:
                traceback.print_exc()
        except Exception:
            traceback.print_exc()

    async def _converse(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Answer one connection's requests, one after another."""
        task = asyncio.current_task()
        assert task is not None
        is_last = False
        while not is_last:
            self._waiting[task] = self._loop.time()
            try:
                head = await self._next_head(reader)
            except (TimeoutError, EOFError):
                return
            except ValueError:
                refusal = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
                await self._send(writer, short_answer(refusal))
                return
            del self._waiting[task]
            # A file may have to be read and compressed first, which must not hold others up.
            answer, is_last = await asyncio.to_thread(self._requests.answer, head)
            await self._send(writer, answer)

    async def _next_head(self, reader: StreamReader) -> bytes:
        """A request's lines up to the empty one.

        Raises:
            TimeoutError: there was none, or it was too slow.
            EOFError: the connection has ended.
            ValueError: it is too long.
        """
        async with asyncio.timeout(min(IDLE_SECONDS, self.seconds)):
            head = await reader.readexactly(1)
        async with asyncio.timeout(self.seconds):
            line = head
            while line not in (b"\r\n", b"\n"):
                line = await reader.readline()
                head += line
                if not line.endswith(b"\n"):
                    raise EOFError
                if len(head) > MOST_HEAD_BYTES:
                    raise ValueError
        return head

    async def _send(self, writer: StreamWriter, answer: bytes) -> None:
        async with asyncio.timeout(self.seconds):
            writer.write(answer)
            await writer.drain()

    async def _send_away(self, _: StreamReader, writer: StreamWriter) -> None:
        """Tell somebody for whom there is no room to come again."""
        again = {"Retry-After": "1"}
        await self._send(writer, short_answer(HTTPStatus.SERVICE_UNAVAILABLE, again))


async def _say_goodbye(reader: StreamReader, writer: StreamWriter) -> None:
    """End a connection so that the last answer is read before it counts as broken (RFC 9112, 9.6):
    what still comes is taken for a moment, and thrown away."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(GOODBYE_SECONDS):
            writer.write_eof()
            while await reader.read(MOST_HEAD_BYTES):
                pass


def listen(
    site: Site,
    host: str = LOCALHOST,
    port: int | None = None,
    *,
    verbose: bool = False,
    again: str = "edgedigits serve",
) -> Server:
    """A server that listens on `port`; without one on 8000 or the next that is free. `again` is
    the command to suggest where that cannot be.

    Raises:
        WrongUse: the port is taken or not allowed, or the host is no address of this machine.
    """
    if port is not None:
        return _listen(site, host, port, verbose, again)
    for candidate in (*range(PORT, PORT + PORTS_TRIED), 0):
        with contextlib.suppress(PortTaken):
            return _listen(site, host, candidate, verbose, again)
    raise AssertionError("the system itself chooses port 0 from those that are free")


class PortTaken(WrongUse):
    """Some other program listens on that port."""


def _listen(site: Site, host: str, port: int, verbose: bool, again: str) -> Server:
    hosts = f"for this machine alone: {again}; for all its networks: {again} --host 0.0.0.0"
    if not host:
        # Sockets take it for "every address there is".
        raise WrongUse("--host '' is no address", hosts)
    try:
        return Server(site, host, port, verbose=verbose)
    except socket.gaierror as error:
        raise WrongUse(f"--host {host!r} is no address: {error.strerror}", hosts) from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(
                f"port {port} is taken by another program",
                f"leave out --port to get one that is free: {again}",
            ) from error
        if error.errno in (errno.EACCES, errno.EPERM):
            raise WrongUse(
                f"port {port} is not allowed: {os.strerror(error.errno)}",
                f"choose one above 1023: {again} --port {PORT}",
            ) from error
        if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
            raise WrongUse(f"{host} is no address of this machine", hosts) from error
        raise
