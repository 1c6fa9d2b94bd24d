from __future__ import annotations

import gzip
from pathlib import Path

import colours
import numpy as np
import pytest
from synthetic import make_pictures

from edgedigits.datasets import csv_file
from edgedigits.errors import DataBad
from edgedigits.picture.form import Form


def table(*, label_last: bool = False, small: bool = False) -> list[list[int]]:
    images, labels = make_pictures(60)
    pixels = (images[:, 4:24, 4:24] if small else images).reshape(60, -1).tolist()
    # The corners of a small picture would otherwise be noise; real ones are almost always dark.
    for row in pixels:
        row[0] = row[-1] = 0
    return [
        [*row, label] if label_last else [label, *row]
        for row, label in zip(pixels, labels.tolist(), strict=True)
    ]


def text(rows: list[list[int]], delimiter: str = ",", header: str | None = None) -> str:
    lines = [delimiter.join(map(str, row)) for row in rows]
    return "\n".join(lines if header is None else [header, *lines]) + "\n"


@pytest.mark.parametrize("small", [False, True])
@pytest.mark.parametrize("label_last", [False, True])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("header", ["none", "named", "numbers", "unnamed"])
def test_every_layout_gives_the_same_pictures(
    tmp_path: Path,
    small: bool,
    label_last: bool,
    delimiter: str,
    header: str,
) -> None:
    rows = table(label_last=label_last, small=small)
    names = [f"pixel{i}" for i in range(len(rows[0]) - 1)]
    names.insert(len(names) if label_last else 0, '"Label"')
    first = {
        "none": None,
        "named": delimiter.join(names),
        "numbers": delimiter.join(map(str, range(len(names)))),
        "unnamed": delimiter.join(f"c{i}" for i in range(len(names))),
    }[header]
    (tmp_path / "a.csv").write_text(text(rows, delimiter, first))
    everything = csv_file.load(tmp_path / "a.csv", 0).everything()
    images, labels = make_pictures(60)
    images = images.copy()
    if small:
        images[:, 4, 4] = images[:, 23, 23] = 0
    wanted = {(bytes(image), label) for image, label in zip(images, labels.tolist(), strict=True)}
    assert {
        (bytes(image), label)
        for image, label in zip(everything.images, everything.labels.tolist(), strict=True)
    } == wanted


def test_gzip_byte_order_mark_and_windows_line_ends(tmp_path: Path) -> None:
    content = text(table())
    (tmp_path / "a.csv").write_text(content)
    windows = "\ufeff" + content.replace("\n", "\r\n")
    (tmp_path / "b.csv.gz").write_bytes(gzip.compress(windows.encode()))
    one = csv_file.load(tmp_path / "a.csv", 0)
    assert one.fingerprint == csv_file.load(tmp_path / "b.csv.gz", 0).fingerprint


def test_fractions_that_are_grey_levels_are_taken(tmp_path: Path) -> None:
    rows = table()
    (tmp_path / "a.csv").write_text(text(rows))
    scaled = [[row[0], *(value / 255 for value in row[1:])] for row in rows]
    (tmp_path / "b.csv").write_text(text(scaled))  # type: ignore[arg-type]
    one = csv_file.load(tmp_path / "a.csv", 0)
    assert one.fingerprint == csv_file.load(tmp_path / "b.csv", 0).fingerprint


def test_header_decides_where_content_could_not(tmp_path: Path) -> None:
    rows = [[row[0] + 0, *row[1:-1], row[0] % 5] for row in table()]
    (tmp_path / "a.csv").write_text(text(rows))
    with pytest.raises(DataBad, match="both its first and its last column hold") as caught:
        csv_file.load(tmp_path / "a.csv", 0)
    assert "header" in (caught.value.hint or "")
    names = [*(f"p{i}" for i in range(784)), "digit"]
    (tmp_path / "a.csv").write_text(text(rows, header=",".join(names)))
    labels = csv_file.load(tmp_path / "a.csv", 0).everything().labels
    assert set(labels.tolist()) == set(range(5))


def refusal(path: Path, content: str | bytes) -> str:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(DataBad) as caught:
        csv_file.load(path, 0)
    assert str(path) in caught.value.message
    assert caught.value.hint
    return caught.value.message


def test_broken_tables_are_refused_with_the_reason(tmp_path: Path) -> None:
    path, rows = tmp_path / "a.csv", table()
    assert "columns are not 785 or 401" in refusal(path, "")
    assert "786 columns" in refusal(path, text([[i, *row] for i, row in enumerate(rows)]))
    assert "columns changed" in refusal(path, text([*rows, rows[0][:-1]]))
    assert "'seven'" in refusal(path, text([*rows, ["seven", *rows[0][1:]]]))  # type: ignore[list-item]
    assert "header and no rows" in refusal(path, ",".join(f"p{i}" for i in range(785)))
    assert "neither its first nor its last" in refusal(
        path, text([[row[0] + 3, *row[1:-1], 77] for row in rows])
    )
    assert "no outer column has changing" in refusal(path, text([[3, *row[1:]] for row in rows]))
    label_99 = "label," + ",".join(f"p{i}" for i in range(784)) + "\n"
    assert "label 99" in refusal(path, label_99 + text([*rows, [99, *rows[0][1:]]]))
    assert "fractions that are no grey levels" in refusal(
        path,
        text([*rows, [1, *rows[0][1:-2], 12.5, 0]]),  # type: ignore[list-item]
    )
    assert "300" in refusal(path, text([*rows, [1, *rows[0][1:-2], 300, 0]]))
    assert "more than 40,000 characters" in refusal(path, "1," * 30_000)
    assert "damaged or cut off" in refusal(path, gzip.compress(text(rows).encode())[:-2000])


@pytest.mark.parametrize("header", [False, True])
def test_a_table_of_other_pictures_is_read_by_the_form_of_the_model(
    tmp_path: Path, header: bool
) -> None:
    images, labels = colours.draw(60, seed=4)
    form, path = Form(colours.HEIGHT, colours.WIDTH, 3, "stretch"), tmp_path / "a.csv"
    rows = np.column_stack([labels, images.reshape(60, -1)])
    columns = "label," + ",".join(f"p{i}" for i in range(images[0].size))
    path.write_text(text(rows.tolist(), header=columns if header else None))
    everything = csv_file.load(path, 0, form, colours.CLASSES).everything()
    assert everything.classes == colours.CLASSES
    expected = {(image.tobytes(), int(label)) for image, label in zip(images, labels, strict=True)}
    found = zip(everything.images, everything.labels, strict=True)
    assert {(image.tobytes(), int(label)) for image, label in found} == expected
    rows[0, 0] = 6
    path.write_text(text(rows.tolist(), header=columns))
    with pytest.raises(DataBad, match=r"label 6 .* is outside 0\.\.5"):
        csv_file.load(path, 0, form, colours.CLASSES)
    with pytest.raises(DataBad, match="1681 columns are not 785 or 401"):
        csv_file.load(path, 0)
