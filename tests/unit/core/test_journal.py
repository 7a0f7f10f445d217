"""The journal: one order, with causes, bounded, and loud about what is missing."""

from __future__ import annotations

import pytest

from mockdesk.core.actions import Join
from mockdesk.core.errors import AgentNotPresent
from mockdesk.core.happenings import Happening, Started
from mockdesk.core.journal import Journal
from tests.unit.core.bench import Bench, MakeBench


def test_an_event_is_put_down_to_its_command(bench: Bench) -> None:
    """Whoever reads the journal sees what led to what, across conversations too."""
    one, two = bench.start("a"), bench.start("b")
    mark = bench.desk.journal.last_position
    bench.act(one, "join", agent="ada")
    command, joined, moved = bench.desk.journal.entries(mark)
    assert (command.kind, command.data) == ("command", {"command": "act", "action": "join", "agent": "ada"})
    assert (joined.kind, joined.conversation_id, joined.cause) == ("event", one, command.position)
    assert (moved.kind, moved.conversation_id, moved.cause) == ("event", two, command.position)
    assert moved.data["type"] == "queue.updated"


def test_what_a_listener_does_is_put_down_to_what_it_was_told(bench: Bench) -> None:
    """A script's answer is explained by the user's doing, not by chance."""

    def greet(conversation_id: str, happening: Happening) -> None:
        if isinstance(happening, Started):
            bench.desk.act(conversation_id, Join("ada"))

    bench.desk.observe(greet)
    bench.start()
    start, first, act, joined = bench.desk.journal.entries()
    assert [entry.cause for entry in (start, first, act, joined)] == [
        None,
        start.position,
        start.position,
        act.position,
    ]
    assert bench.desk.journal.cause is None


def test_a_refusal_is_journalled(bench: Bench) -> None:
    """What did not happen is what people look for."""
    one = bench.start()
    with pytest.raises(AgentNotPresent):
        bench.act(one, "say", agent="ada", text="hi")
    command, refused = bench.desk.journal.entries()[-2:]
    assert refused.data == {"command": "act", "refused": "agent_not_present"}
    assert refused.cause == command.position


def test_the_bounded_journal_tells_what_it_dropped(make_bench: MakeBench) -> None:
    """A reader must not take a part for the whole."""
    bench = make_bench(journal_limit=3)
    for number in range(5):
        bench.desk.journal.add("request", None, {"number": number})
    page = bench.desk.journal.read(after=1)
    assert [entry.position for entry in page.entries] == [3, 4, 5]
    assert (page.missed, page.last_position, bench.desk.journal.dropped, len(bench.desk.journal)) == (1, 5, 2, 3)
    assert bench.desk.journal.read(after=0).missed == 2
    assert bench.desk.journal.read(after=2).missed == 0
    assert bench.desk.journal.read(after=4).to_data()["entries"][0]["data"] == {"number": 4}


def test_entries_can_be_chosen(bench: Bench) -> None:
    """By kind and by conversation, as the control API offers."""
    one, two = bench.start("a"), bench.start("b")
    journal = bench.desk.journal
    assert {entry.kind for entry in journal.read(kinds=["event"]).entries} == {"event"}
    assert [entry.conversation_id for entry in journal.read(conversation_id=two).entries] == [two]
    assert len(journal.read(kinds=["command"], conversation_id=one).entries) == 0


def test_an_entry_is_stamped_and_stays_as_it_was() -> None:
    """Later changes of what was handed in must not rewrite history."""
    data = {"path": "/v1"}
    journal = Journal(5, lambda: 0.5)
    position = journal.add("request", None, data, cause=7)
    data["path"] = "/changed"
    assert journal.entries()[0].to_data() == {
        "position": position,
        "time": "1970-01-01T00:00:00.500Z",
        "kind": "request",
        "conversation_id": None,
        "data": {"path": "/v1"},
        "cause": 7,
    }


def test_the_oldest_that_follow_a_position() -> None:
    """A reader of a long journal copies a part at a time, without a gap and without going through all of it."""
    journal = Journal(limit=5)
    for _ in range(8):
        journal.add("event")
    assert [entry.position for entry in journal.following(5, 2)] == [6, 7]
    assert [entry.position for entry in journal.following(7, 2)] == [8]
    assert [entry.position for entry in journal.following(0, 9)] == [4, 5, 6, 7, 8]
    assert journal.following(8, 2) == journal.following(99, 2) == ()
