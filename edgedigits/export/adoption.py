"""Files that another converter wrote + the float model they came from -> verified bundle."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from converters import targets
from converters.base import Tensor
from converters.flatbuffer_reader import Damaged
from converters.source import picture_input
from converters.targets import Scheme
from converters.tflite import model_reader, stored_scheme
from edgedigits.bundle import golden, publishing
from edgedigits.bundle.artifact import Artifact, InputContract, record
from edgedigits.errors import DataBad, WrongUse
from edgedigits.export import assembly, preparation, reference, release
from edgedigits.export.release import Outcome
from edgedigits.export.source import Source
from edgedigits.reading import file_facts
from edgedigits.runtimes import base, runtimes
from edgedigits.runtimes.litert.litert_process import LiteRTProcess
from edgedigits.runtimes.tfjs import graph_model
from edgedigits.verification import verify as verification
from edgedigits.verification.running.execution import Tick
from edgedigits.verification.verify import Budgets

MODEL_JSON = "model.json"
_ONE_EACH = "adopt them one by one, each with an --out of its own"


def adopt(
    source: Source,
    folder: Path,
    tflite: Sequence[Path],
    tfjs: Sequence[Path],
    *,
    check: bool = True,
    budgets: Budgets = verification.default_budget,
    allow_inconclusive: bool = False,
    limit: int | None = None,
    tick: Tick | None = None,
) -> Outcome:
    """Copy files as they are, verify them against the float model, and put the bundle at `folder`.

    Args:
        source: the float model.
        folder: of the bundle.
        tflite: `.tflite` files.
        tfjs: `model.json` files of TensorFlow.js, or their folders.
        check: whether to verify them.
        budgets: what each is held to.
        allow_inconclusive: releases what so few pictures cannot judge.
        limit: verify on so many pictures only.
        tick: called with the number of pictures that were answered.

    Raises:
        WrongUse: two files are of one scheme, one is of none or takes other pictures than the float
            model, or the folder holds something that is no bundle.
        DataBad: a runtime refuses a file.
        BudgetBroken: the pictures are not what the float model takes.
    """
    release.check_folder(folder)
    given: list[_Tflite | _Tfjs] = [_Tflite(path) for path in tflite]
    given += [_Tfjs(_entry(path)) for path in tfjs]
    schemes: dict[tuple[str, str], Path] = {}
    for each in given:
        named = each.target, each.scheme.name
        if named in schemes:
            both = f"{schemes[named]} and {each.path} are both of {named[0]} in {named[1]}"
            raise WrongUse(both, _ONE_EACH)
        schemes[named] = each.path
    preparation.check(source)
    pictures, shown = source.unseen((), limit), assembly.shown(source)
    images = pictures.split.images if check else None
    with (
        publishing.staging(folder) as staged,
        reference.written(source, staged, images, shown.images, tick) as (written, floats),
    ):
        artifacts = tuple(_artifact(each, source, staged) for each in given)
        facts = assembly.facts(source, None, pictures)
        manifest = assembly.manifest(source, staged, artifacts, facts, written, shown)
        return assembly.released(
            manifest,
            staged,
            folder,
            pictures if check else None,
            {},
            budgets=budgets,
            allow_inconclusive=allow_inconclusive,
            tick=tick,
            floats=floats,
        )


class _Tflite:
    """A `.tflite` file of somebody's."""

    target = "tflite"

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise WrongUse(f"there is no {path}", "--tflite takes a .tflite file")
        with contextlib.closing(LiteRTProcess(path)) as process:
            self.input, self.output = process.contract.input, process.contract.output
        try:
            model = model_reader.read(path.read_bytes())
        except Damaged as error:
            raise DataBad(f"{path} is damaged: {error}", "convert it again") from error
        schemes = targets.TARGETS[self.target].schemes
        self.path = path
        self.scheme = _known(
            next((each for each in schemes if not stored_scheme.violations(model, each)), None),
            path,
        )

    def copies(self) -> Iterator[tuple[Path, Path]]:
        """Each of its files, and its place in a bundle."""
        yield self.path, Path("tflite") / f"model-{self.scheme.name}.tflite"


