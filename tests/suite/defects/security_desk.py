"""Faulty desks that mix conversations up, or let in whom they should not."""

from __future__ import annotations

from typing import Any

from mockdesk.core.errors import ExpiredToken, ForeignToken, InvalidToken, MissingToken
from tests.suite.defect import Defect
from tests.suite.defects.broken_desk import desk_where


def one_conversation_for_all(desk: Any) -> None:
    """What any user writes is stored in the oldest conversation."""
    send = desk.send
    desk.send = lambda conversation_id, draft: send(desk.conversations()[0].id, draft)


def takes_whom(*refusals: type[Exception]) -> Any:
    """Return what makes a desk let in whoever would be refused for one of these reasons."""

    def spoil(desk: Any) -> None:
        authorize = desk.authorize

        def lenient(conversation_id: str, token: str | None) -> Any:
            try:
                return authorize(conversation_id, token)
            except refusals:
                return desk.conversation(conversation_id)

        desk.authorize = lenient

    return spoil


def tells_its_keys(desk: Any) -> None:
    """Whoever asks whether somebody is there gets the account's keys."""
    availability = desk.availability
    desk.availability = lambda queue="default": {**availability(queue), "account": list(desk.settings.api_keys)}


def hands_the_key_out(desk: Any) -> None:
    """The account's key stands in the context of each conversation."""
    start = desk.start

    def started(*args: Any) -> Any:
        made = start(*args)
        data = made.conversation.to_data
        made.conversation.to_data = lambda: {**data(), "bearer": (list(desk.settings.api_keys) or [""])[0]}
        return made

    desk.start = started


def starts_for_anybody(desk: Any) -> None:
    """A start with a token that nobody gave out is accepted."""
    start = desk.start
    desk.start = lambda request, key=None, token=None: start(request, key, None)


def obeys_the_user(desk: Any) -> None:
    """The words that a desk's own client used to end conversations end one also when the user writes them."""
    send = desk.send

    def obey(conversation_id: str, draft: Any) -> Any:
        sent = send(conversation_id, draft)
        if draft.text == "End conversation":
            desk.end(conversation_id)
        return sent

    desk.send = obey


DESKS = (
    Defect(
        "desk_mixes_users", "SEC-01", "texts land in another's talk", "B33", desk=desk_where(one_conversation_for_all)
    ),
    Defect("desk_takes_foreign", "SEC-03", "any token opens anything", desk=desk_where(takes_whom(ForeignToken))),
    Defect("desk_tells_keys", "SEC-03", "its keys are public", "B48", desk=desk_where(tells_its_keys)),
    Defect("desk_hands_key_out", "SEC-03", "a start answers the key", "B48", desk=desk_where(hands_the_key_out)),
    Defect("desk_takes_none", "SEC-04", "no token is needed", "B20", desk=desk_where(takes_whom(MissingToken))),
    Defect("desk_takes_garbage", "SEC-04", "any token is good", "B20", desk=desk_where(takes_whom(InvalidToken))),
    Defect("desk_takes_expired", "SEC-04", "tokens never expire", "B19", desk=desk_where(takes_whom(ExpiredToken))),
    Defect("desk_starts_for_anybody", "SEC-04", "bad user tokens are good", "B20", desk=desk_where(starts_for_anybody)),
    Defect("desk_obeys", "SEC-08", "the user's word ends the talk", "B65", desk=desk_where(obeys_the_user)),
)
