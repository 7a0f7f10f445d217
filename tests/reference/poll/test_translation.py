"""From the desk's events to the canonical ones, which the host's side knows."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byosd_reference.events import parse_event
from byosd_reference.poll.translation import UNKNOWN, envelope, envelopes

ADA = {"id": "agent-ada", "nickname": "Ada"}


@pytest.mark.parametrize(
    ("event", "kind", "data"),
    [
        (
            {"type": "wait", "queue": "billing", "place": 2, "seconds": 90, "agents": 3, "text": "soon"},
            "queue.updated",
            {
                "queue": "billing",
                "position": 2,
                "estimated_wait_seconds": 90,
                "agents_online": 3,
                "message": "soon",
            },
        ),
        (
            {"type": "wait", "queue": "q", "place": None, "seconds": None, "agents": None, "text": None},
            "queue.updated",
            {"queue": "q"},
        ),
        (
            {"type": "status", "status": "active", "label": "Ada|agent-ada", "picture": "https://x/a.png"},
            "agent.joined",
            {"agent": {**ADA, "profile_picture_url": "https://x/a.png"}},
        ),
        (
            {"type": "status", "status": "handing over", "label": "Ada|agent-ada", "to": "Bob|b", "transfer": "t-1"},
            "transfer.started",
            {"from_agent_id": "agent-ada", "transfer_id": "t-1", "to_agent": {"id": "b", "nickname": "Bob"}},
        ),
        (
            {"type": "status", "status": "handing over", "label": "Ada|agent-ada", "to": None, "transfer": "t-1"},
            "transfer.started",
            {"from_agent_id": "agent-ada", "transfer_id": "t-1", "to_agent": {}},
        ),
        (
            {"type": "status", "status": "inactive", "label": "Ada|agent-ada", "reason": "transferred"},
            "agent.left",
            {"agent_id": "agent-ada", "reason": "transferred"},
        ),
        ({"type": "status", "status": "disconnected", "by": "agent"}, "conversation.ended", {"by": "agent"}),
        (
            {"type": "typing", "label": "Ada|agent-ada", "typing": True},
            "agent.typing",
            {"agent_id": "agent-ada", "typing": True},
        ),
        (
            {"type": "text", "from": "agent", "label": "Ada|agent-ada", "text": " hi ", "message": "m"},
            "message.created",
            {"message": {"author": {"role": "agent", "id": "agent-ada"}, "id": "m", "text": " hi "}},
        ),
        (
            {"type": "text", "from": "user", "label": "Ada|agent-ada", "text": "mine", "key": "k"},
            "message.created",
            {"message": {"author": {"role": "user", "id": None}, "text": "mine"}},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_type_has_its_canonical_event(event: dict[str, Any], kind: str, data: dict[str, Any]) -> None:
    """The host's side is the same for every shape of desk, so each shape must say the same."""
    assert envelope(event) == (kind, data)


@pytest.mark.parametrize(
    "event",
    [
        {"type": "conversation.ended"},
        {"type": "message.created", "message": {"text": "x", "author": {"role": "agent"}}},
        {"type": "status", "status": "ringing", "label": "Ada|agent-ada"},
        {"type": "status"},
        {"type": 5},
        {},
    ],
)
def test_what_nobody_knows_stays_unknown(event: dict[str, Any]) -> None:
    """A new type of this desk that has the name of a canonical one is not that one (ERR-05)."""
    assert envelope(event) == UNKNOWN


def test_an_event_that_comes_again_is_dropped() -> None:
    """The wire tells everything at least once (MSG-03)."""
    told = [{"id": number, "type": "typing"} for number in (1, 2, 3)]
    assert [one["seq"] for one in envelopes(told, 2)] == [3]


def test_what_is_no_event_is_skipped() -> None:
    """One bad entry of a batch costs nobody the others (ERR-05)."""
    told = [None, 5, {"type": "typing"}, {"id": 0, "type": "typing"}, {"id": True}, {"id": 4, "type": "typing"}]
    assert [one["seq"] for one in envelopes(told, 0)] == [4]


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
FIELDS = ("id", "type", "status", "label", "to", "from", "text", "typing", "place", "seconds", "picture", "reason")
WORDS = st.sampled_from(["wait", "status", "active", "handing over", "inactive", "disconnected", "typing", "text"])


@given(st.lists(JSON | st.dictionaries(st.sampled_from(FIELDS), WORDS | st.integers(0, 9) | JSON)))
def test_whatever_stands_in_a_batch_can_be_read(events: list[Any]) -> None:
    """Nothing that a desk sends may break the stream (ERR-05)."""
    for one in envelopes(events, 0):
        assert parse_event(json.dumps(one)) is not None
