"""The tool that runs the tests many times: it goes on after a red, tells the seeds, and takes no crash for green."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools.again import ITSELF, Run, command_of, summary

ROOT = Path(__file__).parents[2]
ONE_IS_RED = """
def test_green():
    pass

def test_red():
    assert False
"""


def again(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the tool on tests in a folder."""
    command = [
        sys.executable,
        "-m",
        "tools.again",
        *arguments,
        "-n0",
        "--rootdir",
        str(folder),
        "-p",
        "no:cacheprovider",
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [*command, str(folder)], cwd=ROOT, capture_output=True, text=True, timeout=240, check=False, env=environment
    )


@pytest.mark.all
def test_goes_on_after_a_red_and_sums_up(tmp_path: Path) -> None:
    """Whether a test is red always or now and then is what the seeds of many runs tell."""
    (tmp_path / "test_it.py").write_text(ONE_IS_RED)
    done = again(tmp_path, "2", "--seed", "5")
    assert done.returncode == 1, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    runs = [re.sub(r" in \d+ s", "", line) for line in lines if line.startswith("run ")]
    assert runs == ["run 1 of 2, seed 5: 1 red of 2", "run 2 of 2, seed 6: 1 red of 2"]
    assert lines[-2].startswith("2 of 2: ")
    assert lines[-2].endswith("test_it::test_red (seeds 5, 6)")
    assert lines[-1] == "2 runs, 4 tests, 2 red"
    assert sum("assert False" in line for line in lines) >= 2, "why, each time"


@pytest.mark.all
def test_green_is_0_and_a_crash_is_not(tmp_path: Path) -> None:
    """A run in which no test was even collected would otherwise be the greenest of all."""
    (tmp_path / "test_it.py").write_text("def test_green():\n    pass\n")
    done = again(tmp_path, "1")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "1 runs, 1 tests, 0 red")
    (tmp_path / "test_it.py").write_text("import os\nos._exit(3)\n")
    done = again(tmp_path, "1")
    assert done.returncode == 1
    assert ITSELF in done.stdout or "red: " in done.stdout


def test_the_most_frequent_comes_first() -> None:
    """Whoever mends begins there."""
    runs = [Run(1, 3, ("b",), 1.0), Run(2, 3, ("a", "b"), 1.0), Run(3, 3, (), 1.0)]
    assert summary(runs).splitlines() == ["2 of 3: b (seeds 1, 2)", "1 of 3: a (seeds 2)", "3 runs, 9 tests, 3 red"]


@pytest.mark.parametrize(
    ("options", "has", "has_not"),
    [
        ((), ["-n", "2", "-m", "not all and not long"], []),
        (("-m", "long", "-n4"), ["-m", "long", "-n4"], ["not all and not long", "-n"]),
    ],
)
def test_options_of_the_user_win(options: tuple[str, ...], has: list[str], has_not: list[str]) -> None:
    """The default tier in two processes, unless something else was asked for; each run has its seed."""
    command = command_of(7, Path("r.xml"), options)
    assert "--randomly-seed=7" in command
    assert all(one in command for one in has)
    assert not [one for one in has_not if one in command[3:]]
