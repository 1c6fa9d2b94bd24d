"""Damages to what a bundle promises as a whole."""

from __future__ import annotations

from damages.damage import Damage

DAMAGES: list[Damage] = []
