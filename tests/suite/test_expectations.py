"""What the runner waits for before the next step."""

from __future__ import annotations

from threading import Timer
from typing import Any

from contracts.deadlines import Deadlines
from contracts.expectations import Expectations
from contracts.trace import Recorder, Side


def event(seq: int, type: str, **data: Any) -> dict[str, Any]:
    """Return an event of the desk."""
    return {"seq": seq, "type": type, "time": "2026-01-01T00:00:00.000Z", "data": data}


def test_typing_is_waited_for() -> None:
    """What is done after an agent typed must come after it was shown, or a renewal could overtake its first notice."""
    recorder = Recorder(lambda: 0.0)
    expectations = Expectations(recorder, Deadlines(), "u1", "u1#1")
    expectations.note([event(1, "agent.typing", agent_id="agent-ada", typing=True)])
    shows = Timer(0.02, lambda: recorder.add(Side.CALLBACK, "agent_typing", chat="u1#1", is_typing=True))
    shows.start()
    expectations.settle()
    assert [entry.kind for entry in recorder.snapshot()] == ["agent_typing"]
    shows.join()


def test_what_may_be_left_out_is_no_miss() -> None:
    """An adapter without typing is not late: nothing is marked, and the next wait is as patient as before."""
    recorder = Recorder(lambda: 0.0)
    expectations = Expectations(recorder, Deadlines(), "u1", "u1#1")
    expectations.note([event(1, "agent.typing", agent_id="agent-ada", typing=True)])
    assert expectations.settle()
    expectations.note([event(2, "agent.joined", agent={"id": "agent-ada"})])
    recorder.add(Side.CALLBACK, "agent_joined", chat="u1#1")
    assert expectations.settle()
    assert [entry.data for entry in recorder.snapshot() if entry.kind == "delivered"] == [{"seq": 2}]


def test_while_somebody_else_types_nothing_is_waited_for() -> None:
    """With two typists it may go either way: a correct adapter must not use up the patience for faulty ones."""
    recorder, deadlines = Recorder(lambda: 0.0), Deadlines()
    expectations = Expectations(recorder, deadlines, "u1", "u1#1")
    for seq, agent_id in ((1, "agent-ada"), (2, "agent-bob")):
        expectations.note([event(seq, "agent.typing", agent_id=agent_id, typing=True)])
    recorder.add(Side.CALLBACK, "agent_typing", chat="u1#1", is_typing=True)
    expectations.note([event(3, "agent.typing", agent_id="agent-bob", typing=False)])
    for _ in range(4):
        expectations.settle()
    assert deadlines.of("agent_typing", 1.0, 0.0) == 1.0


def said(seq: int, text: str) -> dict[str, Any]:
    """Return the event of an agent's message."""
    return event(seq, "message.created", message={"text": text, "author": {"role": "agent", "id": "agent-ada"}})


def shows(recorder: Recorder, text: str) -> None:
    """Let the adapter show a text."""
    recorder.add(Side.CALLBACK, "send_message_to_user", chat="u1#1", texts=[text])


def test_a_text_without_letters_is_waited_for() -> None:
    """An adapter that showed one message in two parts has shown enough by number, and a line end is a message."""
    recorder = Recorder(lambda: 0.0)
    expectations = Expectations(recorder, Deadlines(), "u1", "u1#1")
    expectations.note([said(1, "a picture")])
    shows(recorder, "a picture")
    shows(recorder, "https://example.com")
    expectations.note([said(2, "\r\n")])
    later = Timer(0.02, shows, (recorder, "\n"))
    later.start()
    assert expectations.settle()
    assert [entry.data.get("texts") or entry.kind for entry in recorder.snapshot()][2:] == [["\n"], "delivered"]
    later.join()


def test_the_old_once_more_is_not_the_new() -> None:
    """An adapter that repeats a message while the next is under way would look done, and be blamed or not by chance."""
    recorder = Recorder(lambda: 0.0)
    expectations = Expectations(recorder, Deadlines(), "u1", "u1#1")
    expectations.note([said(1, "first"), said(2, "second")])
    shows(recorder, "first")
    shows(recorder, "first")
    later = Timer(0.02, shows, (recorder, "second"))
    later.start()
    assert expectations.settle()
    assert [entry.data.get("texts") or entry.kind for entry in recorder.snapshot()] == [
        ["first"],
        ["first"],
        ["second"],
        "delivered",
    ]
    later.join()


def test_a_text_that_was_written_twice_is_shown_twice() -> None:
    """Equal texts are no repetition, nor are texts that differ in markup alone, which may be shown as one."""
    recorder = Recorder(lambda: 0.0)
    expectations = Expectations(recorder, Deadlines(), "u1", "u1#1")
    expectations.note([said(1, "yes"), said(2, "yes"), said(3, "**yes** "), said(4, "no")])
    for text in ("yes", "yes", "yes", "no"):
        shows(recorder, text)
    assert expectations.settle()


