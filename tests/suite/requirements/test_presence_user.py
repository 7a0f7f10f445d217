"""PRS-11 to PRS-13, what agents are told of the user, on traces made by hand."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.requirements import presence_user
from contracts.trace import Trace
from tests.suite.requirements.talk import Talk, finding, holds, vacuous, welcome


def typed(calls: list[bool], requests: int, typing: bool, **truth: Any) -> Trace:
    """Return a trace in which the host told the user's typing, and what the desk has of it."""
    story = Talk()
    for on in calls:
        story.host("user_typing", is_typing=on)
    return story.trace(user_typing=typing, typing_calls=requests, **truth)


class TestPRS11:
    """the_users_stop_is_no_start."""

    def test_holds(self) -> None:
        """A stop is told as a stop."""
        assert holds(presence_user.the_users_stop_is_no_start, typed([True, False], 2, False))

    def test_no_stop(self) -> None:
        """A stop that is not told leaves the start at the desk: that says nothing against the adapter."""
        assert vacuous(presence_user.the_users_stop_is_no_start, typed([True, False], 1, True))

    @pytest.mark.parametrize("calls", [[False], [True, False]])
    def test_broken(self, calls: list[bool]) -> None:
        """Each call is told as a start (B16)."""
        words = finding(presence_user.the_users_stop_is_no_start, typed(calls, len(calls), True))
        assert "userTyping(false)" in words

    def test_each_value(self) -> None:
        """A start for the first stop, which the last stop hides."""
        trace = typed([True, False, True, False], 4, False, typing_values=[True, True, True, False])
        words = finding(presence_user.the_users_stop_is_no_start, trace)
        assert "at most 2 starts" in words
        assert "start, start, start, stop" in words

    def test_renewed(self) -> None:
        """While the user goes on typing, the start may be told again."""
        story = Talk()
        story.host("user_typing", is_typing=True).advance(4).host("user_typing", is_typing=False)
        trace = story.trace(user_typing=False, typing_calls=3, typing_values=[True, True, False])
        assert holds(presence_user.the_users_stop_is_no_start, trace)

    def test_not_exercised(self) -> None:
        """The user did not stop."""
        assert vacuous(presence_user.the_users_stop_is_no_start, typed([True], 1, True))


class TestPRS12:
    """read_receipts_are_true."""

    def test_holds(self) -> None:
        """The agent read, the receipt follows."""
        story = welcome().send("Hi").read(2).callback("agent_read_messages")
        assert holds(presence_user.read_receipts_are_true, story)

    def test_no_receipt(self) -> None:
        """A message without a receipt is well."""
        assert holds(presence_user.read_receipts_are_true, welcome().say("Hello").shown("Hello"))

    def test_broken(self) -> None:
        """A receipt because the agent wrote (B30)."""
        story = welcome().say("Hello").shown("Hello").callback("agent_read_messages")
        assert "at most 0 times" in finding(presence_user.read_receipts_are_true, story)

    def test_partly_read(self) -> None:
        """The agent had read the first text only."""
        story = welcome().send("One").send("Two", message_id="m2")
        words = finding(presence_user.read_receipts_are_true, story.read(2).callback("agent_read_messages"))
        assert "'Two'" in words

    def test_not_exercised(self) -> None:
        """Nobody writes, nobody reads."""
        assert vacuous(presence_user.read_receipts_are_true, welcome())


class TestPRS13:
    """typing_bursts_are_throttled."""

    def test_holds(self) -> None:
        """Five keys, one request."""
        assert holds(presence_user.typing_bursts_are_throttled, typed([True] * 5, 1, True))

    def test_broken(self) -> None:
        """Five keys, five requests."""
        words = finding(presence_user.typing_bursts_are_throttled, typed([True] * 5, 5, True))
        assert "at most 1 requests" in words
        assert "got 5" in words

    def test_stop_after_a_message(self) -> None:
        """A message may end the typing, or not: the stop behind it may be told."""
        story = welcome().host("user_typing", is_typing=True).send("Hi").host("user_typing", is_typing=False)
        assert vacuous(presence_user.typing_bursts_are_throttled, story.trace(user_typing=False, typing_calls=2))

    def test_changes(self) -> None:
        """Each change may be told."""
        assert vacuous(presence_user.typing_bursts_are_throttled, typed([True, False], 2, False))
