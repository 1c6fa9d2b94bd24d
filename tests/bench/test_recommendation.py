"""Which artifact is recommended, case by case, and what is said with it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from converters.base import Tensor
from edgedigits.bench.figures import NOT_VERIFIED, Figures, Standing
from edgedigits.bench.recommendation import Recommendation, microseconds, recommend
from edgedigits.bench.rounds import Latency
from edgedigits.bundle.artifact import Artifact, FileRecord, InputContract

PASSED = Standing("pass", 10_000, "mnist", 99.25)
FEW = Standing("not enough pictures", 200, "mnist", 99.0)
TENSOR = Tensor("x", "uint8", (1, 28, 28, 1))
RUNTIME = {"tflite": "litert", "tfjs": "tfjs-node"}


def latency(median_us: float) -> Latency:
    return Latency(median_us, 1.2 * median_us, (median_us,) * 3, 100)


def figures(
    name: str,
    us: float,
    size: int,
    standing: Standing | None = PASSED,
    *,
    gzip: int | None = None,
    two: float | None = None,
    runtime: str | None = None,
    failure: str | None = None,
) -> Figures:
    target, scheme = name.split("-")
    record = FileRecord("file", size, size if gzip is None else gzip, "0" * 64)
    pixels = InputContract(0, 255)
    return Figures(
        name,
        Artifact(target, scheme, "file", (record,), TENSOR, TENSOR, pixels),
        runtime or RUNTIME[target],
        standing,
        one_thread=None if failure else latency(us),
        two_threads=None if two is None else latency(two),
        failure=failure,
    )


@dataclass(frozen=True)
class Case:
    """Figures, the artifact that they speak for, its status, and words that must be said."""

    claim: str
    some: tuple[Figures, ...]
    artifact: str | None
    status: str | None
    says: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()


CASES = [
    Case(
        "a phone takes the fastest",
        (figures("tflite-float32", 60, 200_000), figures("tflite-int8", 20, 65_000)),
        "tflite-int8",
        "pass",
        ("20.0 µs a picture is the fastest of 2", "65,000 bytes is the smallest", "99.25 %"),
    ),
    Case(
        "of those about as fast a phone takes the smallest",
        (figures("tflite-dynamic", 19, 90_000), figures("tflite-int8", 20, 65_000)),
        "tflite-int8",
        "pass",
        ("within 10 % of the fastest (tflite-dynamic, 19.0 µs a picture)",),
    ),
    Case(
        "a much faster file is taken though it is larger",
        (figures("tflite-dynamic", 10, 90_000), figures("tflite-int8", 20, 65_000)),
        "tflite-dynamic",
        "pass",
        ("90,000 bytes (the smallest: tflite-int8, 65,000 bytes)",),
    ),
    Case(
        "a web page takes the smallest download, not the smallest file",
        (
            figures("tfjs-uint8", 300, 65_000, gzip=50_000),
            figures("tfjs-float32", 250, 60_000, gzip=58_000),
        ),
        "tfjs-uint8",
        "pass",
        ("50,000 bytes gzipped is the smallest download of 2", "the fastest: tfjs-float32"),
    ),
    Case(
        "the browser's figures count for a web page where there are any",
        (
            figures("tfjs-uint8", 100, 50_000),
            figures("tfjs-uint16", 900, 52_000),
            figures("tfjs-uint8", 900, 50_000, runtime="tfjs-browser"),
            figures("tfjs-uint16", 400, 52_000, runtime="tfjs-browser"),
        ),
        "tfjs-uint16",
        "pass",
        ("400 µs",),
    ),
    Case(
        "what passed goes before what is faster and unverified, which is said",
        (
            figures("tflite-float32", 60, 200_000),
            figures("tflite-int8", 20, 65_000, NOT_VERIFIED),
            figures("tflite-int16x8", 900, 65_000, NOT_VERIFIED),
        ),
        "tflite-float32",
        "pass",
        ("tflite-int8 would do with 20.0 µs a picture, had it a pass; it has: not verified",),
        ("tflite-int16x8",),
    ),
    Case(
        "with none that passed the best is named as unverified",
        (
            figures("tflite-float32", 60, 200_000, NOT_VERIFIED),
            figures("tflite-int8", 20, 65_000, NOT_VERIFIED),
        ),
        "tflite-int8",
        "not verified",
        ("tflite-int8 has no pass (not verified); before you take it: edgedigits verify b",),
        ("it passed",),
    ),
    Case(
        "too few pictures are no pass",
        (figures("tflite-int8", 20, 65_000, FEW),),
        "tflite-int8",
        "not enough pictures",
        ("has no pass (not enough pictures)", "there is no other to choose from"),
    ),
    Case(
        "what does not run is not recommended, however small",
        (
            figures("tflite-int8", 0, 10, failure="LiteRT refuses it"),
            figures("tflite-float32", 60, 200_000),
        ),
        "tflite-float32",
        "pass",
        ("tflite-int8 does not run",),
    ),
    Case(
        "where nothing runs nothing is recommended",
        (figures("tflite-int8", 0, 10, failure="LiteRT refuses it"),),
        None,
        None,
        ("none runs", "tflite-int8 does not run"),
    ),
    Case(
        "a second thread that does not help is not needed",
        (figures("tflite-int8", 20, 65_000, two=19.5),),
        "tflite-int8",
        "pass",
        ("19.5 µs on two threads, so one is enough",),
    ),
    Case(
        "a second thread that helps is told",
        (figures("tflite-float32", 60, 65_000, two=35),),
        "tflite-float32",
        "pass",
        ("35.0 µs on two threads",),
        ("one is enough",),
    ),
    Case(
        "files of others are not recommended",
        (figures("tflite-int8", 1, 10, None), figures("tflite-float32", 60, 200_000)),
        "tflite-float32",
        "pass",
        (),
        ("tflite-int8",),
    ),
]


def words(found: Recommendation) -> str:
    return "; ".join((*found.reasons, *found.cautions))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.claim)
def test_recommendation(case: Case) -> None:
    (found,) = recommend(case.some, verify="edgedigits verify b")
    assert (found.artifact, found.status) == (case.artifact, case.status)
    for part in case.says:
        assert part in words(found)
    for part in case.silent:
        assert part not in words(found)


def test_each_target_has_its_own_and_what_was_rejected_is_said_with_it() -> None:
    some = (figures("tflite-int8", 20, 65_000), figures("tfjs-uint8", 300, 65_000))
    phone, page = recommend(some, rejected=("tfjs-float16",))
    assert (phone.purpose, phone.artifact, phone.cautions) == ("phone", "tflite-int8", ())
    assert (page.purpose, page.artifact) == ("web page", "tfjs-uint8")
    assert page.cautions == ("tfjs-float16 broke its budget at export and is not in the bundle",)


def test_somebody_elses_files_alone_recommend_nothing() -> None:
    assert recommend((figures("tflite-int8", 1, 10, None),)) == ()


@pytest.mark.parametrize(
    ("value", "text"),
    [(4.5219, "4.52"), (9.996, "10.0"), (24.46, "24.5"), (99.96, "100"), (2165.4, "2,165")],
)
def test_times_have_the_digits_that_count(value: float, text: str) -> None:
    assert microseconds(value) == text
