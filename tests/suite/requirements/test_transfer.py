"""TRF on traces made by hand: one that holds, one that is broken, one that does not exercise the requirement."""

from __future__ import annotations

import pytest

from contracts.requirements import transfer, transfer_talk
from tests.suite.requirements import build
from tests.suite.requirements.build import ADA, BOB, CLEO
from tests.suite.requirements.talk import Talk, finding, holds, vacuous, welcome


def begun(to: dict[str, str] | None = BOB) -> Talk:
    """Ada hands over, and it is told."""
    return welcome().hand_over(to=to).handed_over(to)


def taken() -> Talk:
    """Bob has taken over, and it is told."""
    return begun().join(BOB, "transfer-1", gone=ADA).joined(BOB).mark()


def conference() -> Talk:
    """Bob has joined beside Ada."""
    return welcome().join(BOB).joined(BOB).mark()


class TestTRF01:
    """a_further_agent_is_announced."""

    def test_transfer(self) -> None:
        """Notice, then join."""
        assert holds(transfer.a_further_agent_is_announced, taken())

    def test_leaving(self) -> None:
        """A leaving announces the next one as well."""
        assert holds(transfer.a_further_agent_is_announced, welcome().leave().left().join(BOB).joined(BOB))

    def test_broken(self) -> None:
        """Two joins in a row (B26, B36)."""
        story = welcome().hand_over(to=BOB).join(BOB, "transfer-1", gone=ADA).joined(BOB).mark()
        words = finding(transfer.a_further_agent_is_announced, story)
        assert "beginTransferToAnotherAgent" in words
        assert "for Bob, who came in the place of Ada" in words

    @pytest.mark.parametrize("notice", ["begin_transfer_to_another_agent", "agent_left_chat", None])
    def test_conference(self, notice: str | None) -> None:
        """The host knows one agent: a second one beside the first may be put to it in any way."""
        story = welcome().join(BOB)
        if notice:
            story.callback(notice)
        assert vacuous(transfer.a_further_agent_is_announced, story.joined(BOB).mark())

    def test_told_late(self) -> None:
        """Bob joins beside Ada in an outage, goes, and takes over: his first joining is still that of a conference."""
        story = welcome().join(BOB).leave(BOB).hand_over(to=BOB).join(BOB, "transfer-1", gone=ADA)
        story = story.joined(BOB).left().handed_over(BOB).joined(BOB).mark()
        assert holds(transfer.a_further_agent_is_announced, story)


class TestTRF02:
    """a_transfer_does_not_end_the_chat."""

    def test_holds(self) -> None:
        """The desk ends it later: that is the desk's end."""
        story = taken().agent_ends(BOB).callback("agent_ended_chat").mark()
        assert holds(transfer.a_transfer_does_not_end_the_chat, story)

    def test_broken(self) -> None:
        """The leaving of who handed over ends the chat (B27)."""
        words = finding(transfer.a_transfer_does_not_end_the_chat, taken().callback("agent_ended_chat"))
        assert "transfer from Ada" in words
        assert "agent_ended_chat" in words

    def test_lost(self) -> None:
        """A chat that ended after its stream was cut did not end for the transfer."""
        story = begun().suite("drop").callback("agent_ended_chat")
        assert vacuous(transfer.a_transfer_does_not_end_the_chat, story)

    def test_not_exercised(self) -> None:
        """No transfer."""
        assert vacuous(transfer.a_transfer_does_not_end_the_chat, welcome())


class TestTRF03:
    """a_declined_transfer_changes_nothing."""

    def test_holds(self) -> None:
        """Bob declines, Cleo is asked and comes: one notice."""
        story = begun().decline(BOB).say("Still here").shown("Still here").mark().hand_over(to=CLEO, attempt=2)
        story.join(CLEO, "transfer-1", gone=ADA).joined(CLEO).mark()
        assert holds(transfer_talk.a_declined_transfer_changes_nothing, story)

    def test_notice_again(self) -> None:
        """A notice for each attempt (B9)."""
        story = begun().decline(BOB).hand_over(to=CLEO, attempt=2).handed_over(CLEO)
        story.join(CLEO, "transfer-1", gone=ADA).joined(CLEO).mark()
        assert "called 2 times" in finding(transfer_talk.a_declined_transfer_changes_nothing, story)

    def test_muted(self) -> None:
        """The first agent is muted (B9)."""
        words = finding(
            transfer_talk.a_declined_transfer_changes_nothing, begun().decline(BOB).say("Still here").mark()
        )
        assert "Ada's message 'Still here'" in words
        assert "after the transfer was declined" in words

    def test_joined(self) -> None:
        """Who declined is told as joined."""
        story = begun().joined(BOB).decline(BOB)
        assert "agent-bob" in finding(transfer_talk.a_declined_transfer_changes_nothing, story)

    def test_not_exercised(self) -> None:
        """Nobody declined."""
        assert vacuous(transfer_talk.a_declined_transfer_changes_nothing, taken())


