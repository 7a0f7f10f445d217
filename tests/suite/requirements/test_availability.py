"""AVL on traces made by hand: one that holds, one that is broken, one that does not exercise the requirement."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.messages import connect_message
from contracts.requirements import availability
from contracts.trace import Entry, Side, Trace
from tests.suite.requirements.build import Story
from tests.suite.requirements.talk import Talk, finding, holds, vacuous

FAULT = {"kind": "status", "operation": "getAvailability", "status": 500, "count": None}


def at_queue(online: int | None = None, **about: Any) -> Story:
    """Return a story at a desk whose queue has so many agents."""
    return Story(settings={"queues": {"default": {"agents_online": online}}}, **about)


def check(story: Story, value: Any = None, error: str | None = None, queue: str | None = None) -> Story:
    """Let the host ask whether an agent is there."""
    details = {"queue": queue} if queue else {}
    call = story.call("are_any_agents_online", connect_message=connect_message("user-u1", details))
    return story.settle(call, error, value)


def closed(story: Story, *truths: dict[str, Any]) -> Trace:
    """Close a story; ``truths`` are the conversations that the desk has besides those of the story's chats."""
    trace = story.trace(id="conv-1")
    everything = [entry.data["truth"] for entry in trace.of(Side.DESK, "truth")]
    last = Entry(len(trace), story.time, Side.DESK, "conversations", data={"truths": [*everything, *truths]})
    return Trace((*trace.entries, last), trace.about)


class TestAVL01:
    """the_answer_is_yes_no_or_unknown."""

    @pytest.mark.parametrize("value", [True, False, None])
    def test_holds(self, value: Any) -> None:
        """These three the host knows."""
        assert holds(availability.the_answer_is_yes_no_or_unknown, check(at_queue(), value))

    @pytest.mark.parametrize("value", [0, 1, 2.0, "no", [], {}])
    def test_broken(self, value: Any) -> None:
        """A number, even 0 or 1, a text, a list: all of them are shapes of desks."""
        assert repr(value) in finding(availability.the_answer_is_yes_no_or_unknown, check(at_queue(), value))

    def test_not_exercised(self) -> None:
        """Who rejects has not answered."""
        assert vacuous(availability.the_answer_is_yes_no_or_unknown, check(at_queue(), error="DeskError: no"))


class TestAVL02:
    """a_check_changes_nothing."""

    def test_holds(self) -> None:
        """A check, and a start that works."""
        assert holds(availability.a_check_changes_nothing, closed(check(at_queue(), True).start()))

    def test_conversation(self) -> None:
        """A check that makes a conversation."""
        trace = closed(check(at_queue(), True).start(), {"id": "conv-2", "state": "waiting"})
        assert "1 more" in finding(availability.a_check_changes_nothing, trace)

    def test_start(self) -> None:
        """A start that fails after a check that failed."""
        story = check(at_queue(), error="DeskError: silence").start("RuntimeError: offline")
        assert "offline" in finding(availability.a_check_changes_nothing, closed(story))

    def test_refused_by_right(self) -> None:
        """A closed queue may refuse, check or no check."""
        story = Story(settings={"queues": {"default": {"open": False}}})
        trace = closed(check(story, False).start("DeskRefused: queue_closed"))
        assert holds(availability.a_check_changes_nothing, trace)

    def test_running_chat(self) -> None:
        """A check in a chat that loses its connection by it."""
        story = Talk()
        call = story.call("are_any_agents_online", connect_message=connect_message("user-u1", {}))
        story.callback("set_error_status", error={"type": 2, "is_disconnected": True})
        story.settle(call, value=True)
        assert "set_error_status was called" in finding(availability.a_check_changes_nothing, closed(story))

    def test_not_exercised(self) -> None:
        """Nobody asked."""
        assert vacuous(availability.a_check_changes_nothing, closed(at_queue().start()))


class TestAVL03:
    """a_failed_check_is_no_yes."""

    def faulty(self, fault: dict[str, Any]) -> Story:
        """Return a story in which a fault is installed."""
        return at_queue().suite("fault", fault=fault)

    @pytest.mark.parametrize(("value", "error"), [(None, None), (False, None), (None, "DeskError: 500")])
    def test_holds(self, value: Any, error: str | None) -> None:
        """Unknown, no, or a rejection."""
        assert holds(availability.a_failed_check_is_no_yes, check(self.faulty(FAULT), value, error))

    @pytest.mark.parametrize("fault", [FAULT, {**FAULT, "kind": "garbage"}, {**FAULT, "operation": "*"}])
    def test_yes(self, fault: dict[str, Any]) -> None:
        """A yes that nobody said."""
        assert "resolved with True" in finding(availability.a_failed_check_is_no_yes, check(self.faulty(fault), True))

    def test_silence(self) -> None:
        """A check that does not settle."""
        story = self.faulty({**FAULT, "kind": "no_answer"})
        call = story.call("are_any_agents_online")
        story.add(Side.HOST, "given_up", call, seconds=9.0)
        assert "gave it up" in finding(availability.a_failed_check_is_no_yes, story)

    @pytest.mark.parametrize("fault", [{**FAULT, "count": 1}, {**FAULT, "nth": 2}, {**FAULT, "kind": "delay"}])
    def test_perhaps_answered(self, fault: dict[str, Any]) -> None:
        """A fault that may have left an answer through says nothing against a yes."""
        assert vacuous(availability.a_failed_check_is_no_yes, check(self.faulty(fault), True))

    def test_not_exercised(self) -> None:
        """The fault was over."""
        assert vacuous(availability.a_failed_check_is_no_yes, check(self.faulty(FAULT).suite("cleared"), True))


class TestAVL09:
    """the_answer_is_the_desks."""

    @pytest.mark.parametrize(("online", "value"), [(2, True), (0, False), (2, None), (0, None)])
    def test_holds(self, online: int, value: Any) -> None:
        """The truth, or that it is not known."""
        assert holds(availability.the_answer_is_the_desks, check(at_queue(online), value))

    @pytest.mark.parametrize(("online", "value"), [(2, False), (0, True), (0, 1)])
    def test_opposite(self, online: int, value: Any) -> None:
        """The opposite of the truth."""
        assert repr(value) in finding(availability.the_answer_is_the_desks, check(at_queue(online), value))

    def test_rejected(self) -> None:
        """A rejection means offline to the host, and somebody is there (B70)."""
        story = check(at_queue(2), error="TypeError: not a list")
        assert "TypeError" in finding(availability.the_answer_is_the_desks, story)

    def test_other_queue(self) -> None:
        """The queue that is asked for counts, as it is then (B46)."""
        story = at_queue(2)
        made = story.add(Side.DESK, "queue", name="sales", queue={"agents_online": 0})
        story.add(Side.DESK, "done", made, ok=True)
        assert "'sales'" in finding(availability.the_answer_is_the_desks, check(story, True, queue="sales"))

    def test_not_exercised(self) -> None:
        """Who is online is not known, or a fault was at work."""
        assert vacuous(availability.the_answer_is_the_desks, check(at_queue(None), False))
        assert vacuous(
            availability.the_answer_is_the_desks, check(at_queue(2).suite("fault", fault=FAULT), error="DeskError: 500")
        )
