"""Drawn pictures: digits as pen strokes, and ink that is no digit.

Door: `alphabets` (what is drawn to learn from, by name), `strokes` (of that the digits) and
`outliers` (non-digits). The rest is how any number of pictures is drawn (`drawing`), how a hand
moves (`paths`, `hand`), what it writes (`skeletons`, `forms`, `letters`, `small_letters`,
`digit_doubles`, `signs`, `scribbles`, `noise`) and how ink lies on paper (`ink`). Imports
`datasets.dataset` and `datasets.made` alone.
"""
