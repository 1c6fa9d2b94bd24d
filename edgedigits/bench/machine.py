"""The machine that something was measured on."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path

CPU_INFO = Path("/proc/cpuinfo")
PACKAGES = {"edgedigits": "edgedigits", "LiteRT": "ai-edge-litert"}


@dataclass(frozen=True)
class Machine:
    """What figures depend on besides the models.

    Attributes:
        cpu: model of its processor, as it calls itself.
        cores: how many there are for this process.
        system: operating system, release and architecture.
        versions: of Python, this package and the runtimes, by name.
        load: processes that wanted a core in the last minute; None where that is not told.
    """

    cpu: str
    cores: int
    system: str
    versions: dict[str, str]
    load: float | None

    @property
    def is_busy(self) -> bool:
        """Whether others use more than a quarter of its cores."""
        return self.load is not None and self.load > self.cores / 4


def this_machine() -> Machine:
    """Look at the machine that this runs on."""
    versions = {"Python": platform.python_version()}
    for name, package in PACKAGES.items():
        try:
            versions[name] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return Machine(
        _cpu(),
        _cores(),
        f"{platform.system()} {platform.release()} {platform.machine()}",
        versions,
        os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
    )


def _cpu() -> str:
    return _linux_cpu() or _macos_cpu() or platform.processor() or platform.machine()


def _linux_cpu() -> str | None:
    try:
        lines = CPU_INFO.read_text("utf-8", "replace").splitlines()
    except OSError:
        return None
    fields = [line.partition(":") for line in lines]
    names = [value.strip() for key, _, value in fields if key.strip() in ("model name", "Model")]
    return names[0] if names else None


def _macos_cpu() -> str | None:
    if platform.system() != "Darwin":
        return None
    asked = ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"]
    try:
        return subprocess.run(
            asked, capture_output=True, text=True, timeout=10, check=True
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
