"""Digits as tests draw them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Drawn = tuple[NDArray[np.uint8], NDArray[np.int64]]
"""Images `[N, 28, 28]` and their labels."""
