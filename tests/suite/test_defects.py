"""The suite is tested by seeded defects: each is killed by its primary requirement, and each requirement kills one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contracts.adapter import DeskDriver
from contracts.catalogue import catalogue
from tests.suite.defect import Defect, all_defects
from tests.suite.killing import run_defect

DEFECTS = all_defects()


@pytest.mark.all
@pytest.mark.parametrize("defect", DEFECTS, ids=lambda one: f"{one.kills}-{one.name}")
def test_a_defect_is_killed_by_its_requirement(defect: Defect, drivers: Callable[[str], DeskDriver]) -> None:
    """A defect that survives shows a requirement that asserts too little, or that nothing exercises."""
    outcome = run_defect(defect, drivers(defect.driver))
    assert outcome.finding is not None, (
        f"{defect.name} survived {outcome.runs} runs ({defect.why}); others: {outcome.others}"
    )
    assert outcome.finding.judgement.expected
    assert outcome.finding.judgement.actual


def test_each_requirement_kills_a_defect() -> None:
    """A requirement that kills nothing has never been seen to fail."""
    assert {one.id for one in catalogue()} - {defect.kills for defect in DEFECTS} == set()


def test_each_defect_names_a_requirement_and_says_why() -> None:
    """A defect that nobody understands cannot be told from an accident."""
    known = {one.id for one in catalogue()}
    for defect in DEFECTS:
        assert defect.kills in known, defect.name
        assert defect.why, defect.name
        assert (defect.factory is None) != (defect.desk is None), defect.name
