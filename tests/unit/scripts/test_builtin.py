"""The scripts that come with mockdesk: they parse, they play to their end, and they do it alike in every run."""

from __future__ import annotations

import pytest

from mockdesk.core.clock import VirtualClock
from mockdesk.core.events import AgentLeft, QueueUpdated
from mockdesk.scripts import builtin_names, builtin_text, check_text, load_builtin, parse_script
from tests.unit.scripts.stage import Stage

EXPECTED = [
    "agent-ends",
    "agent-swap",
    "chatty-agent",
    "declined-offer",
    "echo",
    "flaky-network",
    "happy-path",
    "hostile-text",
    "long-queue",
    "menu",
    "no-agents",
    "slow-agent",
    "transfer",
]
LINES = ["hello", "second", "help", "someone else", "someone else", "disconnect and reconnect", "{agent}", "end chat"]


def play(name: str, lines: list[str] = LINES) -> Stage:
    """Play a script against a user who writes a line every two minutes, to the end of its timers."""
    stage = Stage(load_builtin(name)).start().advance(200)
    for line in lines:
        if not stage.desk.conversation(stage.chat).ended:
            stage.send(line).advance(120)
    while (due := stage.clock.next_due()) is not None:
        stage.clock.advance(due - stage.clock.now())
    return stage


def test_all_promised_scripts_are_there() -> None:
    """Users start the mock by these names, so none may vanish or be renamed."""
    assert builtin_names() == EXPECTED


@pytest.mark.parametrize("name", EXPECTED)
def test_a_builtin_has_no_mistakes_and_its_file_name(name: str) -> None:
    """A script is found by its file's name and shown by its own name: they must be one."""
    assert check_text(builtin_text(name), name) == []
    assert load_builtin(name).name == name
    assert load_builtin(name).description.endswith(".")


@pytest.mark.parametrize("name", EXPECTED)
def test_a_builtin_plays_alike_in_every_run(name: str) -> None:
    """With a seed and the virtual clock two runs must give the same transcript, or no replay can be trusted."""
    first, second = play(name), play(name)
    assert first.desk.digest() == second.desk.digest()
    assert len(first.events) > 1


@pytest.mark.parametrize("name", EXPECTED)
def test_a_builtin_is_refused_nothing_and_breaks_nothing(name: str) -> None:
    """A built-in is an example: a step that the desk refuses, or a failure, is a mistake in it."""
    stage = play(name)
    assert stage.noted("refused") == []
    assert stage.noted("failed") == []
    assert stage.desk.failures == ()


@pytest.mark.parametrize("name", EXPECTED)
def test_a_builtin_leaves_no_timer_behind(name: str) -> None:
    """A finished script must let the clock come to rest, else "jump to the next timer" never stops."""
    assert play(name).clock.next_due() is None


def test_happy_path_in_the_promised_order() -> None:
    """The first thing every adapter shows: availability, join, typing, message."""
    stage = Stage(load_builtin("happy-path")).start().advance(10)
    assert stage.types == ["queue.updated", "agent.joined", "agent.typing", "message.created"]
    assert stage.said == ["Hello Eva, this is Ada. How can I help?"]
    stage.send("my parcel").advance(10)
    assert stage.said[-1] == 'You wrote: "my parcel". I am looking into it.'


def test_echo_answers_at_once_and_unchanged() -> None:
    """Echo is what adapters test texts with: no time may pass, and no character may change."""
    stage = Stage(load_builtin("echo")).start()
    texts = ["hi", " {agent} {{x}} ", "<b>&amp;</b>", "\U0001f600e\u0301"]
    assert stage.send(*texts).said == texts


def test_no_agents_is_offline_and_lets_go() -> None:
    """areAnyAgentsOnline must be a plain no, and who waits all the same is not kept for ever."""
    stage = Stage(load_builtin("no-agents"))
    assert stage.desk.availability()["online"] is False
    stage.start().advance(31)
    assert stage.desk.truth(stage.chat)["end_reason"] == "no_agents"


def test_long_queue_counts_down_to_the_join() -> None:
    """The places shown must go down one by one before the agent comes."""
    stage = Stage(load_builtin("long-queue")).start().advance(200)
    places = [event.body.position for event in stage.events if isinstance(event.body, QueueUpdated)]
    assert places == [1, 5, 4, 3, 2, 1]
    assert stage.types[len(places) :] == ["agent.joined", "message.created"]


def test_declined_offer_is_taken_by_the_second_agent() -> None:
    """The user sees nothing of the declined offer, only who comes in the end."""
    stage = Stage(load_builtin("declined-offer")).start().advance(20)
    assert stage.types == ["queue.updated", "agent.joined", "message.created"]
    assert list(stage.desk.conversation(stage.chat).agents) == ["bob"]


def test_transfer_hands_over_on_the_second_message() -> None:
    """A transfer is started, joined, and left by the first agent, in this order."""
    stage = Stage(load_builtin("transfer")).start().advance(5).send("one").advance(5).send("two").advance(10)
    moves = [kind for kind in stage.types if kind.startswith(("agent.", "transfer."))]
    assert moves == ["agent.joined", "transfer.started", "agent.joined", "agent.left"]
    left = [event.body for event in stage.events if isinstance(event.body, AgentLeft)]
    assert left == [AgentLeft("ada", "transferred")]


