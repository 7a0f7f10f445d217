"""What frames mean, without a desk: the cases that the mock's desk does not show, or not surely."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from byosd_reference.errors import AnswerLost
from byosd_reference.genesys.frames import HEARTBEAT, MESSAGE, Frame, frame_of_member, parse_frame
from byosd_reference.genesys.missed import Missed
from byosd_reference.genesys.people import People
from byosd_reference.genesys.talk import Talk

ADA = {"id": "a", "role": "agent", "displayName": "Ada", "avatarImageUrl": "https://desk.example/ada.png"}
MEMBERS = {"a": ADA, "b": {"id": "b", "role": "AGENT", "displayName": "Bob"}, "q": {"id": "q", "role": "ACD"}}


class Desk:
    """Looks members up; ``silent``: does not answer. Knows nothing of queues."""

    def __init__(self) -> None:
        self.silent = False
        self.asked: list[str] = []

    def member(self, member_id: str) -> Mapping[str, Any]:
        """Return a member."""
        self.asked.append(member_id)
        if self.silent or member_id not in MEMBERS:
            raise AnswerLost("tell who a member is", "silence")
        return MEMBERS[member_id]

    def waits(self, name: str | None) -> None:
        """Know nothing."""

    def still_waits(self) -> None:
        """Know nothing."""


@pytest.fixture
def desk() -> Desk:
    """Who is asked."""
    return Desk()


@pytest.fixture
def talk(desk: Any) -> Talk:
    """A conversation of the guest ``g``."""
    return Talk("g", People(desk), desk)


def is_now(member: str, state: str) -> Frame:
    """Return the frame of a change."""
    return frame_of_member({"id": member, "state": state})


def message(sender: str | None, kind: str = "standard", body: str | None = "Hello") -> Frame:
    """Return the frame of a message."""
    return Frame(MESSAGE, {"id": "m", "sender": {"id": sender}, "bodyType": kind, "body": body})


def told(talk: Talk, *frames: Frame) -> list[str]:
    """Return the types of the events that frames mean."""
    return [kind for frame in frames for kind, _ in talk.tell(frame)]


def test_an_agent_is_looked_up_once(talk: Talk, desk: Desk) -> None:
    """A frame names ids only."""
    (event,) = talk.tell(is_now("a", "CONNECTED"))
    agent = {"id": "a", "nickname": "Ada", "profile_picture_url": "https://desk.example/ada.png"}
    assert event == ("agent.joined", {"agent": agent})
    assert told(talk, message("a", "member-join"), is_now("a", "CONNECTED"), message("a")) == ["message.created"]
    assert desk.asked == ["a"]


def test_who_was_alerted_is_an_agent_though_nobody_says_so(talk: Talk, desk: Desk) -> None:
    """Queues are never alerted (PRS-04)."""
    desk.silent = True
    assert told(talk, is_now("q", "CONNECTED"), is_now("a", "ALERTING"), is_now("a", "CONNECTED")) == ["agent.joined"]


def test_who_speaks_is_there(talk: Talk, desk: Desk) -> None:
    """Whatever was missed before (PRS-02, MSG-02); also without a name."""
    desk.silent = True
    assert told(talk, message("somebody")) == ["agent.joined", "message.created"]


@pytest.mark.parametrize("sender", [message("q"), message("a", "notice"), message(None)], ids=str)
def test_what_no_agent_says_is_the_desks(talk: Talk, sender: Frame) -> None:
    """Queues, workflows and notices are nobody's words (MSG-04)."""
    ((kind, data),) = talk.tell(sender)
    assert (kind, data["message"]["author"]) == ("message.created", {"role": "system", "id": None})


def test_a_kind_of_text_that_nobody_knows_is_a_text(talk: Talk) -> None:
    """Clients in the wild post ``standard | notice``; what is said must not vanish (MSG-02)."""
    assert told(talk, message("a", "standard | notice")) == ["agent.joined", "message.created"]


@pytest.mark.parametrize(
    "frame",
    [message("g"), message("a", "media-request"), message("a", body=None), is_now("x", "GONE"), Frame("sticker", {})],
    ids=str,
)
def test_what_says_nothing_to_the_host(talk: Talk, frame: Frame) -> None:
    """The guest's own words, what is no text, what nobody knows (ERR-05, PRS-10)."""
    assert told(talk, frame) == []


def test_a_guest_who_is_disconnected_alone_may_come_back(talk: Talk) -> None:
    """A page that is loaded anew looks like that: only when all are gone it is the end (REC-06, LIF-11)."""
    talk.tell(is_now("a", "CONNECTED"))
    assert told(talk, is_now("g", "DISCONNECTED"), is_now("g", "CONNECTED"), is_now("a", "DISCONNECTED")) == []
    assert told(talk, is_now("g", "DISCONNECTED")) == ["conversation.ended"]


def test_the_guests_leaving_is_the_end(talk: Talk) -> None:
    """Whoever else is there."""
    talk.tell(is_now("a", "CONNECTED"))
    assert told(talk, message("g", "member-leave", None)) == ["conversation.ended"]


def test_an_old_frame_brings_nobody_back(talk: Talk) -> None:
    """A stream that was opened before the lists were read tells again what is in them (PRS-05)."""
    came, left = message("a", "member-join", None), message("a", "member-leave", None)
    assert told(talk, came, left) == ["agent.joined", "agent.left"]
    assert told(talk, is_now("a", "CONNECTED")) == []
    assert told(talk, came) == ["agent.joined"]


def test_a_heartbeat_is_no_event(talk: Talk) -> None:
    """It is an occasion to look at the queue."""
    assert told(talk, Frame(HEARTBEAT, {})) == []


def test_in_what_was_missed_nobody_leaves_before_the_end() -> None:
    """All leave at the end, in whatever order; who had left before has left."""
    entries = [("a", "member-leave"), ("b", "standard"), ("b", "member-leave"), ("g", "member-leave")]
    messages = [{"sender": {"id": who}, "bodyType": kind} for who, kind in entries]
    kinds = [frame.body["bodyType"] for frame in Missed((), tuple(messages)).frames("g")]
    assert kinds == ["member-leave", "standard", "member-leave"]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"metadata": {}}', b"\xff", json.dumps({"metadata": {"type": "message"}, "eventBody": 7})],
    ids=str,
)
def test_a_frame_that_makes_no_sense_bothers_nobody(talk: Talk, text: str | bytes) -> None:
    """It is skipped, or says nothing (ERR-05)."""
    frame = parse_frame(text, "c")
    assert frame is None or talk.tell(frame) == []


def test_a_frame_of_another_conversation_is_skipped() -> None:
    """What others say is nobody's business here (SEC-01)."""
    body = {"conversation": {"id": "other"}, "sender": {"id": "a"}, "body": "secret"}
    assert parse_frame(json.dumps({"metadata": {"type": "message"}, "eventBody": body}), "c") is None
