"""Models in C on this machine itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from edgedigits.bundle.artifact import Artifact
from edgedigits.runtimes.base import Backend
from edgedigits.runtimes.c import compiler
from edgedigits.runtimes.c.c_model import CModel
from edgedigits.runtimes.c.compiler import Compiler
from edgedigits.runtimes.shared import Shared


@dataclass(frozen=True)
class Host:
    """This machine, with one of its compilers."""

    compiler: Compiler

    @property
    def backend(self) -> Backend:
        """What is told with the answers."""
        return Backend("compiled", device=self.compiler.name)

    def build(self, sources: Sequence[Path], include: Path, program: Path) -> None:
        """Compile sources, whose headers lie in `include`, to a program."""
        compiler.build(self.compiler, sources, include, program)

    def command(self, program: Path) -> list[str | Path]:
        """What starts such a program."""
        return [program]


def find() -> Host:
    """This machine with the compiler to use.

    Raises:
        MachineLacks: there is none.
    """
    return Host(compiler.find())


def open_artifact(
    _name: str, artifact: Artifact, folder: Path, _shared: Shared | None = None
) -> CModel:
    """Open a C artifact for runtime `c-host`."""
    return CModel(artifact, folder, find())
