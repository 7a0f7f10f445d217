"""``./dev audit``: ask the advisories about everything that is installed with the project, in Python and in JavaScript.

Exit code 0: nothing is known against any of it; 1: something is; 3: it could not be asked, as without a network.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

ROOT = Path(__file__).parents[1]
PACKAGES = ("byosd_reference/js", "mockdesk/widget")
"""Folders of JavaScript; those with a lock file are asked about."""

FOUND, UNKNOWN = 1, 3


@dataclass(frozen=True)
class Outcome:
    """What is known against one set of packages. ``unknown`` are those that could not be looked up, ``problem`` is why
    none could."""

    name: str
    count: int = 0
    findings: tuple[str, ...] = field(default=())
    unknown: tuple[str, ...] = field(default=())
    problem: str | None = None

    def describe(self) -> str:
        """Return a line for people, and one more for each finding."""
        if self.problem is not None:
            return f"{self.name}: could not be asked: {self.problem}"
        head = f"{self.name}: {self.count} packages, " + (
            "nothing known against them" if not self.findings else f"{len(self.findings)} advisories"
        )
        missing = (f"not looked up: {', '.join(self.unknown)}",) if self.unknown else ()
        return "\n  ".join((head, *self.findings, *missing))

    @property
    def is_complete(self) -> bool:
        """Whether everything was looked up."""
        return self.problem is None and not self.unknown


Run: TypeAlias = Callable[[Sequence[str], Path], "subprocess.CompletedProcess[str]"]


def run(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command to its end and keep what it says; one that is not there says so."""
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=900, check=False)
    except FileNotFoundError:
        return subprocess.CompletedProcess(list(command), 127, "", f"{command[0]} is not installed")
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(list(command), 124, "", f"{command[0]} took more than 15 minutes")


def audit_python(extra: str, python: str, run: Run = run) -> Outcome:
    """Install the project with an extra (``""``: none) into an environment and ask about all that is in it."""
    name = f"pip install .{extra}"
    installed = run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f".{extra}"], ROOT)
    if installed.returncode != 0:
        return Outcome(name, problem=_last_line(installed.stderr))
    places = run([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], ROOT).stdout.strip()
    command = [sys.executable, "-m", "pip_audit", "--path", places, "--format", "json", "--progress-spinner", "off"]
    asked = run(command, ROOT)
    try:
        return of_pip_audit(name, json.loads(asked.stdout))
    except (ValueError, KeyError, TypeError):
        return Outcome(name, problem=_last_line(asked.stderr))


def of_pip_audit(name: str, told: dict[str, Any]) -> Outcome:
    """Return what pip-audit's JSON says. The project itself is not asked about."""
    packages = [one for one in told["dependencies"] if one["name"] != "mockdesk"]
    findings = [
        f"{one['name']} {one['version']}: {known['id']}, fixed in {', '.join(known['fix_versions']) or 'no version'}"
        for one in packages
        for known in one.get("vulns", ())
    ]
    unknown = tuple(one["name"] for one in packages if "skip_reason" in one)
    if packages and len(unknown) == len(packages):
        why = f"{packages[0]['skip_reason']}; so it is with all {len(packages)}: is the index a mirror?"
        return Outcome(name, problem=why)
    return Outcome(name, len(packages), tuple(findings), unknown)


def audit_javascript(folder: str, run: Run = run) -> Outcome:
    """Ask about what a lock file of npm names."""
    asked = run(["npm", "audit", "--package-lock-only", "--json"], ROOT / folder)
    try:
        return of_npm_audit(folder, json.loads(asked.stdout))
    except (ValueError, KeyError, TypeError, AttributeError):
        return Outcome(folder, problem=_last_line(asked.stderr))


def of_npm_audit(name: str, told: dict[str, Any]) -> Outcome:
    """Return what npm's JSON says."""
    if "vulnerabilities" not in told:
        error = told.get("error") or {}
        return Outcome(name, problem=str(told.get("message") or error.get("summary") or "npm gave no answer"))
    findings = [f"{package}: {one['severity']}, {one['range']}" for package, one in told["vulnerabilities"].items()]
    return Outcome(name, int(told["metadata"]["dependencies"]["total"]), tuple(findings))


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "it said nothing"


def exit_code(outcomes: Sequence[Outcome]) -> int:
    """Return 1 when something is known against a package, else 3 when something could not be asked, else 0."""
    if any(one.findings for one in outcomes):
        return FOUND
    return 0 if all(one.is_complete for one in outcomes) else UNKNOWN


def audits() -> Iterator[Outcome]:
    """Ask about everything, one set after the other."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder) / "bin" / "python")
        yield audit_python("", python)
        yield audit_python("[dev]", python)
    for package in PACKAGES:
        if (ROOT / package / "package-lock.json").is_file():
            yield audit_javascript(package)


def main() -> int:
    """Print what is known, and return the exit code."""
    outcomes = []
    for outcome in audits():
        sys.stdout.write(f"{outcome.describe()}\n")
        sys.stdout.flush()
        outcomes.append(outcome)
    code = exit_code(outcomes)
    words = {
        FOUND: "there are advisories; see above",
        UNKNOWN: "not all could be looked up: is there a network?",
    }
    sys.stdout.write(f"audit: {words.get(code, 'nothing is known against what is installed')}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
