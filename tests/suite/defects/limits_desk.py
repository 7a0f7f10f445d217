"""Faulty desks that do not keep to what they declare."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockdesk.core.conversation import ScreenShare
from mockdesk.core.errors import BodyTooLarge, RateLimited, TextTooLong, UnsupportedMediaType
from tests.suite.defect import Defect
from tests.suite.defects.broken_desk import desk_where


def with_settings(change: Callable[[Any], dict[str, Any]]) -> Callable[[Any], None]:
    """Return what makes a desk work with other settings than it declares."""

    def spoil(desk: Any) -> None:
        declared = desk.capabilities()
        desk._state.settings = replace(desk.settings, **change(desk.settings))
        desk.capabilities = lambda: declared

    return spoil


def cuts_at_the_limit(desk: Any) -> None:
    """A longer text is cut, and accepted."""
    send, most = desk.send, desk.settings.max_text_characters
    desk.send = lambda conversation_id, draft: send(conversation_id, replace(draft, text=draft.text[:most]))


def counting(length: Callable[[str], int]) -> Callable[[Any], None]:
    """Return what counts the length of texts in another way."""

    def spoil(desk: Any) -> None:
        send, most = desk.send, desk.settings.max_text_characters

        def counted(conversation_id: str, draft: Any) -> Any:
            if length(draft.text) > most:
                raise TextTooLong("the text is too long")
            return send(conversation_id, draft)

        desk.send = counted

    return spoil


def keeps_the_beginning(desk: Any) -> None:
    """Of a text that is too long, which is refused, the beginning is kept."""
    send, most = desk.send, desk.settings.max_text_characters

    def kept(conversation_id: str, draft: Any) -> Any:
        try:
            return send(conversation_id, draft)
        except TextTooLong:
            send(conversation_id, replace(draft, text=draft.text[: most - 1], message_id=None))
            raise

    desk.send = kept


def limits_everybody(desk: Any) -> None:
    """The limit of a user is the limit of all together."""
    rate = desk._state.message_rate
    check, note = rate.check, rate.note
    rate.check = lambda user_id: check("everybody")
    rate.note = lambda user_id: note("everybody")


def one_less(desk: Any) -> None:
    """One message less than declared is accepted."""
    rate = desk._state.message_rate
    rate._most = rate._most - 1 if rate._most is not None else None


def no_rate(desk: Any) -> None:
    """Any number of messages is accepted."""
    desk._state.message_rate._most = None


def later_than_told(desk: Any) -> None:
    """Who comes again at the time that was told is still too early."""
    rate = desk._state.message_rate
    check = rate.check

    def checked(user_id: str) -> None:
        try:
            check(user_id)
        except RateLimited as limited:
            raise RateLimited(limited.detail, 1.0) from None

    rate.check = checked


def takes_any_file(desk: Any) -> None:
    """Files of every type are taken."""
    upload = desk.upload_file

    def taken(conversation_id: str, name: str, content_type: str, content: bytes) -> Any:
        try:
            return upload(conversation_id, name, content_type, content)
        except UnsupportedMediaType:
            conversation = desk.conversation(conversation_id)
            rules, conversation.uploads = (
                conversation.uploads,
                replace(conversation.uploads, allowed_file_upload_types=""),
            )
            try:
                return upload(conversation_id, name, content_type, content)
            finally:
                conversation.uploads = rules

    desk.upload_file = taken


def refuses_the_largest(desk: Any) -> None:
    """A file of just the declared size is refused."""
    upload, most = desk.upload_file, desk.settings.max_file_bytes

    def smaller(conversation_id: str, name: str, content_type: str, content: bytes) -> Any:
        if len(content) >= most:
            raise BodyTooLarge("the file is too large")
        return upload(conversation_id, name, content_type, content)

    desk.upload_file = smaller


def answers_again(desk: Any) -> None:
    """Each answer to a request for the screen replaces the one before."""
    answer = desk.answer_screen_share

    def replaced(conversation_id: str, request_id: str | None, word: str) -> None:
        conversation = desk.conversation(conversation_id)
        share = conversation.screen_share
        if share is not None and word != "ended":
            conversation.screen_share = ScreenShare(share.request_id, share.agent_id)
        answer(conversation_id, request_id, word)

    desk.answer_screen_share = replaced


def ends_what_was_declined(desk: Any) -> None:
    """Whatever was asked can be ended, accepted or not."""
    answer = desk.answer_screen_share

    def ended(conversation_id: str, request_id: str | None, word: str) -> None:
        conversation = desk.conversation(conversation_id)
        if word == "ended" and conversation.screen_share is not None:
            return
        answer(conversation_id, request_id, word)

    desk.answer_screen_share = ended


def takes_answers_to_nothing(desk: Any) -> None:
    """Answers are taken where nothing was asked."""
    answer = desk.answer_screen_share

    def taken(conversation_id: str, request_id: str | None, word: str) -> None:
        if desk.conversation(conversation_id).screen_share is not None:
            answer(conversation_id, request_id, word)

    desk.answer_screen_share = taken


DESKS = (
    Defect(
        "desk_knows_no_limit",
        "LIM-01",
        "any length is taken",
        desk=desk_where(with_settings(lambda s: {"max_text_characters": 10**6})),
    ),
    Defect(
        "desk_takes_one_more",
        "LIM-01",
        "one more than declared is taken",
        desk=desk_where(with_settings(lambda s: {"max_text_characters": s.max_text_characters + 1})),
    ),
    Defect(
        "desk_takes_one_less",
        "LIM-01",
        "one less than declared is taken",
        desk=desk_where(with_settings(lambda s: {"max_text_characters": s.max_text_characters - 1})),
    ),
    Defect("desk_cuts_at_the_limit", "LIM-01", "long texts are cut", desk=desk_where(cuts_at_the_limit)),
    Defect(
        "desk_counts_bytes",
        "LIM-01",
        "the limit is in bytes",
        desk=desk_where(counting(lambda text: len(text.encode()))),
    ),
    Defect(
        "desk_counts_units",
        "LIM-01",
        "the limit is in units of UTF-16",
        desk=desk_where(counting(lambda text: len(text.encode("utf-16-le")) // 2)),
    ),
    Defect("desk_keeps_the_beginning", "LIM-01", "refused texts are half kept", desk=desk_where(keeps_the_beginning)),
    Defect("desk_limits_everybody", "LIM-03", "one limit for all", "B21", desk=desk_where(limits_everybody)),
    Defect("desk_allows_one_less", "LIM-03", "the rate is one off", desk=desk_where(one_less)),
    Defect("desk_has_no_rate", "LIM-03", "the rate is not kept", desk=desk_where(no_rate)),
    Defect("desk_delays_longer", "LIM-03", "Retry-After is too short", desk=desk_where(later_than_told)),
    Defect("desk_takes_any_file", "LIM-07", "any type is taken", desk=desk_where(takes_any_file)),
    Defect("desk_refuses_the_largest", "LIM-07", "the file limit is one off", desk=desk_where(refuses_the_largest)),
    Defect("desk_takes_answers_again", "FIL-08", "a screen request is answered twice", desk=desk_where(answers_again)),
    Defect("desk_ends_the_declined", "FIL-08", "what was declined is ended", desk=desk_where(ends_what_was_declined)),
    Defect(
        "desk_takes_any_answer", "FIL-08", "answers to nothing are taken", desk=desk_where(takes_answers_to_nothing)
    ),
)
