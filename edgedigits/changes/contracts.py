"""Where two artifacts take or give something else: what an app that was built for one relies on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from converters.base import Tensor
from edgedigits.bundle.artifact import Artifact

SAID = {
    "size": "size of the pictures",
    "channels": "channels",
    "fit": "fit of the pictures",
    "range": "input range",
    "mean": "input mean",
    "std": "input std",
    "order": "order of the channels",
    "layout": "layout",
}
"""What the parts of an input contract are called."""
LABELS_SHOWN = 3


@dataclass(frozen=True)
class Difference:
    """One thing that differs, and what it was and is, in words. A `breaking` one makes an app that
    was built for the old artifact fail or answer wrongly with the new one."""

    what: str
    old: str
    new: str
    breaking: bool

    def __str__(self) -> str:
        kind = "breaking" if self.breaking else "changed"
        return f"{kind}: {self.what} differ{'' if self.what.endswith('s') else 's'}: " + (
            f"{self.old} became {self.new}"
        )


def differences(old: Artifact, new: Artifact) -> tuple[Difference, ...]:
    """All of them, the breaking ones first."""
    found = [*_labels(old, new), *_pixels(old, new), *_tensors(old, new)]
    if old.logits != new.logits:
        found.append(Difference("kind of output", _kind(old), _kind(new), breaking=True))
    return tuple(sorted(found, key=lambda each: not each.breaking))


def _labels(old: Artifact, new: Artifact) -> Iterator[Difference]:
    if len(old.labels) != len(new.labels):
        was, now = f"{len(old.labels):,}", f"{len(new.labels):,}"
        yield Difference("labels", was, now, breaking=True)
        return
    changed = [
        (place, was, now)
        for place, (was, now) in enumerate(zip(old.labels, new.labels, strict=True))
        if was != now
    ]
    if not changed:
        return
    first = changed[:LABELS_SHOWN]
    was = ", ".join(f"{place}: {name}" for place, name, _ in first)
    now = ", ".join(f"{place}: {name}" for place, _, name in first)
    more = f" (and {len(changed) - len(first):,} more)" if len(changed) > len(first) else ""
    yield Difference("labels", was, now + more, breaking=True)


def _pixels(old: Artifact, new: Artifact) -> Iterator[Difference]:
    theirs, ours = old.pixels.as_json(), new.pixels.as_json()
    for name, words in SAID.items():
        if theirs[name] != ours[name]:
            yield Difference(words, _words(theirs[name]), _words(ours[name]), breaking=True)


def _tensors(old: Artifact, new: Artifact) -> Iterator[Difference]:
    for side, was, now in (("input", old.input, new.input), ("output", old.output, new.output)):
        yield from _tensor(side, was, now)


def _tensor(side: str, was: Tensor, now: Tensor) -> Iterator[Difference]:
    for what, theirs, ours, breaking in (
        ("type", was.dtype, now.dtype, True),
        ("shape", was.shape, now.shape, True),
        # Runtimes find a tensor by its place too, and the numbers stand in the file.
        ("name", was.name, now.name, False),
        ("scale", was.scale, now.scale, False),
        ("zero point", was.zero_point, now.zero_point, False),
    ):
        if theirs != ours:
            yield Difference(f"{side} {what}", _words(theirs), _words(ours), breaking)


def _kind(artifact: Artifact) -> str:
    return "logits" if artifact.logits else "probabilities"


def _words(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_words, value))}]"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
