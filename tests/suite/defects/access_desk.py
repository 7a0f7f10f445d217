"""Faulty desks that forget to look at the token somewhere, or show one conversation in another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockdesk.core.errors import (
    ExpiredToken,
    ForeignToken,
    IdempotencyConflict,
    InvalidToken,
    MissingToken,
    UnknownFile,
)
from tests.suite.defect import Defect
from tests.suite.defects.broken_desk import desk_where

ANY = (MissingToken, InvalidToken, ExpiredToken, ForeignToken)
STREAM = "streamEvents"


def operation_under_way(desk: Any) -> str | None:
    """Return the operation of the request that the desk serves now."""
    cause = desk.journal.cause
    entries = [entry for entry in desk.journal.entries() if entry.position == cause and entry.kind == "request"]
    return str(entries[0].data["operation"]) if entries else None


def unguarded(operation: str, *refusals: type[Exception]) -> Callable[[Any], None]:
    """Return what makes a desk let in, at one operation, whoever would be refused for one of these reasons."""

    def spoil(desk: Any) -> None:
        authorize = desk.authorize
        let_in: set[tuple[str, str]] = set()  # who reads on, over a stream or a poll, is not asked again

        def lenient(conversation_id: str, token: str | None) -> Any:
            try:
                return authorize(conversation_id, token)
            except refusals:
                who = (conversation_id, token or "")
                if operation_under_way(desk) == operation:
                    let_in.add(who)
                elif who not in let_in or operation_under_way(desk) is not None:
                    raise
                return desk.conversation(conversation_id)

        desk.authorize = lenient

    return spoil


def tells_others_messages(desk: Any) -> None:
    """The transcript of a conversation has what was said in all of them."""
    messages = desk.messages
    desk.messages = lambda _: tuple(one for each in desk.conversations() for one in messages(each.id))


def tells_others_events(desk: Any) -> None:
    """Whoever reads gets, as the next event, what has last been said to somebody else."""
    events_after = desk.events_after

    def mixed(conversation_id: str, after: int = 0) -> Any:
        found = list(events_after(conversation_id, after))
        for other in desk.conversations():
            said = [one for one in events_after(other.id, 0) if one.type == "message.created"]
            if other.id != conversation_id and said and found and found[-1].type == "message.created":
                found[-1] = type(said[-1])(found[-1].seq, found[-1].time, said[-1].body)
        return tuple(found)

    desk.events_after = mixed


def types_everywhere(desk: Any) -> None:
    """When one user types, all do."""
    user_typing = desk.user_typing

    def all_type(conversation_id: str, typing: bool) -> None:
        user_typing(conversation_id, typing)
        for other in desk.conversations():
            other.user_typing = typing

    desk.user_typing = all_type


def never_stops_typing(desk: Any) -> None:
    """That a user has stopped is not taken note of."""
    user_typing = desk.user_typing
    desk.user_typing = lambda conversation_id, typing: user_typing(conversation_id, True)


def finds_files_anywhere(desk: Any) -> None:
    """A file is read under the path of any conversation."""
    file = desk.file

    def anywhere(conversation_id: str, file_id: str) -> Any:
        for other in desk.conversations():
            if file_id in other.files:
                return other.files[file_id]
        return file(conversation_id, file_id)

    desk.file = anywhere


def gives_some_file(desk: Any) -> None:
    """An id that is not known gives the first file there is."""
    file = desk.file

    def some(conversation_id: str, file_id: str) -> Any:
        try:
            return file(conversation_id, file_id)
        except UnknownFile:
            files = list(desk.conversation(conversation_id).files.values())
            if not files:
                raise
            return files[0]

    desk.file = some


def shares_keys(desk: Any) -> None:
    """A key that was used gives the conversation that it made, whoever asks."""
    start, made = desk.start, {}

    def by_key(request: Any, key: str | None = None, token: str | None = None) -> Any:
        try:
            started = start(request, key, token)
        except IdempotencyConflict:
            return replace(made[key], replayed=True)
        if key is not None:
            made.setdefault(key, started)
        return started

    desk.start = by_key


DESKS = (
    Defect(
        "desk_shows_to_all",
        "SEC-04",
        "state without a token",
        "B20",
        desk=desk_where(unguarded("getConversation", *ANY)),
    ),
    Defect(
        "desk_lists_to_all", "SEC-04", "transcript without a token", desk=desk_where(unguarded("listMessages", *ANY))
    ),
    Defect("desk_polls_for_all", "SEC-04", "polls without a token", desk=desk_where(unguarded("pollEvents", *ANY))),
    Defect("desk_ends_for_all", "SEC-04", "ends without a token", desk=desk_where(unguarded("endChat", *ANY))),
    Defect("desk_types_for_all", "SEC-04", "typing without a token", desk=desk_where(unguarded("userTyping", *ANY))),
    Defect("desk_streams_to_all", "SEC-04", "a handshake without a token", desk=desk_where(unguarded(STREAM, *ANY))),
    Defect(
        "desk_streams_expired",
        "SEC-04",
        "an old token opens the stream",
        desk=desk_where(unguarded(STREAM, ExpiredToken)),
    ),
    Defect(
        "desk_sends_for_others",
        "MSG-11",
        "sends with a foreign token",
        desk=desk_where(unguarded("sendMessageToAgent", ForeignToken)),
    ),
    Defect(
        "desk_reads_for_others",
        "SEC-03",
        "reads with a foreign token",
        desk=desk_where(unguarded("userReadMessages", ForeignToken)),
    ),
    Defect(
        "desk_streams_to_others",
        "SEC-03",
        "streams to a foreign token",
        desk=desk_where(unguarded(STREAM, ForeignToken)),
    ),
    Defect(
        "desk_files_for_others",
        "FIL-05",
        "files to a foreign token",
        desk=desk_where(unguarded("getFile", ForeignToken)),
    ),
    Defect(
        "desk_files_expired", "FIL-05", "files to an old token", desk=desk_where(unguarded("getFile", ExpiredToken))
    ),
    Defect("desk_files_anywhere", "FIL-05", "files under any conversation", desk=desk_where(finds_files_anywhere)),
    Defect("desk_gives_some_file", "FIL-05", "an unknown id gives a file", desk=desk_where(gives_some_file)),
    Defect(
        "desk_mixes_transcripts",
        "SEC-01",
        "the transcript is everybody's",
        "B33",
        desk=desk_where(tells_others_messages),
    ),
    Defect(
        "desk_mixes_events", "SEC-01", "events of another conversation", "B56", desk=desk_where(tells_others_events)
    ),
    Defect("desk_mixes_typing", "PRS-14", "typing is everybody's", desk=desk_where(types_everywhere)),
    Defect("desk_typing_sticks", "PRS-14", "the user never stops typing", "B16", desk=desk_where(never_stops_typing)),
    Defect("desk_shares_keys", "LIF-19", "a key opens another's conversation", desk=desk_where(shares_keys)),
)
