"""PRS on traces made by hand: one that holds, one that is broken, one that does not exercise the requirement."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.requirements import presence, presence_user
from tests.suite.requirements.build import ADA, BOB
from tests.suite.requirements.talk import Talk, finding, holds, vacuous, welcome


class TestPRS01:
    """joining_is_told."""

    def test_holds(self) -> None:
        """A join that was told before the mark is what is asked for."""
        assert holds(presence.joining_is_told, welcome())

    def test_own_id(self) -> None:
        """An adapter may know the agent under an id of its own."""
        story = Talk().join().joined({"id": "desk:7", "nickname": "Ada"}).mark()
        assert holds(presence.joining_is_told, story)

    def test_broken(self) -> None:
        """A join that only the first message brings comes too late (B60)."""
        story = Talk().join().mark().say("Hello").joined().shown("Hello").mark()
        words = finding(presence.joining_is_told, story)
        assert "agentJoined" in words
        assert "Ada" in words
        assert "not called" in words

    def test_not_exercised(self) -> None:
        """Nothing is due when the user had left before the join could arrive."""
        assert vacuous(presence.joining_is_told, Talk().join().end().mark())


class TestPRS02:
    """joining_before_the_first_message."""

    def test_holds(self) -> None:
        """Join, then message."""
        assert holds(presence.joining_before_the_first_message, welcome().say("Hello").shown("Hello"))

    def test_broken(self) -> None:
        """A join behind the message (B10)."""
        story = Talk().join().say("Hello").shown("Hello").joined()
        words = finding(presence.joining_before_the_first_message, story)
        assert "'Hello'" in words
        assert "came after it" in words

    def test_not_exercised(self) -> None:
        """An agent who says nothing does not exercise it."""
        assert vacuous(presence.joining_before_the_first_message, welcome())


class TestPRS03:
    """joining_in_a_gap_is_told."""

    def _starting(self) -> tuple[Talk, int]:
        story = Talk()
        story.new_chat()
        return story, story.call("start_chat", second=False)

    def test_holds(self) -> None:
        """A join before the start settled is told."""
        story, call = self._starting()
        assert holds(presence.joining_in_a_gap_is_told, story.join().settle(call).joined().mark())

    def test_broken(self) -> None:
        """A join before the start settled that is lost (B25)."""
        story, call = self._starting()
        words = finding(presence.joining_in_a_gap_is_told, story.join().settle(call).mark())
        assert "Ada" in words
        assert "could not arrive" in words

    def test_told_twice(self) -> None:
        """Listed and evented, and told for both."""
        story, call = self._starting()
        assert "2 times" in finding(
            presence.joining_in_a_gap_is_told, story.join().settle(call).joined().joined().mark()
        )

    def test_twice_in_one_delivery(self) -> None:
        """Two stays of one agent that arrive together are told as two."""
        story = welcome(BOB).suite("hold").join().leave().join().suite("release").joined().joined().mark()
        assert holds(presence.joining_in_a_gap_is_told, story)

    def test_who_stays_may_be_introduced_again(self) -> None:
        """When another agent has left, the host shows nobody: telling once more who is there is no second join."""
        for introductions, right in ((2, True), (3, False)):
            story = welcome(BOB).suite("hold").join().leave(BOB).suite("release").joined().left()
            for _ in range(1, introductions):
                story.joined()
            assert holds(presence.joining_in_a_gap_is_told, story.mark()) is right

    def test_not_exercised(self) -> None:
        """A join on an open stream is not in a gap."""
        assert vacuous(presence.joining_in_a_gap_is_told, welcome())


class TestPRS04:
    """profiles_are_usable."""

    def test_holds(self) -> None:
        """An agent without a name gets one of the adapter's."""
        story = Talk().join({"id": "agent-x", "nickname": None})
        story.joined({"id": "agent-x", "nickname": "Agent"}).mark()
        assert holds(presence.profiles_are_usable, story)

    @pytest.mark.parametrize("profile", [{"id": "", "nickname": "Ada"}, {"id": "agent-ada", "nickname": None}])
    def test_broken(self, profile: dict[str, Any]) -> None:
        """An empty id (B67) or nickname."""
        words = finding(presence.profiles_are_usable, Talk().join().joined(profile).mark())
        assert "non-empty" in words

    def test_no_fallback(self) -> None:
        """No name, no join (B10)."""
        story = Talk().join({"id": "agent-x", "nickname": None}).mark()
        assert "no name" in finding(presence.profiles_are_usable, story)

    def test_changed_id(self) -> None:
        """The same agent under another id."""
        story = Talk().join().joined({"id": "one", "nickname": "Ada"}).mark().leave()
        story.left().mark().join().joined({"id": "two", "nickname": "Ada"}).mark()
        assert "'one', 'two'" in finding(presence.profiles_are_usable, story)

    def test_not_exercised(self) -> None:
        """Nobody came."""
        assert vacuous(presence.profiles_are_usable, Talk())


