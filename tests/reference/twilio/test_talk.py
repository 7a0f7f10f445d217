"""A chat over twilsock, with the mock as the service and as the page's server."""

from __future__ import annotations

import pytest

from byosd_reference.errors import DeskError, StreamRefused
from tests.reference.host import error_of
from tests.reference.twilio.conftest import MakeVisit, Visit


def test_messages_both_ways(visit: Visit) -> None:
    """What each side says reaches the other once, under its name; the user's own words are not shown again."""
    visit.start()
    visit.act("say", "ada", text="Hello")
    visit.host.await_text("Hello")
    visit.say(" Hi <b>there</b> ")
    visit.act("say", "ada", text="Bye")
    visit.host.await_text("Bye")
    assert visit.host.talk() == [
        ("agent_joined", {"id": "ada", "nickname": "Ada"}),
        ("send_message_to_user", "Hello", "ada"),
        ("send_message_to_user", "Bye", "ada"),
    ]
    assert visit.user_texts() == [" Hi <b>there</b> "]


def test_what_happened_before_the_stream_was_open(make_visit: MakeVisit) -> None:
    """An agent who is faster than the page is not missed, nor are the words (B25, B28)."""
    steps = [{"join": "ada"}, {"say": "At once"}]
    rules = [{"on": "started", "steps": steps}]
    visit = make_visit(script={"name": "fast", "agents": [{"id": "ada", "nickname": "Ada"}], "rules": rules})
    visit.start(None)
    visit.host.await_text("At once")
    assert [call[0] for call in visit.host.talk()] == ["agent_joined", "send_message_to_user"]


def test_the_context_reaches_the_agents(visit: Visit) -> None:
    """What the bot knows becomes pre-engagement data (B61)."""
    visit.start(topic="a bill", message_to_human_agent="She is angry")
    assert visit.truth()["context"] == {"topic": "a bill", "message_to_agent": "She is angry"}


def test_a_transfer(visit: Visit) -> None:
    """Nobody tells that one begins: who joins besides has been handed the chat, and is announced as that."""
    visit.start()
    visit.act("transfer", "ada", to_agent={"id": "bob", "nickname": "Bob"})
    visit.act("join", "bob")
    visit.act("say", "bob", text="I am Bob")
    visit.host.await_text("I am Bob")
    bob = {"id": "bob", "nickname": "Bob"}
    assert visit.host.talk()[1:] == [
        ("begin_transfer_to_another_agent", bob),
        ("agent_joined", bob),
        ("agent_left_chat",),
        ("send_message_to_user", "I am Bob", "bob"),
    ]


def test_the_agents_end(visit: Visit) -> None:
    """Agents leave with the end: that is one thing, and told once; words said at the last moment come before it."""
    visit.start()
    visit.driver.inject({"kind": "hold_events", "conversation_id": visit.truth()["id"], "count": None})
    visit.act("say", "ada", text="Bye")
    visit.act("end", "ada")
    visit.driver.release()
    visit.host.await_call("agent_ended_chat")
    assert [call[0] for call in visit.host.talk()[1:]] == ["send_message_to_user", "agent_ended_chat"]
    assert visit.host.inner_end == [None]
    assert visit.tokens == {}


def test_the_users_end(visit: Visit) -> None:
    """The page's server closes the conversation, also when twilsock is gone; a second end is harmless."""
    visit.start()
    visit.fault("status", operation="streamEvents", status=503, count=None)
    visit.fault("eof")
    visit.host.await_call("set_error_status")
    visit.adapter.end_chat()
    visit.adapter.end_chat()
    assert visit.truth()["state"] == "ended"
    assert len(visit.requests("endChat")) == 1


def test_typing_and_reading(visit: Visit) -> None:
    """Both ways, as far as Flex has words for it: nobody tells that typing stopped."""
    visit.start()
    visit.act("typing", "ada", typing=True)
    visit.host.await_call("agent_typing")
    visit.adapter.user_typing(True)
    assert visit.truth()["user_typing"] is True
    visit.adapter.user_typing(False)
    assert len(visit.requests("userTyping")) == 1
    visit.act("say", "ada", text="Hello")
    visit.host.await_text("Hello")
    visit.adapter.user_read_messages()
    assert [one["body"] for one in visit.requests("userReadMessages")] == [{"last_read_message_index": 0}]
    visit.say("Hi")
    visit.act("read", "ada")
    visit.host.await_call("agent_read_messages")


def test_a_refused_subscription_makes_no_chat(visit: Visit) -> None:
    """A start is all or nothing: the desk keeps no conversation that nobody reads (LIF-05)."""
    visit.driver.inject({"kind": "status", "operation": "streamEvents", "status": 403})
    assert isinstance(error_of(visit.start), StreamRefused)
    assert visit.truth()["state"] == "ended"
    assert visit.host.talk() == []


@pytest.mark.parametrize(("answer", "expected"), [({"agents_online": 0}, False), ({"agents_online": 1}, True)])
def test_availability(visit: Visit, answer: dict[str, int], expected: bool) -> None:
    """The page's server knows; where it does not say, nobody guesses."""
    visit.driver.set_queue("default", answer)
    assert visit.adapter.are_any_agents_online({}) is expected  # type: ignore[typeddict-item]
    visit.driver.inject({"kind": "status", "operation": "getAvailability", "status": 500})
    assert isinstance(error_of(visit.adapter.are_any_agents_online, {}), DeskError)
