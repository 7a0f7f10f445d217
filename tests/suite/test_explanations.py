"""The catalogue on the command line and in the documents: complete, filtered as asked, quick to print."""

from __future__ import annotations

import subprocess
import sys

import pytest

from contracts.catalogue import GROUP_NAMES, GROUPS, catalogue, select
from contracts.explanations import explain, failures
from contracts.requirement import Level
from tests.suite.test_cli import contracts


def listed(*arguments: str) -> set[str]:
    """Return the ids that ``contracts list`` prints."""
    lines = contracts("list", *arguments).stdout.splitlines()
    return {line.split()[0] for line in lines if line.startswith("  ")}


def test_the_list_has_all_groups_with_their_titles() -> None:
    """A reader finds what there is without knowing the ids."""
    text = contracts("list").stdout
    assert listed() == {one.id for one in catalogue()}
    for group in {one.group for one in catalogue()}:
        assert f"{group}  {GROUP_NAMES[group]}" in text
    assert tuple(GROUP_NAMES) == GROUPS


def test_the_list_is_filtered() -> None:
    """A desk's vendor wants to see what judges desks, and the integrator what judges adapters."""
    musts = {one.id for one in catalogue() if one.level is Level.MUST}
    assert listed("--level", "must") == musts
    assert listed("--group", "trf") == {one.id for one in catalogue() if one.group == "TRF"}
    assert listed("--subject", "desk") == {one.id for one in catalogue() if one.applies_to("desk")}
    assert listed("--subject", "desk", "--level", "must") == musts & listed("--subject", "desk")


def test_a_requirement_is_explained_with_where_it_was_seen_and_how_it_fails() -> None:
    """Whoever failed wants to know what others had done wrong, not what a rule says."""
    text = " ".join(contracts("explain", "trf-05").stdout.split())
    for told in ("B11: The flag that somebody has joined", "another_agent_in_the_second_chat", "expected:", "came:"):
        assert told in text
    assert "had done: " in text
    assert ">>" in text
    desk = contracts("explain", "ERR-06").stdout
    assert "malformed_requests" in desk
    assert "generated requests" in desk


def test_a_group_is_explained_as_a_whole() -> None:
    """What belongs together is read together."""
    text = contracts("explain", "TRF").stdout
    assert all(one.title in text for one in select(["TRF"]))
    assert "PRS-01  " not in text


@pytest.mark.parametrize("command", [["list"], ["--help"], ["explain", "LIF-01"]])
def test_reading_the_catalogue_imports_nothing_heavy(command: list[str]) -> None:
    """What only prints must not wait for what generates requests and starts servers."""
    code = (
        "import sys\nfrom contracts.__main__ import cli\n"
        f"cli.main({command!r}, standalone_mode=False)\n"
        "print(sorted({'schemathesis', 'hypothesis', 'flask', 'mockdesk'} & sys.modules.keys()), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr.strip() == "[]"


def test_each_requirement_has_an_example_of_its_failure() -> None:
    """The examples are written by the table of defects: ``python -m tests.suite.killing --write``."""
    examples = failures()
    assert {one.id for one in catalogue()} - examples.keys() == set()
    for id, some in examples.items():
        assert select([id])
        for one in some:
            assert one.mistake, id
            assert one.expected, id
            assert one.actual, id
            assert any(line.startswith(">>") for line in one.timeline), id


def test_an_explanation_knows_scenarios_probes_and_rows() -> None:
    """What exercises a requirement is named, so that it can be played alone."""
    told = explain(select(["SEC-04"])[0])
    assert told.probes
    assert told.generated_requests
    assert {"B20"} <= {row.id for row in told.rows}
