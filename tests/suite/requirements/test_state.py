"""STA on traces made by hand: one that holds, one that is broken, one that does not exercise the requirement."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.messages import connect_message
from contracts.requirement import Guide
from contracts.requirements import state, state_inputs
from contracts.trace import Entry, Side, Trace
from tests.suite.requirements import build
from tests.suite.requirements.build import Story
from tests.suite.requirements.talk import finding, holds, vacuous

KEY = "history::1/2?x&y=%20#ü"


def started(story: Story | None = None, **details: Any) -> Story:
    """Start a chat with what the connect message tells."""
    story = (story or Story()).new_chat()
    message = connect_message("user-u1", details)
    return story.host("start_chat", second=False, connect_message=message)


def change(story: Story, **changes: Any) -> Story:
    """Let the host tell a new state."""
    return story.host("update_state", state=changes)


def send(story: Story, text: str, author: str, message_id: str) -> Story:
    """Let the user send a text, which the desk keeps as that author's."""
    call = story.call("send_message_to_agent", text=text, message_id=message_id, files=[])
    story.event(build.user_said(text, message_id, author))
    return story.settle(call)


class TestSTA01:
    """a_new_state_is_taken_note_of."""

    @pytest.mark.parametrize("changes", [{}, {"locale": "de"}, {"user_id": None, "session_id": ""}])
    def test_holds(self, changes: dict[str, Any]) -> None:
        """Full, partial and odd states."""
        assert holds(state.a_new_state_is_taken_note_of, change(started(), **changes))

    def test_raises(self) -> None:
        """A partial state is an exception."""
        story = started().host("update_state", "KeyError: 'locale'", state={})
        assert "KeyError" in finding(state.a_new_state_is_taken_note_of, story)

    def test_blocks(self) -> None:
        """The host waits for a silent desk."""
        story = started()
        call = story.call("update_state", state={"locale": "de"})
        story.add(Side.HOST, "given_up", call, seconds=9.0)
        assert "patience ended" in finding(state.a_new_state_is_taken_note_of, story)

    def test_not_exercised(self) -> None:
        """No new state."""
        assert vacuous(state.a_new_state_is_taken_note_of, started())


class TestSTA02:
    """the_desk_learns_the_new_state."""

    def changed(self, truth: dict[str, Any], **changes: Any) -> Trace:
        """Return a chat in which the state changed and a message followed, and what the desk has of it."""
        return send(change(started(), **changes), "And now?", "user-u1", "m1").trace(user_id="user-u1", **truth)

    def test_holds(self) -> None:
        """The desk has what the host told."""
        truth = {"state_changes": [{"time": "t", "session_id": "s2", "locale": "de"}], "context": {"locale": "de"}}
        assert holds(state.the_desk_learns_the_new_state, self.changed(truth, session_id="s2", locale="de"))

    def test_another_form(self) -> None:
        """A language is the same in another form, and a user may have an id of the desk's own."""
        truth = {"state_changes": [{"time": "t", "locale": "de"}, {"time": "t", "user_id": "crm-17"}]}
        assert holds(state.the_desk_learns_the_new_state, self.changed(truth, user_id="user-login", locale="de_AT"))

    @pytest.mark.parametrize("changes", [{"session_id": "s2"}, {"locale": "fr"}, {"user_id": "user-login"}])
    def test_broken(self, changes: dict[str, Any]) -> None:
        """Dropped (B17)."""
        trace = self.changed({"context": {"session_id": "s1", "locale": "de"}}, **changes)
        assert repr(next(iter(changes.values()))) in finding(state.the_desk_learns_the_new_state, trace)

    def test_changed_again(self) -> None:
        """What changes once more at once need not arrive."""
        story = change(change(started(), locale="de"), locale="fr")
        trace = send(story, "Et maintenant ?", "user-u1", "m1").trace(context={"locale": "fr"})
        assert holds(state.the_desk_learns_the_new_state, trace)

    def test_refused(self) -> None:
        """A desk that refused to note it."""
        story = started().suite("fault", fault={"kind": "status", "operation": "updateState", "status": 500})
        trace = send(change(story, locale="de"), "And now?", "user-u1", "m1").trace(context={})
        assert vacuous(state.the_desk_learns_the_new_state, trace)

    def test_not_exercised(self) -> None:
        """Nothing shows that it had the time to arrive; or the change came before the chat."""
        assert vacuous(state.the_desk_learns_the_new_state, change(started(), locale="de").trace(context={}))
        story = started(change(Story().new_chat(), locale="de"))
        assert vacuous(state.the_desk_learns_the_new_state, send(story, "Hello", "user-u1", "m1"))


