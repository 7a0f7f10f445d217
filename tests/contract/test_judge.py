"""The judge finds what differs from the contract, and names the place."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.desk import contract

JUDGE = contract.load()
JSON = {"Content-Type": "application/json"}
PROBLEM = {"Content-Type": "application/problem+json"}
ENDED: dict[str, Any] = {
    "type": "urn:byosd:problem:conversation_ended",
    "title": "The conversation has ended",
    "status": 409,
    "detail": "It is over.",
    "code": "conversation_ended",
    "retryable": False,
}


def event(**changes: Any) -> dict[str, Any]:
    """Return a good event with changes."""
    good = {
        "seq": 2,
        "type": "agent.read",
        "time": "2024-01-01T00:00:00.000Z",
        "data": {"agent_id": "a", "up_to_seq": 1},
    }
    return good | changes


def test_good_event_has_no_violation() -> None:
    """A judge that refuses what is right makes every desk red."""
    assert JUDGE.check_event(event()) == []
    assert JUDGE.check_event(event(later_key=1)) == []


@pytest.mark.parametrize(
    ("frame", "where"),
    [
        (event(seq=0), "/seq"),
        (event(seq="2"), "/seq"),
        (event(time="yesterday"), "/time"),
        (event(type="agent.danced"), "/type"),
        (event(data={"agent_id": "a"}), "/data"),
        (event(data={"agent_id": "", "up_to_seq": 1}), "/data/agent_id"),
        ({"seq": 2, "type": "agent.read", "time": "2024-01-01T00:00:00.000Z"}, ""),
        ("hello", ""),
        ([], ""),
    ],
)
def test_bad_event_is_told_with_its_place(frame: Any, where: str) -> None:
    """Whoever reads a failure must find the field at once."""
    assert where in [violation.where for violation in JUDGE.check_event(frame)]


def test_every_payload_schema_is_used() -> None:
    """A payload that is judged by no schema is judged by none of its fields."""
    for event_type in JUDGE.event_types:
        assert JUDGE.check_event(event(type=event_type, data={})), event_type


def test_good_problem_has_no_violation() -> None:
    """A refusal in the right shape is conformant."""
    assert JUDGE.check_response("userTyping", 409, PROBLEM, ENDED) == []


@pytest.mark.parametrize(
    ("status", "headers", "body", "where"),
    [
        (418, PROBLEM, ENDED, "/status"),
        (409, JSON, ENDED, "/headers/Content-Type"),
        (409, {"Content-Type": "text/html"}, "<h1>Conflict</h1>", "/headers/Content-Type"),
        (409, PROBLEM, {**ENDED, "status": 400}, "/status"),
        (409, PROBLEM, {**ENDED, "code": "unknown_conversation"}, "/code"),
        (409, PROBLEM, {key: value for key, value in ENDED.items() if key != "retryable"}, ""),
        (204, {}, "something", ""),
        (401, PROBLEM, {**ENDED, "status": 401, "code": "missing_token"}, "/headers/WWW-Authenticate"),
    ],
)
def test_bad_answer_is_told_with_its_place(status: int, headers: dict[str, str], body: Any, where: str) -> None:
    """Status, content type, headers and body are judged each by itself."""
    found = JUDGE.check_response("userTyping", status, headers, body)
    assert where in [violation.where for violation in found]


def test_injected_fault_is_judged_as_a_problem_only() -> None:
    """A driver's fault may answer any status anywhere; that is no fault of the desk."""
    injected = {**ENDED, "status": 500, "code": "injected_fault", "type": "urn:byosd:problem:injected_fault"}
    assert JUDGE.check_response("userTyping", 500, PROBLEM, injected) == []
    assert JUDGE.check_response("userTyping", 500, PROBLEM, {"code": "injected_fault"})


def test_events_of_a_batch_are_judged_by_their_types() -> None:
    """A long poll must not be a way around the schemas of the stream."""
    good = {"events": [event()], "next": 2, "ended": False}
    assert JUDGE.check_response("pollEvents", 200, JSON, good) == []
    bad = {**good, "events": [event(), event(seq=0)]}
    assert [str(each) for each in JUDGE.check_response("pollEvents", 200, JSON, bad)] == [
        "/events/1/seq: 0 is less than the minimum of 1"
    ]
