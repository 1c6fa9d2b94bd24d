"""How far a process's memory grows."""

from __future__ import annotations

from pathlib import Path

FORGET_PEAK = "5"
"""What makes Linux begin anew with a process's peak (proc(5), clear_refs)."""


class Growth:
    """The peak of a process's resident memory from now on, above what it holds now.

    Not `ru_maxrss`: on Linux that begins with what the parent held when it started the process, and
    with the peak of the libraries' own start; what a small model adds disappears below either.
    """

    def __init__(self, pid: int) -> None:
        """Begin with what process `pid` holds at this moment."""
        self._folder = Path("/proc") / str(pid)
        self._before: int | None = None
        try:
            (self._folder / "clear_refs").write_text(FORGET_PEAK)
        except OSError:
            return
        self._before = self._bytes("VmRSS")

    def peak_bytes(self) -> int | None:
        """Bytes at the peak above the beginning; None on a system that does not tell."""
        peak = self._bytes("VmHWM")
        return None if peak is None or self._before is None else max(0, peak - self._before)

    def _bytes(self, name: str) -> int | None:
        try:
            lines = (self._folder / "status").read_text("ascii", "replace").splitlines()
        except OSError:
            return None
        fields = dict(line.split(":", 1) for line in lines if ":" in line)
        return int(fields[name].split()[0]) * 1024 if name in fields else None
