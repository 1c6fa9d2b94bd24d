"""Damages to what a model answers, or to the exam that judges it."""

from __future__ import annotations

from damages.damage import Damage

DAMAGES: list[Damage] = []
