"""Scripts as Python generator functions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mockdesk.core.actions import End, Join, Leave, Say, Typing
from mockdesk.core.events import AgentProfile
from mockdesk.core.faults import Fault
from mockdesk.core.script import Inject, Program, pause, until_message, until_signal
from mockdesk.core.script_chat import Chat
from mockdesk.scripts import ScriptError, callable_script, load_callable, load_script
from tests.unit.scripts.stage import Stage

ADA = AgentProfile("ada", "Ada")


def staged(function: Callable[[Chat], Program]) -> Stage:
    """Start a conversation that a generator function plays."""
    return Stage(callable_script(function, agents=[{"id": "ada", "nickname": "Ada"}])).start()


def test_it_plays_a_whole_chat() -> None:
    """The promise of the docs: yield actions and waits, and get what came."""

    def play(chat: Chat) -> Program:
        yield Join(ADA)
        text = yield until_message()
        yield Typing("ada")
        yield pause(2)
        yield Say("ada", f"{chat.user_name} said {text} ({chat.count}, {{text}})")
        yield End("ada", "done")

    stage = staged(play)
    assert stage.types == ["queue.updated", "agent.joined"]
    stage.send("hello").advance(1.9)
    assert stage.said == []
    stage.advance(0.1)
    assert stage.said == ["Eva said hello (1, {text})"], "texts of callables are no templates"
    assert stage.types[-1] == "conversation.ended"


def test_what_came_is_the_result_of_a_wait() -> None:
    """A message gives its text, a signal its name, the end of the time ``None``; an action the events it caused."""
    results: list[object] = []

    def play(chat: Chat) -> Program:
        results.append([event.type for event in (yield Join("ada"))])
        results.append((yield until_message(2)))
        results.append((yield until_message(seconds=5)))
        results.append((yield until_signal("go")))
        results.append((yield pause(1)))
        results.append((yield Leave("bob")))
        results.append((yield Inject(Fault("eof"))))

    stage = staged(play).send("a", "b").advance(5)
    stage.player.signal("go")
    stage.advance(1)
    assert results == [["agent.joined"], "b", None, "go", None, (), ()]


def test_messages_that_came_early_are_not_lost() -> None:
    """The user writes while the function waits for something else; the next wait for a message finds it."""

    def play(chat: Chat) -> Program:
        yield pause(5)
        yield Join("ada")
        yield Say("ada", (yield until_message()))
        yield Say("ada", (yield until_message()))

    assert staged(play).send("one", "two").advance(5).said == ["one", "two"]


def test_a_refusal_does_not_end_it() -> None:
    """What the desk refuses is journalled and gives no events; the function goes on."""

    def play(chat: Chat) -> Program:
        events = yield Say("ada", "too early")
        yield Join("ada")
        yield Say("ada", f"{len(events)} events")

    stage = staged(play)
    assert (stage.noted("refused"), stage.said) == (["agent_not_present"], ["0 events"])


def test_an_exception_ends_the_script_only() -> None:
    """A mistake in a callable is told in the journal; desk, conversation and user go on."""

    def play(chat: Chat) -> Program:
        yield Join("ada")
        yield until_message()
        raise ValueError("oh no")

    stage = staged(play).send("x").send("y")
    assert stage.noted("failed") == ["the script raised ValueError: oh no"]
    assert stage.desk.conversation(stage.chat).state == "connected"
    assert stage.desk.failures == ()


def test_what_is_no_step_is_told() -> None:
    """A text that was yielded in place of a Say is the likeliest slip."""

    def play(chat: Chat) -> Program:
        yield "hello"  # type: ignore[misc]

    assert "yielded 'hello', which is neither an action nor a wait nor a fault" in staged(play).noted("failed")[0]


def test_a_function_that_loops_without_waiting_is_stopped() -> None:
    """It would hang the desk, and with it every test that shares the server."""

    def play(chat: Chat) -> Program:
        yield Join("ada")
        while True:
            yield Typing("ada")

    stage = staged(play)
    assert "loops without waiting" in stage.noted("failed")[0]
    assert len(stage.events) < 1100


def test_the_end_closes_it() -> None:
    """Its ``finally`` runs when the chat ends, and nothing of it is left, even where it resists."""
    closed: list[str] = []

    def play(chat: Chat) -> Program:
        try:
            yield until_message()
        finally:
            closed.append(chat.state)
            yield pause(1)

    stage = staged(play)
    stage.desk.end(stage.chat)
    assert closed == ["ended"]
    assert "did not stop" in stage.noted("failed")[0]
    assert stage.clock.next_due() is None


def test_a_function_that_cannot_even_begin_is_told() -> None:
    """A wrong signature shows when the first chat starts; the start itself must succeed."""

    def play() -> Program:
        yield pause(1)

    stage = staged(play)  # type: ignore[arg-type]
    assert "takes 0 positional arguments" in stage.noted("failed")[0]
    assert stage.types == ["queue.updated"]


def test_a_script_of_a_function_has_its_agents_and_its_words() -> None:
    """Agents make the desk online before the first chat; name and docstring show in lists."""

    def play(chat: Chat) -> Program:
        """Say nothing. And more."""
        yield pause(1)

    script = callable_script(play, agents=[{"id": "a", "online": False}], seed=3)
    assert (script.name, script.description, script.seed) == ("play", "Say nothing. And more.", 3)
    assert Stage(script).desk.availability()["online"] is False
    with pytest.raises(ValueError, match="nikname"):
        callable_script(play, agents=[{"id": "a", "nikname": "A"}])
    with pytest.raises(TypeError):
        callable_script(lambda chat: None)  # type: ignore[arg-type,return-value]


MODULE = '''
"""Scripts of a test."""
from mockdesk.core.actions import Join
from mockdesk.scripts import callable_script

def play(chat):
    """Join."""
    yield Join("ada")

def plain(chat):
    return 5

ready = callable_script(play, name="ready", agents=[{"id": "ada"}])
'''


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A module with scripts that can be imported by its name."""
    (tmp_path / "my_desk_scripts.py").write_text(MODULE)
    (tmp_path / "my_broken_scripts.py").write_text("1 / 0\n")
    monkeypatch.syspath_prepend(tmp_path)
    return "my_desk_scripts"


def test_a_callable_is_loaded_by_its_name(module: str) -> None:
    """``package.module:function`` is what the command line and settings take."""
    assert load_callable(f"{module}:play").description == "Join."
    assert load_script(f"{module}:ready").name == "ready"


@pytest.mark.parametrize(
    ("reference", "mistake"),
    [
        ("my_desk_scripts:paly", 'my_desk_scripts has no "paly"; did you mean "play"?'),
        ("my_desk_scripts:plain", "plain is no generator function; it plays a chat by yielding steps"),
        ("my_broken_scripts:play", "my_broken_scripts cannot be imported: ZeroDivisionError: division by zero"),
        ("no_such_module_at_all:play", "no_such_module_at_all cannot be imported: ModuleNotFoundError"),
        (":play", " cannot be imported: ValueError"),
    ],
)
def test_what_cannot_be_loaded_is_told(module: str, reference: str, mistake: str) -> None:
    """A wrong name on the command line must end in one clear line."""
    with pytest.raises(ScriptError) as caught:
        load_callable(reference)
    assert str(caught.value).startswith(f"{reference}:0: (callable): {mistake}")
