"""Work that is done in a thread beside other work.

Threads of Python take turns, so that helps only beside what holds no lock: the compiled passes, and reading.
"""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Beside"]

T = TypeVar("T")


class Beside(Generic[T]):
    """A value that a thread makes meanwhile.

    The executors of the standard library do more, and take longer to import than a small trace to be read.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        """Begin to make the value."""
        self._make = make
        self._made: list[T] = []
        self._error: BaseException | None = None
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def result(self) -> T:
        """Wait for the value and return it; raises what making it raised."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._made[0]

    def _run(self) -> None:
        """Make the value; in the thread."""
        try:
            self._made.append(self._make())
        except BaseException as error:  # noqa: BLE001  (whatever it is, it is raised where the value is wanted)
            self._error = error
