"""Lost connections and lost answers: nothing is missed, nothing comes twice."""

from __future__ import annotations

import pytest

from byosd_reference.errors import DeskError
from tests.reference.host import error_of
from tests.reference.twilio.conftest import Visit


def away(visit: Visit) -> None:
    """Cut the connection, and refuse further ones."""
    visit.fault("status", operation="streamEvents", status=503, count=None)
    visit.fault("eof")
    visit.host.await_call("set_error_status")
    visit.clock.await_wait(0.5)  # the first attempt to come back has failed


def back(visit: Visit) -> None:
    """Let connections be opened again, and wait until one is."""
    visit.driver.clear_faults()
    visit.clock.advance(10.0)
    visit.host.await_call("set_error_status", 2)


def test_a_gap_is_filled(visit: Visit) -> None:
    """Messages of the gap come once and in order, with who came and went meanwhile (REC-03, REC-04)."""
    visit.start()
    visit.act("say", "ada", text="before")
    visit.host.await_text("before")
    away(visit)
    visit.act("say", "ada", text="one")
    visit.act("join", "bob")
    visit.act("say", "bob", text="two")
    visit.act("leave", "ada")
    visit.act("say", "bob", text="three")
    back(visit)
    visit.act("say", "bob", text="after")
    visit.host.await_text("after")
    assert visit.host.texts() == ["before", "one", "two", "three", "after"]
    assert [call[0] for call in visit.host.talk()].count("agent_joined") == 2
    assert visit.host.calls("agent_left_chat") == [()]


def test_an_end_in_a_gap(visit: Visit) -> None:
    """The last words come before it, however many (ORD-02)."""
    visit.start()
    away(visit)
    for number in range(120):
        visit.act("say", "ada", text=str(number))
    visit.act("end", "ada")
    back(visit)
    visit.host.await_call("agent_ended_chat")
    assert visit.host.texts() == [str(number) for number in range(120)]


def test_doubled_and_swapped_news(visit: Visit) -> None:
    """A message is known by its index: the second one is dropped, and what was jumped over is fetched."""
    visit.start()
    visit.fault("duplicate", times=2, event_type="message.created")
    visit.act("say", "ada", text="twice")
    visit.host.await_text("twice")
    visit.fault("reorder", event_type="message.created")
    visit.act("say", "ada", text="first")
    visit.act("say", "ada", text="second")
    visit.act("say", "ada", text="last")
    visit.host.await_text("last")
    assert visit.host.texts() == ["twice", "first", "second", "last"]


def test_messages_that_cannot_be_fetched_are_not_skipped(visit: Visit) -> None:
    """What must come first is waited for: the connection is opened once more, and begins with it."""
    visit.start()
    visit.fault("status", operation="listMessages", status=500, count=1)
    visit.fault("reorder", event_type="message.created")
    visit.act("say", "ada", text="first")
    visit.act("say", "ada", text="second")
    visit.host.await_text("second")
    assert visit.host.texts() == ["first", "second"]
    assert len(visit.requests("listMessages")) == 3


@pytest.mark.parametrize("kind", ["reset", "truncated", "garbage"])
@pytest.mark.parametrize("after", [True, False])
def test_an_ambiguous_send_is_settled(visit: Visit, kind: str, after: bool) -> None:
    """Whether the service has a message is looked up before it is sent again: it is there once, whatever was lost."""
    visit.start()
    visit.fault(kind, operation="sendMessageToAgent", count=1, **({"after": after} if kind == "reset" else {}))
    if error_of(visit.say, "Did you get this?") is not None:
        visit.say("Did you get this?")
    assert visit.user_texts() == ["Did you get this?"]


def test_a_message_is_not_sent_again_unless_it_is_known_to_be_lost(visit: Visit) -> None:
    """A client that relies on the service to know the same request twice relies on a guess."""
    visit.start()
    visit.fault("no_answer", operation="sendMessageToAgent", count=1, after=True)
    assert isinstance(error_of(visit.say, "lost"), DeskError)
    visit.say("lost")
    visit.say("lost")
    assert visit.user_texts() == ["lost"]
    assert len(visit.requests("sendMessageToAgent")) == 1


def test_an_attempt_without_a_connection_settles_nothing(visit: Visit) -> None:
    """A message whose fate was unknown is still looked for after an attempt that was surely in vain."""
    visit.start()
    visit.fault("no_answer", operation="sendMessageToAgent", count=1, after=True)
    assert isinstance(error_of(visit.say, "lost"), DeskError)
    away(visit)
    assert isinstance(error_of(visit.say, "lost"), DeskError)
    back(visit)
    visit.say("lost")
    assert visit.user_texts() == ["lost"]
    assert len(visit.requests("sendMessageToAgent")) == 1


def test_nothing_is_sent_without_a_connection(visit: Visit) -> None:
    """A promise that cannot be kept is refused, and not kept later in secret (REC-08)."""
    visit.start()
    away(visit)
    assert isinstance(error_of(visit.say, "lost"), DeskError)
    back(visit)
    visit.say("kept", "m-2")
    assert visit.user_texts() == ["kept"]
