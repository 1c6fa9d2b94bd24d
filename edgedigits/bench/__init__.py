"""How large and how fast artifacts are on their runtimes, and which one that speaks for.

`latency`, `compare` and `floor` time lone TFLite files.
"""

from __future__ import annotations

from edgedigits.bench.lone_files import Compared, compare, floor, latency
from edgedigits.bench.rounds import Latency

__all__ = ["Compared", "Latency", "compare", "floor", "latency"]