class _Tfjs:
    """A graph model of TensorFlow.js of somebody's."""

    target = "tfjs"

    def __init__(self, path: Path) -> None:
        taken, given = file_facts.signature(path)
        self.input, self.output = _of_one(taken), _of_one(given)
        self.path = path
        self.scheme = _known(graph_model.scheme_of(path), path)
        shards = graph_model.shards(path)
        graph_model.sizes(path, shards)
        self._names = [MODEL_JSON, *shards]

    def copies(self) -> Iterator[tuple[Path, Path]]:
        """Each of its files, and its place in a bundle."""
        for name in self._names:
            file = self.path if name == MODEL_JSON else self.path.with_name(name)
            yield file, Path("tfjs") / self.scheme.name / name


def _entry(path: Path) -> Path:
    """The `model.json` that is meant by a path."""
    entry = path / MODEL_JSON if path.is_dir() else path
    if not entry.is_file():
        raise WrongUse(f"there is no {entry}", "--tfjs takes a folder with a model.json")
    return entry


def _known(scheme: Scheme | None, path: Path) -> Scheme:
    if scheme is None:
        raise WrongUse(
            f"{path} stores its weights in a way that is none of the schemes known here",
            "see the schemes: docs/quantizers.md",
        )
    return scheme


def _of_one(tensor: Tensor) -> Tensor:
    """A tensor whose number of pictures is open, as that of one."""
    open_batch = tensor.shape[:1] == (graph_model.OPEN,)
    return replace(tensor, shape=(1, *tensor.shape[1:])) if open_batch else tensor


def _artifact(given: _Tflite | _Tfjs, source: Source, staged: Path) -> Artifact:
    pixels = _pixels(given, source)
    if given.output.shape != (1, len(source.classes)):
        raise WrongUse(
            f"{given.path} answers {list(given.output.shape)}, the float model tells "
            f"{len(source.classes):,} classes apart",
            "adopt files that were converted from this model",
        )
    files = []
    for file, place in given.copies():
        (staged / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, staged / place)
        files.append(record(staged / place, staged))
    artifact = Artifact(
        target=given.target,
        scheme=given.scheme.name,
        entry=files[0].path,
        files=tuple(files),
        input=given.input,
        output=given.output,
        pixels=pixels,
        labels=source.classes,
        classes=source.classes,
    )
    if _answers_logits(artifact, staged) != source.logits:
        kinds = ("logits", "probabilities") if source.logits else ("probabilities", "logits")
        raise WrongUse(
            f"{given.path} answers with {kinds[1]}, the float model with {kinds[0]}",
            "export the model that the file was converted from, and adopt with that",
        )
    return replace(artifact, logits=source.logits)


def _answers_logits(artifact: Artifact, staged: Path) -> bool:
    """Whether a file answers with logits, which no file says: by its answers to golden pictures."""
    kind = runtimes.default_runtime(artifact.target)
    with contextlib.closing(runtimes.open_runtime(kind, artifact, staged)) as runtime:
        return base.plainly_logits(runtime.probabilities(golden.pictures(artifact.pixels.form)[0]))


def _pixels(given: _Tflite | _Tfjs, source: Source) -> InputContract:
    """The float model's contract, in the layout of a file: converters exchange the two."""
    form, shape = source.pixels.form, given.input.shape
    found = picture_input.arrangement(shape[1:])
    same = shape[:1] == (1,) and int(np.prod(shape)) == int(np.prod(form.shape))
    if found is not None and form.channels > 1:
        same = same and (found.height, found.width) == (form.height, form.width)
    if not same:
        raise WrongUse(
            f"{given.path} takes {list(shape)}, the float model {form} pictures",
            "adopt files that were converted from this model, for one picture at a time",
        )
    first = found is not None and found.channels_first and form.channels > 1
    return replace(source.pixels, channels_first=first)
