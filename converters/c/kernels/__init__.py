"""The kernels in C, by what each needs: one file each, joined into a model's source when used."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources

NEEDS: dict[str, tuple[str, ...]] = {
    "rescale": (),
    "window": (),
    "dense": ("rescale",),
    "seen": ("window",),
    "convolution": ("dense", "seen"),
    "depthwise": ("dense", "seen"),
    "pool": ("rescale", "window"),
    "maximum": ("pool",),
    "average": ("pool",),
    "mean": ("rescale",),
    "add": ("rescale",),
    "multiply": ("rescale",),
    "softmax": ("rescale",),
    "sign": (),
    "lookup": (),
    "rearrange": (),
}
"""In the order in which a source has them: what is needed first."""


def source(names: Iterable[str]) -> str:
    """The text of these kernels and of what they need."""
    wanted: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        wanted.add(name)
        waiting += NEEDS[name]
    files = resources.files(__name__)
    return "\n".join((files / f"{name}.c").read_text("utf-8") for name in NEEDS if name in wanted)
