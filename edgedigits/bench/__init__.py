"""How large and how fast artifacts are on their runtimes, and which one that speaks for.

Door: `latency`, `compare` and `floor`, which time lone TFLite files (docs/bench.md); for bundles
`measurement` and `recommendation`. Imports `reading`, `runtimes`, `bundle`,
`datasets`, `picture` and `converters`.
"""

from __future__ import annotations

from edgedigits.bench.lone_files import Compared, compare, floor, latency
from edgedigits.bench.rounds import Latency

__all__ = ["Compared", "Latency", "compare", "floor", "latency"]
