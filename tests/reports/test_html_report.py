"""The page of a verification: one file, small, and nothing in it that others wrote as markup."""

from __future__ import annotations

import base64
import dataclasses
import datetime
import io
import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import made_results
import numpy as np
import pytest
from made_results import HARMFUL, QUOTES, UNSEEN
from PIL import Image

from edgedigits.bundle.artifact import FileRecord
from edgedigits.bundle.bundle import Bundle, Manifest, Reference
from edgedigits.changes.bench_record import RECORD
from edgedigits.diagnosis import record
from edgedigits.errors import WrongUse
from edgedigits.reports.html import curves, flips, origin, report, tables
from edgedigits.verification.parity import Status
from edgedigits.verification.verify import Verification

MOST_BYTES = 3_000_000
HOSTILE = (*(f"{HARMFUL}{n}" for n in range(9)), QUOTES)
FEW = (("tflite", "int8"), ("tfjs", "float32"))


class Elements(HTMLParser):
    """Every element of a page with its attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def strange(self) -> list[str]:
        """What the template does not write: scripts, handlers, and addresses outside the page."""
        return [
            f"{tag} {attributes}"
            for tag, attributes in self.found
            if tag in ("script", "iframe", "object", "form")
            or any(name.startswith("on") or name == "style" for name in attributes)
            or not (attributes.get("src") or "data:").startswith("data:")
            or not (attributes.get("href") or "#").startswith(("#", "data:,"))
        ]


def page(checked: Verification, bundle: Bundle | None = None, *, autoescape: bool = True) -> str:
    engine = report.environment()
    engine.autoescape = autoescape
    moment = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
    return report.document(checked, bundle, moment, engine)


def bundle_of(checked: Verification, folder: Path) -> Bundle:
    """One whose manifest says of everything what would do harm."""
    artifacts = tuple(one.artifact for one in checked.results)
    graph = Reference(FileRecord(QUOTES, 1, 1, "1" * 64), "", "", (1,))
    facts = {
        "source": {"kind": "run", "name": QUOTES, "model": "edge"},
        "calibration": {"count": 7, "seed": 3},
        "tool": {"version": HARMFUL, "python": HARMFUL, "libraries": {QUOTES: HARMFUL}},
    }
    data = {"name": QUOTES}
    return Bundle(folder, Manifest(HARMFUL, True, graph, (), artifacts, data, facts=facts))


@pytest.fixture(scope="module")
def hostile() -> Verification:
    shown = made_results.pictures(200, HOSTILE, QUOTES)
    return made_results.verification(shown, 5, FEW, QUOTES + UNSEEN)


def test_what_others_wrote_stays_text(hostile: Verification) -> None:
    found = Elements(page(hostile))
    assert found.strange == []
    alts = [attributes["alt"] for tag, attributes in found.found if tag == "img"]
    assert len(alts) == 10
    assert f"Picture 0, which is {HOSTILE[0]}" in alts
    assert f"200 of {QUOTES}" in found.texts
    assert f"tflite/{QUOTES}\\u202e-int8.bin" in found.texts


def test_without_escaping_it_would_not(hostile: Verification) -> None:
    strange = Elements(page(hostile, autoescape=False)).strange
    assert any(each.startswith("script") for each in strange)
    assert any("onerror" in each for each in strange)


@pytest.mark.parametrize("side", [28, 224])
def test_ten_thousand_pictures_and_nine_artifacts_are_small(side: int, tmp_path: Path) -> None:
    labels = tuple(f"{place} {'name of a class ' * 8}" for place in range(20))
    shown = made_results.pictures(10_000, labels, side=side)
    checked = made_results.verification(shown, 300)
    report.write(checked, None, tmp_path / "report.html")
    assert (tmp_path / "report.html").stat().st_size <= MOST_BYTES
    text = (tmp_path / "report.html").read_text("utf-8")
    assert all(one.artifact.id in text for one in checked.results)
    told = flips.of(checked)
    assert told.changed == 2700
    assert 20 <= len(told.tiles) <= 9 * flips.MOST_OF_ONE
    assert len(told.left_out) == 9


def test_the_surest_losses_come_first_and_each_picture_once() -> None:
    checked = made_results.verification(made_results.pictures(400), 30, FEW)
    checked = dataclasses.replace(checked, results=(checked.results[0],) * 2)
    told = flips.of(checked)
    assert [tile.number for tile in told.tiles] == [str(29 - n) for n in range(flips.MOST_OF_ONE)]
    first = told.tiles[0]
    assert first.fate == "lost"
    assert [(each.who, each.answer, each.right) for each in first.answers] == [
        ("float model", "9", True),
        ("tflite-int8 on litert", "0", False),
        ("tflite-int8 on litert", "0", False),
    ]
    assert told.left_out == ("tflite-int8 on litert: 6 of 30 more",) * 2


def test_a_picture_is_there_to_the_bit() -> None:
    shown = made_results.pictures(100)
    (tile, *_) = flips.of(made_results.verification(shown, 3, FEW)).tiles
    held = Image.open(io.BytesIO(base64.b64decode(tile.source.split(",")[1])))
    index = int(tile.number)
    np.testing.assert_array_equal(np.asarray(held), shown.split.images[index])


def test_curves_run_from_all_pictures_to_the_one_that_moved_farthest() -> None:
    checked = made_results.verification(made_results.pictures(1000), 0, FEW)
    drawn = curves.of(checked)
    assert drawn is not None
    line = drawn.panels[0].line
    assert line.startswith(f"M{drawn.left},{drawn.top}L")
    assert line.endswith(f",{drawn.bottom}")
    places = [tuple(map(float, each.split(","))) for each in line[1:].split("L")]
    assert places == sorted(places)
    assert [one.limit is not None for one in drawn.panels] == [False, True]


def test_nothing_changed_is_said_and_an_artifact_without_numbers_has_no_curve() -> None:
    shown = made_results.pictures(100)
    calm = page(made_results.verification(shown, 0, FEW))
    assert "None: every picture is answered as" in calm
    assert "None: every picture that the float model answers right" in calm
    checked = made_results.verification(shown, 0, FEW)
    nothing = np.full((100, 10), np.nan, np.float32)
    even = np.full((100, 10), 0.1, np.float32)
    broken = made_results.result(shown, "tflite", "int8", even, nothing, "model")
    assert curves.of(dataclasses.replace(checked, results=(broken,))) is None
    text = page(dataclasses.replace(checked, results=(broken, *checked.results)))
    assert "no answer" in text
    assert "NaN" in text


def test_the_worst_verdict_is_the_headline() -> None:
    checked = made_results.verification(made_results.pictures(200), 0, FEW)
    int8, float32 = (one.verdict.status for one in checked.results)
    assert (int8, float32) == (Status.INCONCLUSIVE, Status.PASS)
    assert tables.headline(checked).word == "Not enough pictures"
    passed = dataclasses.replace(checked, results=checked.results[1:])
    assert tables.headline(passed).word == "Passed"
    failed = made_results.verification(made_results.pictures(200), 9, FEW)
    assert tables.headline(failed).sentence.startswith("2 of 2 broke a budget: tflite-int8, ")


def test_a_bundle_says_where_it_comes_from_and_what_bench_measured_of_these_very_files(
    hostile: Verification, tmp_path: Path
) -> None:
    found = bundle_of(hostile, tmp_path / HARMFUL.replace("/", ""))
    text = page(hostile, found)
    assert Elements(text).strange == []
    texts = Elements(text).texts
    assert f"{QUOTES} (a run, edge)" in texts
    assert f"7 training pictures of {QUOTES}, seed 3" in texts
    assert f"{found.folder}, written {HARMFUL}" in texts
    assert "Speed and memory" not in texts
    (mine, other) = (one.artifact for one in hostile.results)
    times, start = {"median_us": 1234.5, "p95_us": 6789.0}, {"load_ms": 3, "peak_bytes": 2_500_000}
    ours = {
        "name": mine.id,
        "runtime": HARMFUL,
        "files": [dataclasses.asdict(file) for file in mine.files],
        "one_thread": times,
        "start": start,
    }
    former = {**ours, "name": other.id, "runtime": "elsewhere"}
    (found.folder / "reports").mkdir(parents=True)
    content = {"results": [former, ours], "machine": {"cpu": QUOTES}}
    (found.folder / RECORD).write_text(json.dumps(content))
    assert Elements(page(hostile, found)).strange == []
    measured = origin.bench(hostile, found)
    assert measured is not None
    assert measured[0] == QUOTES
    assert measured[1].rows == ((mine.id, HARMFUL, "1,234.5", "6,789.0", "3.0", "2.5"),)
    (found.folder / RECORD).write_text(json.dumps({"results": [{**ours, "one_thread": ["x"]}]}))
    assert origin.bench(hostile, found) is None


def test_what_was_diagnosed_of_these_very_files_is_told_layer_by_layer(
    hostile: Verification, tmp_path: Path
) -> None:
    found = bundle_of(hostile, tmp_path / "bundle")
    assert "Sensitivity by layer" not in Elements(page(hostile, found)).texts
    artifact = hostile.results[0].artifact
    layer = {"name": HARMFUL, "handed_db": 12.34, "own_db": 200.0, "low_percent": 0.5}
    layers = [
        {**layer, "high_percent": 1.0, "cost": {"share": 70.96}},
        {**layer, "high_percent": -0.5, "cost": None},
    ]
    content = {"files": record.files(artifact), "operations": layers, "pictures": 2000}
    place = record.path(found.folder, artifact)
    place.parent.mkdir(parents=True)
    place.write_text(json.dumps({**content, "verdict": f"{HARMFUL} makes 71 %"}))
    shown = Elements(page(hostile, found))
    assert shown.strange == []
    words = {each.strip() for each in shown.texts}
    assert {"Sensitivity by layer", f"{HARMFUL} makes 71 %"} <= words
    (told,) = origin.layers(hostile, found)
    assert told.table.rows == (
        (HARMFUL, "12.3", "exact", "1.5", "71.0"),
        (HARMFUL, "12.3", "exact", "", tables.NONE),
    )
    others: tuple[dict[str, Any], ...] = (
        {"files": []},
        {"operations": [{}]},
        {"pictures": None},
        {"verdict": None},
    )
    for changed in others:
        place.write_text(json.dumps({**content, "verdict": "x", **changed}))
        assert bool(origin.layers(hostile, found)) == ("verdict" in changed)


def test_a_calibrations_audit_is_told_in_a_line(hostile: Verification, tmp_path: Path) -> None:
    found = bundle_of(hostile, tmp_path / "bundle")
    outside = {"activation": HARMFUL, "percent": 0.1}
    distance = {"activation": "relu", "variances": 0.0071}
    audit = {"held_out": 300, "outside": outside, "distance": distance, "notes": [QUOTES]}
    found.manifest.facts["calibration"]["audit"] = audit
    shown = Elements(page(hostile, found))
    assert shown.strange == []
    assert (
        f"{QUOTES}; at most 0.10 % of held-out values lie outside their range (of {HARMFUL}); "
        "means lie at most 0.007 variances apart (of relu); 300 held-out pictures"
    ) in shown.texts


def test_where_it_cannot_be_written_the_error_says_so(tmp_path: Path) -> None:
    checked = made_results.verification(made_results.pictures(20), 0, FEW)
    (tmp_path / "file").write_text("")
    for path in (tmp_path, tmp_path / "file" / "report.html"):
        with pytest.raises(WrongUse):
            report.write(checked, None, path)
