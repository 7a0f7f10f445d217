"""The command line tells a faulty desk from a good one: real servers, the real ``contracts verify desk``."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.suite.faulty_desk import desks
from tools.wait_for_file import main as wait_for_file

MINUTES = 300
FAULTY = {
    "desk_shows_to_all": {"SEC-04"},
    "desk_breaks_at_umlauts": {"ERR-06"},
    "desk_repeats_one": {"REC-05"},
}
"""Three desks as a vendor might have them, and what must be said of each: one operation does not look at the token, an
odd character is an internal error, an event comes again on resuming."""


@contextmanager
def served(name: str, directory: Path) -> Iterator[str]:
    """Serve a faulty desk in a process of its own; give its address."""
    ready = directory / "ready"
    command = [sys.executable, "-m", "tests.suite.faulty_desk", name, "--port", "0", "--ready-file", str(ready)]
    with subprocess.Popen(command) as process:
        try:
            assert wait_for_file(ready, process.pid) == 0, f"{name} did not start"
            yield ready.read_text(encoding="utf-8").strip()
        finally:
            process.terminate()


@pytest.mark.all
@pytest.mark.parametrize("name", FAULTY)
def test_the_command_line_finds_what_is_wrong_with_a_desk(name: str, tmp_path: Path) -> None:
    """Exit code 1 and the ids are what a vendor's CI acts on."""
    report = tmp_path / "report.json"
    with served(name, tmp_path) as url:
        command = [sys.executable, "-m", "contracts", "verify", "desk", url, "--quick", "--json", str(report)]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=MINUTES, check=False)
    assert done.returncode == 1, done.stdout[-2000:] + done.stderr[-2000:]
    results = json.loads(report.read_text(encoding="utf-8"))["requirements"]
    failed = {one["id"] for one in results if one["verdict"] == "fail"}
    assert FAULTY[name] <= failed


def test_most_faulty_desks_can_be_served() -> None:
    """What can be served can be looked at with any client, and shown to others."""
    assert FAULTY.keys() <= desks().keys()
    assert len(desks()) > 100


def test_a_name_that_there_is_not_is_refused() -> None:
    """Wrong use is told in a line, with what there is."""
    command = [sys.executable, "-m", "tests.suite.faulty_desk", "no_such_desk"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "desk_shows_to_all" in done.stderr
