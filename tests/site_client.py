"""A server in this process, and requests to it exactly as they are given."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from edgedigits.page.serve import Server
from edgedigits.page.site import Site

DEADLINE = 60


@dataclass(frozen=True)
class Answer:
    """What came back over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes


@contextlib.contextmanager
def running(site: Site, **options: object) -> Iterator[Server]:
    with Server(site, **options) as server:  # type: ignore[arg-type]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join(DEADLINE)
            assert not thread.is_alive()


def parsed(raw: bytes) -> Answer:
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return Answer(int(first.split()[1]), headers, body)


def send(server: Server, raw: bytes) -> bytes:
    """Whatever comes back for these bytes, until the server closes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=DEADLINE) as connection:
        connection.sendall(raw)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def ask(server: Server, target: str, method: str = "GET", **headers: str) -> Answer:
    """One request, with its target exactly as given."""
    lines = {"Host": "localhost", "Connection": "close"}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return parsed(send(server, f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode()))
