"""Which rule is played, when, and what comes to its turn."""

from __future__ import annotations

import pytest

from mockdesk.core.actions import End, Join, Leave, Say
from mockdesk.core.player import ScriptPlayer
from mockdesk.core.script import Do, OnStarted, Rule, Script, Wait
from mockdesk.scripts import parse_script
from tests.unit.scripts.stage import JOINED, Stage


def test_the_first_rule_that_fits_is_played_and_the_last_is_the_fallback() -> None:
    """Rules are read from top to bottom; a message is answered by one of them only."""
    stage = Stage(
        JOINED
        + """
  - {on: {message: {contains: help, nth: 2}}, steps: [say: second help]}
  - {on: {message: {contains: [help, aid]}}, steps: [say: helped]}
  - {on: {message: {matches: '^order \\d+$'}}, steps: [say: an order]}
  - {on: {message: Bye}, steps: [say: bye]}
  - {on: message, steps: [say: 'what?']}
"""
    ).start()
    stage.send("HELP me", "first AID", "Order 66", "order x", " bye ", "help")
    assert stage.said == ["helped", "helped", "an order", "what?", "bye", "helped"]
    assert Stage(stage.script).start().send("x", "help").said == ["what?", "second help"]


def test_case_counts_when_asked_for() -> None:
    """The default forgives the user's capitals, ``case_sensitive`` does not."""
    stage = Stage(
        JOINED
        + """
  - {on: {message: {equals: Yes, case_sensitive: true}}, steps: [say: equal]}
  - {on: {message: {matches: 'N[oe]', case_sensitive: true}}, steps: [say: match]}
"""
    ).start()
    assert stage.send("yes", "Yes", "no", "No").said == ["equal", "match"]


def test_a_rule_played_once_lets_the_next_one_have_its_turn() -> None:
    """``once`` counts for each conversation by itself."""
    stage = Stage(
        JOINED
        + """
  - {on: message, once: true, steps: [say: first]}
  - {on: message, steps: [say: later]}
"""
    ).start()
    assert stage.send("a", "b").said == ["first", "later"]
    assert stage.start().send("a").said == ["first"]


def test_messages_wait_for_their_turn() -> None:
    """What comes while steps run is answered afterwards, in order, each with its own text and count."""
    stage = Stage(JOINED + "  - {on: message, steps: [wait: 5, say: '{count}: {text}']}").start()
    stage.send("a", "b").advance(5)
    assert stage.said == ["1: a"]
    assert stage.advance(5).said == ["1: a", "2: b"]


def test_a_message_before_the_join_is_answered_after_it() -> None:
    """The user often writes before an agent is there; such a message must not be lost."""
    stage = Stage("rules: [{on: started, steps: [wait: 5, join]}, {on: message, steps: [say: 'got {text}']}]").start()
    assert stage.send("early").said == []
    assert stage.advance(5).said == ["got early"]


def test_typing_and_read_are_triggers() -> None:
    """An agent can react to the user's typing (not to its end) and to receipts."""
    stage = Stage(JOINED + "  - {on: typing, steps: [say: t]}\n  - {on: read, steps: [say: r]}").start()
    stage.desk.user_typing(stage.chat, True)
    stage.desk.user_typing(stage.chat, False)
    stage.desk.user_read(stage.chat)
    assert stage.said == ["t", "r"]


def test_a_signal_is_a_trigger() -> None:
    """A driver can make an agent do something at a moment of its own."""
    stage = Stage(JOINED + "  - {on: {signal: wave}, steps: [say: hi]}").start()
    stage.player.signal("weave")
    stage.player.signal("wave")
    assert stage.said == ["hi"]


def test_idle_counts_from_the_users_last_doing() -> None:
    """Idle means: an agent is there, and the user has neither written nor typed for so long. Once per silence."""
    stage = Stage(
        """
rules:
  - {on: started, steps: [wait: 100, join]}
  - {on: {idle: 30}, steps: [say: 'still there?']}
  - {on: {idle: {seconds: 60}}, steps: [end: {by: system, reason: idle}]}
"""
    ).start()
    assert stage.advance(129).said == []
    assert stage.advance(1).said == ["still there?"]
    stage.desk.user_typing(stage.chat, True)
    assert stage.advance(29).said == ["still there?"]
    assert stage.advance(1).said == ["still there?"] * 2
    assert stage.advance(29.9).types[-1] == "message.created"
    assert stage.advance(0.1).types[-1] == "conversation.ended"
    assert stage.clock.next_due() is None


def test_nobody_is_idle_while_nobody_is_there() -> None:
    """An idle rule that fired after the agent left would be refused, so it must not fire."""
    stage = Stage(JOINED + "  - {on: {idle: 30}, steps: [say: hm]}").start()
    stage.desk.act(stage.chat, Leave("ada"))
    stage.advance(100)
    assert (stage.said, stage.noted("refused")) == ([], [])
    stage.desk.act(stage.chat, Join("bob"))
    assert stage.advance(30).said == ["hm"]


def test_the_end_stops_everything() -> None:
    """After the end no timer of the script may be left, and no step may be played, not even for what waited."""
    stage = Stage(
        JOINED
        + """
  - {on: {message: x}, steps: [wait: 5, say: late]}
  - {on: message, steps: [say: at once]}
  - {on: {idle: 9}, steps: [say: idle]}
"""
    ).start()
    stage.send("x", "y")
    stage.desk.end(stage.chat)
    assert stage.clock.next_due() is None
    stage.advance(100)
    assert (stage.said, stage.noted("refused")) == ([], [])


@pytest.mark.parametrize("by", ["user", "script at once", "script by a timer"])
def test_the_rule_for_the_end_can_inject_faults(by: str) -> None:
    """What comes after the end (a lost stream, a refused poll) is a case that adapters forget."""
    stage = Stage(
        JOINED
        + """
  - {on: {message: script at once}, steps: [end]}
  - {on: {message: script by a timer}, steps: [wait: 1, end]}
  - {on: ended, steps: [fault: {kind: eof}]}
"""
    ).start()
    if by == "user":
        stage.desk.end(stage.chat)
    else:
        stage.send(by).advance(1)
    assert [fault["kind"] for fault in stage.desk.faults.list()] == ["eof"]
    assert stage.noted("failed") == []


def test_an_ended_conversation_waits_for_nothing() -> None:
    """A rule for the end that waits (only possible in a script made by hand) must not keep a timer."""
    rule = Rule(parse_script("name: x\nrules: [{on: ended, steps: [fault: {kind: eof}]}]").rules[0].on, (Wait(5),))
    stage = Stage(Script("x", rules=(rule,))).start()
    stage.desk.end(stage.chat)
    assert stage.clock.next_due() is None


@pytest.mark.parametrize("wait", [0, 5])
def test_steps_after_the_end_are_not_played(wait: float) -> None:
    """Whether a timer or the user's message made the script go on, the end is the end: no refusal, no further step."""
    stage = Stage(JOINED)
    steps = (Do(Join("ada")), Wait(wait), Do(End("ada")), Do(Say("ada", "late")))
    stage.desk.install_script(ScriptPlayer(Script("x", agents=stage.script.agents, rules=(Rule(OnStarted(), steps),))))
    stage.start().advance(10)
    assert stage.types[-1] == "conversation.ended"
    assert [note["step"] for note in stage.notes if "step" in note][-1] == "end"
