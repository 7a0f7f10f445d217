"""What programs are filled with: texts, close codes, refusals, times."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from contracts.program import AGENTS as PROFILES
from contracts.program import Program, act, step
from contracts.vocabulary import CONTROL_WORDS

DIFFICULT_TEXTS = (
    " leading and trailing ",
    "\n",
    "two\nlines\r\nand a\ttab",
    "**not bold** _nor_ [a link](javascript:alert(1))",
    "<b onclick='x()'>bold</b> &amp; <script>alert(1)</script>",
    "\u202eright to left\u202c \u200bzero width\u200b",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 family, e\u0301 combined, \u00e9 composed",
    'quote " backslash \\ percent % null \x00 end',
    "https://example.com/a?b=c&d=é see www.example.com",
    "User: hello|agent-ada",
)
"""Texts that transport or markup handling has been seen to change."""


AGENTS = tuple(PROFILES)
"""The agents of the programs, by their short names."""
FINAL_CODES = frozenset({4401, 4404})
"""Close codes that say that coming back is of no use."""


def texts() -> SearchStrategy[str]:
    """Texts that somebody may write: mostly ordinary, often difficult, never empty."""
    characters = st.characters(exclude_categories=["Cs"])
    return st.one_of(
        st.sampled_from(DIFFICULT_TEXTS),
        st.sampled_from(CONTROL_WORDS),
        st.text(characters, min_size=1, max_size=40),
        st.text("abc def", min_size=1, max_size=12),
    )


def close_codes() -> SearchStrategy[int | None]:
    """Ways in which a stream is cut: a close code after which coming back makes sense, or ``None`` for an end without a
    close frame. RFC 6455 leaves 3000 to 4999 to desks; the contract's final ones are not among them."""
    of_desks = st.integers(3000, 4999).filter(lambda code: code not in FINAL_CODES)
    return st.one_of(st.sampled_from([None, 1001, 1006, 1011, 1012, 1013]), of_desks)


def refusals() -> SearchStrategy[int]:
    """Statuses with which a desk refuses a request that it has not carried out."""
    return st.sampled_from([400, 403, 409, 422, 429, 500, 503])


def broken_starts() -> SearchStrategy[dict[str, Any]]:
    """Faults with which no start can succeed."""
    refused = st.sampled_from([400, 403, 422, 500, 503]).map(lambda status: {"kind": "status", "status": status})
    mangled = st.sampled_from(["garbage", "truncated", "reset"]).map(lambda kind: {"kind": kind})
    at_start = st.one_of(mangled, refused).map(lambda fault: {"operation": "startChat", **fault})
    at_stream = st.sampled_from([403, 422]).map(
        lambda status: {"operation": "streamEvents", "kind": "status", "status": status}
    )
    return st.one_of(at_start, at_stream)


def refusable() -> SearchStrategy[tuple[str, dict[str, Any]]]:
    """Operations that a desk may refuse without harm to the chat, each with the step that asks for it."""
    return st.sampled_from(
        [
            ("userTyping", {"do": "type", "is_typing": True}),
            ("userReadMessages", {"do": "read"}),
            ("updateState", {"do": "state", "changes": {"locale": "fr"}}),
            ("getAvailability", {"do": "availability"}),
        ]
    )


def state_changes() -> SearchStrategy[dict[str, str]]:
    """What the host tells of its state: the session is another one (the old one has expired), or the language is."""
    return st.sampled_from(
        [{"session_id": "session-2"}, {"session_id": "session::3/?x"}, {"locale": "de"}, {"locale": "pt-br"}]
    )


def start_details() -> SearchStrategy[dict[str, str]]:
    """What a start tells besides that an agent is wanted."""
    return st.sampled_from([{}, {"topic": "Delivery"}, {"message_to_agent": "<i>Urgent</i> & \U0001f4e6?"}])


def desk_settings() -> SearchStrategy[Mapping[str, Any]]:
    """How the desk of a sequence is set up; mostly as it comes. A driver without settings does not look at them."""
    waiting = {"queues": {"default": {"seconds_per_conversation": 90}}}
    return st.sampled_from([{}, {}, waiting, {"typing_expires_seconds": 8}])


def files() -> SearchStrategy[dict[str, str]]:
    """Files that a user may choose, without ids: texts and bytes, under plain and odd names."""
    return st.sampled_from(
        [
            {"name": "notes.txt", "content_type": "text/plain", "content": "Some notes.\r\nAnd more: \u2603\n"},
            {"name": "picture.png", "content_type": "image/png", "content_base64": "iVBORw0KGgoA/wABAgM="},
            {"name": "../bill.pdf", "content_type": "application/pdf", "content": "%PDF-1.4 \u00e9"},
            {"name": "empty.txt", "content_type": "text/plain", "content": ""},
        ]
    )


def openings() -> SearchStrategy[Program]:
    """How a sequence begins: mostly with a chat, mostly with an agent in it; the rest can go on from there."""
    start, second = step("start"), step("start", "u2")
    joins = [act("join", agent) for agent in AGENTS]
    chats: list[Program] = [(start, join) for join in joins]
    return st.sampled_from([(), (start,), *chats, (start, joins[0], second, act("join", "bob", "u2"))])


def waits() -> SearchStrategy[float]:
    """Seconds by which the clock moves: inside and beyond the typing limit, a throttle, a back-off, a heartbeat."""
    return st.sampled_from([0.5, 1.0, 2.0, 4.0, 5.5, 12.0, 31.0])


def rich_items() -> SearchStrategy[dict[str, str]]:
    """What an agent may send besides text; the last kind is one that no adapter knows."""
    address = "https://example.com/a?b=c&d=1"
    return st.sampled_from(
        [
            {"type": "image", "url": address, "alt": "A picture of the bill"},
            {"type": "video", "url": address, "title": "How to read the bill"},
            {"type": "link", "url": address, "title": "Your bill"},
            {"type": "error", "text": "The bill could not be loaded."},
            {"type": "hologram", "text": "You would see the bill here."},
        ]
    )