class TestPRS05:
    """no_presence_joins_twice."""

    def test_holds(self) -> None:
        """One arrival, one join."""
        assert holds(presence.no_presence_joins_twice, welcome())

    def test_broken(self) -> None:
        """A repeated join (B36)."""
        words = finding(presence.no_presence_joins_twice, welcome().joined())
        assert "Ada" in words
        assert "call 2" in words

    def test_offered_only(self) -> None:
        """A join when the chat was only offered (B9)."""
        words = finding(presence.no_presence_joins_twice, welcome().joined(BOB))
        assert "at most 0 times for Bob" in words

    def test_remaining_agent(self) -> None:
        """Who remains of two agents may be introduced again."""
        story = welcome().join(BOB).joined(BOB).leave(BOB).left().joined(ADA)
        assert holds(presence.no_presence_joins_twice, story)

    def test_not_exercised(self) -> None:
        """Nobody came."""
        assert vacuous(presence.no_presence_joins_twice, Talk())


class TestPRS06:
    """leaving_is_told."""

    def test_holds(self) -> None:
        """Left once, then the same agent again."""
        story = welcome().leave().left().mark().join().joined().mark()
        assert holds(presence.leaving_is_told, story)

    def test_not_told(self) -> None:
        """A leaving nobody hears of."""
        words = finding(presence.leaving_is_told, welcome().leave().mark())
        assert "agentLeftChat" in words
        assert "Ada" in words

    def test_told_twice(self) -> None:
        """Leave and disconnect of the same agent (B12)."""
        story = welcome().leave().left().left().mark()
        words = finding(presence.leaving_is_told, story)
        assert "at most 1 times" in words
        assert "call 2" in words

    def test_ended(self) -> None:
        """A leaving that ends the chat (B27)."""
        story = welcome().leave().left().mark().callback("agent_ended_chat")
        assert "goes on" in finding(presence.leaving_is_told, story)

    def test_return_unseen(self) -> None:
        """The same agent comes back and nobody is told (B56)."""
        story = welcome().leave().left().mark().join().mark()
        assert "joined after Ada had left" in finding(presence.leaving_is_told, story)

    def test_another_stays(self) -> None:
        """Where another agent stays, nothing is asked."""
        assert vacuous(presence.leaving_is_told, welcome().join(BOB).joined(BOB).leave(BOB).mark())


class TestPRS10:
    """own_events_are_not_the_agents."""

    def test_holds(self) -> None:
        """The echo of the user's text is not shown."""
        assert holds(presence_user.own_events_are_not_the_agents, welcome().send("Hi").mark())

    def test_echo(self) -> None:
        """The echo is shown as a message."""
        story = welcome().send("Hi").shown("Hi").mark()
        assert "the user's own text 'Hi'" in finding(presence_user.own_events_are_not_the_agents, story)

    def test_typing(self) -> None:
        """The user's typing is shown as the agent's."""
        story = welcome().host("user_typing", is_typing=True).typing()
        assert "not when the user does" in finding(presence_user.own_events_are_not_the_agents, story)

    def test_join(self) -> None:
        """The user is told as an agent (B26)."""
        story = Talk().joined({"id": "user-u1", "nickname": "User"})
        assert "never for the user" in finding(presence_user.own_events_are_not_the_agents, story)

    def test_not_exercised(self) -> None:
        """The user does nothing."""
        assert vacuous(presence_user.own_events_are_not_the_agents, welcome())