class TestTRF04:
    """both_agents_are_heard_in_a_transfer."""

    def test_holds(self) -> None:
        """Last words of one, first words of the other."""
        story = begun().say("Bob comes").shown("Bob comes").join(BOB, "transfer-1", gone=ADA).joined(BOB)
        story.say("Hello", BOB).shown("Hello", "agent-bob").mark()
        assert holds(transfer_talk.both_agents_are_heard_in_a_transfer, story)

    def test_muted(self) -> None:
        """The old agent's last words are dropped (B8)."""
        words = finding(transfer_talk.both_agents_are_heard_in_a_transfer, begun().say("Bob comes").mark())
        assert "Ada's message 'Bob comes'" in words
        assert "not shown" in words

    def test_wrong_name(self) -> None:
        """The new agent's first words under the old one's name."""
        story = taken().say("Hello", BOB).shown("Hello", "agent-ada").mark()
        assert "shown as of 'agent-ada'" in finding(transfer_talk.both_agents_are_heard_in_a_transfer, story)

    def test_not_exercised(self) -> None:
        """No transfer."""
        assert vacuous(transfer_talk.both_agents_are_heard_in_a_transfer, welcome().say("Hello").shown("Hello").mark())


class TestTRF05:
    """no_transfer_before_the_first_agent."""

    def test_holds(self) -> None:
        """A join comes first."""
        assert holds(transfer.no_transfer_before_the_first_agent, welcome())

    def test_broken(self) -> None:
        """The first agent of the second chat is a transfer (B11)."""
        story = welcome()
        story.start()
        story.join(BOB).handed_over(BOB).joined(BOB).mark()
        assert "before any beginTransfer" in finding(transfer.no_transfer_before_the_first_agent, story)

    def test_not_exercised(self) -> None:
        """Nobody came."""
        assert vacuous(transfer.no_transfer_before_the_first_agent, Talk())


class TestTRF06:
    """texts_sent_in_a_transfer_arrive."""

    def test_holds(self) -> None:
        """Stored, or refused."""
        story = begun()
        story.send("One")
        story.send("Two", error="RuntimeError: not now", message_id="m2")
        assert holds(transfer_talk.texts_sent_in_a_transfer_arrive, story)

    def test_broken(self) -> None:
        """Resolved, and the desk has nothing."""
        story = begun()
        story.host("send_message_to_agent", text="One", message_id="m1", files=[])
        words = finding(transfer_talk.texts_sent_in_a_transfer_arrive, story)
        assert "'One'" in words
        assert "no such text" in words

    def test_not_exercised(self) -> None:
        """Sent after the transfer."""
        assert vacuous(transfer_talk.texts_sent_in_a_transfer_arrive, taken().send("One"))


class TestTRF07:
    """who_was_announced_joins."""

    def test_holds(self) -> None:
        """Bob was announced, Bob comes."""
        assert holds(transfer.who_was_announced_joins, taken())

    def test_broken(self) -> None:
        """The notice names who hands over."""
        story = welcome().hand_over(to=BOB).handed_over(ADA).join(BOB, "transfer-1", gone=ADA).joined(BOB)
        words = finding(transfer.who_was_announced_joins, story)
        assert "'agent-ada'" in words
        assert "'agent-bob'" in words

    def test_somebody_else_took_over(self) -> None:
        """The desk asked Bob and Cleo came: nobody's fault."""
        story = begun().join(CLEO, "transfer-1", gone=ADA).joined(CLEO)
        assert vacuous(transfer.who_was_announced_joins, story)

    def test_two_transfers_in_one_delivery(self) -> None:
        """Of two transfers that arrive together the first was given up: its notice may name somebody else."""
        story = welcome().hand_over(to=BOB).leave(ADA).join(ADA)
        story.act("transfer", build.transfer(ADA, CLEO, id="transfer-2"), agent=ADA)
        story.join(CLEO, "transfer-2", gone=ADA)
        story.handed_over(BOB).joined(ADA).handed_over(CLEO).joined(CLEO).mark()
        assert vacuous(transfer.who_was_announced_joins, story)


class TestTRF08:
    """a_conference_shows_both."""

    def test_holds(self) -> None:
        """Both write, both are shown."""
        story = (
            conference().say("I am Bob", BOB).shown("I am Bob", "agent-bob").say("And I am Ada").shown("And I am Ada")
        )
        assert holds(transfer_talk.a_conference_shows_both, story.mark())

    def test_unseen(self) -> None:
        """The second agent is not told."""
        words = finding(transfer_talk.a_conference_shows_both, welcome().join(BOB).mark())
        assert "Bob, who joined beside Ada" in words

    def test_muted(self) -> None:
        """The first agent is muted by the second (B24)."""
        assert "Ada's message" in finding(transfer_talk.a_conference_shows_both, conference().say("I am Ada").mark())

    def test_not_exercised(self) -> None:
        """One agent at a time."""
        assert vacuous(transfer_talk.a_conference_shows_both, taken())
