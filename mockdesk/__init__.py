"""A mock service desk for bring-your-own-service-desk web chat.

``with mockdesk.start(script="echo") as server:`` runs one in this process; ``mockdesk serve`` runs one on its own.
The names below are imported when they are first used, so that the pure parts can be imported without the server.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockdesk.server.control import DeskControl
    from mockdesk.server.running import RunningServer, start

__all__ = ["DeskControl", "RunningServer", "start"]


def __getattr__(name: str) -> Any:
    if name in ("RunningServer", "start"):
        return getattr(import_module("mockdesk.server.running"), name)
    if name == "DeskControl":
        return import_module("mockdesk.server.control").DeskControl
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