class TestSTA03:
    """the_agent_learns_what_the_bot_knows."""

    def test_holds(self) -> None:
        """In the context, or in a message and a link of it."""
        context = {"topic": "Refund", "message_to_agent": "Charged twice.", "session_history_key": "a::b"}
        details = {"topic": "Refund", "message_to_agent": "Charged twice.", "session_history_key": "a::b"}
        assert holds(state.the_agent_learns_what_the_bot_knows, started(**details).trace(context=context))
        story = started(**details)
        story.event(build.said(None, "Refund: Charged twice. https://example.com/talk?key=a%3A%3Ab"))
        assert holds(state.the_agent_learns_what_the_bot_knows, story)

    @pytest.mark.parametrize("lost", ["topic", "message_to_agent", "session_history_key"])
    def test_broken(self, lost: str) -> None:
        """One of them is lost (B61)."""
        details = {"topic": "Refund", "message_to_agent": "Charged twice.", "session_history_key": "a::b"}
        trace = started(**details).trace(context={name: text for name, text in details.items() if name != lost})
        assert details[lost] in finding(state.the_agent_learns_what_the_bot_knows, trace)

    def test_not_exercised(self) -> None:
        """A bare connect message."""
        story = Story().new_chat()
        message = connect_message("user-u1", {}, minimal=True)
        story.host("start_chat", second=False, connect_message=message)
        assert vacuous(state.the_agent_learns_what_the_bot_knows, story)


def exchange(operation: str, sent: dict[str, Any], told: dict[str, Any], status: int = 200) -> Entry:
    """Return one request and its answer."""
    data = {"operation": operation, "conversation_id": "c1", "token": "own", "status": status, "body": told}
    return Entry(0, 0.0, Side.WIRE, "exchange", "u1", None, {**data, "request": {"body": sent}})


class TestSTA04:
    """keys_survive_unchanged."""

    def test_holds(self) -> None:
        """Key, session and data as they were given."""
        data = {"a::b": {"n": [1, None]}}
        story = change(started(session_history_key=KEY, additional_data=data), session_id=KEY)
        context = {"session_history_key": KEY, "additional_data": data, "session_id": KEY}
        assert holds(state.keys_survive_unchanged, story.trace(context=context))

    def test_link(self) -> None:
        """A key that is only in a link stands there encoded."""
        story = started(session_history_key="a::b c")
        story.event(build.said(None, "https://example.com/talk?key=a%3A%3Ab%20c"))
        assert holds(state.keys_survive_unchanged, story)

    @pytest.mark.parametrize("kept", ["history::1/2?x", "history::1/2?x&y= #ü", "history%3A%3A1"])
    def test_key(self, kept: str) -> None:
        """Cut, decoded, encoded (B22)."""
        trace = started(session_history_key=KEY).trace(context={"session_history_key": kept})
        assert repr(kept) in finding(state.keys_survive_unchanged, trace)
        (judgement,) = state.keys_survive_unchanged.judge(trace)
        assert judgement.function is Guide.START_CHAT

    def test_session(self) -> None:
        """A session id that the host never gave."""
        trace = change(started(), session_id=KEY).trace(context={"session_id": KEY.casefold().upper()})
        assert "session id" in finding(state.keys_survive_unchanged, trace)

    def test_data(self) -> None:
        """Data that became a text."""
        trace = started(additional_data={"n": 1}).trace(context={"additional_data": {"n": "1"}})
        assert "it has '1'" in finding(state.keys_survive_unchanged, trace)

    def wire(self, told: dict[str, Any], changed: dict[str, Any]) -> Trace:
        """Return what a desk told at the start, and after a change of the session."""
        start = exchange("startChat", {"user_id": "u", "context": {"topic": KEY}}, {"conversation": told}, 201)
        return Trace((start, exchange("updateState", {"session_id": "a::b"}, changed)))

    def test_wire(self) -> None:
        """A desk alone: what it was given, it tells."""
        told = {"user_id": "u", "context": {"topic": KEY}}
        right = {"user_id": "u", "context": {"topic": KEY, "session_id": "a::b"}}
        assert holds(state.keys_survive_unchanged, self.wire(told, right))
        wrong = {"user_id": "u", "context": {"topic": KEY, "session_id": "a"}}
        assert "session_id" in finding(state.keys_survive_unchanged, self.wire(told, wrong))
        assert "topic" in finding(state.keys_survive_unchanged, self.wire({**told, "context": {}}, right))

    def test_unknown_outcome(self) -> None:
        """A change that was answered with an error may have been made or not."""
        given = {"user_id": "u", "context": {"locale": "en"}}
        start = exchange("startChat", given, {"conversation": given}, 201)
        failed = exchange("updateState", {"locale": "de"}, {"code": "injected_fault"}, 500)
        look = exchange("getConversation", {}, {"user_id": "u", "context": {"locale": "de"}})
        assert holds(state.keys_survive_unchanged, Trace((start, failed, look)))

    def test_not_exercised(self) -> None:
        """A desk that does not tell the key says nothing of it here."""
        assert vacuous(state.keys_survive_unchanged, started(session_history_key=KEY).trace(context={}))


