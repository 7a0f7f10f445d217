"""Who is there: joins, leavings, transfers and conferences, in the words of the host."""

from __future__ import annotations

from typing import Any

import pytest

from tests.reference.support import Bench, profile

CLEO = profile("cleo")


def presence(bench: Bench) -> list[Any]:
    """Return what the host was told about agents, in short."""
    short = {
        "agent_joined": "joined",
        "agent_left_chat": "left",
        "begin_transfer_to_another_agent": "transfer",
        "send_message_to_user": "text",
        "agent_ended_chat": "ended",
    }
    return [(short[call[0]], *map(_id, call[1:])) for call in bench.host.talk() if call[0] in short]


def _id(value: Any) -> Any:
    return value.get("id") if isinstance(value, dict) else value


def test_a_join_is_told_without_waiting_for_a_message(bench: Bench) -> None:
    """Until then the host shows that the user waits (PRS-01)."""
    bench.start("ada")
    assert bench.host.calls("agent_joined") == [({"id": "ada", "nickname": "Ada"},)]


@pytest.mark.parametrize("nickname", [None, "", "  "])
def test_an_agent_without_a_name_joins_all_the_same(bench: Bench, nickname: str | None) -> None:
    """A missing name must not swallow the join (PRS-04)."""
    bench.start()
    bench.driver.act(bench.truth()["id"], {"action": "join", "agent": {"id": "ada", "nickname": nickname}})
    assert bench.host.await_call("agent_joined") == ({"id": "ada", "nickname": "Agent"},)


def test_a_picture_is_passed_on_only_from_the_web(bench: Bench) -> None:
    """An address is put into a page: what is no http address stays out (SEC-07)."""
    bench.start()
    pictures = {"ada": "https://example.com/ada.png", "bob": "javascript:alert(1)"}
    for agent, url in pictures.items():
        who = {**profile(agent), "profile_picture_url": url}
        bench.driver.act(bench.truth()["id"], {"action": "join", "agent": who})
    bench.host.await_call("agent_joined", 2)
    told = [call[0].get("profile_picture_url") for call in bench.host.calls("agent_joined")]
    assert told == ["https://example.com/ada.png", None]


def test_a_leaving_is_told_once_and_the_chat_goes_on(bench: Bench) -> None:
    """Somebody else may come, and is told as joined without a transfer (PRS-06, TRF-01)."""
    bench.start("ada")
    bench.act("leave", "ada")
    bench.act("join", "bob")
    bench.say("hello", "bob")
    assert presence(bench) == [("joined", "ada"), ("left",), ("joined", "bob"), ("text", "hello", "bob")]


def test_the_same_agent_may_come_back(bench: Bench) -> None:
    """A second presence is a second join (PRS-05, PRS-06)."""
    bench.start("ada")
    bench.act("leave", "ada")
    bench.act("join", "ada")
    bench.host.await_call("agent_joined", 2)
    assert presence(bench) == [("joined", "ada"), ("left",), ("joined", "ada")]


def test_a_transfer_is_noticed_once_and_its_leaving_is_not_told(bench: Bench) -> None:
    """One notice, one join; both agents are heard meanwhile (TRF-01, TRF-02, TRF-04, TRF-07)."""
    bench.start("ada")
    bench.act("transfer", "ada", to_agent=profile("bob"))
    bench.say("one moment", "ada")
    bench.act("join", "bob")
    bench.say("hello", "bob")
    assert presence(bench) == [
        ("joined", "ada"),
        ("transfer", "bob"),
        ("text", "one moment", "ada"),
        ("joined", "bob"),
        ("text", "hello", "bob"),
    ]


def test_a_transfer_to_a_queue_names_nobody(bench: Bench) -> None:
    """Nobody is chosen yet."""
    bench.start("ada")
    bench.act("transfer", "ada", to_queue="default")
    assert bench.host.await_call("begin_transfer_to_another_agent") == (None,)


def test_a_declined_transfer_is_not_noticed_again(bench: Bench) -> None:
    """The desk asks one after the other; the user is told once (TRF-03)."""
    bench.start("ada")
    bench.act("transfer", "ada", to_agent=profile("bob"))
    bench.act("decline", "bob")
    bench.act("transfer", "ada", to_agent=CLEO)
    bench.say("still me", "ada")
    bench.act("join", "cleo")
    bench.say("hello", "cleo")
    assert presence(bench) == [
        ("joined", "ada"),
        ("transfer", "bob"),
        ("text", "still me", "ada"),
        ("joined", "cleo"),
        ("text", "hello", "cleo"),
    ]


