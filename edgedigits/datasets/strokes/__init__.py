"""Drawn pictures: digits as pen strokes, and ink that is no digit.

Door: `strokes` (digits: `draw`, `load`, `stream`) and `outliers` (non-digits). The rest is how a
hand moves (`paths`, `hand`), what it writes (`skeletons`, `letters`, `small_letters`, `signs`,
`scribbles`, `noise`) and how ink lies on paper (`ink`). Imports `datasets.dataset` alone.
"""
