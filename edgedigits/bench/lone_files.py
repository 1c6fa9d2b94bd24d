"""How fast TFLite files are that need not belong to a bundle."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from edgedigits.bench import litert_session, rounds
from edgedigits.bench.litert_session import LiteRTSession
from edgedigits.bench.rounds import Latency
from edgedigits.errors import check_known


@dataclass(frozen=True)
class Compared:
    """A file's time for one picture, and its ratio to the baseline's in the same rounds."""

    latency: Latency
    ratio: float


def latency(path: Path, threads: int = 1, *, seconds: float = rounds.SECONDS) -> Latency:
    """How long a `.tflite` file takes for one picture in LiteRT, in a process of its own.

    Timed is running alone, with the picture in place, from one run to the next: the interpreter,
    and about 0.25 us for calling it and looking at the clock (what `floor` measures). Inputs of
    any number and shape hold noise.

    Raises:
        WrongUse: there is no such file.
        DataBad: LiteRT refuses it.
    """
    return measured({"": path}, threads, seconds=seconds)[""]


def compare(
    files: Mapping[str, Path],
    baseline: str,
    threads: int = 1,
    *,
    seconds: float = rounds.SECONDS,
) -> dict[str, Compared]:
    """Time several `.tflite` files by name, in turns, against the one of them named `baseline`.

    Each is measured as `latency` does. The ratios are medians over the rounds.

    Raises:
        WrongUse: there is no such file, or no file of the baseline's name.
        DataBad: LiteRT refuses one.
    """
    check_known("file", baseline, files)
    found = measured(files, threads, seconds=seconds)
    return {name: Compared(one, one.ratio(found[baseline])) for name, one in found.items()}


def floor(threads: int = 1, *, seconds: float = rounds.SECONDS) -> Latency:
    """What every `latency` includes that is no work of the model: an empty one, timed alike."""
    with litert_session.empty(threads) as session:
        return rounds.measure({"": session}, seconds=seconds)[""]


def measured(
    files: Mapping[str, Path], threads: int = 1, *, seconds: float = rounds.SECONDS
) -> dict[str, Latency]:
    """Time several `.tflite` files by name, in turns, each as `latency` does."""
    with ExitStack() as stack:
        sessions = {
            name: stack.enter_context(closing(LiteRTSession(path, threads)))
            for name, path in files.items()
        }
        return rounds.measure(sessions, seconds=seconds)
