"""The kinds of server that every hard test is played against."""

from __future__ import annotations

import inspect
from importlib.util import find_spec
from typing import Any

from mockdesk import RunningServer

EMBEDDED, SCALE = "embedded", "scale"
_TAKES_KIND = "server" in inspect.signature(RunningServer.__init__).parameters


def tiers() -> list[str]:
    """Return the kinds of server that this checkout has and whose packages are installed."""
    return [EMBEDDED, SCALE] if _TAKES_KIND and find_spec("uvicorn") is not None else [EMBEDDED]


def server_of(tier: str, **more: Any) -> RunningServer:
    """Return a server of a kind, not yet started."""
    told: dict[str, Any] = {"server": tier} if _TAKES_KIND else {}
    return RunningServer(**told, **more)
