"""The parts by themselves: frames, replays, the order of what was missed, who speaks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from byosd_reference.errors import StreamLost, StreamRefused
from byosd_reference.http_line import Answer
from byosd_reference.settings import Deadline
from byosd_reference.twilio import connect
from byosd_reference.twilio.conversation import ENDED, Shown
from byosd_reference.twilio.history import in_order
from byosd_reference.twilio.packets import Packet, decode, encode
from byosd_reference.twilio.sync import Change, Sync, SyncObject, seconds_of
from tests.reference.clock import ManualClock
from tests.reference.host import RecordingHost, error_of


def added(kind: str, event_id: int, key: int | str, at: float = 0.0, **data: Any) -> Change:
    """Return the change that adds an item."""
    return Change("o", event_id, f"{kind}_item_added", key, data, at)


def left(event_id: int, key: str, identity: str, at: float = 0.0) -> Change:
    """Return the change by which somebody leaves."""
    return Change("o", event_id, "map_item_removed", key, {"identity": identity}, at)


def test_a_packet_survives_its_frame() -> None:
    """Sizes are counted in bytes, not in characters."""
    frame = encode({"method": "message", "id": "TM1", "name": "Zoë"}, json.dumps({"text": "é😀"}).encode())
    packet = decode(frame)
    assert packet is not None
    assert (packet.method, packet.id, packet.payload) == ("message", "TM1", {"text": "é😀"})


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_frame_that_is_cut_holds_no_packet(cut: int) -> None:
    """Half a message must not pass for a whole one, and stops nothing (ERR-05)."""
    assert decode(encode({"method": "reply"}, b'{"a": 1}')[:-cut]) is None


@pytest.mark.parametrize("frame", ["a text", b"", b"TWILSOCK V3.0 2\r\n[]\r\n", b"TWILSOCK V3.0 99\r\n{}\r\n", b"\xff"])
def test_what_is_no_packet(frame: str | bytes) -> None:
    """Whatever comes, nothing is raised."""
    assert decode(frame) is None


def test_whoever_speaks_has_come_and_nobody_leaves_before_their_last_words() -> None:
    """The clock may stand still: then nothing but that is known of the order."""
    ada, bob = added("map", 1, "A", identity="ada"), added("map", 2, "B", identity="bob")
    gone, end = left(3, "A", "ada"), Change("d", 9, "document_updated", None, {}, 0.0)
    first, second = added("list", 1, 0, memberSid="A"), added("list", 2, 1, memberSid="B")
    last = added("list", 3, 2, memberSid="A")
    assert in_order([end, gone, bob, ada, last, second, first]) == [ada, first, bob, second, last, gone, end]


def test_times_tell_more() -> None:
    """Who left before something was said left before it."""
    gone, said = left(3, "A", "ada", at=1.0), added("list", 1, 0, at=2.0)
    assert in_order([said, gone]) == [gone, said]
    assert seconds_of("2024-01-01T00:00:00.500Z") > seconds_of("2024-01-01T00:00:00Z") > seconds_of("soon") == 0.0


def test_who_speaks() -> None:
    """Authors are known by what the service says of them, never by names: an unknown one is the service itself."""
    shown = Shown("user-1")
    told = [
        *shown.take(added("list", 1, 0, author="user-1", text="mine", memberSid="U")),
        *shown.take(added("list", 2, 1, author="system", text="Welcome")),
        *shown.take(added("list", 3, 2, author="ada", text="Hello", memberSid="A")),
        *shown.take(left(1, "A", "ada")),
        *shown.take(added("list", 4, 3, author="ada", text="late")),
        *shown.take(added("list", 4, 3, author="ada", text="late")),
    ]
    roles = [data["message"]["author"]["role"] for kind, data in told if kind == "message.created"]
    assert roles == ["user", "system", "agent", "agent"]
    assert [kind for kind, _ in told].count("agent.joined") == 1


def test_whoever_takes_the_user_out_has_ended_the_chat() -> None:
    """Nothing more would come."""
    assert list(Shown("user-1").take(left(1, "U", "user-1"))) == [ENDED]


def test_a_late_coming_does_not_bring_back_who_has_gone() -> None:
    """Frames may be swapped on the way."""
    shown = Shown("user-1")
    assert list(shown.take(left(2, "A", "ada"))) == []
    assert list(shown.take(added("map", 1, "A", identity="ada"))) == []


class Replaying:
    """A connection whose service tells what a script says, one list of events for each subscription."""

    def __init__(self, *replays: list[Mapping[str, Any]]) -> None:
        self.asked: list[Any] = []
        self._replays = list(replays)

    def call(self, what: str, method: str, address: tuple[str, str], deadline: Deadline, **more: Any) -> Answer:
        """Take a subscription."""
        self.asked.append(more["json"]["requests"][0]["last_event_id"])
        return Answer(200, {}, None)

    def told(self, deadline: Deadline) -> Iterator[Packet]:
        """Tell what comes next."""
        for payload in self._replays.pop(0):
            yield Packet({"method": "notification", "message_type": "twilio.sync.event"}, payload)


LIST = SyncObject("list", "ES1")


def news(event_id: int) -> dict[str, Any]:
    """Return the notice of an item."""
    event = {"id": event_id, "list_sid": "ES1", "item_index": event_id - 1, "item_data": {}}
    return {"event_type": "list_item_added", "event": event}


def confirmed(status: str, last: int) -> dict[str, Any]:
    """Return the notice that a replay has come to its end, or broke off."""
    event = {"object_sid": "ES1", "object_type": "list", "replay_status": status, "last_event_id": last}
    return {"event_type": "subscription_established", "event": event}


def subscribed(connection: Any) -> list[int]:
    """Subscribe, knowing event 1; return the events that were missed."""
    return [change.event_id for change in Sync(connection).subscribe({LIST: 1}, Deadline(1))]


def test_a_replay_that_broke_off_is_taken_up_again() -> None:
    """The service says how far it came."""
    connection = Replaying([news(2), confirmed("interrupted", 2)], [news(3), confirmed("completed", 3)])
    assert subscribed(connection) == [2, 3]
    assert connection.asked == [1, 2]


@pytest.mark.parametrize(
    "replay", [[news(2)], [{"event_type": "subscription_failed", "event": {"error": {}}}], []], ids=str
)
def test_a_replay_without_an_end_is_no_connection(replay: list[Mapping[str, Any]]) -> None:
    """Something may be missing behind it, and nobody would know."""
    assert isinstance(error_of(subscribed, Replaying(replay)), StreamLost)


def test_endless_interruptions_have_an_end() -> None:
    """A service that never comes to an end is left alone for a while."""
    assert isinstance(error_of(subscribed, Replaying(*[[confirmed("interrupted", 1)]] * 9)), StreamLost)


def test_a_refused_subscription_says_how_long_to_wait() -> None:
    """The pause that the service asked for is kept (ERR-09)."""
    connection = Replaying([])
    connection.call = lambda *given, **more: Answer(503, {}, 7.0)  # type: ignore[method-assign]
    refusal = error_of(subscribed, connection)
    assert isinstance(refusal, StreamRefused)
    assert (refusal.status, refusal.retry_after, refusal.final) == (503, 7.0, False)


@pytest.mark.parametrize(
    ("address", "uri", "good"),
    [
        ("https://shop.example", "wss://tsock.us1.twilio.com/v3/wsconnect", True),
        ("https://shop.example", "ws://tsock.us1.twilio.com/v3/wsconnect", False),
        ("http://127.0.0.1:1", "ws://127.0.0.1:1/v3/wsconnect", True),
        ("http://127.0.0.1:1", "http://127.0.0.1:1", False),
        ("http://127.0.0.1:1", 7, False),
    ],
)
def test_the_address_of_twilsock(address: str, uri: Any, good: bool) -> None:
    """A mistake in the options is told when the page is built, and no token travels in the open."""

    def build() -> Any:
        return connect(address, RecordingHost(), clock=ManualClock(), options={"twilsock_uri": uri})

    assert isinstance(error_of(build), ValueError) is not good
