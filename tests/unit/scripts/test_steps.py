"""What the steps of a script do, one by one."""

from __future__ import annotations

from mockdesk.core.events import QueueUpdated, TransferStarted
from mockdesk.scripts import parse_script
from tests.unit.scripts.stage import JOINED, Stage


def test_steps_are_played_one_after_the_other_with_their_waits() -> None:
    """A delay holds back exactly the steps behind it."""
    stage = Stage("rules: [{on: started, steps: [join: ada, wait: 3, say: one, wait: 2, say: two]}]").start()
    assert stage.said == []
    assert stage.advance(2.9).said == []
    assert stage.advance(0.1).said == ["one"]
    assert stage.advance(2).said == ["one", "two"]


def test_a_wait_of_nothing_is_no_wait() -> None:
    """``wait: 0`` goes on at once: in virtual time a timer of no length would still need somebody to move the clock."""
    assert Stage("rules: [{on: started, steps: [join, wait: 0, say: x]}]").start().said == ["x"]


def test_a_step_can_wait_for_a_count_of_messages() -> None:
    """``wait: {messages: 2}`` goes on at the second message, not at the first, whatever the clock says."""
    stage = Stage("rules: [{on: started, steps: [join, wait: {messages: 2}, say: 'after {count}: {text}']}]").start()
    assert stage.send("a").advance(1000).said == []
    assert stage.send("b").said == ["after 2: b"]


def test_a_step_can_wait_for_a_signal() -> None:
    """A test steers the script by signals: only the named one, given to this conversation, lets it go on."""
    stage = Stage("rules: [{on: started, steps: [join, wait: {signal: go}, say: gone]}]").start()
    assert stage.player.signal("stay") == 1
    assert stage.player.signal("go", "conv_other") == 0
    assert stage.advance(1000).said == []
    assert stage.player.signal("go", stage.chat) == 1
    assert stage.said == ["gone"]


def test_a_wait_ends_at_what_comes_first() -> None:
    """A wait with several conditions is a choice, so that a script can say "answer, or after ten seconds"."""
    rules = "rules: [{on: started, steps: [join, wait: {seconds: 10, messages: 1}, say: on]}]"
    assert Stage(rules).start().send("x").said == ["on"]
    assert Stage(rules).start().advance(9.9).said == []
    assert Stage(rules).start().advance(10).said == ["on"]


def test_a_wait_that_was_ended_by_a_message_leaves_no_timer() -> None:
    """A timer left over would advance the wrong step later."""
    rules = "rules: [{on: started, steps: [join, wait: {seconds: 10, messages: 1}, wait: {signal: go}, say: gone]}]"
    stage = Stage(rules).start().send("x")
    assert stage.clock.next_due() is None
    assert stage.advance(20).said == []


def test_a_random_wait_is_the_same_in_every_run_of_a_seed() -> None:
    """Random times must be replayable, and differ between conversations and seeds."""
    rules = "rules: [{on: started, steps: [wait: {seconds: [1, 100]}, join]}]"

    def due(seed: int, chats: int = 1) -> float:
        stage = Stage(rules, {"seed": seed})
        for _ in range(chats):
            stage.start()
        stage.advance(100)
        return stage.events[-1].time - stage.clock.now()

    assert due(1) == due(1)
    assert len({due(1), due(2), due(1, chats=2)}) == 3
    assert -100 <= due(1) <= 0


def test_the_scripts_seed_counts_where_the_desk_has_none() -> None:
    """A script with a seed must play alike also on a desk whose ids are random."""
    text = "name: t\nseed: 5\nagents: [{id: a}]\nrules: [{on: started, steps: [wait: {seconds: [1, 9]}, join]}]"
    ends = []
    for _ in range(2):
        stage = Stage(parse_script(text), {"seed": None}).start().advance(10)
        ends.append(stage.events[-1].time)
    assert ends[0] == ends[1]


