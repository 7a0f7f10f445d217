"""The reference integration with one mistake: it does not tell the host that an agent's typing has stopped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import byosd_reference
from contracts.adapter import Callback, Clock, ServiceDesk


class Forgetful:
    """The host as this adapter sees it: everything is passed on, but for the end of typing."""

    def __init__(self, host: Callback) -> None:
        self._host = host

    def __getattr__(self, name: str) -> Any:
        return getattr(self._host, name)

    def agent_typing(self, is_typing: bool) -> None:
        """Tell the host that the agent types, and never that the agent stopped."""
        if is_typing:
            self._host.agent_typing(True)


def connect(
    desk_url: str,
    callback: Callback,
    *,
    clock: Clock,
    options: Mapping[str, Any],
    persisted_state: Mapping[str, Any] | None = None,
) -> ServiceDesk:
    """Return the reference integration, told by a forgetful mouth."""
    host: Any = Forgetful(callback)
    return byosd_reference.connect(desk_url, host, clock=clock, options=options, persisted_state=persisted_state)
