"""The player at a desk: its bounds, its coming and going, and who else acts there."""

from __future__ import annotations

import pytest

from mockdesk.core.actions import End, Join, Say
from mockdesk.core.clock import VirtualClock
from mockdesk.core.desk import Desk
from mockdesk.core.drafts import StartRequest
from mockdesk.core.events import AgentProfile
from mockdesk.core.player import ScriptPlayer
from mockdesk.core.script import Inject, OnIdle, OnStarted, Repeat, Rule, Script, Wait
from mockdesk.core.script_inbox import INBOX_LIMIT
from mockdesk.core.settings import DeskSettings
from mockdesk.scripts import parse_script
from tests.unit.scripts.stage import JOINED, Stage


def test_a_removed_conversation_is_played_no_further() -> None:
    """Its timers would act on a conversation that is not there any more."""
    stage = Stage("rules: [{on: started, steps: [wait: 5, join]}]").start()
    stage.desk.remove(stage.chat)
    assert stage.clock.next_due() is None
    assert stage.player.signal("any") == 0


@pytest.mark.parametrize("wait", [0, 1e-9])
def test_a_loop_without_waiting_is_stopped_and_said(wait: float) -> None:
    """A script that goes round at one instant would hang the desk; tiny waits do not help it."""
    steps = (Repeat(10_000, (Wait(seconds=wait),)),)
    stage = Stage(Script("loop", rules=(Rule(OnStarted(), steps),))).start().advance(1)
    assert "loops without waiting" in stage.noted("failed")[0]
    assert len(stage.noted("failed")) == 1
    assert stage.clock.next_due() is None


def test_many_messages_at_one_instant_are_no_loop() -> None:
    """In virtual time a test sends thousands of messages without moving the clock; each must be answered."""
    stage = Stage(JOINED + "  - {on: message, steps: [say: '{text}']}").start()
    texts = [str(number) for number in range(3000)]
    assert stage.send(*texts).said == texts


def test_an_inbox_that_nobody_empties_is_bounded_and_loud() -> None:
    """A script that waits for ever must not hoard what comes."""
    stage = Stage(
        "rules: [{on: started, steps: [join, wait: {signal: never}]}, {on: message, steps: [say: x]}]"
    ).start()
    stage.send(*["x"] * (INBOX_LIMIT + 2))
    assert len(stage.noted("failed")) == 2
    stage.player.signal("never")
    assert len(stage.said) == 0, "the signal found no room either, and that was said"
    assert len(stage.noted("failed")) == 3


def test_agents_and_queues_are_set_and_put_back() -> None:
    """One script after another on a desk: each finds its own agents, and leaves none behind."""
    script = parse_script(
        "name: t\nagents: [{id: ada, nickname: A}, {id: new}]\nqueues: {vip: {open: false}, default: {open: false}}\n"
        "rules: []"
    )
    desk = Desk(DeskSettings.from_dict({"agents": [{"id": "ada", "nickname": "Ada"}]}), VirtualClock())
    desk.install_script(ScriptPlayer(script))
    assert {agent.id: agent.profile.nickname for agent in desk.agents()} == {"ada": "A", "new": None}
    assert [desk.queues()[name]["open"] for name in ("vip", "default")] == [False, False]
    desk.install_script(None)
    assert {agent.id: agent.profile.nickname for agent in desk.agents()} == {"ada": "Ada"}
    assert desk.queues()["default"]["open"] is True


def test_an_edited_script_takes_over_open_conversations() -> None:
    """With --watch the talk goes on: the agent stays, the new rules answer, messages are counted on."""
    stage = Stage(JOINED + "  - {on: message, steps: [wait: 3, say: old]}").start().send("one")
    new = parse_script("name: t\nagents: [{id: ada, nickname: Ada}]\nrules: [{on: message, steps: [say: '{count}']}]")
    stage.desk.install_script(ScriptPlayer(new))
    stage.advance(10).send("two")
    assert stage.said == ["2"]
    assert "agent.left" not in stage.types


def test_an_agent_of_the_old_script_stays_but_takes_nobody_new() -> None:
    """Replacing a script must not throw its agents out of a talk, nor count them as online."""
    stage = Stage(JOINED).start()
    stage.desk.install_script(None)
    assert [(agent.id, agent.online) for agent in stage.desk.agents()] == [("ada", False)]
    assert list(stage.desk.conversation(stage.chat).agents) == ["ada"]


def test_idleness_is_counted_on_after_an_edit() -> None:
    """An idle rule that comes with an edit must work for conversations that are open."""
    stage = Stage(JOINED).start()
    rule = Rule(OnIdle(10), ())
    stage.desk.install_script(ScriptPlayer(Script("x", rules=(rule,))))
    assert stage.clock.next_due() == stage.clock.now() + 10


def test_a_player_plays_at_one_desk_at_a_time() -> None:
    """Two desks share nothing, so one player at two of them is a mistake that must be loud."""
    stage = Stage(JOINED)
    with pytest.raises(RuntimeError):
        stage.player.attach(stage.desk)
    stage.desk.install_script(None)
    stage.desk.install_script(stage.player)


def test_conversations_do_not_mix() -> None:
    """Two users at one desk: each has an own program, inbox, counts and timers."""
    stage = Stage(JOINED + "  - {on: message, steps: [wait: 3, say: x]}")
    stage.start().send("a")
    other = stage.desk.start(StartRequest("user-2")).conversation.id
    stage.advance(3)
    assert [event.type for event in stage.desk.events_after(other)] == ["queue.updated", "agent.joined"]
    assert stage.said == ["x"]


def test_a_driver_may_act_beside_the_script() -> None:
    """Acting as an agent by hand and a script go together: the script answers for whoever is in charge."""
    stage = Stage("rules: [{on: message, steps: [say: 'I am {agent}']}]").start()
    stage.desk.act(stage.chat, Join(AgentProfile("carl", "Carl")))
    stage.desk.act(stage.chat, Say("carl", "by hand"))
    stage.send("who?")
    assert stage.said == ["by hand", "I am Carl"]
    stage.desk.act(stage.chat, End("carl"))


def test_a_fault_can_be_installed_without_a_file() -> None:
    """Scripts are plain values too: a test can make one without YAML."""
    fault = parse_script("name: x\nrules: [{on: started, steps: [fault: {kind: eof}]}]").rules[0].steps[0]
    assert isinstance(fault, Inject)
    assert Stage(Script("x", rules=(Rule(OnStarted(), (fault,)),))).start().desk.faults.list() != []
