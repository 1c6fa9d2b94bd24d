"""Labelled pictures: where they come from, and how a set of them is divided.

Door: `datasets.load` (any set by name or path) and `dataset` (`Dataset`, `Split`, what they are
made of). `strokes` is the room of those that are drawn. Imports `picture`.
"""
