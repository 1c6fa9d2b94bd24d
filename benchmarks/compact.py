"""What compacting saves of every TFLite scheme, and whether any answer changes by a bit.

Usage: python benchmarks/compact.py [BUNDLE|RUN] [--dataset mnist] [--limit N] [--reference]
                                    [--json FILE]   (the newest run unless told)

Converts the model anew, once compact and once not, and asks both files all test pictures (10,000 of
MNIST), with XNNPACK and without it, and with --reference on LiteRT's plain reference kernels too,
which are slow. A compact file that is in the bundle must be the one that is measured. Exit code 1
when an answer differs.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converters import frozen_graph, targets
from converters.base import Conversion
from converters.saved_model import SourceModel
from converters.targets import TARGETS
from converters.tflite import same_answers
from edgedigits import quiet
from edgedigits.bundle import bundle, calibration
from edgedigits.datasets import datasets
from edgedigits.datasets.dataset import CLASSES
from edgedigits.export import conversion
from edgedigits.export.source import Source, open_source

SCHEMES = tuple(scheme.name for scheme in TARGETS["tflite"].schemes)
KERNELS = ("AUTO", "BUILTIN_WITHOUT_DEFAULT_DELEGATES")
COLUMNS = "{:<9} {:>9} {:>9} {:>7} {:>6} {:>9} {:>10} {:>9}"


@dataclass(frozen=True)
class Measured:
    """Bytes of one scheme's file, and how many answers changed for each set of kernels.

    `bare` are the sizes without metadata; `in_bundle` says whether the bundle holds this very file.
    """

    scheme: str
    plain_bytes: int
    compact_bytes: int
    bare_plain_bytes: int
    bare_compact_bytes: int
    pictures: int
    changed: dict[str, int]
    in_bundle: bool | None


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("model", type=Path, nargs="?", help="a bundle or a run")
    options.add_argument("--dataset", help="MNIST where it is found, unless told")
    options.add_argument("--limit", type=int, help="so many pictures instead of all")
    options.add_argument("--reference", action="store_true", help="plain reference kernels too")
    options.add_argument("--json", type=Path, help="write the figures into this file")
    asked = options.parse_args()
    quiet.keep_native_stderr_back()
    quiet.import_tensorflow()
    source, held = _open(asked.model)
    spec = asked.dataset or datasets.local_default(None)
    pictures = datasets.load(spec).test.images[: asked.limit]
    kernels = (*KERNELS, "BUILTIN_REF") if asked.reference else KERNELS
    print(f"{source.name}, {len(pictures):,} pictures of {spec}; bytes of the whole file")
    print(COLUMNS.format("scheme", "plain", "compact", "saved", "", "bare", "bare", "answers"))
    print(COLUMNS.format("", "", "", "", "", "plain", "compact", "changed"))
    found = []
    for measured in _measure(source, held, pictures, kernels):
        found.append(measured)
        print(_row(measured), flush=True)
    if asked.json is not None:
        _write(asked.json, source.name, spec, found)
    strangers = [each.scheme for each in found if each.in_bundle is False]
    if strangers:
        print(f"not the files that the bundle holds: {', '.join(strangers)}")
    broken = [each.scheme for each in found if any(each.changed.values())]
    print(f"CHANGED: {', '.join(broken)}" if broken else "every answer is bit-equal")
    return 1 if broken or strangers else 0


def _measure(
    source: Source,
    held: dict[str, bytes],
    pictures: NDArray[np.uint8],
    kernels: tuple[str, ...],
) -> Iterator[Measured]:
    from ai_edge_litert.interpreter import OpResolverType

    inputs = source.pixels.values(pictures).reshape(-1, *source.model.input_shape)
    chosen = calibration.choose(
        source.dataset.train, source.pixels, count=calibration.DEFAULT_COUNT, seed=0
    )
    with tempfile.TemporaryDirectory() as folder:
        both = conversion.of(source, chosen, Path(folder), compact=True, metadata=True)
        for scheme in SCHEMES:
            plain = _content(replace(both, schemes=(scheme,), compact=False))
            compact = _content(replace(both, schemes=(scheme,)))
            bare = replace(both, schemes=(scheme,), metadata=False)
            changed = {}
            for name in kernels:
                resolver = OpResolverType[name]
                ours, theirs = (
                    same_answers.answers(each, inputs, resolver) for each in (plain, compact)
                )
                changed[name] = same_answers.differing(ours, theirs)
            yield Measured(
                scheme,
                len(plain),
                len(compact),
                len(_content(replace(bare, compact=False))),
                len(_content(bare)),
                len(inputs),
                changed,
                held[scheme] == compact if scheme in held else None,
            )


def _content(conversion: Conversion) -> bytes:
    (made,) = targets.convert("tflite", conversion)
    return made.files[0].read_bytes()


def _open(path: Path | None) -> tuple[Source, dict[str, bytes]]:
    """The model of a run, or of a bundle with the compact files that it holds, by scheme."""
    if path is None or not (path / bundle.MANIFEST).is_file():
        return open_source(path), {}
    opened = bundle.read(path)
    manifest = opened.manifest
    said = manifest.reference
    graph = frozen_graph.parse((path / said.file.path).read_bytes())
    function = frozen_graph.load(graph, said.input_name, said.output_name)
    facts, card = manifest.facts["source"], manifest.dataset
    model = SourceModel(
        path, facts["signature"], said.input_name, said.input_shape, said.output_name, CLASSES,
        graph, function,
    )  # fmt: skip
    source = Source(
        kind=facts["kind"],
        name=facts["name"],
        architecture=facts["model"],
        model=model,
        pixels=manifest.artifacts[0].pixels,
        logits=manifest.artifacts[0].logits,
        dataset=datasets.load(card["spec"], seed=card["seed"], samples=card["samples"]),
        dataset_spec=card["spec"],
        dataset_seed=card["seed"],
        dataset_samples=card["samples"],
        trained_on=card["trained_on"],
        held_out=None,
    )
    held = {
        artifact.scheme: (path / artifact.entry).read_bytes()
        for artifact in manifest.artifacts
        if artifact.finish is not None and artifact.finish.compact and artifact.finish.metadata
    }
    return source, held


def _row(measured: Measured) -> str:
    saved = measured.plain_bytes - measured.compact_bytes
    return COLUMNS.format(
        measured.scheme,
        f"{measured.plain_bytes:,}",
        f"{measured.compact_bytes:,}",
        f"{saved:,}",
        f"{100 * saved / measured.plain_bytes:.1f}%",
        f"{measured.bare_plain_bytes:,}",
        f"{measured.bare_compact_bytes:,}",
        f"{max(measured.changed.values()):,}",
    )


def _write(place: Path, model: str, spec: str, found: list[Measured]) -> None:
    document: dict[str, Any] = {
        "model": model,
        "dataset": spec,
        "versions": {name: version(name) for name in ("tensorflow", "ai-edge-litert")},
        "schemes": [asdict(each) for each in found],
    }
    place.write_text(json.dumps(document, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
