"""The choice of scenarios for a brief verification."""

from __future__ import annotations

from contracts.catalogue import catalogue
from contracts.program import Scenario, step
from contracts.scenario_list import all_scenarios, widest_first

SMOKE = Scenario("smoke", ("A",), (step("start"),))
NARROW = Scenario("narrow", ("B",), (step("start"), step("end")))
WIDE = Scenario("wide", ("B", "C"), (step("start"), step("end")))
SLOW = Scenario("slow", ("C", "D"), (step("start"),), slow=True)


def test_the_widest_come_first_and_none_is_lost() -> None:
    """A brief verification stops early; what it has not reached by then must still be in the list."""
    order = [one.name for one in widest_first((SMOKE, NARROW, SLOW, WIDE), {"A", "B", "C", "D"})]
    assert order == ["smoke", "wide", "slow", "narrow"]


def test_the_smoke_test_stays_first() -> None:
    """It tells a mis-wired subject from one that does not conform."""
    assert widest_first(all_scenarios(), {one.id for one in catalogue()})[0].name == "smoke"


def test_what_nobody_asks_for_is_left_at_the_end() -> None:
    """With a selection the scenarios of other requirements are of no use."""
    assert [one.name for one in widest_first((SMOKE, NARROW, SLOW, WIDE), {"D"})][:2] == ["smoke", "slow"]