class TestSTA05:
    """users_are_not_mixed."""

    def test_holds(self) -> None:
        """The old user's before, the new user's after; the ids may be the desk's own."""
        story = send(started(), "Before.", "crm-1", "m1")
        send(change(story, user_id="user-login"), "After.", "crm-2", "m2")
        assert holds(state.users_are_not_mixed, story)

    def test_late(self) -> None:
        """A message overtakes the new user."""
        story = send(started(), "Before.", "user-u1", "m1")
        send(change(story, user_id="user-login"), "After.", "user-u1", "m2")
        assert "'After.'" in finding(state.users_are_not_mixed, story)

    def test_early(self) -> None:
        """An earlier message is given to the new user."""
        story = send(started(), "Before.", "user-login", "m1")
        send(change(story, user_id="user-login"), "After.", "user-login", "m2")
        assert "stands there as 'user-login'" in finding(state.users_are_not_mixed, story)

    def test_under_way(self) -> None:
        """While a change is under way, a message may be either user's."""
        story = send(started(), "Before.", "user-u1", "m1")
        call = story.call("update_state", state={"user_id": "user-login"})
        send(story, "Meanwhile.", "user-u1", "m2").settle(call)
        send(story, "After.", "user-login", "m3")
        assert holds(state.users_are_not_mixed, story)

    def test_not_exercised(self) -> None:
        """The user stays the same."""
        assert vacuous(state.users_are_not_mixed, send(change(started(), locale="de"), "Hello", "user-u1", "m1"))


class TestSTA06:
    """inputs_are_left_alone."""

    def sent(self, **about: Any) -> Story:
        """Return a chat in which a message was sent."""
        return started(Story(**about)).send("Hello")

    def test_holds(self) -> None:
        """Nobody tried to change anything."""
        assert holds(state_inputs.inputs_are_left_alone, self.sent(inputs_watched=True))

    def test_broken(self) -> None:
        """The message was changed, and nothing was said about it; the function of the guide is named."""
        story = self.sent(inputs_watched=True)
        call = next(entry.index for entry in story.entries if entry.kind == "send_message_to_agent")
        trace = story.suite("mutated", of=call, change="setitem('sent')").trace()
        assert "setitem('sent')" in finding(state_inputs.inputs_are_left_alone, trace)
        (one,) = build.broken_by(state_inputs.inputs_are_left_alone, trace)
        assert one.function is Guide.SEND_MESSAGE_TO_AGENT

    def test_not_exercised(self) -> None:
        """Where attempts cannot be seen, nothing is said."""
        assert vacuous(state_inputs.inputs_are_left_alone, self.sent())
