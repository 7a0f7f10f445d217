"""What may vary is not judged: correct adapters of other kinds come out clean."""

from __future__ import annotations

import pytest

from contracts.adapter import DeskDriver
from contracts.run import Options, Verifier
from contracts.scenario_list import all_scenarios
from contracts.session import Subject
from tests.suite.variants import VARIANTS

NO_ADAPTER = {"desk_client": {"PRS-12", "PRS-13"}}
"""The suite's own client shows a desk, not the user's comfort: it neither throttles typing nor weighs receipts."""


@pytest.mark.all
@pytest.mark.parametrize("name", VARIANTS)
def test_a_correct_adapter_of_another_kind_is_not_blamed(name: str, driver: DeskDriver) -> None:
    """A requirement that fits the reference alone would teach integrators the reference, not the contract."""
    verifier = Verifier(Subject("adapter", name, VARIANTS[name]), driver, Options())
    for scenario in all_scenarios():
        verifier.play(scenario.name, scenario.program, scenario.settings)
    found = {id: tally.findings[0] for id, tally in verifier.tallies.items() if tally.findings}
    blamed = {id: one for id, one in found.items() if id not in NO_ADAPTER.get(name, set())}
    assert not {id: (one.run.name, one.judgement.expected, one.judgement.actual) for id, one in blamed.items()}
