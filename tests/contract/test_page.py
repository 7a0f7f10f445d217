"""The page about the contract names what there is."""

from __future__ import annotations

from pathlib import Path

from contracts.desk import contract
from contracts.desk.fuzz import NOT_USED, REQUIREMENT_OF_CHECK
from contracts.desk.probes import PROBES

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "desk-contract.md").read_text(encoding="utf-8")


def test_page_names_operations_events_probes_and_checks() -> None:
    """A page that leaves out what was added later sends its reader into the code."""
    judge = contract.load()
    names = [*judge.operations, *judge.event_types, *(probe.name for probe in PROBES)]
    names += [check for check in REQUIREMENT_OF_CHECK if check not in NOT_USED]
    assert [name for name in names if f"`{name}`" not in PAGE] == []


def test_page_tells_the_aims_of_each_probe() -> None:
    """Whoever looks for the traffic behind a requirement finds the probe here."""
    for probe in PROBES:
        row = next(line for line in PAGE.splitlines() if f"`{probe.name}`" in line)
        assert all(aim in row for aim in probe.aims), probe.name


def test_page_sorts_operations_by_their_level() -> None:
    """The level says what to build first; two places that differ help nobody."""
    rows = {line.split("|")[1].strip(): line for line in PAGE.splitlines() if line.startswith("|")}
    for operation in contract.load().operations.values():
        level = "core, must have" if operation.level in ("core", "must have") else operation.level
        assert f"`{operation.id}`" in rows[level]
