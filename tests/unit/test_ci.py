"""CI's last line: the true numbers of the test run, whatever failed before it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REPORT = """<testsuites><testsuite name="pytest">
<testcase name="a"/><testcase name="b"/><testcase name="c"><skipped/></testcase>
<testcase name="d"><failure>x</failure></testcase>
<testcase name="e"><failure>x</failure><error>tear-down</error></testcase>
</testsuite></testsuites>"""


def ci(folder: Path, dev: str) -> subprocess.CompletedProcess[str]:
    """Run .ci/run in a checkout whose ./dev is ``dev``; its Python is this one."""
    (folder / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", folder / ".ci" / "run")
    shutil.copytree(ROOT / "tools", folder / "tools")
    (folder / ".venv").symlink_to(ROOT / ".venv")
    (folder / "dev").write_text(f"#!/bin/sh\n{dev}\n")
    (folder / "dev").chmod(0o755)
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    command = ["bash", str(folder / ".ci" / "run")]
    return subprocess.run(command, cwd="/", capture_output=True, text=True, timeout=60, check=False, env=environment)


def writes(report: str, code: int = 0) -> str:
    """Return a ./dev whose tests write this report and end with ``code``."""
    return f"[ $1 = test ] || exit 0\nmkdir -p reports\ncat > reports/tests.xml <<'END'\n{report}\nEND\nexit {code}"


needs_venv = pytest.mark.skipif(not (ROOT / ".venv").is_dir(), reason="not run from a checkout with a .venv")


@needs_venv
@pytest.mark.parametrize(
    ("dev", "last", "code"),
    [
        (writes(REPORT, 1), "2 passed, 2 failed, 1 skipped", 1),
        (writes(REPORT.split('<testcase name="c">')[0] + "</testsuite></testsuites>"), "2 passed, 0 failed", 0),
        (writes("no xml", 3), "0 passed, 0 failed", 3),
        ("exit 2", "0 passed, 0 failed", 2),
        (f"[ $1 != lint ] || exit 4\n{writes(REPORT, 1)}", "2 passed, 2 failed, 1 skipped", 4),
        (f"[ $1 != verify ] || exit 3\n{writes('<testsuite/>')}", "0 passed, 0 failed", 3),
    ],
    ids=["failing", "green", "no-report", "not-installed", "lint-fails", "verify-fails"],
)
def test_the_last_line_counts_the_tests(dev: str, last: str, code: int, tmp_path: Path) -> None:
    """Whoever reads the last line only must not be told of tests that did not run, or of a green that was none."""
    done = ci(tmp_path, dev)
    assert done.stdout.splitlines()[-1] == last, done.stdout + done.stderr
    assert done.returncode == code


@needs_venv
def test_an_old_report_is_not_counted(tmp_path: Path) -> None:
    """Yesterday's numbers under today's failure would look like a run."""
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "tests.xml").write_text(REPORT)
    assert ci(tmp_path, "exit 1").stdout.splitlines()[-1] == "0 passed, 0 failed"


def test_the_tests_write_the_report_that_is_counted() -> None:
    """The two scripts must agree on one file."""
    dev, run = (ROOT / "dev").read_text(), (ROOT / ".ci" / "run").read_text()
    assert '--junit-xml="$reports/tests.xml"' in dev
    assert re.search("^reports=reports$", dev, re.M)
    assert re.search("^tests=reports/tests.xml$", run, re.M)
