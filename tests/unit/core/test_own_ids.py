"""Conversations whose id the caller chooses."""

from __future__ import annotations

import pytest

from mockdesk.core.desk import StartRequest
from mockdesk.core.errors import IdempotencyConflict
from tests.unit.core.bench import Bench


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
