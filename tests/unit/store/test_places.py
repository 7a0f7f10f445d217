"""A script goes on where it stood, whatever it waits for: the same story is played with restarts at every point."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from mockdesk.core.clock import VirtualClock
from mockdesk.core.desk import Desk, DeskSettings, MessageDraft, StartRequest
from mockdesk.core.player import ScriptPlayer
from mockdesk.core.script import Script
from mockdesk.scripts import builtin_names, callable_script, load_builtin, parse_script
from tests.unit.store.keeping import Keeping

Step = Callable[[Desk, VirtualClock, str], Any]

ALL_PLACES = """\
name: everything that has a place
agents: [{id: ada, nickname: Ada}, {id: eve, nickname: Eve}]
queues: {default: {seconds_per_conversation: 20}}
rules:
  - on: started
    steps: [{wait: {seconds: [1, 9]}}, {join: ada}, {say: "hello {user_name}"}]
  - on: {message: {equals: [once]}}
    once: true
    steps: [{say: "once and never again"}]
  - on: {message: {nth: 4}}
    steps: [{say: "the fourth, after {wait}"}]
  - on: message
    steps:
      - repeat: {times: 2, steps: [{say: "{count}: {text}"}, {wait: {messages: 1, seconds: [2, 30]}}]}
      - wait: {signal: go, seconds: [10, 40]}
      - say: "done with {count}"
  - on: {idle: 60}
    steps: [{say: "are you there?"}, {wait: {seconds: [1, 4]}}, typing]
  - on: typing
    steps: [{wait: {messages: 2}}, {say: "two at last: {text}"}]
  - on: read
    steps: [{wait: 2}, read]
  - on: ended
    steps: [{fault: {kind: status, operation: sendMessageToAgent, status: 503}}]
""".replace("{wait}", "all")


def send(text: str) -> Step:
    """Return a step in which the user says something."""
    return lambda desk, clock, one: desk.send(one, MessageDraft(text))


def advance(seconds: float) -> Step:
    """Return a step in which time goes by."""
    return lambda desk, clock, one: clock.advance(seconds)


def signal(desk: Desk, clock: VirtualClock, one: str) -> Any:
    """Give the script a signal."""
    assert isinstance(desk.script, ScriptPlayer)
    return desk.script.signal("go")


STORY: list[Step] = [
    send("early"),
    send("once"),
    advance(3),
    advance(10),
    send("more"),
    advance(1),
    lambda desk, clock, one: desk.user_typing(one, True),
    advance(8),
    signal,
    advance(40),
    send("once"),
    send("again"),
    advance(12),
    lambda desk, clock, one: desk.user_read(one),
    advance(50),
    advance(61),
    advance(30),
    lambda desk, clock, one: desk.start(StartRequest("second")),
    advance(20),
    signal,
    advance(100),
    send("once"),
    advance(15),
    lambda desk, clock, one: desk.end(one),
    advance(30),
]


def place_of(desk: Desk, one: str) -> Any:
    """Return where the script stands, but for its timers: these are counted anew."""
    assert isinstance(desk.script, ScriptPlayer)
    place = desk.script.place(one)
    return None if place is None else replace(place, wait=place.wait and place.wait.messages_left, idle=())


def play(script: Script, restarts: Callable[[int], bool]) -> tuple[str, list[Any], float | None]:
    """Play the story with restarts before some steps; return digest, truths, and when the next timer is due."""
    clock = VirtualClock()
    desk = Desk(DeskSettings.from_dict({"seed": 11, "idle_timeout_seconds": 600}), clock)
    keeping = Keeping(script)
    keeping.watch(desk)
    desk.install_script(ScriptPlayer(script))
    one = desk.start(StartRequest("first")).conversation.id
    for number, step in enumerate(STORY):
        if restarts(number):
            before = place_of(desk, one)
            keeping.save(desk, clock)
            desk, clock, said = keeping.again(desk.settings)
            assert (said, place_of(desk, one)) == ([], before)
        if not desk.conversation(one).ended:
            step(desk, clock, one)
    return desk.digest(), desk.truths(), clock.next_due()


@pytest.mark.parametrize("name", ["all places", *(name for name in builtin_names())])
def test_a_story_is_the_same_with_restarts(name: str) -> None:
    """Each restart is at a point at which the script waits for something else; none of them may be noticed."""
    script = parse_script(ALL_PLACES) if name == "all places" else load_builtin(name)
    never = play(script, lambda number: False)
    assert play(script, lambda number: True) == never
    for point in range(len(STORY)):
        assert play(script, lambda number, point=point: number == point) == never, point  # type: ignore[misc]


def test_the_story_meets_every_kind_of_place() -> None:
    """Otherwise the test above would say nothing about some of them."""
    script = parse_script(ALL_PLACES)
    clock = VirtualClock()
    desk = Desk(DeskSettings.from_dict({"seed": 11}), clock)
    player = ScriptPlayer(script)
    desk.install_script(player)
    one = desk.start(StartRequest("first")).conversation.id
    met: set[str] = set()
    for step in STORY[:-2]:
        step(desk, clock, one)
        place = player.place(one)
        assert place is not None
        values = {
            "inbox": place.inbox,
            "used": place.used,
            "rule": place.rule,
            "draws": place.draws,
            "idle": place.idle,
        }
        values |= {"said": place.said[0], "instant": place.pace.instant, "received": place.received}
        values |= {"timer": place.wait and place.wait.timer, "messages": place.wait and place.wait.messages_left}
        met |= {key for key, value in values.items() if value}
    assert met == {
        *("inbox", "used", "rule", "draws", "idle"),
        *("said", "instant", "received", "timer", "messages"),
    }


def restarted(before: Script, now: Script | None) -> tuple[Desk, list[str]]:
    """Return a desk with one open conversation that comes back with another script."""
    clock = VirtualClock()
    desk = Desk(DeskSettings.from_dict({"seed": 11}), clock)
    keeping = Keeping(before)
    keeping.watch(desk)
    desk.install_script(ScriptPlayer(before))
    desk.start(StartRequest("first"))
    clock.advance(30)
    keeping.save(desk, clock)
    keeping.script = now
    desk, clock, said = keeping.again(desk.settings)
    clock.advance(30)
    return desk, said


def test_another_script_begins_anew_and_says_so() -> None:
    """Places of one script mean nothing in another; the agents of the old one do not stay behind."""
    desk, said = restarted(parse_script(ALL_PLACES), load_builtin("echo"))
    assert said == ["script 'echo' is played now; it begins anew in 1 open conversations"]
    assert isinstance(desk.script, ScriptPlayer)
    assert desk.script.script.name == "echo"
    assert not any(agent.online for agent in desk.agents() if agent.id == "eve")


def test_a_python_function_begins_anew_and_says_so() -> None:
    """Nobody can write down where a generator stands; it must not be a surprise."""

    def play(chat: Any) -> Any:
        from mockdesk.core.actions import Join, Say
        from mockdesk.core.events import AgentProfile
        from mockdesk.core.script import pause

        yield Join(AgentProfile("ada", "Ada"))
        yield Say("ada", "from the start")
        yield pause(1000)

    script = callable_script(play)
    desk, said = restarted(script, script)
    assert said == [f"script {script.name!r} is a Python function: it begins anew in 1 open conversations"]
    texts = [message.text for message in desk.conversations()[0].messages]
    assert texts == ["from the start", "from the start"]
