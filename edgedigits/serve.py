"""A small web server for the demo page, on this machine alone unless told otherwise."""

from __future__ import annotations

import contextlib
import errno
import io
import re
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

from edgedigits.errors import WrongUse
from edgedigits.site import BadAddress, File, Redirect, Site, names_tag, takes_gzip

LOCALHOST = "127.0.0.1"
PORT = 8000
PORTS_TRIED = 20
MOST_CONNECTIONS = 64
SECONDS = 30.0
"""A request must have arrived, and an answer have been taken, within this time."""

_LOCAL_NAMES = frozenset(("localhost", "127.0.0.1", "::1"))
_WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
_HOST = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([^\[\]:/@\s]+))(?::\d{1,5})?")
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# With both Cross-Origin headers the page is isolated, and its clock exact enough to time answers.
_FOR_PAGES = {
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), usb=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}
# Whatever it is, browsers ask whether it has changed: another bundle may be served from the same
# address the next minute, and its weights must never meet this one's model.
_CACHING = "no-cache"
_ALLOWED = "GET, HEAD"


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Serves a site. It listens as soon as it is made; `run` answers until it is interrupted."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = MOST_CONNECTIONS
    # Shortens the wait for a port that a server has just left. Windows would share a taken one.
    allow_reuse_address = sys.platform != "win32"

    def __init__(
        self,
        site: Site,
        host: str = LOCALHOST,
        port: int = 0,
        *,
        verbose: bool = False,
        seconds: float = SECONDS,
    ) -> None:
        self.site, self.host, self.verbose, self.seconds = site, host, verbose, seconds
        self._free = threading.BoundedSemaphore(MOST_CONNECTIONS)
        (self.address_family, *_, address), *_ = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        super().__init__(address[:2], Handler)  # type: ignore[arg-type]

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

    def is_mine(self, host: str) -> bool:
        """Whether a request's Host header names this server.

        One that listens on this machine alone must not answer to other names: a web site whose name
        is made to lead to 127.0.0.1 could read it (DNS rebinding).
        """
        found = _HOST.fullmatch(host)
        if found is None:
            return False
        name = (found[1] or found[2]).lower().rstrip(".")
        return not self.is_local or name in _LOCAL_NAMES or name == self.host.lower()

    def run(self) -> None:
        """Answer requests until Ctrl-C or SIGTERM, which are how a server's work ends."""
        with contextlib.suppress(KeyboardInterrupt):
            self.serve_forever()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Take one more connection, unless there are too many."""
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer one connection's requests."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away in the middle is no news; a fault of ours is."""
        if self.verbose or not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    # One packet for head and content, and none held back for the next one.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: Server

    def setup(self) -> None:
        """Bound the time that a request may take to arrive."""
        super().setup()
        self._arriving = _Arriving(self.connection, self.server.seconds)
        self.rfile = io.BufferedReader(self._arriving)

    def handle_one_request(self) -> None:
        """Answer one request, within its time."""
        self._arriving.begin()
        super().handle_one_request()

    def do_GET(self) -> None:
        """Answer with a file, or say why not."""
        if self.request_version == "HTTP/0.9":
            self.send_error(HTTPStatus.BAD_REQUEST)
            return
        # A body is not read, so whatever follows on this connection would be taken for a request.
        if self.headers["Content-Length"] not in (None, "0") or self.headers["Transfer-Encoding"]:
            self.close_connection = True
        try:
            target = self._target()
            found = self.server.site.find(target)
        except BadAddress:
            self.send_error(HTTPStatus.BAD_REQUEST)
        except PermissionError:
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
        else:
            if isinstance(found, File):
                self._send_file(found)
            elif isinstance(found, Redirect):
                self._send(HTTPStatus.MOVED_PERMANENTLY, {"Location": found.path})
            else:
                self._send_text(HTTPStatus.NOT_FOUND)

    do_HEAD = do_GET  # noqa: N815

    def do_POST(self) -> None:
        """Nothing can be sent to this server."""
        self.close_connection = True
        self._send_text(HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": _ALLOWED})

    def version_string(self) -> str:
        """What answers, without the versions that only an attacker would want."""
        return "edgedigits"

    do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_TRACE = do_CONNECT = do_POST  # noqa: N815

    def send_error(self, code: int, *_: str | None) -> None:
        """Refuse a request, and the connection with it."""
        self.close_connection = True
        # To a request that cannot be read, even an answer's form would otherwise be unclear.
        self.request_version = self.protocol_version
        self._send_text(HTTPStatus(code))

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: what was sent is told once it is known."""

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing but requests is worth a line."""

    def _target(self) -> str:
        """What is asked for, as path and query.

        Raises:
            BadAddress: there is no such target, or not exactly one Host.
            PermissionError: the Host is none of this server's.
        """
        hosts, target = self.headers.get_all("Host", []), self.path
        if target.lower().startswith("http://"):
            absolute = urlsplit(target)
            hosts = [*hosts[:1], absolute.netloc]
            target = absolute._replace(scheme="", netloc="").geturl() or "/"
        elif len(hosts) != 1:
            raise BadAddress(target)
        if not all(self.server.is_mine(host) for host in hosts):
            raise PermissionError
        return target

    def _send_file(self, file: File) -> None:
        gzipped = file.gzipped is not None and takes_gzip(self.headers.get("Accept-Encoding", ""))
        tag = file.etag(gzipped=gzipped)
        headers = {"ETag": tag, "Cache-Control": _CACHING}
        if file.gzipped is not None:
            headers["Vary"] = "Accept-Encoding"
        if names_tag(tag, self.headers.get("If-None-Match", "")):
            self._send(HTTPStatus.NOT_MODIFIED, headers)
            return
        headers["Content-Type"] = file.content_type
        if file.policy is not None:
            headers |= {**_FOR_PAGES, "Content-Security-Policy": file.policy}
        if gzipped:
            headers["Content-Encoding"] = "gzip"
        content = file.gzipped if gzipped and file.gzipped is not None else file.content
        self._send(HTTPStatus.OK, headers, content)

    def _send_text(self, status: HTTPStatus, headers: Mapping[str, str] | None = None) -> None:
        text = f"{status.value} {status.phrase}\n"
        plain = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}
        self._send(status, {**plain, **(headers or {})}, text.encode())

    def _send(self, status: HTTPStatus, headers: Mapping[str, str], content: bytes = b"") -> None:
        self.send_response(status)
        for name, value in {**_ALWAYS, **headers}.items():
            self.send_header(name, value)
        if status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
        if self.server.verbose:
            told = f"{self.requestline} {status.value} {len(content)}"
            print(told.encode("unicode_escape").decode(), file=sys.stderr, flush=True)


class _Arriving(io.RawIOBase):
    """What comes over a connection, as long as it comes in time, however slowly it drips."""

    def __init__(self, connection: socket.socket, seconds: float) -> None:
        self._connection = connection
        self._seconds = seconds
        self._until = 0.0

    def begin(self) -> None:
        """The time of another request begins."""
        self._until = time.monotonic() + self._seconds

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what is there.

        Raises:
            TimeoutError: the time is over.
        """
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the request took too long")
        self._connection.settimeout(left)
        count = self._connection.recv_into(buffer)
        # The same time again for the answer to be taken.
        self._connection.settimeout(self._seconds)
        return count


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
    for candidate in _usual_ports():
        with contextlib.suppress(PortTaken):
            return _listen(site, host, candidate, verbose, again)
    raise AssertionError("the system itself chooses port 0 from those that are free")


class PortTaken(WrongUse):
    """Some other program listens on that port."""


def _usual_ports() -> Iterator[int]:
    yield from range(PORT, PORT + PORTS_TRIED)
    yield 0


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
                f"port {port} is not allowed: {error.strerror}",
                f"choose one above 1023: {again} --port {PORT}",
            ) from error
        if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
            raise WrongUse(f"{host} is no address of this machine", hosts) from error
        raise