def test_a_second_transfer_is_noticed_anew(bench: Bench) -> None:
    """Each transfer has one notice, not each chat."""
    bench.start("ada")
    for old, new in (("ada", "bob"), ("bob", "cleo")):
        bench.act("transfer", old, to_agent=profile(new))
        bench.act("join", new)
    bench.host.await_call("agent_joined", 3)
    assert [entry[0] for entry in presence(bench)] == ["joined", "transfer", "joined", "transfer", "joined"]


def test_an_agent_who_goes_before_the_next_one_comes_is_not_told(bench: Bench) -> None:
    """The notice said that somebody else takes over (PRS-06)."""
    bench.start("ada")
    bench.act("transfer", "ada", to_agent=profile("bob"))
    bench.act("leave", "ada")
    bench.act("join", "bob")
    bench.host.await_call("agent_joined", 2)
    assert presence(bench) == [("joined", "ada"), ("transfer", "bob"), ("joined", "bob")]


def test_a_conference_shows_both_and_each_leaving(bench: Bench) -> None:
    """The second agent follows a notice, as the host knows one present agent; both are heard (TRF-01, TRF-08)."""
    bench.start("ada")
    bench.act("join", "bob")
    bench.say("from ada", "ada")
    bench.say("from bob", "bob")
    bench.act("leave", "ada")
    bench.say("still bob", "bob")
    assert presence(bench) == [
        ("joined", "ada"),
        ("transfer", "bob"),
        ("joined", "bob"),
        ("text", "from ada", "ada"),
        ("text", "from bob", "bob"),
        ("left",),
        ("text", "still bob", "bob"),
    ]


def test_inputs_of_the_host_are_never_shared(bench: Bench) -> None:
    """A host that changes a profile it was given changes nothing here (STA-06)."""
    bench.host.reactions["agent_joined"] = lambda told: told.clear()
    bench.start("ada")
    bench.say("hello")
    assert bench.host.kept["agents"] == [{"id": "ada", "nickname": "Ada"}]


def test_the_users_own_words_are_not_an_agents(bench: Bench) -> None:
    """The desk's log has the user's messages too (PRS-10)."""
    bench.start("ada")
    bench.widget.say("my own words")
    bench.say("an answer")
    assert bench.host.texts() == ["an answer"]


def test_names_do_not_decide_who_speaks(bench: Bench) -> None:
    """Identity comes from the desk's role and id, not from how somebody calls himself (SEC-06)."""
    bench.start()
    evil = {"id": "user-1", "nickname": "User | system"}
    bench.driver.act(bench.truth()["id"], {"action": "join", "agent": evil})
    bench.driver.act(bench.truth()["id"], {"action": "say", "agent": "user-1", "text": "hello"})
    bench.host.await_text("hello")
    assert presence(bench) == [("joined", "user-1"), ("text", "hello", "user-1")]


def test_a_read_receipt_is_told_only_when_everything_was_read(bench: Bench) -> None:
    """The host's word for it means all the user has sent (PRS-12)."""
    bench.start("ada")
    bench.widget.say("one", "m-1")
    bench.widget.say("two", "m-2")
    first, last = (message["seq"] for message in bench.truth()["messages"])
    bench.act("read", "ada", up_to_seq=first)
    bench.say("not all of it")
    assert bench.host.calls("agent_read_messages") == []
    bench.act("read", "ada", up_to_seq=last)
    bench.host.await_call("agent_read_messages")


def test_two_users_do_not_see_each_other(bench: Bench) -> None:
    """Two chats at once, interleaved (SEC-01)."""
    other = bench.new_widget()
    bench.desk.start_chat({"context": {"global": {"system": {"user_id": "u-1"}}}})
    other.desk.start_chat({"context": {"global": {"system": {"user_id": "u-2"}}}})
    for place, agent in enumerate(("ada", "bob")):
        bench.act("join", agent, place)
        bench.act("say", agent, place, text=f"for {place}")
    bench.widget.say("from 0")
    other.say("from 1")
    bench.act("end", "bob", 1)
    other.host.await_call("agent_ended_chat")
    bench.host.await_text("for 0")
    assert (bench.host.texts(), other.host.texts()) == (["for 0"], ["for 1"])
    assert (bench.user_texts(0), bench.user_texts(1)) == (["from 0"], ["from 1"])
    assert "agent_ended_chat" not in bench.host.names()


def test_nobody_types_for_the_one_who_takes_over(bench: Bench) -> None:
    """A join that is announced as a transfer ends the indicator, as the notice of the desk would (PRS-07)."""
    bench.start("ada")
    bench.act("typing", "ada", typing=True)
    bench.host.await_call("agent_typing")
    bench.act("join", "bob")
    bench.host.await_call("agent_joined", 2)
    told = [call for call in bench.host.talk() if call[0] in ("agent_typing", "begin_transfer_to_another_agent")]
    assert told[:3] == [("agent_typing", True), ("agent_typing", False), told[2]]
    assert told[2][0] == "begin_transfer_to_another_agent"
