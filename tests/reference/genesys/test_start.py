"""A start makes a chat or leaves nothing behind, in whatever way it fails."""

from __future__ import annotations

from typing import Any

import pytest

from byosd_reference import genesys
from byosd_reference.errors import AnswerLost, DeskError
from byosd_reference.genesys.ticket import GuestTicket
from tests.reference.clock import ManualClock
from tests.reference.genesys.conftest import GuestBench, MakeGuestBench
from tests.reference.host import RecordingHost, error_of
from tests.reference.support import connect_message

OPTIONS = {"organization_id": "o", "deployment_id": "d", "queue_name": "q"}
STARTED: dict[str, Any] = {
    "id": "c",
    "jwt": "a.b.c",
    "eventStreamUri": "wss://desk.example/v1/token/a.b.c",
    "member": {"id": "m"},
}


@pytest.mark.parametrize("operation", ["startChat", "streamEvents"])
@pytest.mark.parametrize("fault", [{"kind": "status", "status": 503}, {"kind": "reset"}, {"kind": "garbage"}], ids=str)
def test_a_start_that_fails_leaves_nobody_waiting(guests: GuestBench, operation: str, fault: dict[str, Any]) -> None:
    """It is told once, by the exception, and there is no guest in any queue (LIF-03, LIF-05, ERR-02)."""
    guests.driver.inject({**fault, "operation": operation, "count": None})
    assert isinstance(error_of(guests.desk.start_chat, connect_message()), DeskError)
    assert [one["id"] for one in guests.driver.conversations() if one["state"] != "ended"] == []
    assert guests.host.talk() == []


def test_a_start_whose_answer_got_lost_is_not_made_again(guests: GuestBench) -> None:
    """A conversation without its stream is brought to nobody, so there is nothing to undo."""
    guests.fault("reset", operation="startChat", after=True)
    assert isinstance(error_of(guests.desk.start_chat, connect_message()), AnswerLost)
    assert (len(guests.requests("startChat")), guests.driver.conversations()) == (1, [])


def test_a_deployment_that_wants_to_know_the_user(make_guest_bench: MakeGuestBench) -> None:
    """The middleware vouches, once the desk has said that it must."""
    deployments = {"members": {"requires_auth": True}}
    guests = make_guest_bench({"dialect_settings": {"genesys": {"deployments": deployments}}}, deployment_id="members")
    guests.start("ada")
    assert len(guests.requests("createToken")) == 1


def test_a_queue_that_is_silent_does_not_hold_up_a_start(guests: GuestBench) -> None:
    """The place is nice to have (LIF-02)."""
    guests.fault("no_answer", operation="getAvailability", count=1)
    guests.start("ada")
    assert guests.told() == ["agent_joined"]


@pytest.mark.parametrize("name", OPTIONS)
def test_an_option_that_is_missing_is_named_at_once(name: str) -> None:
    """Not by the first user who wants to chat."""
    options = {key: value for key, value in OPTIONS.items() if key != name}
    with pytest.raises(ValueError, match=name):
        genesys.connect("http://desk.example", RecordingHost(), clock=ManualClock(), options=options)


def test_the_ticket_shows_no_token() -> None:
    """The address of the stream holds it, and must be nowhere but in memory (SEC-02, SEC-09)."""
    ticket = GuestTicket.from_answer("start", STARTED, "https://desk.example")
    assert ticket.stream_url == STARTED["eventStreamUri"]
    assert "a.b.c" not in f"{ticket!r} {ticket.to_keep()}"
    assert GuestTicket.kept("c", "a.b.c", ticket.to_keep()) == ticket


@pytest.mark.parametrize(
    "changed",
    [
        {"id": None},
        {"jwt": "no token\n"},
        {"member": {}},
        {"eventStreamUri": "ws://desk.example/v1/token/a.b.c"},
        {"eventStreamUri": "wss://desk.example/v1/token"},
        {"eventStreamUri": None},
    ],
    ids=str,
)
def test_an_answer_that_is_not_whole_or_not_safe_is_none(changed: dict[str, Any]) -> None:
    """A desk that is reached safely has a safe stream, and without its address there is no chat."""
    with pytest.raises(AnswerLost):
        GuestTicket.from_answer("start", {**STARTED, **changed}, "https://desk.example")
