"""Faulty desks that change, double, forget or misplace what is said."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockdesk.core.errors import ConversationEnded
from mockdesk.core.events import Event, Message
from mockdesk.core.user_side import Sent
from tests.suite.defect import Defect
from tests.suite.defects.broken_desk import desk_where


def told_as(event: Event, change: Callable[[dict[str, Any]], None]) -> Event:
    """Return the event, which goes over the wire with a change to its envelope."""

    class Changed(Event):
        """An event that is told wrongly."""

        def to_envelope(self) -> dict[str, Any]:
            envelope = super().to_envelope()
            change(envelope)
            return envelope

    return Changed(event.seq, event.time, event.body)


def each_event(desk: Any, change: Callable[[dict[str, Any]], None]) -> None:
    """Let the desk tell each event with a change to its envelope; its own log stays right."""
    events_after = desk.events_after

    def changed(conversation_id: str, after: int = 0) -> Any:
        return tuple(told_as(event, change) for event in events_after(conversation_id, after))

    desk.events_after = changed


def escapes_texts(desk: Any) -> None:
    """What the user writes is stored as HTML."""
    send = desk.send
    desk.send = lambda conversation_id, draft: send(conversation_id, replace(draft, text=html.escape(draft.text)))


def cuts_texts(desk: Any) -> None:
    """What an agent writes is told without the spaces at its ends."""

    def cut(envelope: dict[str, Any]) -> None:
        if envelope["type"] == "message.created":
            envelope["data"]["message"]["text"] = envelope["data"]["message"]["text"].strip()

    each_event(desk, cut)


def ignores_message_ids(desk: Any) -> None:
    """The client's id of a message is not looked at."""
    send = desk.send
    desk.send = lambda conversation_id, draft: send(conversation_id, replace(draft, message_id=None))


def forgets_the_user(desk: Any) -> None:
    """Neither the transcript nor the events hold what the user wrote."""
    messages, events_after = desk.messages, desk.events_after

    def without(conversation_id: str, after: int = 0) -> Any:
        found = events_after(conversation_id, after)
        return tuple(one for one in found if one.type != "message.created" or one.body.message.role != "user")

    desk.events_after = without
    desk.messages = lambda conversation_id: tuple(one for one in messages(conversation_id) if one.role != "user")


def takes_the_user_for_an_agent(desk: Any) -> None:
    """In the transcript everything was said by an agent."""
    messages = desk.messages
    desk.messages = lambda conversation_id: tuple(replace(one, role="agent") for one in messages(conversation_id))


def tells_no_time(desk: Any) -> None:
    """Messages are told without their time."""

    def without(envelope: dict[str, Any]) -> None:
        if envelope["type"] == "message.created":
            envelope["data"]["message"].pop("time")

    each_event(desk, without)


def takes_texts_after_the_end(desk: Any) -> None:
    """A text to an ended conversation is accepted, and lost."""
    send = desk.send

    def too_late(conversation_id: str, draft: Any) -> Any:
        try:
            return send(conversation_id, draft)
        except ConversationEnded:
            return Sent(Message("message_lost", "user", "somebody", draft.text, 0.0, 1))

    desk.send = too_late


def keeps_what_it_refuses(desk: Any) -> None:
    """A text to an ended conversation is refused, and stands in the transcript all the same."""
    send = desk.send

    def refused(conversation_id: str, draft: Any) -> Any:
        try:
            return send(conversation_id, draft)
        except ConversationEnded:
            conversation = desk.conversation(conversation_id)
            conversation.add(Message("message_late", "user", "somebody", draft.text, 0.0, conversation.log.last_seq))
            raise

    desk.send = refused


def drops_items(desk: Any) -> None:
    """Rich items stay at the desk."""

    def without(envelope: dict[str, Any]) -> None:
        if envelope["type"] == "message.created":
            envelope["data"]["message"].pop("items", None)

    each_event(desk, without)


DESKS = (
    Defect("desk_escapes", "MSG-01", "the user's texts become HTML", desk=desk_where(escapes_texts)),
    Defect("desk_cuts", "MSG-01", "texts lose their spaces", desk=desk_where(cuts_texts)),
    Defect("desk_ignores_ids", "MSG-07", "a repeated send is stored twice", desk=desk_where(ignores_message_ids)),
    Defect("desk_forgets_user", "MSG-08", "the user's texts are nowhere", desk=desk_where(forgets_the_user)),
    Defect("desk_mistakes_author", "MSG-08", "authors are wrong", desk=desk_where(takes_the_user_for_an_agent)),
    Defect("desk_tells_no_time", "MSG-08", "messages have no time", desk=desk_where(tells_no_time)),
    Defect("desk_drops_items", "MSG-10", "rich items are not told", desk=desk_where(drops_items)),
    Defect("desk_takes_late", "MSG-11", "texts are accepted too late", desk=desk_where(takes_texts_after_the_end)),
    Defect("desk_keeps_late", "MSG-11", "refused texts are kept", desk=desk_where(keeps_what_it_refuses)),
)
