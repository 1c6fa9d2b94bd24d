"""The few golden vectors by which a page tests itself before it answers: little to fetch."""

from __future__ import annotations

import base64
import gzip
import json
from collections import defaultdict
from typing import Any

SELF_TEST = "self-test.json.gz"
COUNT = 10


def self_test(golden: bytes) -> bytes:
    """What a page's `self-test.json.gz` holds: of a bundle's `golden.json` so many pictures, as
    many of each class as of the others, with the float model's answers. Of each class those are
    taken of which that model is surest: a quantized one may answer a close call otherwise."""
    document: dict[str, Any] = json.loads(golden)
    places = sorted(chosen(document["probabilities"]))
    count, *form = document["pictures"]["shape"]
    pixels = base64.b64decode(document["pictures"]["base64"])
    size = len(pixels) // count
    few = b"".join(pixels[place * size : (place + 1) * size] for place in places)
    shape = [len(places), *form]
    document["pictures"] |= {"shape": shape, "base64": base64.b64encode(few).decode("ascii")}
    for name in ("labels", "probabilities"):
        document[name] = [document[name][place] for place in places]
    return gzip.compress(json.dumps(document, separators=(",", ":")).encode(), 9, mtime=0)


def chosen(probabilities: list[list[float]]) -> list[int]:
    """Places of the pictures that are taken, by the float model's answers to all of them."""
    surest = sorted(range(len(probabilities)), key=lambda place: -_margin(probabilities[place]))
    ranks: defaultdict[int, int] = defaultdict(int)
    found = []
    for place in surest:
        row = probabilities[place]
        label = row.index(max(row))
        found.append((ranks[label], -_margin(row), place))
        ranks[label] += 1
    return [place for _, _, place in sorted(found)[:COUNT]]


def _margin(row: list[float]) -> float:
    *_, second, first = sorted(row)
    return first - second
