"""Requests to the server of the demo page: from a request's head as bytes to its answer."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

from edgedigits.page.site import BadAddress, File, Redirect, Site, names_tag, takes_gzip

_LOCAL_NAMES = frozenset(("localhost", "127.0.0.1", "::1"))
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


@dataclass(frozen=True)
class Requests:
    """What is asked of a server that gives a site at `host`.

    Attributes:
        site: its files.
        host: the address it listens on, as it was given.
        is_local: whether nobody but this machine can reach it.
        verbose: whether to print a line a request.
    """

    site: Site
    host: str
    is_local: bool
    verbose: bool

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

    def answer(self, head: bytes) -> tuple[bytes, bool]:
        """What to send for a request's head, and whether the connection ends with it."""
        handler = Handler(head, None, self)  # type: ignore[arg-type]
        return handler.wfile.getvalue(), handler.close_connection


def short_answer(status: HTTPStatus, headers: Mapping[str, str] | None = None) -> bytes:
    """The last answer on a connection whose request is not looked at."""
    text = f"{status.value} {status.phrase}\n"
    lines = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": str(len(text)),
        "Connection": "close",
        **_ALWAYS,
        **(headers or {}),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status.value} {status.phrase}\r\n{head}\r\n{text}".encode()


class Handler(BaseHTTPRequestHandler):
    """One request, from its head as bytes to its answer as bytes in `wfile`."""

    protocol_version = "HTTP/1.1"
    server: Requests  # type: ignore[assignment]
    wfile: io.BytesIO

    def setup(self) -> None:
        """Read from the head, write into memory."""
        self.rfile = io.BytesIO(self.request)
        self.wfile = io.BytesIO()

    def handle(self) -> None:
        """Answer one request; the next one is not there yet."""
        self.close_connection = True
        self.handle_one_request()

    def finish(self) -> None:
        """The answer stays in memory."""

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

    do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_TRACE = do_CONNECT = do_POST  # noqa: N815

    def send_error(self, code: int, *_: str | None) -> None:
        """Refuse a request, and the connection with it."""
        self.close_connection = True
        # To a request that cannot be read, even an answer's form would otherwise be unclear.
        self.request_version = self.protocol_version
        self._send_text(HTTPStatus(code))

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
        gzipped = file.gzipped if takes_gzip(self.headers.get("Accept-Encoding", "")) else None
        tag = file.etag(gzipped=gzipped is not None)
        headers = {"ETag": tag, "Cache-Control": _CACHING}
        if file.gzipped is not None:
            headers["Vary"] = "Accept-Encoding"
        if names_tag(tag, self.headers.get("If-None-Match", "")):
            self._send(HTTPStatus.NOT_MODIFIED, headers)
            return
        headers["Content-Type"] = file.content_type
        if file.policy is not None:
            headers |= {**_FOR_PAGES, "Content-Security-Policy": file.policy}
        if gzipped is not None:
            headers["Content-Encoding"] = "gzip"
        self._send(HTTPStatus.OK, headers, file.content if gzipped is None else gzipped)

    def _send_text(self, status: HTTPStatus, headers: Mapping[str, str] | None = None) -> None:
        text = f"{status.value} {status.phrase}\n"
        plain = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}
        self._send(status, {**plain, **(headers or {})}, text.encode())

    def _send(self, status: HTTPStatus, headers: Mapping[str, str], content: bytes = b"") -> None:
        # Neither a line in a log yet, nor versions that only an attacker would want.
        self.send_response_only(status)
        own = {"Server": "edgedigits", "Date": self.date_time_string()}
        for name, value in {**own, **_ALWAYS, **headers}.items():
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
