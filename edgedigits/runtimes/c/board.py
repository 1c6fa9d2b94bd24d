"""Emulated boards with a Cortex-M, and programs for them."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from edgedigits.errors import DataBad, MachineLacks
from edgedigits.foreign_text import one_line
from edgedigits.runtimes.base import Backend
from edgedigits.runtimes.c import compiler
from edgedigits.runtimes.c.compiler import Compiler
from edgedigits.runtimes.processes import chromium

COMPILER, EMULATOR = "arm-none-eabi-gcc", "qemu-system-arm"
PACKAGES = ("gcc-arm-none-eabi", "libnewlib-arm-none-eabi", "qemu-system-arm")
"""Debian's names of what holds them, and the C library."""
LIBRARY = ("--specs=rdimon.specs", "--specs=nano.specs")
"""Newlib in its small form, with the emulator's files (semihosting) for its own."""
QUIET = ("-display", "none", "-monitor", "none", "-serial", "none", "-nic", "none")
DEADLINE_S = 30.0
_PLACE = Path(__file__).parent
_START, _SCRIPT = _PLACE / "start.c", _PLACE / "board.ld"
_OVERFLOWED = re.compile(r"region `(FLASH|RAM)' overflowed by (\d+) bytes?")


@dataclass(frozen=True)
class Memory:
    """Where a board's memory lies, and how many bytes there are."""

    flash_start: int
    flash_bytes: int
    ram_start: int
    ram_bytes: int


_MPS2 = Memory(0, 4 << 20, 0x20000000, 4 << 20)


@dataclass(frozen=True)
class Board:
    """A board that QEMU emulates.

    Attributes:
        processor: its name for the compiler and for `--backend`.
        machine: its name for QEMU.
    """

    processor: str
    machine: str
    memory: Memory


BOARDS: dict[str, Board] = {
    board.processor: board
    for board in (
        Board("cortex-m4", "mps2-an386", _MPS2),
        Board("cortex-m0", "microbit", Memory(0, 256 << 10, 0x20000000, 16 << 10)),
        Board("cortex-m3", "mps2-an385", _MPS2),
        Board("cortex-m7", "mps2-an500", _MPS2),
        # The last two start in the secure state, whose addresses these are.
        Board("cortex-m33", "mps2-an505", Memory(0x10000000, 4 << 20, 0x38000000, 4 << 20)),
        Board("cortex-m55", "mps3-an547", Memory(0, 512 << 10, 0x21000000, 4 << 20)),
    )
}
"""By processor."""
USUAL = "cortex-m4"


@dataclass(frozen=True)
class Emulated:
    """A board with the compiler and the emulator that were found for it.

    Attributes:
        compiler: already told for which processor.
        versions: the emulator's and the compiler's, for people.
    """

    board: Board
    compiler: Compiler
    emulator: str
    versions: str

    @property
    def backend(self) -> Backend:
        """What is told with the answers."""
        return Backend(self.board.processor, device=f"{self.board.machine} of {self.versions}")

    def build(self, sources: Sequence[Path], include: Path, program: Path) -> None:
        """Compile sources, whose headers lie in `include`, to a program of the board.

        Raises:
            DataBad: the compiler refuses them, or they do not fit into the board's memory.
            MachineLacks: it did not end in time.
        """
        places = [f"-Wl,--defsym={name}={at}" for name, at in vars(self.board.memory).items()]
        options = [*LIBRARY, "-nostartfiles", "-T", str(_SCRIPT), *places]
        try:
            compiler.build(self.compiler, [_START, *sources], include, program, options)
        except compiler.Refused as refused:
            if lacking := " and ".join(self._lacking(refused.said)):
                board = f"{self.board.machine} ({self.board.processor})"
                raise DataBad(
                    f"{include} does not fit into {board}, with what asks it: {lacking}",
                    f"try a larger board: --backend {USUAL}",
                ) from refused
            raise

    def _lacking(self, said: str) -> Iterator[str]:
        memory = self.board.memory
        for region, missing in _OVERFLOWED.findall(said):
            there = memory.flash_bytes if region == "FLASH" else memory.ram_bytes
            what = "flash" if region == "FLASH" else region
            yield f"it takes {there + int(missing):,} bytes of {what}, and there are {there:,}"

    def command(self, program: Path, *more: str) -> list[str | Path]:
        """What starts such a program, its standard input and output being the emulator's."""
        board = ("-M", self.board.machine, *QUIET, "-semihosting", *more)
        return [self.emulator, *board, "-kernel", program]


def find(processor: str) -> Emulated:
    """The board with that processor.

    Raises:
        MachineLacks: there is no compiler for it, no C library, or no emulator that knows it.
    """
    board = BOARDS[processor]
    cross, emulator = (shutil.which(name) for name in (COMPILER, EMULATOR))
    if cross is None or emulator is None:
        missing = [name for name in (COMPILER, EMULATOR) if shutil.which(name) is None]
        raise _lacks(f"no {' and no '.join(missing)} found")
    # A file that it does not have is named by its bare name.
    if not Path(_said(cross, "-print-file-name=rdimon.specs")).is_absolute():
        raise _lacks(f"{COMPILER} is without its C library newlib")
    machines = _said(emulator, "-M", "help")
    if not re.search(rf"^{re.escape(board.machine)}\s", machines, re.MULTILINE):
        raise _lacks(f"{EMULATOR} is too old: it has no machine {board.machine}")
    version = re.search(r"version (\S+)", _said(emulator, "--version"))
    made_by = compiler.opened((cross, f"-mcpu={processor}", "-mthumb"), COMPILER, install())
    versions = f"QEMU {version[1] if version else ''}, {made_by.name}"
    return Emulated(board, made_by, emulator, versions)


def install() -> str:
    """The command that installs what is needed."""
    return f"{'' if chromium.is_root() else 'sudo '}apt-get install {' '.join(PACKAGES)}"


def _lacks(what: str) -> MachineLacks:
    return MachineLacks(f"{what} to run models in C on a Cortex-M", f"install with: {install()}")


def _said(*command: str) -> str:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=DEADLINE_S
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _lacks(f"{command[0]} does not run ({one_line(str(error))})") from error
    return done.stdout.strip()