def test_what_the_desk_says_by_itself_is_not_what_the_agent_said() -> None:
    """A desk that greets on its own would make every wait end one message too early."""
    recorder = Recorder(lambda: 0.0)
    expectations = Expectations(recorder, Deadlines(), "u1", "u1#1")
    expectations.note([said(2, "I am Ada")])
    shows(recorder, "Welcome")
    later = Timer(0.02, shows, (recorder, "I am **Ada**"))
    later.start()
    assert expectations.settle()
    assert len(recorder.snapshot()) == 3
    later.join()


def test_an_agent_who_is_told_twice_does_not_stand_for_the_next() -> None:
    """The ids may be the adapter's own; that one agent came does not show that two did."""
    recorder = Recorder(lambda: 0.0)
    expectations = Expectations(recorder, Deadlines(), "u1", "u1#1")
    expectations.note([event(1, "agent.joined", agent={"id": "a"}), event(2, "agent.joined", agent={"id": "b"})])
    for _ in range(2):
        recorder.add(Side.CALLBACK, "agent_joined", chat="u1#1", profile={"id": "own-a"})
    later = Timer(0.02, lambda: recorder.add(Side.CALLBACK, "agent_joined", chat="u1#1", profile={"id": "own-b"}))
    later.start()
    assert expectations.settle()
    assert len(recorder.snapshot()) == 4
    later.join()


def test_a_leaving_that_was_told_before_is_not_the_one_that_is_due() -> None:
    """An adapter may put a transfer as a leaving: it must not be blamed for the next one before it could tell it."""
    recorder = Recorder(lambda: 0.0)
    expectations = Expectations(recorder, Deadlines(), "u1", "u1#1")
    expectations.note([event(1, "agent.joined", agent={"id": "a"})])
    recorder.add(Side.CALLBACK, "agent_left_chat", chat="u1#1")
    recorder.add(Side.CALLBACK, "agent_joined", chat="u1#1", profile={"id": "a"})
    expectations.settle()
    expectations.note([event(2, "agent.left", agent_id="a", reason="left")])
    later = Timer(0.02, lambda: recorder.add(Side.CALLBACK, "agent_left_chat", chat="u1#1"))
    later.start()
    assert expectations.settle()
    assert [entry.kind for entry in recorder.snapshot()][-2:] == ["agent_left_chat", "delivered"]
    later.join()


def test_who_takes_over_is_waited_for_although_the_giver_leaves_behind_it() -> None:
    """The last event of a transfer shows nothing; the join before it does, and what follows must come after it."""
    recorder = Recorder(lambda: 0.0)
    expectations = Expectations(recorder, Deadlines(), "u1", "u1#1")
    gone = event(2, "agent.left", agent_id="b", reason="transferred")
    expectations.note([event(1, "agent.joined", agent={"id": "a"}), gone])
    tells = Timer(0.02, lambda: recorder.add(Side.CALLBACK, "agent_joined", chat="u1#1", profile={"id": "a"}))
    tells.start()
    assert expectations.settle()
    assert [(entry.kind, entry.data.get("seq")) for entry in recorder.snapshot()] == [
        ("agent_joined", None),
        ("delivered", 1),
    ]
    tells.join()


def test_a_stranger_who_is_told_as_joined_is_not_the_agent() -> None:
    """An adapter that tells the user as an agent would be judged before it had told the agent, or after, by chance."""
    recorder = Recorder(lambda: 0.0)
    expectations = Expectations(recorder, Deadlines(), "u1", "u1#1")
    expectations.note([event(1, "agent.joined", agent={"id": "a"}), event(2, "agent.joined", agent={"id": "b"})])
    for id in ("a", "user-u1"):
        recorder.add(Side.CALLBACK, "agent_joined", chat="u1#1", profile={"id": id})
    later = Timer(0.02, lambda: recorder.add(Side.CALLBACK, "agent_joined", chat="u1#1", profile={"id": "b"}))
    later.start()
    assert expectations.settle()
    assert [entry.kind for entry in recorder.snapshot()] == ["agent_joined"] * 3 + ["delivered"]
    later.join()


def test_news_of_the_queue_is_waited_for_until_somebody_joins() -> None:
    """What is done next must come after it; an adapter that tells nothing costs a short time only."""
    recorder = Recorder(lambda: 0.0)
    expectations = Expectations(recorder, Deadlines(), "u1", "u1#1")
    expectations.note([event(1, "queue.updated", position=1)])
    tells = Timer(0.02, lambda: recorder.add(Side.CALLBACK, "update_agent_availability", chat="u1#1"))
    tells.start()
    expectations.settle()
    assert [entry.kind for entry in recorder.snapshot()] == ["update_agent_availability"]
    tells.join()


def test_while_nothing_comes_somebody_may_look_once() -> None:
    """A poller may have got an answer of no use; time that is moved again and again would make it give up."""
    recorder = Recorder(lambda: 0.0)
    expectations = Expectations(recorder, Deadlines(0.1), "u1", "u1#1")
    expectations.note([said(1, "Hello")])
    looked: list[int] = []
    assert not expectations.settle(lambda: looked.append(1))
    assert looked == [1]
    expectations.note([said(2, "Still here")])
    assert expectations.settle(lambda: (shows(recorder, "Hello"), shows(recorder, "Still here")))  # type: ignore[func-returns-value, arg-type]
