"""The zip archive behind a TFLite flatbuffer, which any unzip program opens."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from typing import Any

from converters.base import Card

LABELS_FILE = "labels.txt"
CONTRACT_FILE = "contract.json"
# Zip entries need a date; a fixed one keeps the same model the same bytes.
ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def append(content: bytes, card: Card) -> bytes:
    """The file with labels and contract behind it, packed as tightly as zlib can."""
    labels = "".join(f"{label}\n" for label in card.labels)
    # The labels have a file of their own, under the name that TFLite's tools look for.
    facts = {name: fact for name, fact in card.facts.items() if name != "labels"}
    contract = json.dumps(facts, separators=(",", ":"), sort_keys=True)
    held = io.BytesIO(content)
    held.seek(0, io.SEEK_END)
    # Appending lets the archive's offsets count from the start of the file, as unzip expects.
    with zipfile.ZipFile(held, "a") as archive:
        for name, text, kind in (
            # Stored as TensorFlow's own tools do it: some readers take the bytes as they lie.
            (LABELS_FILE, labels, zipfile.ZIP_STORED),
            (CONTRACT_FILE, contract + "\n", zipfile.ZIP_DEFLATED),
        ):
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            archive.writestr(entry, text, kind, compresslevel=9)
    return held.getvalue()


def labels(content: bytes) -> tuple[str, ...] | None:
    """The labels behind a TFLite file, or None where it carries none."""
    text = _read(content, LABELS_FILE)
    return None if text is None else tuple(text.splitlines())


def facts(content: bytes) -> dict[str, Any] | None:
    """The facts behind a TFLite file (`Card.facts`), or None where it carries none."""
    text = _read(content, CONTRACT_FILE)
    found = None if text is None else json.loads(text)
    return found if isinstance(found, dict) else None


def _read(content: bytes, name: str) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.read(name).decode("utf-8")
    except (zipfile.BadZipFile, zlib.error, KeyError):
        return None
