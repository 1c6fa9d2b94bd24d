"""What two processes say to each other over a socket: JSON, with bytes behind it."""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

Payload = bytes | bytearray | memoryview
Message = tuple[dict[str, Any], Payload]

REQUEST = struct.Struct("<ci")
ANSWER = struct.Struct("<i")
FORK, WAIT = b"f", b"w"
"""What is asked of a process that forks (see `litert_worker`)."""

LENGTHS = struct.Struct("<II")
MOST_BYTES = 1 << 30
"""A longer message is none that anybody here sends."""


def send(to: socket.socket, document: dict[str, Any], payload: Payload = b"") -> None:
    """Send one message: two lengths (uint32, little-endian), JSON, and bytes."""
    text, size = json.dumps(document).encode(), memoryview(payload).nbytes
    to.sendall(LENGTHS.pack(len(text), size) + text)
    if size:
        to.sendall(payload)


def receive(asked: socket.socket) -> Message:
    """Receive one message.

    Raises:
        EOFError: there is none, or not all of it.
        ValueError: it is none of `send`'s.
    """
    text, payload = LENGTHS.unpack(_exactly(asked, LENGTHS.size))
    if text + payload > MOST_BYTES:
        raise ValueError("a message that long is none")
    document = json.loads(_exactly(asked, text))
    return document, _exactly(asked, payload)


def _exactly(asked: socket.socket, size: int) -> bytearray:
    found = bytearray(size)
    view, filled = memoryview(found), 0
    while filled < size:
        count = asked.recv_into(view[filled:])
        if count == 0:
            raise EOFError
        filled += count
    return found
