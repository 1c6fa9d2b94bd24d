"""A folder is the old one or the new one, whenever somebody looks and however a process ends."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import Command

from edgedigits.bundle import publishing
from edgedigits.errors import ExitCode, MachineLacks, WrongUse

STOPS_INSIDE = """
import sys, time
from pathlib import Path
from edgedigits.bundle import publishing
with publishing.staging(Path(sys.argv[1])) as staged:
    (staged / "half").write_text("half of it")
    print("inside", flush=True)
    time.sleep(60)
"""


def content(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def publish(target: Path, **files: str) -> None:
    with publishing.staging(target) as staged:
        for name, text in files.items():
            (staged / name).write_text(text)
        publishing.replace(staged, target)


@pytest.fixture
def stopped(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds `tmp_path/bundle` and has written half of it."""
    process = subprocess.Popen(
        [sys.executable, "-c", STOPS_INSIDE, tmp_path / "bundle"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "inside\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_folder_appears_with_everything_in_it_and_nothing_stays_beside_it(tmp_path: Path) -> None:
    publish(tmp_path / "deep" / "bundle", a="1", b="2")
    assert content(tmp_path / "deep" / "bundle") == {"a": "1", "b": "2"}
    assert names(tmp_path / "deep") == ["bundle"]


def test_what_was_there_is_gone_and_not_mixed_with_the_new(tmp_path: Path) -> None:
    publish(tmp_path / "bundle", old="1", both="1")
    publish(tmp_path / "bundle", new="2", both="2")
    assert content(tmp_path / "bundle") == {"new": "2", "both": "2"}
    assert names(tmp_path) == ["bundle"]


def test_an_error_inside_leaves_the_former_folder_and_no_leftovers(tmp_path: Path) -> None:
    publish(tmp_path / "bundle", old="1")

    def fail() -> None:
        with publishing.staging(tmp_path / "bundle") as staged:
            (staged / "new").write_text("2")
            raise ValueError("half-way")

    with pytest.raises(ValueError, match="half-way"):
        fail()
    assert content(tmp_path / "bundle") == {"old": "1"}
    assert names(tmp_path) == ["bundle"]


def test_a_reader_never_finds_the_folder_missing(tmp_path: Path) -> None:
    target = tmp_path / "bundle"
    publish(target, a="0")
    missing: list[bool] = []
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            missing.append(not target.is_dir())

    reader = threading.Thread(target=look)
    reader.start()
    try:
        for _ in range(200):
            publish(target, a="1")
    finally:
        over.set()
        reader.join()
    assert missing
    assert not any(missing)


def test_killed_in_the_middle_the_former_folder_is_intact_and_the_next_run_clears_up(
    tmp_path: Path, stopped: subprocess.Popen[str]
) -> None:
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle" / "old").write_text("1")
    stopped.send_signal(signal.SIGKILL)
    stopped.wait()
    assert content(tmp_path / "bundle") == {"old": "1"}
    assert publishing.staging_folder(tmp_path / "bundle").is_dir()
    publish(tmp_path / "bundle", new="2")
    assert content(tmp_path / "bundle") == {"new": "2"}
    assert names(tmp_path) == ["bundle"]


def test_a_second_writer_is_told_and_the_first_goes_on(
    tmp_path: Path, stopped: subprocess.Popen[str]
) -> None:
    with pytest.raises(WrongUse, match="another process is writing") as caught:
        publish(tmp_path / "bundle", new="2")
    assert caught.value.hint is not None
    assert stopped.poll() is None
    assert content(publishing.staging_folder(tmp_path / "bundle")) == {"half": "half of it"}
    publish(tmp_path / "other", new="2")


def test_many_writers_at_once_each_write_everything_or_nothing(tmp_path: Path) -> None:
    refused: list[WrongUse] = []

    def write(name: str) -> None:
        for _ in range(20):
            try:
                publish(tmp_path / "bundle", a=name, b=name)
            except WrongUse as error:
                refused.append(error)

    writers = [threading.Thread(target=write, args=(str(number),)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    found = content(tmp_path / "bundle")
    assert found["a"] == found["b"]
    assert names(tmp_path) == ["bundle"]


def test_where_folders_cannot_be_exchanged_they_are_replaced_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path / "bundle", old="1")
    monkeypatch.setattr(publishing, "_exchange", lambda *_: False)
    publish(tmp_path / "bundle", new="2")
    assert content(tmp_path / "bundle") == {"new": "2"}
    assert names(tmp_path) == ["bundle"]


def test_without_exchange_a_failing_rename_brings_the_former_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path / "bundle", old="1")
    monkeypatch.setattr(publishing, "_exchange", lambda *_: False)
    real = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if self.name.endswith(".staging"):
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(MachineLacks):
        publish(tmp_path / "bundle", new="2")
    assert content(tmp_path / "bundle") == {"old": "1"}


def test_without_exchange_a_folder_that_had_stepped_aside_comes_back(tmp_path: Path) -> None:
    # Killed between the two renames: the former folder lies under its other name.
    aside = tmp_path / ".bundle.previous"
    aside.mkdir()
    (aside / "old").write_text("1")
    with publishing.staging(tmp_path / "bundle"):
        assert content(tmp_path / "bundle") == {"old": "1"}
    publish(tmp_path / "bundle", new="2")
    assert content(tmp_path / "bundle") == {"new": "2"}
    assert names(tmp_path) == ["bundle"]


def test_a_link_to_a_folder_stays_a_link_and_its_folder_is_replaced(tmp_path: Path) -> None:
    publish(tmp_path / "real", old="1")
    (tmp_path / "link").symlink_to("real")
    publish(tmp_path / "link", new="2")
    assert (tmp_path / "link").is_symlink()
    assert content(tmp_path / "real") == {"new": "2"}
    assert names(tmp_path) == ["link", "real"]


def test_a_full_disk_is_named_and_the_former_folder_is_intact(tiny_disk: Path) -> None:
    publish(tiny_disk / "bundle", old="1" * 20_000)
    with pytest.raises(MachineLacks, match="disk is full") as caught:
        publish(tiny_disk / "bundle", new="2" * 60_000)
    assert caught.value.exit_code == ExitCode.MACHINE_LACKS
    assert "df -h" in str(caught.value.hint)
    assert content(tiny_disk / "bundle") == {"old": "1" * 20_000}
    assert names(tiny_disk) == ["bundle"]


def test_a_read_only_folder_is_named_and_nothing_changed(tiny_disk: Path) -> None:
    publish(tiny_disk / "bundle", old="1")
    subprocess.run(["mount", "-o", "remount,ro", tiny_disk], check=True)
    with pytest.raises(WrongUse, match="cannot be written") as caught:
        publish(tiny_disk / "bundle", new="2")
    assert "--out" in str(caught.value.hint)
    assert content(tiny_disk / "bundle") == {"old": "1"}


@pytest.mark.parametrize("code", [errno.EACCES, errno.EPERM, errno.EROFS])
def test_every_way_of_refusing_to_write_is_told_plainly(code: int, tmp_path: Path) -> None:
    with (
        pytest.raises(WrongUse, match="cannot be written"),
        publishing.told_plainly(tmp_path / "bundle"),
    ):
        raise OSError(code, os.strerror(code))


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_every_kind_of_full_disk_is_told_plainly(code: int, tmp_path: Path) -> None:
    with (
        pytest.raises(MachineLacks, match="disk is full"),
        publishing.told_plainly(tmp_path / "bundle"),
    ):
        raise OSError(code, os.strerror(code))


def test_a_file_in_the_way_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WrongUse, match="is in the way, or is no folder"):
        publish(tmp_path / "file" / "bundle", new="2")


def test_other_errors_are_not_dressed_up(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="Input/output"), publishing.told_plainly(tmp_path / "bundle"):
        raise OSError(errno.EIO, os.strerror(errno.EIO))


@pytest.mark.parametrize("name", ["b" * 246, "b" * 255, "ß" * 127], ids=len)
def test_a_name_as_long_as_there_may_be(name: str, tmp_path: Path) -> None:
    publish(tmp_path / name, old="1")
    publish(tmp_path / name, new="2")
    assert content(tmp_path / name) == {"new": "2"}
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_siblings_of_long_names_are_found_again_and_are_not_each_others(tmp_path: Path) -> None:
    one, other = tmp_path / f"{'b' * 254}1", tmp_path / f"{'b' * 254}2"
    assert publishing.hidden(one, "lock") == publishing.hidden(one, "lock")
    assert publishing.hidden(one, "lock") != publishing.hidden(other, "lock")
    assert publishing.hidden(tmp_path / "b", "lock") == tmp_path / ".b.lock"
    with publishing.lock(one), publishing.lock(other):
        pass


def test_another_process_at_a_long_name_is_noticed(tmp_path: Path) -> None:
    target = tmp_path / ("b" * 255)
    with (
        publishing.staging(target),
        pytest.raises(WrongUse, match="another process"),
        publishing.staging(target),
    ):
        pass


@pytest.mark.parametrize("way", ["export", "demo"])
def test_the_root_of_the_file_system_is_refused(
    way: str, full_bundle: Path, command: Command, tmp_path: Path
) -> None:
    arguments = ("export", "edge") if way == "export" else ("demo", full_bundle)
    done = command(*arguments, "--out", "/", cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert done.error == [
        "error: / is the root of a file system, which cannot be replaced",
        "choose another folder with --out",
    ]


def test_a_name_that_is_too_long_is_told(tmp_path: Path, command: Command) -> None:
    done = command("export", "edge", "--out", "b" * 256, cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert "is too long a name" in done.error[0]
