"""Tables with one picture a row: a label and its pixels, row by row, of colours red, green, blue.

784 (28x28) or 400 (20x20) pixels are digits; a model that takes others says how many there are.
"""

from __future__ import annotations

import gzip
import math
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from edgedigits.datasets import arrays, classes, splits
from edgedigits.datasets.dataset import CLASSES, DIGITS, MOST_PICTURES, Dataset, Split
from edgedigits.errors import DataBad
from edgedigits.picture.form import DIGIT, Form

_GZIP_MAGIC = b"\x1f\x8b"
_DELIMITERS = (",", ";", "\t")
_OF_DIGITS = (1 + 28 * 28, 1 + 20 * 20)
_LABEL_NAMES = {"label", "labels", "class", "digit", "target", "y"}
_LONGEST_FIELD, _LONGEST_LINE = 50, 40_000
_HINT = "a row is one label and the picture's pixels 0..255, the label first or last"


@dataclass(frozen=True)
class _Rows:
    """How many columns a table may have, and what labels stand for where it is of the form asked
    for."""

    columns: tuple[int, ...]
    names: tuple[str, ...]

    @property
    def longest_line(self) -> int:
        return max(_LONGEST_LINE, _LONGEST_FIELD * max(self.columns))


def load(path: Path, seed: int, form: Form = DIGIT, wanted: classes.Wanted = None) -> Dataset:
    """The data set of a `.csv` or `.csv.gz` file, separated by comma, semicolon or tab.

    Which column is the label follows from the header (`label`, `class`, `digit`, `target` or `y`);
    without such a name it is the first or the last column, whichever alone holds changing numbers
    of classes (the pixels in the corners of a picture hardly change). Pixels: see
    `edgedigits.datasets.arrays`. Rows have as many as a picture of `form`, or are digits; labels
    are places in `wanted`, or digits.

    Raises:
        DataBad: when the file is damaged, a row has another length, a field is no number, or it is
            unclear which column is the label.
    """
    try:
        names = classes.meant(None, wanted, str(path))
        own = () if form == DIGIT else (1 + math.prod(form.shape),)
        pictures = _read(path, form, _Rows((*own, *_OF_DIGITS), names))
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataBad(
            f"{path}: the gzip file is damaged or cut off ({error})", "get the original file again"
        ) from error
    except OSError as error:
        raise DataBad(
            f"{path}: cannot be read ({error.strerror or error})", "get the original file again"
        ) from error
    return splits.make(name=path.name, origin=f"table {path}", pictures=pictures, seed=seed)


def _read(path: Path, form: Form, rows: _Rows) -> Split:
    with _lines(path, rows) as lines:
        first = next(lines, "")
    delimiter, fields = _fields(first, path, rows)
    has_header = _is_header(fields)
    table = _numbers(path, delimiter, rows, skip=int(has_header))
    # Tables of digits do for other models too, and are of digits then as well.
    of_form = form != DIGIT and table.shape[1] == rows.columns[0]
    names = rows.names if of_form else DIGITS
    label = _label_column(table, fields if has_header else [], path, len(names))
    pixels = table[:, 1:] if label == 0 else np.delete(table, label, axis=1)
    labels, where = table[:, label], str(path)
    if of_form:
        return arrays.to_split(pixels.reshape(-1, *form.shape), labels, where, form, names)
    return arrays.to_split(pixels, labels, where)


def _fields(line: str, path: Path, rows: _Rows) -> tuple[str, list[str]]:
    counts = []
    for delimiter in _DELIMITERS:
        fields = [field.strip().strip("\"'") for field in line.rstrip("\r\n").split(delimiter)]
        if len(fields) in rows.columns:
            return delimiter, fields
        counts.append(len(fields))
    fitting = " or ".join(map(str, dict.fromkeys(rows.columns)))
    raise DataBad(f"{path}: {max(counts)} columns are not {fitting}", _HINT)


def _is_header(fields: list[str]) -> bool:
    try:
        numbers = [float(field) for field in fields]
    except ValueError:
        return True
    # Tables whose columns have no names are often written with their numbers on top.
    return numbers in (list(range(len(fields))), list(range(1, len(fields) + 1)))


def _numbers(path: Path, delimiter: str, rows: _Rows, skip: int) -> NDArray[Any]:
    """The table as `int16`, or as `float32` when some field is a fraction."""
    try:
        return _parse(path, delimiter, rows, skip, np.int16)
    except (ValueError, DeprecationWarning) as whole:
        try:
            return _parse(path, delimiter, rows, skip, np.float32)
        except ValueError as error:
            # The float reading stops at what is no number at all, which is the better reason.
            reason = str(error).split(";")[0].rstrip(".")
            raise DataBad(f"{path}: {reason} (rows counted from 0)", _HINT) from whole


def _parse(path: Path, delimiter: str, rows: _Rows, skip: int, kind: Any) -> NDArray[Any]:
    with _lines(path, rows) as lines:
        for _ in range(skip):
            next(lines, None)
        first = next(lines, None)
        if first is None:
            raise DataBad(f"{path}: holds a header and no rows", _HINT)

        def filled() -> Iterator[str]:
            yield first
            yield from lines

        with warnings.catch_warnings():
            # NumPy would cut fractions off when whole numbers are asked for, with this warning.
            warnings.simplefilter("error", DeprecationWarning)
            return np.loadtxt(filled(), dtype=kind, delimiter=delimiter, quotechar='"', ndmin=2)


@contextmanager
def _lines(path: Path, rows: _Rows) -> Iterator[Iterator[str]]:
    """The lines of a plain or gzipped text; endless lines and endless files are refused."""
    with path.open("rb") as file:
        zipped = file.read(2) == _GZIP_MAGIC
    with (
        gzip.open(path, "rt", encoding="utf-8-sig", errors="replace")
        if zipped
        else path.open(encoding="utf-8-sig", errors="replace")
    ) as text:
        yield _bounded(text, path, rows.longest_line)


def _bounded(text: IO[str], path: Path, longest: int) -> Iterator[str]:
    for _ in range(MOST_PICTURES + 1):
        line = text.readline(longest + 1)
        if not line:
            return
        if len(line) > longest:
            raise DataBad(f"{path}: a line of more than {longest:,} characters", _HINT)
        yield line
    raise DataBad(f"{path}: more than {MOST_PICTURES:,} lines", _HINT)


def _label_column(table: NDArray[Any], names: list[str], path: Path, count: int) -> int:
    named = [i for i, name in enumerate(names) if name.lower() in _LABEL_NAMES]
    if len(named) == 1:
        return named[0]
    last = table.shape[1] - 1
    if named:
        raise DataBad(f"{path}: {len(named)} columns are named like a label", _NAME_IT)
    digits = [column for column in (0, last) if _holds_places(table[:, column], count)]
    places = "digits 0..9" if count == CLASSES else f"numbers 0..{count - 1}"
    changing = [column for column in digits if (table[:, column] != table[0, column]).any()]
    if len(changing) == 1:
        return changing[0]
    if not digits:
        raise DataBad(f"{path}: neither its first nor its last column holds {places}", _NAME_IT)
    which = (
        "both its first and its last column hold" if changing else "no outer column has changing"
    )
    raise DataBad(f"{path}: unclear which column is the label: {which} {places}", _NAME_IT)


_NAME_IT = "say which column it is with a header line that names it: label,pixel0,pixel1,..."


def _holds_places(column: NDArray[Any], count: int) -> bool:
    return bool(((column >= 0) & (column < count) & (column == np.floor(column))).all())
