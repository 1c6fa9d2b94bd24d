"""Carries out trials, each in a fork of this program (see `fork_server`): TensorFlow is imported
once, every trial finds it as if nothing had been done before, and its memory ends with it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

# As a program it has no package around it; what it needs of ours is found beside it.
sys.path.append(str(Path(__file__).parents[2]))

from edgedigits import quiet
from edgedigits.errors import EdgeDigitsError, Killed
from edgedigits.runtimes.processes import fork_server
from edgedigits.runtimes.processes.messages import Message
from edgedigits.sweep import carrying_out
from edgedigits.sweep.trial import Trial

NO_MEMORY = ("MemoryError", "ResourceExhaustedError")
"""What Python and TensorFlow call it."""


class Carried:
    """What a fork does: one trial, or one release."""

    def trial(self, _: bytes, trial: dict[str, Any], folder: str) -> Message:
        """Carry out a trial in a folder: its `record`, or what `told` makes of an error."""
        return told(
            lambda: {"record": carrying_out.carry_out(Trial.from_json(trial), Path(folder))}
        )

    def release(
        self, _: bytes, trial: dict[str, Any], run: str, artifact: str, folder: str, few: bool
    ) -> Message:
        """Release a trial's artifact: `refused` says why it was not, or nothing."""
        return told(
            lambda: {
                "refused": carrying_out.release(
                    Trial.from_json(trial), Path(run), artifact, Path(folder), few
                )
            }
        )


def told(do: Callable[[], dict[str, Any]]) -> Message:
    """What it returns, or the error for who asked: `lost` where another attempt may go better."""
    try:
        return do(), b""
    except EdgeDigitsError as error:
        what = "lost" if isinstance(error, Killed) else "failed"
        return {what: error.message, "hint": error.hint, "code": int(error.exit_code)}, b""
    except Exception as error:
        name = type(error).__name__
        what = "lost" if name in NO_MEMORY else "failed"
        words = f"{name}: {' '.join(str(error).split())[:300]}"
        return {what: words, "hint": None, "code": 2}, b""


if __name__ == "__main__":
    quiet.import_tensorflow()
    import keras  # noqa: F401

    fork_server.main(Carried)
