"""Ways in which people serve a static page, each as a process of its own on a free port."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

DEADLINE = 60
NGINX = """
daemon off;
{user}
pid {home}/nginx.pid;
error_log {home}/error.log;
events {{}}
http {{
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  access_log off;
  client_body_temp_path {home}/body;
  proxy_temp_path {home}/proxy;
  fastcgi_temp_path {home}/fastcgi;
  uwsgi_temp_path {home}/uwsgi;
  scgi_temp_path {home}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location /deep/er/ {{ alias "{folder}/"; }}
  }}
}}
"""


@dataclass
class Host:
    """A server that runs, and the address of the page there."""

    address: str
    process: subprocess.Popen[bytes]

    def stop(self) -> int:
        """End it as a service manager would; its exit code."""
        self.process.terminate()
        return self.process.wait(DEADLINE)


Serving = Callable[[Path, Path], AbstractContextManager[Host]]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(command: Sequence[str | Path], address: str, home: Path) -> Iterator[Host]:
    """A server process, from when it answers."""
    # Not a pipe: nobody reads it while the server runs, and a full one would stop the server.
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(command, cwd=home, stdout=subprocess.DEVNULL, stderr=told)
        try:
            until = time.monotonic() + DEADLINE
            while not answers(address):
                if process.poll() is not None or time.monotonic() > until:
                    told.seek(0)
                    raise AssertionError(f"{command[0]} does not serve: {told.read().decode()}")
                time.sleep(0.02)
            yield Host(address, process)
        finally:
            # Not killed at once: nginx ends its workers itself.
            process.terminate()
            try:
                process.wait(DEADLINE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=DEADLINE).close()
    except (urllib.error.URLError, ConnectionError):
        return False
    return True


def by_python(page: Path, home: Path) -> AbstractContextManager[Host]:
    port = free_port()
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "http.server",
        str(port),
        "--bind",
        "127.0.0.1",
    ]
    return running([*command, "--directory", page], f"http://127.0.0.1:{port}/", home)


def by_edgedigits(page: Path, home: Path) -> AbstractContextManager[Host]:
    port = free_port()
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "edgedigits",
        "serve",
        page,
        "--port",
        str(port),
    ]
    return running(command, f"http://127.0.0.1:{port}/", home)


def by_nginx(page: Path, home: Path) -> AbstractContextManager[Host]:
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.skip("no nginx found: apt-get install nginx-light")
    port = free_port()
    # Started by root, its workers would be somebody who may not read pytest's folders.
    user = "user root;" if os.geteuid() == 0 else ""
    settings = home / "nginx.conf"
    settings.write_text(NGINX.format(user=user, home=home, port=port, folder=page))
    return running(
        [found, "-p", home, "-e", home / "error.log", "-c", settings],
        f"http://127.0.0.1:{port}/deep/er/",
        home,
    )
