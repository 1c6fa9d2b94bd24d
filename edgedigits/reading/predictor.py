"""Open whatever answers pictures: a run, a bundle's artifact, or a model file that stands alone.

TensorFlow is imported for runs and SavedModels only; TFLite files run on LiteRT.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from converters.targets import TARGETS
from edgedigits import json_file
from edgedigits.bundle import bundle, run
from edgedigits.bundle.artifact import Artifact
from edgedigits.bundle.bundle import Bundle
from edgedigits.bundle.input_contract import RAW_PIXELS
from edgedigits.bundle.reject import Reject
from edgedigits.bundle.run import Recorded
from edgedigits.datasets.dataset import DIGITS
from edgedigits.errors import WrongUse, check_known
from edgedigits.picture.form import DIGIT, Form
from edgedigits.runtimes import runtimes

USUAL_BUNDLE = Path("bundle")
SAVED_MODEL_FILE = "saved_model.pb"
TFJS_FILE = "model.json"
LEVELS_SEARCHED = 5
_KINDS = "a model is a run, a bundle, a SavedModel folder, a .tflite or a TF.js model.json"
_EXPORT_HINT = "make one: edgedigits export (or name a model with --model)"


class Answering(Protocol):
    """What turns pictures into probabilities; every runtime does."""

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities `[N, classes]` for pictures `uint8 [N, *form.shape]`."""
        ...


