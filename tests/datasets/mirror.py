"""A mirror of made-up MNIST files on this machine, and what may be wrong with its answers."""

from __future__ import annotations

import gzip
import hashlib
import io
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
from numpy.typing import NDArray
from synthetic import idx_bytes

from edgedigits.datasets import mnist

Arrays = dict[str, NDArray[np.uint8]]
Answer = Callable[[BaseHTTPRequestHandler, bytes], None]


def make_arrays() -> Arrays:
    noise = np.random.default_rng(1)
    return {
        name: noise.integers(0, 10, (300, 28, 28) if "images" in name else 300).astype(np.uint8)
        for name in mnist.CONTENT_SHA256
    }


ARRAYS = make_arrays()
DIGESTS = {name: hashlib.sha256(idx_bytes(array)).hexdigest() for name, array in ARRAYS.items()}


def files() -> dict[str, bytes]:
    held = {f"/{name}.gz": gzip.compress(idx_bytes(array)) for name, array in ARRAYS.items()}
    archive = io.BytesIO()
    np.savez(archive, **{mnist.NPZ_ARRAYS[name]: array for name, array in ARRAYS.items()})
    return {**held, "/mnist.npz": archive.getvalue()}


FILES = files()


def whole(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)


def corrupt(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    """Another picture set's content, well formed: only the digest can tell."""
    if handler.path.endswith(".npz"):
        whole(handler, content[:-30] + bytes(30))
        return
    raw = bytearray(gzip.decompress(content))
    raw[-1] ^= 1
    whole(handler, gzip.compress(raw))


def cut(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content[: len(content) // 2])


def cut_unannounced(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(content[: len(content) // 2])


def absent(handler: BaseHTTPRequestHandler, _content: bytes) -> None:
    handler.send_error(404)


def welcome_page(handler: BaseHTTPRequestHandler, _content: bytes) -> None:
    whole(handler, b"<html>Accept our terms to use this network</html>")


def endless(handler: BaseHTTPRequestHandler, _content: bytes) -> None:
    handler.send_response(200)
    handler.end_headers()
    block = bytes(1 << 20)
    try:
        while True:
            handler.wfile.write(block)
    except OSError:
        return


class Mirror:
    """A real HTTP server on this machine that counts what it is asked for."""

    def __init__(self, answer: Answer) -> None:
        asked = self.asked = []  # type: list[str]

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                answer(self, FILES[self.path])

            def log_message(self, *arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


OpenMirror = Callable[[Answer], Mirror]
