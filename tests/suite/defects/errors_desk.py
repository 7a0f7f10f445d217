"""Faulty desks that break over odd input, or say what the contract does not allow."""

from __future__ import annotations

from typing import Any

from tests.suite.defect import Defect
from tests.suite.defects.broken_desk import desk_where


def breaks_at_odd_characters(desk: Any) -> None:
    """A user id with a character beyond ASCII is an internal error."""
    start = desk.start

    def ascii_only(request: Any, *arguments: Any, **more: Any) -> Any:
        request.user_id.encode("ascii")
        return start(request, *arguments, **more)

    desk.start = ascii_only


def breaks_at_control_characters(desk: Any) -> None:
    """A message with a NUL in it is an internal error."""
    send = desk.send

    def without_nul(conversation_id: str, draft: Any) -> Any:
        if "\x00" in draft.text:
            raise RuntimeError("the database does not like it")
        return send(conversation_id, draft)

    desk.send = without_nul


def answers_availability_in_words(desk: Any) -> None:
    """Whether somebody is online is told as a text."""
    availability = desk.availability
    desk.availability = lambda queue="default": {**availability(queue), "online": "yes"}


def forgets_the_users_id(desk: Any) -> None:
    """A conversation is told without its user."""
    conversation = desk.conversation

    class Anonymous:
        def __init__(self, inner: Any) -> None:
            self._inner = inner

        def __getattr__(self, name: str) -> Any:
            return getattr(self._inner, name)

        def to_data(self) -> dict[str, Any]:
            return {key: value for key, value in self._inner.to_data().items() if key != "user_id"}

    authorize = desk.authorize
    desk.authorize = lambda conversation_id, token: Anonymous(authorize(conversation_id, token))
    desk.conversation = conversation


class Misspelt:
    """An event whose envelope is not what the contract says."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def to_envelope(self) -> dict[str, Any]:
        """Return the envelope, without the agent's id where one joins."""
        envelope: dict[str, Any] = self._inner.to_envelope()
        if envelope["type"] != "agent.joined":
            return envelope
        agent = {key: value for key, value in envelope["data"]["agent"].items() if key != "id"}
        return {**envelope, "data": {**envelope["data"], "agent": agent}}


def joins_without_an_id(desk: Any) -> None:
    """Agents join without an id."""
    events_after = desk.events_after
    desk.events_after = lambda conversation_id, after=0: tuple(
        Misspelt(one) for one in events_after(conversation_id, after)
    )


DEFECTS = (
    Defect(
        "desk_breaks_at_umlauts",
        "ERR-06",
        "a start with an odd user id is a 500",
        "",
        desk=desk_where(breaks_at_odd_characters),
    ),
    Defect(
        "desk_breaks_at_nul", "ERR-06", "a text with a NUL is a 500", "", desk=desk_where(breaks_at_control_characters)
    ),
    Defect(
        "desk_answers_in_words",
        "ERR-07",
        "availability is a text",
        "B70",
        desk=desk_where(answers_availability_in_words),
    ),
    Defect(
        "desk_forgets_the_user", "ERR-07", "a conversation lacks its user", "", desk=desk_where(forgets_the_users_id)
    ),
    Defect("desk_joins_nobody", "ERR-11", "agents join without an id", "B67", desk=desk_where(joins_without_an_id)),
)