@dataclass(frozen=True)
class Predictor:
    """A model opened for answering.

    `assumed` says, one line each, what the model's files leave open and was therefore guessed.
    `reject` tells answers to what is no digit; a model without a bundle has none. It takes pictures
    of `form` and answers with places in `classes`.
    """

    title: str
    model: Answering
    recorded: Recorded | None = None
    assumed: tuple[str, ...] = ()
    end: Callable[[], None] = lambda: None
    reject: Reject | None = None
    form: Form = DIGIT
    classes: tuple[str, ...] = DIGITS

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities `[N, classes]` for pictures `uint8 [N, *form.shape]`."""
        return self.model.probabilities(images)

    def close(self) -> None:
        """End it and free what it holds."""
        self.end()


def open_predictor(
    path: Path | None = None,
    artifact_id: str | None = None,
    *,
    input_range: tuple[float, float] | None = None,
) -> Predictor:
    """Open the model at `path`, without one the newest bundle.

    Args:
        path: a run, a bundle, a SavedModel folder, a `.tflite` file or a TF.js `model.json`.
        artifact_id: which artifact of a bundle; its smallest default, `tflite-int8`, unless told.
        input_range: what pixels 0 and 255 are to a model whose files do not say so.

    Raises:
        WrongUse: there is no such model, or an option does not belong to it.
        DataBad: its files are missing, changed or refused by their runtime.
        MachineLacks: its runtime is not installed here.
    """
    path = newest_bundle() if path is None else path
    if (path / bundle.MANIFEST).is_file():
        return _from_bundle(path, artifact_id, input_range)
    if artifact_id is not None:
        raise WrongUse(f"{path} is no bundle, so it has no artifacts", "leave out --artifact")
    if path.is_dir():
        return _from_folder(path, input_range)
    if not path.is_file():
        raise WrongUse(f"there is no {path}", _KINDS)
    if held := _inside_bundle(path):
        return _artifact_of(*held, input_range)
    from edgedigits.reading import bare_file

    model, assumed = bare_file.open_file(path, input_range)
    return Predictor(
        path.name,
        model,
        assumed=assumed,
        end=model.close,
        form=model.pixels.form,
        classes=model.artifact.classes,
    )


def open_weights_text(folder: Path) -> Predictor:
    """Open the `weights.txt` and `const.txt` that `edgedigits weights` wrote into a folder.

    Raises:
        DataBad: one is missing or no table of the right size.
    """
    from edgedigits.models import weights_text

    return Predictor(f"{folder / weights_text.WEIGHTS}", weights_text.read(folder))


def newest_bundle(home: Path | None = None) -> Path:
    """The folder `bundle` in `home` (where we are), else the newest bundle below it.

    Raises:
        WrongUse: there is none.
    """
    home = home or Path()
    if (home / USUAL_BUNDLE / bundle.MANIFEST).is_file():
        return home / USUAL_BUNDLE
    found = [path for path in _manifests(home) if _is_ours(path)]
    if not found:
        raise WrongUse(f"there is no bundle in {home.absolute()}", _EXPORT_HINT)
    return max(found, key=lambda path: path.stat().st_mtime_ns).parent


def choose_artifact(opened: Bundle, artifact_id: str | None) -> Artifact:
    """The artifact of that id, or the one that starts fastest and is smallest: `tflite-int8`.

    Raises:
        WrongUse: the bundle has no such artifact; the nearest one is suggested.
    """
    artifacts = opened.manifest.artifacts
    if artifact_id is None:
        targets = list(TARGETS)
        return min(
            artifacts,
            key=lambda one: (
                targets.index(one.target),
                one.scheme != TARGETS[one.target].default_scheme,
            ),
        )
    ids = [artifact.id for artifact in artifacts]
    check_known("artifact", artifact_id, ids, f" in {opened.folder}")
    return opened.artifact(artifact_id)


def _from_bundle(
    folder: Path, artifact_id: str | None, input_range: tuple[float, float] | None
) -> Predictor:
    opened = bundle.read(folder)
    return _artifact_of(opened, choose_artifact(opened, artifact_id), input_range)


def _artifact_of(
    opened: Bundle, artifact: Artifact, input_range: tuple[float, float] | None
) -> Predictor:
    _refuse_range(input_range, f"the manifest of {opened.folder}")
    runtime = runtimes.open_runtime(
        runtimes.default_runtime(artifact.target), artifact, opened.folder
    )
    return Predictor(
        f"{artifact.id} of {opened.folder}",
        runtime,
        opened.manifest.recorded,
        end=runtime.close,
        reject=opened.manifest.reject,
        form=opened.manifest.form,
        classes=opened.manifest.labels,
    )


def _from_folder(path: Path, input_range: tuple[float, float] | None) -> Predictor:
    if run.is_run(path) or (path / run.CHECKPOINT).is_dir():
        from edgedigits.runtimes.tensorflow.saved_model import SavedModel

        opened = run.open_run(path)
        _refuse_range(input_range, f"the run {path}")
        model = SavedModel(opened.saved_model, RAW_PIXELS, len(opened.labels))
        return Predictor(
            f"{opened.card['model']} in {path}",
            model,
            Recorded(opened.dataset, trained_on=True),
            classes=opened.labels,
        )
    from edgedigits.reading import bare_file

    if (path / SAVED_MODEL_FILE).is_file():
        answering, assumed = bare_file.open_saved_model(path, input_range)
        return Predictor(f"SavedModel {path}", answering, assumed=assumed)
    if (path / TFJS_FILE).is_file():
        return open_predictor(path / TFJS_FILE, input_range=input_range)
    raise WrongUse(f"{path} holds no model", _KINDS)


def _refuse_range(input_range: tuple[float, float] | None, who: str) -> None:
    if input_range is not None:
        raise WrongUse(f"{who} says which pixels its model takes", "leave out --input-range")


def _inside_bundle(path: Path) -> tuple[Bundle, Artifact] | None:
    """The bundle and artifact that a file is the entry of: the manifest knows its contract."""
    path = path.absolute()
    for folder in list(path.parents)[:3]:
        if (folder / bundle.MANIFEST).is_file() and _is_ours(folder / bundle.MANIFEST):
            opened = bundle.read(folder)
            for artifact in opened.manifest.artifacts:
                if folder / artifact.entry == path:
                    return opened, artifact
    return None


def _manifests(home: Path) -> Iterator[Path]:
    """Files named `manifest.json` a few levels below `home`, hidden folders left out."""
    for place, folders, files in os.walk(home):
        here = Path(place)
        if bundle.MANIFEST in files:
            yield here / bundle.MANIFEST
        deep = len(here.relative_to(home).parts) >= LEVELS_SEARCHED
        if deep or "pyvenv.cfg" in files:
            folders.clear()
        folders[:] = [
            name for name in folders if not name.startswith(".") and name != "node_modules"
        ]


def _is_ours(manifest: Path) -> bool:
    """Other programs name files like this too."""
    try:
        content = json_file.read(manifest)
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and {"schema_version", "artifacts", "golden"} <= set(content)
