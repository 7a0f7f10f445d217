"""What the core does for shapes of desk that tell other things than its own log."""

from __future__ import annotations

from typing import Any

import pytest

from mockdesk.core.desk import DeskSettings, StartRequest
from mockdesk.core.errors import IdempotencyConflict, InvalidRequest
from mockdesk.core.events import AgentProfile
from mockdesk.core.happenings import Declined, Happening, Offered
from tests.unit.core.bench import Bench

ADA, BOB = AgentProfile("ada", "Ada"), AgentProfile("bob", "Bob")


def told(bench: Bench) -> list[Happening]:
    """Return the happenings about offers."""
    return [one for _, one in bench.happenings if isinstance(one, Offered | Declined)]


def test_a_conversation_with_an_id_of_the_callers(bench: Bench) -> None:
    """Some shapes name a conversation before it begins; the control API must know it by that name."""
    started = bench.desk.start(StartRequest("user"), conversation_id="mine")
    assert started.conversation.id == "mine"
    assert bench.desk.authorize("mine", started.token) is started.conversation


def test_an_id_is_taken_once(bench: Bench) -> None:
    """Two conversations of one id would share log and token."""
    bench.desk.start(StartRequest("user"), conversation_id="mine")
    with pytest.raises(IdempotencyConflict):
        bench.desk.start(StartRequest("other"), conversation_id="mine")
    assert len(bench.desk.conversations()) == 1


def test_offers_are_told(bench: Bench) -> None:
    """Where agents are alerted before they join, observers must hear of it; the log's own readers must not."""
    one = bench.start()
    before = bench.types(one)
    bench.act(one, "offer", agent="ada")
    bench.act(one, "decline", agent="ada")
    assert told(bench) == [Offered(ADA), Declined(ADA)]
    assert bench.types(one) == before


def test_a_transfers_target_that_declines_is_told(bench: Bench) -> None:
    """The offer to a target is told by the transfer itself, that it was declined by nothing else."""
    one = bench.connected()
    bench.act(one, "transfer", agent="ada", to_agent="bob")
    bench.act(one, "decline", agent="bob")
    assert told(bench) == [Declined(BOB)]


def test_whoever_is_taken_off_the_roster_declines(bench: Bench) -> None:
    """An agent who is gone does not ring any more."""
    one = bench.start()
    bench.act(one, "offer", agent="ada")
    bench.desk.remove_agent("ada")
    assert told(bench) == [Offered(ADA), Declined(ADA)]


def test_a_refused_decline_tells_nothing(bench: Bench) -> None:
    """A command that was refused has changed nothing."""
    one = bench.start()
    with pytest.raises(Exception, match="was not offered"):
        bench.act(one, "decline", agent="ada")
    assert told(bench) == []


@pytest.mark.parametrize("given", [[], {"genesys": 7}, {"genesys": {"a": float("nan")}}])
def test_settings_of_dialects_are_plain_objects(given: Any) -> None:
    """The core hands them on unread, but they come over HTTP and go into no code unchecked."""
    with pytest.raises(InvalidRequest, match="dialect_settings"):
        DeskSettings.from_dict({"dialect_settings": given})
    assert DeskSettings.from_dict({"dialect_settings": {"x": {"a": [1]}}}).dialect_settings == {"x": {"a": [1]}}
