"""The kernels in C, by what each needs: one file each, joined into a model's source when used.

They compute with numbers in int8. In int16, a kernel is the file of its name in `int16/`; those
that have none there are the same but for the words in `WIDER`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import resources

NEEDS: dict[str, tuple[str, ...]] = {
    "rescale": (),
    "clipped": (),
    "window": (),
    "dense": ("rescale", "clipped"),
    "seen": ("window",),
    "convolution": ("dense", "seen"),
    "depthwise": ("dense", "seen"),
    "pool": ("rescale", "clipped", "window"),
    "maximum": ("pool",),
    "average": ("pool",),
    "mean": ("rescale", "clipped"),
    "add": ("rescale", "clipped"),
    "multiply": ("rescale", "clipped"),
    "softmax": ("rescale", "clipped"),
    "sign": (),
    "lookup": (),
    "rearrange": (),
}
"""In the order in which a source has them: what is needed first."""
NEEDS_INT16: dict[str, tuple[str, ...]] = {
    "rescale": (),
    "clipped": (),
    "window": (),
    "dense": ("clipped",),
    "seen": ("window",),
    "convolution": ("dense", "seen"),
    "depthwise": ("dense", "seen"),
    "pool": ("window",),
    "maximum": ("clipped", "pool"),
    "average": ("clipped", "pool"),
    "mean": ("rescale", "clipped"),
    "add": ("rescale", "clipped"),
    "multiply": ("rescale", "clipped"),
    "requantize": ("rescale", "clipped"),
    "logistic": (),
    "softmax": ("rescale", "clipped"),
    "rearrange": (),
}
"""The same in int16."""
WIDER = {
    "int8_t": "int16_t",
    "-128, 127": "-32768, 32767",
    "1 << 20": "1 << 15",
    "20 bits": "15 bits",
}
"""What a kernel says in int16 where in int8 it says something else: the type of numbers, its ends,
and by how many bits sums are raised, which have to hold them."""
_WIDER = re.compile("|".join(rf"(?<!\w){re.escape(words)}(?!\w)" for words in WIDER))


def source(names: Iterable[str], number: str = "int8") -> str:
    """The text of these kernels and of what they need, for numbers in int8 or int16."""
    needs = NEEDS_INT16 if number == "int16" else NEEDS
    wanted: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        wanted.add(name)
        waiting += needs[name]
    return "\n".join(_text(name, number) for name in needs if name in wanted)


def _text(name: str, number: str) -> str:
    files = resources.files(__name__)
    if number == "int8":
        return (files / f"{name}.c").read_text("utf-8")
    if (own := files / number / f"{name}.c").is_file():
        return own.read_text("utf-8")
    return _WIDER.sub(lambda found: WIDER[found[0]], (files / f"{name}.c").read_text("utf-8"))
