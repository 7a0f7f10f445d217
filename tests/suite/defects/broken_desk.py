"""What faulty desks are made of: the mock, each of whose new desks is spoiled before anybody uses it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from contracts.adapter import DeskDriver
from mockdesk.driver import InProcess, MockDriver


class SpoilingDriver(MockDriver):
    """The mock's driver; ``spoil`` gets the core of each desk that it makes."""

    def __init__(self, spoil: Callable[[Any], None]) -> None:
        self._here = InProcess()
        super().__init__(self._here)
        self._spoil = spoil

    def new_desk(self, settings: dict[str, Any] | None = None) -> dict[str, Any]:
        """Make a spoiled desk the present one."""
        told = super().new_desk(settings)
        core: Any = self._here.control
        self._spoil(core._host.desk)
        return told


def desk_where(spoil: Callable[[Any], None]) -> Callable[[], AbstractContextManager[DeskDriver]]:
    """Return what opens a driver of a faulty desk; ``spoil`` changes the methods of the desk's core."""

    @contextmanager
    def opened() -> Iterator[DeskDriver]:
        driver = SpoilingDriver(spoil)
        try:
            yield driver
        finally:
            driver.close()

    return opened
