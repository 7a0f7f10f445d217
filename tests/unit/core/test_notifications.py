"""Listeners: told in order, after the state has changed, and unable to break anything."""

from __future__ import annotations

from collections.abc import Callable

from mockdesk.core.actions import Join, Leave, Say
from mockdesk.core.clock import VirtualClock
from mockdesk.core.desk import Desk, DeskSettings, MessageDraft, StartRequest
from mockdesk.core.errors import AgentNotPresent
from mockdesk.core.events import Event
from mockdesk.core.happenings import Happening, Started, UserSent
from tests.unit.core.bench import Bench


def test_every_listener_sees_the_order_of_the_log(bench: Bench) -> None:
    """A listener that answers inside a delivery must not let a later listener see the answer first."""
    early: list[int] = []
    late: list[int] = []

    def answer(conversation_id: str, event: Event) -> None:
        early.append(event.seq)
        if event.type == "queue.updated":
            (caused,) = bench.desk.act(conversation_id, Join("ada"))
            assert caused.type == "agent.joined", "what a listener does takes effect at once"
            bench.desk.act(conversation_id, Say("ada", "hi"))

    bench.desk.subscribe(answer)
    bench.desk.subscribe(lambda _, event: late.append(event.seq))
    bench.start()
    assert early == late == [1, 2, 3]
    assert [event.seq for _, event in bench.events] == [1, 2, 3]


def test_events_and_happenings_come_in_one_order(bench: Bench) -> None:
    """A script that reacts to a start must have seen the start's events before."""
    order: list[str] = []
    bench.desk.subscribe(lambda _, event: order.append(event.type))
    bench.desk.observe(lambda _, happening: order.append(type(happening).__name__))
    one = bench.start()
    bench.send(one)
    assert order == ["queue.updated", "Started", "message.created", "UserSent"]


def test_a_listener_sees_the_changed_desk(bench: Bench) -> None:
    """Whoever is told can rely on what the desk says at that moment."""
    seen: list[tuple[str, int]] = []

    def look(conversation_id: str, event: Event) -> None:
        conversation = bench.desk.conversation(conversation_id)
        seen.append((conversation.state.value, len(conversation.agents)))

    one = bench.start()
    bench.desk.subscribe(look)
    bench.act(one, "join", agent="ada")
    bench.desk.end(one)
    assert seen == [("connected", 1), ("ended", 0)]


def test_a_raising_listener_harms_nobody(bench: Bench) -> None:
    """The command has taken effect: its caller gets the answer, the others are told, the fault is kept."""
    seen: list[str] = []

    def broken(conversation_id: str, event: Event) -> None:
        raise RuntimeError("broken listener")

    bench.desk.subscribe(broken)
    bench.desk.subscribe(lambda _, event: seen.append(event.type))
    one = bench.start()
    bench.act(one, "join", agent="ada")
    assert seen == ["queue.updated", "agent.joined"]
    assert [str(failure.error) for failure in bench.desk.failures] == ["broken listener"] * 2
    assert any("broken listener" in str(entry.data) for entry in bench.desk.journal.entries())


def test_a_refused_listener_may_go_on(bench: Bench) -> None:
    """A refusal inside a listener is the listener's affair."""
    refused: list[str] = []

    def speaks_too_early(conversation_id: str, happening: Happening) -> None:
        if isinstance(happening, Started):
            try:
                bench.desk.act(conversation_id, Say("ada", "hi"))
            except AgentNotPresent as error:
                refused.append(error.code)

    bench.desk.observe(speaks_too_early)
    bench.start()
    assert refused == ["agent_not_present"]
    assert bench.desk.failures == ()


def test_nothing_comes_after_unsubscribing(bench: Bench) -> None:
    """Also not what was queued already: a closed stream must not be written to."""
    seen: list[str] = []

    def once(conversation_id: str, event: Event) -> None:
        seen.append(event.type)
        unsubscribe()

    one = bench.connected()
    bench.act(one, "transfer", agent="ada", to_agent="bob")
    unsubscribe = bench.desk.subscribe(once)
    assert len(bench.act(one, "join", agent="bob")) == 2
    bench.act(one, "leave", agent="bob")
    assert seen == ["agent.joined"]
    unsubscribe()


def test_a_new_listener_gets_only_what_is_new(bench: Bench) -> None:
    """A stream replays the log itself: a queued event must not come to it twice."""
    seen: list[int] = []

    def subscribes(conversation_id: str, happening: Happening) -> None:
        if isinstance(happening, UserSent):
            bench.desk.act(conversation_id, Join("ada"))
            replayed = [event.seq for event in bench.desk.events_after(conversation_id, 0)]
            bench.desk.subscribe(lambda _, event: seen.append(event.seq))
            seen.extend(replayed)
            bench.desk.act(conversation_id, Leave("ada"))

    bench.desk.observe(subscribes)
    bench.send(bench.start())
    assert seen == [1, 2, 3, 4]


class Greeter:
    """A small script: greets whoever starts."""

    def __init__(self) -> None:
        self.attached = 0

    def attach(self, desk: Desk) -> Callable[[], None]:
        """Begin to greet."""
        self.attached += 1

        def greet(conversation_id: str, happening: Happening) -> None:
            if isinstance(happening, Started):
                desk.act(conversation_id, Join("ada"))

        stop = desk.observe(greet)

        def detach() -> None:
            self.attached -= 1
            stop()

        return detach


def test_one_script_plays_at_a_time(bench: Bench) -> None:
    """A new script replaces the old one, which must leave no listener behind."""
    first, second = Greeter(), Greeter()
    bench.desk.install_script(first)
    assert bench.state(bench.start()) == "connected"
    bench.desk.install_script(second)
    assert (first.attached, second.attached, bench.desk.script) == (0, 1, second)
    assert bench.types(bench.start("b")) == ["queue.updated", "agent.joined"]
    bench.desk.install_script(None)
    assert (second.attached, bench.desk.script) == (0, None)
    assert bench.state(bench.start("c")) == "waiting"
    assert bench.desk.failures == ()


def test_two_desks_share_nothing(bench: Bench) -> None:
    """Parallel tests use a desk each in one process."""
    other = Desk(DeskSettings(), VirtualClock())
    started = other.start(StartRequest("user"))
    other.send(started.conversation.id, MessageDraft("hello"))
    assert (bench.desk.conversations(), bench.events, bench.desk.journal.last_position) == ((), [], 0)
