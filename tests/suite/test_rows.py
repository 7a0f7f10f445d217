"""Each fault that was seen in a published integration is a seeded defect, or it is said why it cannot be one."""

from __future__ import annotations

import pytest

from contracts.catalogue import catalogue
from contracts.explanations import fault_rows
from tests.suite.rows import BESIDE, INEXPRESSIBLE, WITHOUT, covered, expressed, named


def test_every_row_is_there() -> None:
    """The rows are what the catalogue rests on; a gap in them would go unnoticed."""
    assert list(fault_rows()) == [f"B{number}" for number in range(1, 75)]


@pytest.mark.parametrize("row", fault_rows())
def test_a_row_is_expressed_for_each_requirement_that_it_names(row: str) -> None:
    """A fault that happened in the field must be one that the suite is seen to catch, in each of its ways."""
    wanted = {pair for pair in named() if pair[0] == row}
    missing = wanted - expressed().keys() - WITHOUT.keys()
    assert not missing or row in INEXPRESSIBLE


def test_rows_without_a_defect_say_why() -> None:
    """What cannot be expressed is explained, not forgotten."""
    known = {one.id for one in catalogue()}
    open_rows = {id for id, row in fault_rows().items() if not row.requirements or known & set(row.requirements)}
    assert open_rows - covered() <= INEXPRESSIBLE.keys()
    assert not INEXPRESSIBLE.keys() & covered()


def test_a_defect_of_a_row_is_killed_by_what_the_row_names() -> None:
    """A defect that is killed by something else may have missed the point of its row: then the reason is given."""
    rows = fault_rows()
    assert all(row in rows for row, _ in expressed())
    beside = {pair for pair in expressed() if pair[1] not in rows[pair[0]].requirements}
    assert beside == BESIDE.keys()


def test_explanations_are_not_stale() -> None:
    """An exception that is not needed any more hides the next one."""
    assert not WITHOUT.keys() & expressed().keys()
    assert WITHOUT.keys() <= named()
