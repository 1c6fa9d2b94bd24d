"""Decodes picture files for `decoding`, which started this program.

Standard input has one line of JSON: the form, the seed of the splits, the file of pictures that is
to be filled and where in it the first one lies. Then each line is a file and the place of its
picture, and is answered by a line of its own: the key, or why there is no picture.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

# As a program it has no package around it; what it needs of ours is found beside it.
sys.path.append(str(Path(__file__).parents[2]))

from edgedigits.datasets import folder, splits
from edgedigits.errors import EdgeDigitsError
from edgedigits.picture.form import Form


def main() -> None:
    """Answer until nobody asks any more."""
    # Ctrl-C reaches everybody at a terminal, and who started this decides what comes of it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    told = json.loads(sys.stdin.readline())
    form = Form(**told["form"])
    target = os.open(told["target"], os.O_WRONLY)
    _say({})
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            image = folder.read_picture(Path(asked["file"]), form)
        except EdgeDigitsError as error:
            _say({"reason": error.message})
            continue
        except MemoryError:
            _say({"reason": f"{asked['file']}: it needs more memory than there is"})
            continue
        try:
            written = os.pwrite(
                target, image.tobytes(), told["start"] + image.size * asked["place"]
            )
        except OSError as error:
            _say({"errno": error.errno})
            return
        assert written == image.size
        _say({"key": splits.key(image, told["seed"]).hex()})


def _say(answer: dict[str, Any]) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
