"""PRS-07 to PRS-09, typing of agents, on traces made by hand."""

from __future__ import annotations

import pytest

from contracts.requirements import presence_typing
from tests.suite.requirements.build import ADA, BOB
from tests.suite.requirements.talk import finding, holds, vacuous, welcome


class TestPRS07:
    """typing_ends_with_what_it_was_for."""

    def test_before_or_after(self) -> None:
        """False may come right before or right after the message."""
        before = welcome().types().typing().say("Hello").typing(False).shown("Hello").mark()
        after = welcome().types().typing().say("Hello").shown("Hello").typing(False).mark()
        assert holds(presence_typing.typing_ends_with_what_it_was_for, before)
        assert holds(presence_typing.typing_ends_with_what_it_was_for, after)

    def test_message(self) -> None:
        """Typing still shown when time goes on after the message (B45)."""
        story = welcome().types().typing().say("Hello").shown("Hello").mark().passes(5, False)
        words = finding(presence_typing.typing_ends_with_what_it_was_for, story)
        assert "'Hello'" in words
        assert "agentTyping(false)" in words

    def test_end(self) -> None:
        """At the end of the chat it is too late for a false afterwards."""
        story = welcome().types().typing().agent_ends().callback("agent_ended_chat")
        assert "end of the chat" in finding(presence_typing.typing_ends_with_what_it_was_for, story.typing(False))

    def test_transfer(self) -> None:
        """A transfer that is told when the next agent has joined already ends the typing, too."""
        story = welcome().types().typing().hand_over(to=BOB).join(BOB, "transfer-1", gone=ADA)
        story.handed_over(BOB).joined(BOB).mark()
        assert "the transfer is told" in finding(presence_typing.typing_ends_with_what_it_was_for, story)

    def test_notice_of_a_conference(self) -> None:
        """A notice that puts a second agent to the host is no transfer: the first may go on typing."""
        story = welcome().types().typing().join(BOB).handed_over(BOB).joined(BOB).mark()
        assert vacuous(presence_typing.typing_ends_with_what_it_was_for, story)

    def test_somebody_else_types(self) -> None:
        """In a conference the other agent may still be typing."""
        story = welcome().join(BOB).joined(BOB).types(BOB).typing().types().say("Hello").shown("Hello").mark()
        assert vacuous(presence_typing.typing_ends_with_what_it_was_for, story.passes(1))

    def test_not_exercised(self) -> None:
        """Nobody types."""
        assert vacuous(presence_typing.typing_ends_with_what_it_was_for, welcome().say("Hello").shown("Hello"))


class TestPRS08:
    """typing_does_not_stick."""

    def test_holds(self) -> None:
        """Off after five seconds."""
        assert holds(presence_typing.typing_does_not_stick, welcome().types().typing().passes(6.5, False))

    def test_sticks(self) -> None:
        """Still on after eight."""
        words = finding(presence_typing.typing_does_not_stick, welcome().types().typing().passes(8))
        assert "by 5 s" in words
        assert "at 8 s" in words

    def test_renewal_holds(self) -> None:
        """A renewal at four seconds keeps it on at 5.5."""
        story = welcome().types().typing().passes(4).types().read(1).callback("agent_read_messages")
        assert holds(presence_typing.typing_does_not_stick, story.passes(1.5).passes(5, False))

    def test_old_timer(self) -> None:
        """The timer of the first notice clears what the second said (B13)."""
        story = welcome().types().typing().passes(4).types().read(1).callback("agent_read_messages")
        words = finding(presence_typing.typing_does_not_stick, story.passes(1.5, False))
        assert "Ada goes on typing" in words
        assert "1.5 s after" in words

    def test_not_exercised(self) -> None:
        """Too little time goes by."""
        assert vacuous(presence_typing.typing_does_not_stick, welcome().types().typing().passes(3))


class TestPRS09:
    """typing_is_told_when_it_changes."""

    def test_holds(self) -> None:
        """On, off."""
        assert holds(presence_typing.typing_is_told_when_it_changes, welcome().typing().typing(False))

    @pytest.mark.parametrize("told", [[True, True], [False]])
    def test_broken(self, told: list[bool]) -> None:
        """A repeat, or a stop of what never began."""
        story = welcome()
        for on in told:
            story.typing(on)
        assert "only when it changes" in finding(presence_typing.typing_is_told_when_it_changes, story)

    def test_not_exercised(self) -> None:
        """Nobody types."""
        assert vacuous(presence_typing.typing_is_told_when_it_changes, welcome())
