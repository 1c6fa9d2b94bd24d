"""Times one TFLite file. Run as a program of its own; imports nothing of edgedigits.

Each line of standard input is a request, `{"do": NAME, ...}` with the arguments of a method of
`Timer`; each is answered by one line of JSON on standard output, `{"error": TEXT}` where LiteRT
refuses.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Callable
from itertools import repeat
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

MOST_CALLS = 100_000

clock = time.perf_counter_ns


class Timer:
    """A file in its interpreter, and how long what it does takes."""

    def __init__(self) -> None:
        # Made first, so that what it needs is no part of what loading a file needs.
        self._random = np.random.default_rng(0)

    def ready(self) -> dict[str, Any]:
        """Nothing: whoever has this answer knows that the program has started."""
        return {}

    def load(self, path: str, threads: int, reference: bool) -> dict[str, Any]:
        """Read and open the file; milliseconds until it is ready for a picture."""
        kernels = OpResolverType.BUILTIN_REF if reference else OpResolverType.AUTO
        started = clock()
        interpreter = Interpreter(
            model_path=path, num_threads=threads, experimental_op_resolver_type=kernels
        )
        interpreter.allocate_tensors()
        took = clock() - started
        self._inputs = [
            (each["index"], _noise(self._random, tuple(each["shape"]), np.dtype(each["dtype"])))
            for each in interpreter.get_input_details()
        ]
        self._outputs = [each["index"] for each in interpreter.get_output_details()]
        # The wrapper below the Python class: what that adds (a check for arrays that share its
        # memory) is no part of running a model.
        self._native = interpreter._interpreter
        return {"load_ms": took / 1e6}

    def first(self) -> dict[str, Any]:
        """Milliseconds of the first answer: picture in, run, answer out."""
        started = clock()
        self._answer()
        return {"first_ms": (clock() - started) / 1e6}

    def time(self, seconds: float, warm_seconds: float, least: int, copied: bool) -> dict[str, Any]:
        """Microseconds of each of many runs, after some that are not timed.

        Running alone, with the picture in place, as C++ benchmarks do; or, where `copied`, with the
        picture copied in before each run and the answer copied out after it.
        """
        call = self._answer if copied else self._native.Invoke
        return _timed(call, seconds, warm_seconds, least)

    def _answer(self) -> None:
        for index, values in self._inputs:
            self._native.SetTensor(index, values)
        self._native.Invoke()
        for index in self._outputs:
            self._native.GetTensor(index, 0)


def _noise(random: np.random.Generator, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Any:
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        return random.integers(limits.min, limits.max, shape, dtype, endpoint=True)
    return random.random(shape).astype(dtype)


def _timed(
    call: Callable[[], object], seconds: float, warm_seconds: float, least: int
) -> dict[str, Any]:
    started, warm_calls = clock(), 0
    while warm_calls < 1 or clock() - started < warm_seconds * 1e9:
        call()
        warm_calls += 1
    each_ns = (clock() - started) / warm_calls
    count = min(max(least, int(seconds * 1e9 / each_ns)), MOST_CALLS)
    # One look at the clock a call, and nothing else between them.
    stamps = [clock() for _ in repeat(None, count + 1) if call() is None]
    return {"times_us": (np.diff(stamps) / 1000).tolist()}


def main() -> None:
    """Answer requests until standard input ends."""
    # Standard output belongs to the answers; what native code prints goes elsewhere.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    gc.disable()
    timer = Timer()
    for line in sys.stdin:
        request = json.loads(line)
        method = getattr(timer, request.pop("do"))
        try:
            answer = method(**request)
        except (ValueError, RuntimeError) as error:
            answer = {"error": (str(error).splitlines() or [repr(error)])[0]}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
