"""A bundle under test: its artifacts one at a time, each on its runtime."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle import bundle
from edgedigits.bundle.artifact import Artifact
from edgedigits.bundle.bundle import Manifest
from edgedigits.errors import WrongUse
from edgedigits.runtimes import runtimes
from edgedigits.runtimes.runtimes import Runtime, Shared
from edgedigits.verification import budget_file, promises, unseen, verify
from edgedigits.verification.running import floats
from edgedigits.verification.running.floats import Floats
from edgedigits.verification.running.threads import Threads
from edgedigits.verification.unseen import Pictures
from edgedigits.verification.verify import Budgets, Result

if TYPE_CHECKING:
    from edgedigits.runtimes.tensorflow.float_process import FloatProcess


@dataclass(frozen=True)
class Asked:
    """What a test run asks for; what is None is as in `edgedigits verify`."""

    runtimes: tuple[str, ...] | None = None
    dataset: str | None = None
    limit: int | None = None
    budget: Path | None = None


@dataclass
class Subject:
    """A bundle under test. The float model is asked once, when the first artifact is judged.

    Raises:
        DataBad: the bundle or the budget file is missing or damaged.
        WrongUse: a name in `asked` is none, or no artifact runs on the runtimes asked for.
    """

    folder: Path
    asked: Asked = Asked()
    manifest: Manifest = field(init=False)
    pairs: list[tuple[Artifact, str]] = field(init=False)
    _budgets: Budgets = field(init=False)

    def __post_init__(self) -> None:
        opened = bundle.read(self.folder)
        promises.check(opened)
        self.manifest = opened.manifest
        self.pairs = verify.pairs(self.manifest.artifacts, self.asked.runtimes)
        if not self.pairs:
            raise WrongUse(
                f"no artifact of {self.folder} runs on {', '.join(self.asked.runtimes or ())}",
                f"artifacts: {', '.join(each.id for each in self.manifest.artifacts)}",
            )
        limits = {} if self.asked.budget is None else budget_file.read(self.asked.budget)
        self._budgets = verify.budgets_from(limits)

    def judge(self, artifact: Artifact, runtime: str) -> Result:
        """Run one artifact, and compare it with the float model.

        Raises:
            MachineLacks: the runtime is not installed here.
            DataBad: the float model cannot be run, or is not the one that was verified.
        """
        checked = verify.verify(
            replace(self.manifest, artifacts=(artifact,)),
            self.folder,
            self._pictures,
            runtime_names=[runtime],
            budgets=self._budgets,
            executor=Threads(floats=self._floats),
        )
        return checked.results[0]

    def open(self, artifact: Artifact, runtime: str) -> OpenedArtifact:
        """An artifact to be asked whatever a test likes; to be closed before the subject."""
        return OpenedArtifact(artifact, runtime, self)

    def close(self) -> None:
        """End the float model."""
        if "float_model" in self.__dict__:
            self.float_model.close()

    @cached_property
    def float_model(self) -> FloatProcess:
        """The float model, in a process of its own."""
        return floats.float_process(self.manifest, self.folder)

    @cached_property
    def _pictures(self) -> Pictures:
        return unseen.of_bundle(
            self.manifest, self.asked.dataset, data_dir=None, limit=self.asked.limit
        )

    @cached_property
    def _floats(self) -> Future[Floats]:
        done: Future[Floats] = Future()
        done.set_result(verify.float_answers(self.manifest, self.folder, self._pictures))
        return done


@dataclass
class OpenedArtifact:
    """An artifact on its runtime, as the fixture `edgedigits_artifact` gives it."""

    artifact: Artifact
    runtime: str
    subject: Subject = field(repr=False)

    @property
    def id(self) -> str:
        """Of the artifact in its bundle: `tflite-int8`."""
        return self.artifact.id

    @property
    def labels(self) -> tuple[str, ...]:
        """What the classes are called, in the order of the probabilities."""
        return self.artifact.classes

    def probabilities(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """What the artifact answers: `[N, classes]` for pictures `uint8 [N, height, width]`, or
        with three channels at the end for a model of colours.

        Raises:
            ValueError: pictures of another shape or type.
            MachineLacks: the runtime is not installed here.
        """
        return self._runtime.probabilities(self._checked(pictures))

    def float_probabilities(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """What the float model answers to the same pictures."""
        return self.subject.float_model.probabilities(self._checked(pictures))

    def close(self) -> None:
        """End the runtime."""
        if "_runtime" in self.__dict__:
            self._runtime.close()
            self._shared.close()
            del self.__dict__["_runtime"], self.__dict__["_shared"]

    def _checked(self, pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
        shape = self.subject.manifest.form.shape
        if pictures.dtype != np.uint8 or pictures.shape[1:] != shape:
            raise ValueError(
                f"{self.id} takes pictures uint8 [N, {', '.join(map(str, shape))}], "
                f"not {pictures.dtype} {list(pictures.shape)}"
            )
        return pictures

    @cached_property
    def _shared(self) -> Shared:
        return Shared(None)

    @cached_property
    def _runtime(self) -> Runtime:
        return runtimes.open_runtime(self.runtime, self.artifact, self.subject.folder, self._shared)
