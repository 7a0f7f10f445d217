"""Adapters that do not take the suite's clock: the reference integration on a clock of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import byosd_reference
from contracts.adapter import Callback, ServiceDesk
from contracts.clock import WallClock


def connect(
    desk_url: str,
    callback: Callback,
    *,
    options: Mapping[str, Any],
    persisted_state: Mapping[str, Any] | None = None,
) -> ServiceDesk:
    """Return the reference integration in real time: nobody hands it a clock."""
    return byosd_reference.connect(
        desk_url, callback, clock=WallClock(), options=options, persisted_state=persisted_state
    )
