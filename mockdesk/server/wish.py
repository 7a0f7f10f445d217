"""What a desk is to be, before it is one."""

from __future__ import annotations

from dataclasses import dataclass

from mockdesk.core.script import Script
from mockdesk.core.settings import DeskSettings
from mockdesk.server.kept_clock import DeskClock
from mockdesk.server.options import ServerOptions


@dataclass(frozen=True)
class Wish:
    """A desk that is wanted. ``script`` is the one that the settings name, ``speed`` what a running clock is told."""

    name: str
    settings: DeskSettings
    clock: DeskClock
    options: ServerOptions
    script: Script | None
    speed: float = 1.0
