"""Messages whose answer got lost: the chat takes no ids of its clients, so what is stored is looked at."""

from __future__ import annotations

import pytest

from byosd_reference.errors import DeskError
from tests.reference.genesys.conftest import GuestBench
from tests.reference.host import error_of


def test_a_message_that_arrived_is_not_posted_again(guests: GuestBench) -> None:
    """The answer alone got lost: the stored text is the receipt (MSG-05, MSG-07)."""
    guests.start("ada")
    guests.widget.say("hello", "m-1")
    guests.fault("reset", operation="sendMessageToAgent", after=True, count=1)
    guests.widget.say("hello", "m-2")
    assert guests.user_texts() == ["hello", "hello"]
    assert len(guests.requests("sendMessageToAgent")) == 2


def test_a_message_that_did_not_arrive_is_posted_once_more(guests: GuestBench) -> None:
    """An equal text of before is not taken for it (MSG-05)."""
    guests.start("ada")
    guests.widget.say("hello", "m-1")
    guests.fault("reset", operation="sendMessageToAgent", count=1)
    guests.widget.say("hello", "m-2")
    assert guests.user_texts() == ["hello", "hello"]
    assert len(guests.requests("sendMessageToAgent")) == 3


def test_what_nobody_knows_is_refused_and_settled_later(guests: GuestBench) -> None:
    """The user may send it again under its id, and it is there once (MSG-07)."""
    guests.start("ada")
    guests.fault("status", operation="listMessages", status=500, count=None)
    guests.fault("reset", operation="sendMessageToAgent", after=True, count=1)
    assert isinstance(error_of(guests.widget.say, "hello", "m-1"), DeskError)
    guests.driver.clear_faults()
    guests.widget.say("hello", "m-1")
    guests.widget.say("hello", "m-1")
    assert guests.user_texts() == ["hello"]


@pytest.mark.parametrize("status", [400, 403, 413])
def test_a_message_that_was_refused_is_not_sent(guests: GuestBench, status: int) -> None:
    """A no is a no: nothing is looked up, and nothing posted again (MSG-05)."""
    guests.start("ada")
    guests.fault("status", operation="sendMessageToAgent", status=status, count=1)
    assert isinstance(error_of(guests.widget.say, "hello"), DeskError)
    assert (guests.user_texts(), guests.requests("listMessages")) == ([], [])


def test_a_message_whose_echo_is_late_is_no_other_one(guests: GuestBench) -> None:
    """While events are held the stored text of the first message is not that of the second, lost one (MSG-05)."""
    chat = guests.start("ada")
    guests.fault("hold_events", conversation_id=chat)
    guests.widget.say("hello", "m-1")
    guests.fault("reset", operation="sendMessageToAgent", count=2)
    assert isinstance(error_of(guests.widget.say, "hello", "m-2"), DeskError)
    guests.widget.say("hello", "m-2")
    assert guests.user_texts() == ["hello", "hello"]
