"""A desk without a driver: nobody plays its agents, nothing tells what it really has, its clock is the wall's."""

from __future__ import annotations

import time
from typing import Any, NoReturn

NAME = "none"
"""The driver's name on the command line."""


class UndrivenDesk:
    """The driver of a desk that has none. Only the user's side and the wire can be judged; the rest is skipped."""

    def __init__(self, desk_url: str) -> None:
        self._url = desk_url

    def describe(self) -> dict[str, Any]:
        """Return what there is: nothing but the desk itself."""
        return {"name": NAME, "operations": ["new_desk"], "actions": [], "faults": [], "clock": None, "settings": False}

    def new_desk(self, settings: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the one desk that there is; it cannot be made anew, and takes no settings."""
        return {"desk_url": self._url, "options": {}}

    def conversations(self) -> list[dict[str, Any]]:
        """Return nothing: what the desk really has is not known."""
        return []

    def census(self) -> dict[str, Any]:
        """Return nothing: open streams are not known."""
        return {}

    def clear_faults(self) -> None:
        """There are none."""

    def now(self) -> float:
        """Return the wall's time in seconds since the epoch."""
        return time.time()

    def close(self) -> None:
        """Nothing was started."""

    def _missing(self, *_: Any, **__: Any) -> NoReturn:
        raise NotImplementedError("this desk has no driver")

    act = set_queue = inject = release = advance = journal = secrets = wait = _missing
