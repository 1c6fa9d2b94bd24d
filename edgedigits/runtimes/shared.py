"""What runtimes have in common: the user's choices, a browser, and how they come to an end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar


@dataclass(frozen=True)
class Settings:
    """What a user may choose about runtimes. `backend` None is each one's first."""

    backend: str | None = None
    half_float: bool = False


class Closable(Protocol):
    """What holds on to something outside of this process."""

    def close(self) -> None:
        """End it and free what it holds."""
        ...


@contextmanager
def ended_on_error(held: Closable) -> Iterator[None]:
    """For a constructor that starts a process: whatever goes wrong, nothing is left running."""
    try:
        yield
    except BaseException:
        held.close()
        raise


Made = TypeVar("Made", bound=Closable)


class Shared:
    """Settings, and things that are started once however many artifacts need them."""

    def __init__(self, settings: Settings | None = None) -> None:
        """Nothing is started yet."""
        self.settings = settings or Settings()
        self._making = threading.Lock()
        self._made: dict[Hashable, Any] = {}
        self._ending = threading.Lock()
        self._ends: ExitStack | None = ExitStack()

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` made the first time that any thread asked for `key`."""
        with self._making:
            if key not in self._made:
                self._made[key] = self._kept(make())
            found: Made = self._made[key]
            return found

    def _kept(self, made: Made) -> Made:
        with self._ending:
            if self._ends is not None:
                self._ends.callback(made.close)
                return made
        # Closed while it was being started, which `close` does not wait for.
        made.close()
        return made

    def close(self) -> None:
        """End everything that was started, and with it whatever still waits for an answer."""
        with self._ending:
            ends, self._ends = self._ends, None
        if ends is not None:
            ends.close()
