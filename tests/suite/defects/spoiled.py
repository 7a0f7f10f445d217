"""What faulty adapters are made of: the reference integration, with a hook where each fault is put.

A fault is a small subclass of :class:`Spoiled` (what the host calls, and the chat's inner parts) or of :class:`Ear`
(what the adapter tells the host), made into a factory by :func:`factory`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests

from byosd_reference.canonical_desk import CanonicalDesk
from byosd_reference.chat import Chat
from byosd_reference.desk_side import DeskShape
from byosd_reference.integration import BasicServiceDesk, ReferenceServiceDesk
from byosd_reference.settings import Deadline, Settings
from byosd_reference.surroundings import Surroundings
from contracts.adapter import AdapterFactory, Clock


class Ear:
    """The host as a faulty adapter sees it. What is not overridden goes to the host as it is."""

    def __init__(self, host: Any, clock: Clock) -> None:
        self.host = host
        self.clock = clock
        self.adapter: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.host, name)


class SpoiledBasics(BasicServiceDesk):
    """An integration with a fault, whatever its desk. ``ear``: how it tells the host; :meth:`spoil`: what it does to
    each new chat."""

    ear: type[Ear] = Ear

    def spoil(self, chat: Chat) -> None:
        """Put a fault into a chat that is about to begin."""

    def _take_place(self, attempt: Any, chat: Chat | None) -> None:
        if chat is not None:
            self.spoil(chat)
        super()._take_place(attempt, chat)


class Spoiled(SpoiledBasics, ReferenceServiceDesk):
    """The reference with a fault."""

    def __init__(self, around: Surroundings, desk_url: str, persisted_state: Mapping[str, Any] | None) -> None:
        super().__init__(around, desk_url, persisted_state)
        self.desk_url = desk_url
        self.host: Any = around.host
        self.clock = around.clock
        self.built()

    def built(self) -> None:
        """Do something at once, while the adapter is built."""

    @property
    def chat(self) -> Any:
        """The present chat or start, with its inner parts."""
        return self._current

    def another_conversation(self, user_id: str = "somebody") -> None:
        """Make a conversation at the desk that nobody will use, if the desk lets one."""
        requests.post(f"{self.desk_url}/v1/conversations", json={"user_id": user_id}, timeout=2)

    def end_at_the_desk(self, chat: Any) -> None:
        """Tell the desk of the user's end, and do nothing else."""
        chat._api.end(None, Deadline(2.0))


def factory(kind: type[SpoiledBasics], shape: DeskShape = CanonicalDesk) -> AdapterFactory:
    """Return the factory of a faulty adapter for desks of a shape."""

    def make(
        desk_url: str,
        callback: Any,
        *,
        clock: Clock,
        options: Mapping[str, Any],
        persisted_state: Mapping[str, Any] | None = None,
    ) -> SpoiledBasics:
        ear: Any = kind.ear(callback, clock)
        around = Surroundings(ear, clock, Settings.from_options(options), shape)
        ear.adapter = kind(around, desk_url, persisted_state)
        return ear.adapter  # type: ignore[no-any-return]

    return make


def told_by(ear_type: type[Ear]) -> AdapterFactory:
    """Return the factory of an adapter whose only fault lies in what it tells the host."""
    return factory(type(f"With{ear_type.__name__}", (Spoiled,), {"ear": ear_type}))
