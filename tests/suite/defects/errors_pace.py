# ruff: noqa: D102  (the class says what the fault is; the method is where it is put)
"""Faulty adapters that do not leave a desk alone which asks for it."""

from __future__ import annotations

from itertools import repeat
from typing import Any

from byosd_reference.backoff import Outage
from byosd_reference.chat import Chat
from byosd_reference.desk_api import ConversationApi
from byosd_reference.errors import DeskRefused
from tests.suite.defect import Defect
from tests.suite.defects.spoiled import Spoiled, factory


class KnocksAtOnce(Spoiled):
    """The pauses between attempts do not grow."""

    def spoil(self, chat: Chat) -> None:
        inner: Any = chat
        begin = inner._stream._begin_outage

        def steady() -> Outage:
            outage: Any = begin()
            outage._delays = repeat(0.5)
            return outage  # type: ignore[no-any-return]

        inner._stream._begin_outage = steady


class DoesNotHearWait(Spoiled):
    """What the desk says of the time of the next attempt is not looked at."""

    def spoil(self, chat: Chat) -> None:
        inner: Any = chat
        begin = inner._stream._begin_outage

        def deaf() -> Outage:
            outage: Any = begin()
            outage.postpone = lambda seconds: None
            return outage  # type: ignore[no-any-return]

        inner._stream._begin_outage = deaf


class InsistsOnItsMessage(Spoiled):
    """A message for which the desk asks to wait is sent again at once."""

    def spoil(self, chat: Chat) -> None:
        api: ConversationApi = chat.outbox._api
        send: Any = api.send

        def insist(message: Any, deadline: Any) -> None:
            try:
                send(message, deadline)
            except DeskRefused as refusal:
                if refusal.status not in (429, 503):
                    raise
                api._not_before = 0.0
                send(message, deadline)

        api.send = insist  # type: ignore[method-assign]


ADAPTERS = (
    Defect("knocks_at_once", "ERR-09", "pauses do not grow", "B40", factory(KnocksAtOnce)),
    Defect("does_not_hear_wait", "ERR-09", "Retry-After of the stream is ignored", "B21", factory(DoesNotHearWait)),
    Defect("insists", "ERR-09", "Retry-After of a message is ignored", "B21", factory(InsistsOnItsMessage)),
)
