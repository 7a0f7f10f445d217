"""``pytest --byosd-adapter``: one item a requirement, one verification for all of them."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from contracts.catalogue import select
from tests.plugins.running import ROOT, run

pytest_plugins = ["pytester"]

FAULTY = ("byosd", "--byosd-adapter", "tests.suite.faulty:script_goes_on", "--byosd-sequences", "0")
COUNTING = """
from pathlib import Path
from byosd_reference import connect as build

def connect(*arguments, **more):
    with Path({log!r}).open("a") as log:
        log.write("built\\n")
    return build(*arguments, **more)
"""


def test_loading_the_plugins_imports_nothing_heavy() -> None:
    """They are loaded into every pytest run of whoever has this installed, also of those who do not use them."""
    heavy = "{'hypothesis', 'schemathesis', 'flask', 'requests', 'rich', 'jinja2', 'websockets', 'yaml', 'click'}"
    script = f"import sys, contracts.pytest_plugin, mockdesk.pytest_plugin; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_entry_points_name_the_plugins() -> None:
    """An entry point that does not resolve breaks every pytest run of the environment."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]
    assert declared["pytest11"] == {"byosd": "contracts.pytest_plugin", "mockdesk": "mockdesk.pytest_plugin"}
    for module in declared["pytest11"].values():
        assert import_module(module)


def test_without_an_option_nothing_happens(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other people's runs stay as they were, and as fast."""
    pytester.makepyfile(
        """
        import sys

        def test_nothing_of_the_suite_is_loaded():
            assert not {"contracts.pytest_items", "contracts.run", "hypothesis", "flask", "requests"} & set(sys.modules)
        """
    )
    run(pytester, monkeypatch).assert_outcomes(passed=1)


def test_one_item_a_requirement(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Node ids are what ``-k``, ``--deselect`` and CI know tests by; nothing is verified to list them."""
    done = run(
        pytester, monkeypatch, "--collect-only", "-q", "--byosd-adapter", "no.such:thing", "--byosd-select", "LIF"
    )
    ids = [line for line in done.stdout.lines if line.startswith("byosd::")]
    assert ids == [f"byosd::{one.id}" for one in select(["LIF"]) if one.applies_to("adapter")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--byosd-adapter", "x:y", "--byosd-desk", "http://127.0.0.1:9"], "one subject a run"),
        (["--byosd-adapter", "x:y", "--byosd-select", "LIF-066"], "nearest: LIF-06"),
        (["--byosd-adapter", "x:y", "byosd::LIF-066"], "nearest: LIF-06"),
        (["--byosd-adapter", "x:y", "--byosd-known-failures", "known.yaml"], "known.yaml:2: reason"),
    ],
)
def test_wrong_use_is_told_at_once(
    arguments: list[str], said: str, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A typing mistake is pytest's usage error, not a red test."""
    (pytester.path / "known.yaml").write_text("- id: LIF-06\n  reason:\n")
    done = run(pytester, monkeypatch, *arguments)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    assert said in done.stderr.str()
    assert "Traceback" not in done.stderr.str()


@pytest.mark.all
@pytest.mark.parametrize(
    ("target", "said"), [("no.such:connect", "there is no module 'no'"), ("tests.suite.faulty:half_made", "miswired")]
)
def test_a_subject_that_cannot_be_judged_is_red(
    target: str, said: str, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were they skipped, a wrong path in CI would be green."""
    done = run(pytester, monkeypatch, "byosd::LIF-14", "byosd::LIF-01", "--byosd-adapter", target)
    done.assert_outcomes(failed=2)
    assert said in done.stdout.str()


@pytest.mark.all
def test_verdicts_become_outcomes(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passed, failed with the whole story, and xfailed where it is known."""
    (pytester.path / "known.yaml").write_text("- {id: LIF-06, reason: ticket 4711}\n- {id: LIF-14, reason: old}\n")
    junit = pytester.path / "junit.xml"
    chosen = [*FAULTY, "--byosd-select", "LIF-06,LIF-14", "-v"]
    done = run(pytester, monkeypatch, *chosen, f"--junit-xml={junit}")
    done.assert_outcomes(passed=1, failed=1)
    text = done.stdout.str()
    for part in (
        "byosd::LIF-06 FAILED",
        "expected: no callback",
        "came:  ",
        ">> ",
        "replay: contracts replay reports/LIF",
    ):
        assert part in text, part
    assert "Traceback" not in text
    assert "Captured log" not in text
    assert '<property name="requirement" value="LIF-06"' in junit.read_text(encoding="utf-8")
    assert (pytester.path / "reports" / "LIF-06.replay.json").is_file()
    known = run(pytester, monkeypatch, *chosen, "--byosd-known-failures", "known.yaml", "-rx")
    known.assert_outcomes(passed=1, xfailed=1, warnings=1)
    assert "known failure: ticket 4711" in known.stdout.str()
    assert "known.yaml:2: LIF-14 no longer fails" in known.stdout.str()


@pytest.mark.all
def test_what_k_leaves_out_is_not_verified(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever works on one requirement does not wait for sixty."""
    log = pytester.path / "log"
    pytester.makepyfile(counted=COUNTING.format(log=str(log)))
    chosen = ["byosd", "--byosd-adapter", "counted:connect", "--byosd-sequences", "0"]
    adapters = sum(one.applies_to("adapter") for one in select([]))
    run(pytester, monkeypatch, *chosen, "-k", "LIF-14").assert_outcomes(passed=1, deselected=adapters - 1)
    assert len(log.read_text().splitlines()) < 10


def built(log: Path) -> int:
    """Return how many adapters were built."""
    return len(log.read_text().splitlines())


@pytest.mark.all
@pytest.mark.parametrize("how", ["load", "loadgroup", "worksteal", "each"])
def test_workers_share_one_verification(how: str, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two workers must not verify twice, and give the same verdicts; ``each`` runs every item on each worker."""
    log = pytester.path / "log"
    pytester.makepyfile(counted=COUNTING.format(log=str(log)), test_own="def test_own():\n    pass\n")
    chosen = ["--byosd-adapter", "counted:connect", "--byosd-sequences", "0", "--byosd-select", "LIF-14,LIF-16,SEC-01"]
    run(pytester, monkeypatch, *chosen).assert_outcomes(passed=4)
    alone = built(log)
    log.unlink()
    shared = run(pytester, monkeypatch, "-p", "xdist", "-n", "2", "--dist", how, *chosen)
    shared.assert_outcomes(passed=8 if how == "each" else 4)
    assert built(log) == alone


@pytest.mark.all
def test_workers_take_the_same_arguments(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """``byosd::LIF-06`` names no file; neither the controller nor a worker may look for one, or run other tests."""
    pytester.makepyfile(test_own="def test_own():\n    assert False\n")
    done = run(pytester, monkeypatch, "-p", "xdist", "-n", "2", "byosd::LIF-06", "byosd::LIF-14", *FAULTY[1:])
    done.assert_outcomes(passed=1, failed=1)
