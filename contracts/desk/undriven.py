"""A desk without a driver: nobody plays its agents, nothing tells what it really has, its clock is the wall's."""

from __future__ import annotations

from typing import Any

from contracts.driver_kit import DriverBase

NAME = "none"
"""The driver's name on the command line."""


class UndrivenDesk(DriverBase):
    """The driver of a desk that has none. Only the user's side and the wire can be judged; the rest is skipped."""

    name = NAME

    def describe(self) -> dict[str, Any]:
        """Return what there is: nothing but the desk itself, which takes no settings."""
        return {"name": NAME, "operations": ["new_desk"], "actions": [], "faults": [], "clock": None, "settings": False}