def test_every_kind_of_step_does_what_it_says() -> None:
    """One walk through all actions, with and without settings; nothing may be refused."""
    stage = Stage(
        """
rules:
  - on: started
    steps:
      - availability: {position: 3, estimated_wait_seconds: 60, message: "Hi {user_name}, queue {queue}"}
      - offer: bob
      - decline: bob
      - offer
      - join: ada
      - typing
      - typing: false
      - typing: ada
      - typing: {agent: ada, typing: false}
      - read
      - say: {agent: ada, text: "x", items: [{type: link, url: "https://example.org", title: X}]}
      - say: {by: system, text: "the desk says {position}{agent_id}"}
      - request_screen
      - end_screen: ada
      - transfer: bob
      - decline: bob
      - transfer: {to_queue: default, reason: "for {user_id}"}
      - join: {agent: bob}
      - leave: {reason: disconnected}
      - join: ada
      - end: {agent: ada, reason: "done, {user_name}"}
"""
    ).start()
    assert stage.noted("refused") == []
    moves = (
        "queue.updated queue.updated agent.joined agent.typing agent.typing agent.typing agent.typing agent.read "
        "message.created message.created screen_share.requested screen_share.ended transfer.started transfer.started "
        "agent.joined agent.left agent.left agent.joined conversation.ended"
    )
    bodies = [event.body for event in stage.events]
    told = [body for body in bodies if isinstance(body, QueueUpdated)]
    assert [kind for kind in stage.types if kind != "queue.updated"] == [
        kind for kind in moves.split() if kind != "queue.updated"
    ]
    assert (told[1].position, told[1].estimated_wait_seconds, told[1].message) == (3, 60, "Hi Eva, queue default")
    assert stage.typed == [True, False, True, False]
    assert stage.said == ["x", "the desk says ada"]
    assert [body.reason for body in bodies if isinstance(body, TransferStarted)] == [None, "for user-1"]
    assert stage.desk.truth(stage.chat)["end_reason"] == "done, Eva"


def test_the_agent_in_charge_is_the_latest_to_join() -> None:
    """A step without an agent means who is there, so that a transfer needs no second set of rules."""
    rules = """
  - {on: {message: swap}, steps: [transfer: bob, join: bob]}
  - {on: {message: both}, steps: [join: ada]}
  - {on: message, steps: [say: "{agent} ({agent_id})"]}
"""
    stage = Stage(JOINED + rules).start().send("a", "swap", "b", "both", "c")
    assert stage.said == ["Ada (ada)", "Bob (bob)", "Ada (ada)"]


def test_templates_know_their_fields_and_expand_nothing_twice() -> None:
    """User text is data: braces in it are shown, never looked up."""
    stage = Stage(
        JOINED + "  - {on: message, steps: [say: '{{{text}}} {user_name} {count} {queue}{position} {conversation}']}"
    ).start(user_name="{agent}")
    stage.send("{user_id}")
    assert stage.said == [f"{{{{user_id}}}} {{agent}} 1 default {stage.chat}"]


def test_without_a_name_the_user_is_called_by_the_id() -> None:
    """A greeting must not say "Hello None"."""
    stage = Stage("rules: [{on: started, steps: [join, say: 'Hi {user_name}']}]").start(user_name=None)
    assert stage.said == ["Hi user-1"]


def test_repeat_plays_its_steps_so_many_times() -> None:
    """Bursts and refrains need no copying of steps."""
    stage = Stage("rules: [{on: started, steps: [join, repeat: {times: 3, steps: [say: a, wait: 1, say: b]}]}]").start()
    assert stage.advance(10).said == ["a", "b"] * 3


def test_faults_are_bound_to_the_conversation() -> None:
    """A script's fault must not strike somebody else; a fault of starting has no conversation to be bound to."""
    stage = Stage(
        """
rules:
  - on: started
    steps:
      - fault: {kind: status, operation: sendMessageToAgent, status: 503}
      - fault: {kind: status, operation: startChat, status: 503}
"""
    ).start()
    assert [fault.get("conversation_id") for fault in stage.desk.faults.list()] == [stage.chat, None]


def test_a_refused_step_is_journalled_and_the_rest_goes_on() -> None:
    """A script that asks for the impossible must be told so, and not stop the talk."""
    stage = Stage("rules: [{on: started, steps: [say: too early, join, say: now]}]").start()
    assert stage.said == ["now"]
    assert stage.noted("refused") == ["agent_not_present"]


def test_the_journal_tells_what_caused_what() -> None:
    """A reader of the journal follows an agent's message back to its step, its rule and the user's own message, also
    where the message had to wait for its turn."""
    stage = Stage(JOINED + "  - {on: message, steps: [wait: 3, say: 'to {text}']}").start().send("x", "y").advance(6)
    entries = {entry.position: entry for entry in stage.desk.journal.entries()}
    for text in ("x", "y"):
        chain = [one for one in entries.values() if one.kind == "event" and f"'to {text}'" in str(one.data["data"])]
        while chain[-1].cause is not None:
            chain.append(entries[chain[-1].cause])
        said = [dict(entry.data) for entry in chain if entry.kind == "script"]
        assert said == [{"script": "test", "step": "say"}, {"script": "test", "rule": 1, "on": "message"}]
        assert chain[-1].data["command"] == "send"
        assert any(one.cause == chain[-1].position and f"'{text}'" in str(one.data) for one in entries.values())
