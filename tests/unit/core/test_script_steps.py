"""What the journal tells of a script's steps, and what that weighs."""

from __future__ import annotations

import pytest

from mockdesk.core.actions import Join, Say
from mockdesk.core.faults import Fault
from mockdesk.core.journal import Journal
from mockdesk.core.script import Do, Inject, Wait, Yielded
from mockdesk.core.script_steps import note_step
from mockdesk.core.weight import ENTRY_BYTES, weight_of

STEPS: tuple[Yielded, ...] = (
    Do(Say("ada", "hello")),
    Join("ada"),
    Inject(Fault.from_dict({"kind": "delay", "seconds": 1})),
    Wait(5),
    Wait((0.5, 1.5)),
    Wait(None, 2, "order arrived"),
)


@pytest.mark.parametrize("step", STEPS, ids=repr)
def test_a_step_weighs_what_is_told_of_it(step: Yielded) -> None:
    """It is known before the step is described; if both differed, the journal would take more than its limit."""
    journal = Journal()
    position = note_step(journal, "conv_1", "menu", step)
    entry = journal.entries()[0]
    assert entry.position == position
    assert entry.data["script"] == "menu"
    assert entry.size == ENTRY_BYTES + weight_of(entry.data)
