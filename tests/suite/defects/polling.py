# ruff: noqa: D102  (the class says what the fault is; the method is where it is put)
"""Faulty adapters of the polling desk: the reference integration for it, with a fault each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from byosd_reference.chat import Chat
from byosd_reference.errors import StreamRefused
from byosd_reference.long_poll_line import Polls
from byosd_reference.poll.desk import PollingDesk
from byosd_reference.poll.sessions import Sessions
from tests.suite.defect import Defect
from tests.suite.defects.spoiled import SpoiledBasics, factory

POLLING = "mockdesk-poll"


class FrozenSessions(Sessions):
    """The id of the chat's beginning, whatever came since."""

    def instead_of(self, stale: str) -> str | None:
        return None


class SendsUnderTheFirstId(SpoiledBasics):
    """Messages and the end go out under the id that the start has brought; the polls use theirs."""

    def spoil(self, chat: Chat) -> None:
        api: Any = chat._api
        api._sessions = FrozenSessions(api._sessions.present)


class PollsWithoutAPause(SpoiledBasics):
    """The next poll follows at once, and the desk is not asked to hold it."""

    def spoil(self, chat: Chat) -> None:
        door: Any = chat._stream._door
        poll, connection = door.poll, chat._stream._socket
        assert isinstance(connection, Polls)
        connection._pause = lambda *, idle: not connection._closed.is_set()  # type: ignore[method-assign]
        door.poll = lambda after, wait: poll(after, 0.0)


class StatusBeforeTexts(SpoiledBasics):
    """Of each batch the states are handled first, its texts afterwards."""

    def spoil(self, chat: Chat) -> None:
        door: Any = chat._stream._door
        batch = door._batch

        def sorted_batch(answer: Any, after: int) -> Mapping[str, Any]:
            found = dict(batch(answer, after))
            events = found.get("events", [])
            numbers = [one["seq"] for one in events]
            by_kind = sorted(events, key=lambda one: one["type"] == "message.created")
            return {**found, "events": [{**one, "seq": seq} for one, seq in zip(by_kind, numbers, strict=True)]}

        door._batch = sorted_batch


class GivesUpWithTheFirstFailure(SpoiledBasics):
    """One poll that failed ends the polling for ever."""

    def spoil(self, chat: Chat) -> None:
        door: Any = chat._stream._door

        def refused(after: int, deadline: Any) -> Any:
            raise StreamRefused("tell what happens", 404)

        door.open = refused


class CutsLabelsAtTheFirstBar(SpoiledBasics):
    """A label is taken apart at its first bars: the name that an agent chose says who it is."""

    def spoil(self, chat: Chat) -> None:
        door: Any = chat._stream._door
        ask = door._ask

        def relabelled(after: int, wait: float, deadline: Any) -> Any:
            answer = ask(after, wait, deadline)
            body = answer.body if isinstance(answer.body, Mapping) else {}
            for event in body.get("events", []):
                if isinstance(event.get("label"), str):
                    event["label"] = "|".join(event["label"].split("|")[:2])
            return answer

        door._ask = relabelled


class TellsNoTypingStop(SpoiledBasics):
    """Typing goes on behind the message that was typed."""

    def spoil(self, chat: Chat) -> None:
        typing: Any = chat._typing
        typing.interrupted = lambda agent_id: None


def _defect(kills: str, name: str, kind: type[SpoiledBasics], seen: str) -> Defect:
    return Defect(name, kills, (kind.__doc__ or "").strip(), seen, factory=factory(kind, PollingDesk), driver=POLLING)


DEFECTS = (
    _defect("ORD-05", "sends_under_the_first_id", SendsUnderTheFirstId, "B44"),
    _defect("LIM-04", "polls_without_a_pause", PollsWithoutAPause, "B40"),
    _defect("ORD-02", "status_before_texts", StatusBeforeTexts, "B37"),
    _defect("REC-01", "first_failed_poll_is_the_last", GivesUpWithTheFirstFailure, "B39"),
    _defect("SEC-06", "cuts_labels_at_the_first_bar", CutsLabelsAtTheFirstBar, "B47"),
    _defect("PRS-07", "types_behind_the_message", TellsNoTypingStop, "B45"),
)
