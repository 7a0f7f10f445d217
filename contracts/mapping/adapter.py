"""A mapping played as an adapter: the suite's own client of a desk, with the desk's shape taken from the file.

What the host calls, the order of callbacks, reconnecting and cleaning up are those of :mod:`contracts.desk.client`. The
nice-to-have functions that the mapping does not serve are not there, as the interface wants it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.adapter import AdapterFactory, Callback, Clock
from contracts.desk.chat import Source
from contracts.desk.client import PING, DeskClient
from contracts.desk.wire import Record, Wire
from contracts.mapping.model import OPTIONAL, Mapped
from contracts.mapping.sources import MappedSource, PollingSource
from contracts.mapping.wire import MappedWire


class MappedClient(DeskClient):
    """The user's side of a desk of another shape."""

    def __init__(
        self, mapping: Mapped, desk_url: str, callback: Callback, clock: Clock, options: Mapping[str, Any]
    ) -> None:
        self._mapping = mapping
        own = {name: value for name, value in options.items() if name != "api_key"}
        super().__init__(desk_url, callback, clock, own, mapping.name)

    def make_wire(self, desk_url: str, recorder: Record | None, timeout: float) -> Wire:
        """Return the wire that speaks as the mapping says."""
        return MappedWire(desk_url, self._mapping, recorder, timeout=timeout)

    def make_source(self, conversation_id: str) -> Source:
        """Return where the mapping says that events come from."""
        assert isinstance(self._wire, MappedWire)
        ping = PING * self._scale
        if self._mapping.events.transport == "polling":
            return PollingSource(self._wire, conversation_id, self._clock, ping_seconds=ping)
        return MappedSource(self._wire, conversation_id, ping_seconds=ping)


class MappedDesk:
    """An adapter with the functions that the mapping serves, and no others."""

    def __init__(self, client: MappedClient, mapping: Mapped) -> None:
        self.client = client
        self.get_name = client.get_name
        self.start_chat = client.start_chat
        self.end_chat = client.end_chat
        self.send_message_to_agent = client.send_message_to_agent
        for name, function in OPTIONAL.items():
            if name in mapping.functions:
                setattr(self, function, getattr(client, function))


def factory(mapping: Mapped, client: type[MappedClient] = MappedClient) -> AdapterFactory:
    """Return what builds adapters of a mapping, around clients of this kind.

    Raises:
        NoVariable: (when it builds) a variable of the mapping has no value.
    """

    def connect(
        desk_url: str,
        callback: Callback,
        *,
        clock: Clock,
        options: Mapping[str, Any],
        persisted_state: Mapping[str, Any] | None = None,
    ) -> MappedDesk:
        return MappedDesk(client(mapping, desk_url, callback, clock, options), mapping)

    return connect
