"""What is kept of prepared pictures stays within its limit, and what is in use is not lost."""

from __future__ import annotations

import os
from pathlib import Path

import albums
import numpy as np
import pytest

from edgedigits.datasets import album, datasets, picture_cache
from edgedigits.datasets.on_disk import OnDisk
from edgedigits.doctor import places
from edgedigits.errors import WrongUse

PARTIAL = ".part-abc"


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return picture_cache.folder()


def keep(key: str, used: float, size: int = 1000) -> None:
    with picture_cache.making(key) as staged:
        (staged / "pictures.npy").write_bytes(bytes(size))
    os.utime(picture_cache.folder() / key, (used, used))


def kept(cache: Path) -> set[str]:
    return {each.name for each in cache.iterdir()}


def test_the_least_recently_used_goes_first(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    for number, key in enumerate("abc"):
        keep(key, used=1000.0 + number)
    picture_cache.tidy()
    assert kept(cache) == {"a", "b", "c"}
    assert picture_cache.find("a") == cache / "a"
    monkeypatch.setenv(picture_cache.ENVIRONMENT, "0.0000021")
    picture_cache.tidy()
    assert kept(cache) == {"a", "c"}
    monkeypatch.setenv(picture_cache.ENVIRONMENT, "0")
    picture_cache.tidy()
    assert kept(cache) == set()
    assert picture_cache.find("a") is None


def test_only_what_was_left_long_ago_is_removed(cache: Path) -> None:
    keep("a", used=1000.0)
    for name, age in ((PARTIAL, 2 * 3600), (".part-new", 0)):
        (cache / name).mkdir()
        (cache / name / "pictures.npy").write_bytes(b"")
        used = cache.stat().st_mtime - age
        for place in (cache / name / "pictures.npy", cache / name):
            os.utime(place, (used, used))
    picture_cache.tidy()
    assert kept(cache) == {"a", ".part-new"}


def test_what_fails_is_not_kept(cache: Path) -> None:
    def fail() -> None:
        with picture_cache.making("a") as staged:
            (staged / "pictures.npy").write_bytes(b"half")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert kept(cache) == set()


def test_whoever_is_quicker_stays(cache: Path) -> None:
    with picture_cache.making("a") as staged:
        (staged / "second").write_bytes(b"")
        with picture_cache.making("a") as other:
            (other / "first").write_bytes(b"")
    assert kept(cache) == {"a"}
    assert [each.name for each in (cache / "a").iterdir()] == ["first"]


def test_pictures_in_use_are_not_lost(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cache: Path
) -> None:
    photos = albums.make(tmp_path / "photos")
    monkeypatch.setattr(album, "HELD_BYTES", 1)
    before = datasets.load(photos, form=albums.FORM)
    monkeypatch.setenv(picture_cache.ENVIRONMENT, "0")
    # A set that is larger than the limit is used all the same, and not kept.
    again = datasets.load(photos, form=albums.FORM)
    assert kept(cache) == set()
    for loaded in (before, again):
        assert isinstance(loaded.train.images, OnDisk)
        np.testing.assert_array_equal(loaded.train.images[:], before.train.images[:])
        assert loaded.train.images[:].any()


@pytest.mark.parametrize("said", ["much", "-1", "nan", "1e30"])
def test_a_limit_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv(picture_cache.ENVIRONMENT, said)
    with pytest.raises(WrongUse, match="is no number of gigabytes") as caught:
        picture_cache.limit_bytes()
    assert caught.value.hint == "such as: EDGEDIGITS_CACHE_GB=10"
    assert places.pictures().status == "broken"


def test_the_doctor_shows_what_is_kept(
    monkeypatch: pytest.MonkeyPatch, cache: Path, tmp_path: Path
) -> None:
    assert "0 prepared sets in 0.0 GB of at most 10 GB" in places.pictures().detail
    monkeypatch.setenv(picture_cache.ENVIRONMENT, "2.5")
    keep("a", used=1.0, size=200_000_000)
    shown = places.pictures()
    assert shown.status == "ok"
    assert "1 prepared set in 0.2 GB of at most 2.5 GB" in shown.detail
    assert str(cache) in shown.detail
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert places.pictures().status == "broken"
