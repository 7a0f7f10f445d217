"""Log and transcript: positions, retention, and the same text in every run."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockdesk.core.desk import StartRequest
from mockdesk.core.errors import UnknownPosition
from mockdesk.core.events import EVENT_TYPES, AgentLeft, Event, Message
from mockdesk.core.log import EventLog
from mockdesk.core.transcript import canonical_json, digest
from tests.unit.core.bench import Bench, MakeBench

TYPES = [
    "queue.updated",
    "agent.joined",
    "agent.typing",
    "agent.read",
    "agent.left",
    "transfer.started",
    "message.created",
    "conversation.ended",
    "file.updated",
    "screen_share.requested",
    "screen_share.ended",
    "capabilities.updated",
]


def test_the_event_types_are_those_of_the_contract() -> None:
    """A type that openapi.yaml does not know could not be validated."""
    assert sorted(EVENT_TYPES) == sorted(TYPES)


def test_events_cannot_be_changed() -> None:
    """They are handed to everybody who listens."""
    event = Event(1, 0.0, AgentLeft("ada"))
    with pytest.raises(FrozenInstanceError):
        event.seq = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        event.body.agent_id = "bob"  # type: ignore[attr-defined]


@given(retention=st.integers(1, 8), count=st.integers(0, 20), position=st.integers(-2, 22))
def test_a_log_gives_exactly_the_later_events_or_refuses(retention: int, count: int, position: int) -> None:
    """A gap must be told, never skipped (REC-05)."""
    log = EventLog(retention)
    for number in range(count):
        log.append(float(number), AgentLeft(str(number)))
    kept = range(max(1, count - retention + 1), count + 1)
    if kept.start - 1 <= position <= count:
        assert [event.seq for event in log.after(position)] == list(range(position + 1, count + 1))
    else:
        with pytest.raises(UnknownPosition):
            log.after(position)
    assert (log.first_seq, log.last_seq, len(log)) == (kept.start, count, len(kept))


def play(bench: Bench) -> None:
    """Play a little of everything that makes ids and times."""
    first, second = bench.start("a"), bench.start("b")
    bench.clock.advance(1.5)
    bench.act(first, "join", agent="ada")
    bench.send(first, "grüß \U0001f600")
    bench.act(first, "transfer", agent="ada", to_agent="bob")
    bench.act(first, "join", agent="bob")
    bench.act(first, "request_screen", agent="bob")
    bench.desk.upload_file(second, "a.txt", "text/plain", b"a")
    bench.desk.end(second)


def test_the_same_seed_gives_the_same_digest(make_bench: MakeBench) -> None:
    """Ids, times and order are the same in every run, tokens are not and are not in it."""
    digests = []
    for seed in (5, 5, 6, None):
        bench = make_bench(seed=seed)
        play(bench)
        digests.append(bench.desk.digest())
    assert digests[0] == digests[1]
    assert len(set(digests)) == 3


def test_the_digest_of_a_seed_never_changes(make_bench: MakeBench) -> None:
    """People write it in their tests; a release that changes it breaks them and must say so."""
    bench = make_bench(seed=5)
    play(bench)
    assert bench.desk.digest() == "965aa94a8bada1d4db61d23a5ef5187d50281d874218a11fa733e07d2b15fbc4"


def test_the_transcript_is_canonical(bench: Bench) -> None:
    """One text for one history: sorted keys, no spaces, characters as they are."""
    play(bench)
    text = bench.desk.transcript()
    assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert "grüß \U0001f600" in text
    assert [entry["id"] for entry in json.loads(text)] == [one.id for one in bench.desk.conversations()]


def test_the_transcript_tells_what_it_lacks(make_bench: MakeBench) -> None:
    """A bounded log must not look like a whole one."""
    bench = make_bench(event_retention=2)
    bench.send(bench.connected())
    (entry,) = json.loads(bench.desk.transcript())
    assert entry["dropped"] == 1
    assert [event["seq"] for event in entry["events"]] == [2, 3]


def test_no_secret_is_told(make_bench: MakeBench) -> None:
    """Transcripts, truths and journals end up in bug reports (SEC-02)."""
    bench = make_bench(api_keys=["the-api-key"])
    user = bench.desk.create_token("the-api-key", "user").token
    started = bench.desk.start(StartRequest("user"), "key", user)
    told = bench.desk.transcript() + json.dumps([bench.desk.truths(), started.conversation.to_data()])
    told += json.dumps([entry.to_data() for entry in bench.desk.journal.entries()])
    assert not [secret for secret in ("the-api-key", user, started.token) if secret in told]


def test_a_transcript_that_cannot_be_encoded_still_has_a_digest() -> None:
    """In-process callers can hand in any text."""
    assert len(digest(canonical_json(["\ud800"]))) == 64


def test_empty_fields_of_a_message_are_left_out() -> None:
    """The wire shape of the contract: optional fields are absent, not null."""
    message = Message("m", "user", "u", "", 0.0, 1)
    assert message.to_data() == {
        "id": "m",
        "author": {"role": "user", "id": "u"},
        "text": "",
        "time": "1970-01-01T00:00:00.000Z",
        "seq": 1,
    }


def test_a_conversation_has_the_shape_of_the_contract(bench: Bench) -> None:
    """The server sends it as it is."""
    one = bench.connected()
    data = bench.desk.conversation(one).to_data()
    assert data == {
        "id": one,
        "state": "connected",
        "queue": "default",
        "user_id": "user",
        "context": {},
        "agents": [{"id": "ada", "nickname": "Ada"}],
        "created_at": "2024-01-01T00:00:00.000Z",
        "ended_at": None,
        "ended_by": None,
        "end_reason": None,
        "last_seq": 2,
        "position": None,
        "user_typing": False,
        "user_read_seq": None,
    }
