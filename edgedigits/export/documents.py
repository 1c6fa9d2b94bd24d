"""What a bundle says of itself to people and to tools: its model card and bill of materials."""

from __future__ import annotations

from pathlib import Path

from edgedigits.bundle import bundle
from edgedigits.bundle.artifact import FileRecord, record
from edgedigits.bundle.bundle import Manifest
from edgedigits.export import bill_of_materials, model_card


def write(manifest: Manifest, folder: Path) -> tuple[FileRecord, ...]:
    """Write both into `folder`, which holds all other files already; their records.

    The same manifest makes the same bytes, whenever it was made.
    """
    card, bill = folder / bundle.CARD, folder / bundle.BOM
    card.write_text(model_card.text(manifest), "utf-8")
    described = record(card, folder)
    bill.write_text(bill_of_materials.text(manifest, described), "utf-8")
    return described, record(bill, folder)