def test_agent_swap_leaves_a_gap() -> None:
    """Between the two agents nobody is there, and the chat stays open: the case that adapters end by mistake."""
    stage = Stage(load_builtin("agent-swap")).start().advance(5).send("one").advance(3)
    assert stage.desk.conversation(stage.chat).agents == {}
    stage.advance(10)
    assert list(stage.desk.conversation(stage.chat).agents) == ["bob"]


@pytest.mark.parametrize("name", ["agent-ends", "menu"])
def test_the_agent_ends(name: str) -> None:
    """Both ends come from the agent, not from the desk or the user."""
    stage = Stage(load_builtin(name)).start().advance(5).send("end chat").advance(10)
    truth = stage.desk.truth(stage.chat)
    assert (truth["state"], truth["ended_by"]) == ("ended", "agent")
    assert stage.types[-1] == "conversation.ended"


def test_slow_agent_is_slow_and_ends_when_idle() -> None:
    """Nobody comes in the first seconds; five idle minutes after the last message the agent ends the chat."""
    stage = Stage(load_builtin("slow-agent")).start().advance(19)
    assert "agent.joined" not in stage.types
    stage.advance(100).send("hi").advance(150)
    assert stage.typed == [True, False] * 3
    stage.advance(300)
    assert stage.desk.truth(stage.chat)["end_reason"] == "idle"


def test_chatty_agent_answers_in_bursts() -> None:
    """Ten messages at one instant are what finds clients that lose or swap some."""
    stage = Stage(load_builtin("chatty-agent")).start().advance(30)
    before = len(stage.said)
    stage.send("so?")
    assert stage.said[before:] == ["About message 1 of yours: so?"] * 10


def test_flaky_network_answers_everything_and_installs_faults() -> None:
    """The script may break the line, never the talk: each message has its answer in the log."""
    stage = Stage(load_builtin("flaky-network")).start().advance(5)
    for number in range(1, 7):
        stage.send(f"m{number}").advance(10)
    assert [text.rpartition(" ")[2] for text in stage.said[1:]] == [f"m{number}" for number in range(1, 7)]
    kinds = {fault["kind"] for fault in stage.desk.faults.list()}
    assert {"eof", "status", "rate_limit", "delay"} <= kinds
    assert {fault["conversation_id"] for fault in stage.desk.faults.list()} == {stage.chat}


def test_hostile_text_comes_through_as_it_is() -> None:
    """What looks like markup, a template or a frame must stand in the log letter by letter."""
    stage = Stage(load_builtin("hostile-text")).start().advance(5)
    assert "<script>alert(document.cookie)</script>" in stage.said
    assert "{user_name} ${user_name} %s %(name)s {{7*7}}" in stage.said
    assert "line separators \u2028 and \u2029" in stage.said
    assert [profile.nickname for profile in stage.desk.conversation(stage.chat).agents.values()][-1] is None


def test_menu_offers_the_commands_of_the_example_desk() -> None:
    """People who know the published example desk try its commands."""
    stage = Stage(load_builtin("menu")).start().advance(5).send("HELP").advance(5)
    for command in ("help", "someone else", "disconnect and reconnect", "end chat"):
        assert command in stage.said[-1]
    stage.send("someone else").advance(10)
    assert list(stage.desk.conversation(stage.chat).agents) == ["bob"]
    stage.send("anything").advance(5)
    assert stage.said[-1] == 'You wrote: "anything". Write help to see what I can do.'


def test_menu_cuts_the_line_and_comes_back() -> None:
    """On "disconnect and reconnect" the stream drops, is refused for some seconds, and the agent says so afterwards."""
    stage = Stage(load_builtin("menu")).start().advance(5).send("Disconnect and reconnect ").advance(2)
    faults = stage.desk.faults.list()
    assert [fault["kind"] for fault in faults] == ["status", "status", "eof"]
    assert [fault["operation"] for fault in faults[:2]] == ["streamEvents", "pollEvents"]
    assert [fault.kind for fault in stage.desk.faults.take_now(stage.clock.now())] == ["eof"]
    stage.advance(10)
    assert stage.desk.faults.list() == []
    assert stage.said[-1].endswith("It works again.")


def test_the_clock_starts_where_it_always_does() -> None:
    """A digest is comparable between machines only while the virtual clock begins at one fixed time."""
    assert VirtualClock().now() == 1_704_067_200.0


@pytest.mark.parametrize("name", EXPECTED)
def test_a_builtin_is_what_its_text_says(name: str) -> None:
    """Its rules are built when they are first asked for: they must be those of anybody who copies the text."""
    late, read = load_builtin(name), parse_script(builtin_text(name))
    assert late == read
    assert read == late
    assert late == load_builtin(name)
    assert (len(late.rules), late.rules[-1], repr(late)) == (len(read.rules), read.rules[-1], repr(read))
