"""``contracts verify adapter FILE.js``: whole verifications of bundles, from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.suite.javascript.example_2023 import bundle
from tests.suite.javascript.pages import LANES, needs
from tests.suite.test_cli import contracts, verify

SIMULATED = Path(__file__).parents[3] / "examples" / "bundle" / "simulated.js"
FORGET_TIMERS = "this.timers.forEach((timer) => clearTimeout(timer));"
SDK = """
/** A vendor's SDK: it knows its host, and nothing of the page. */
window.AcmeDesk = { url: "https://desk.acme.example/api" };
"""
pytestmark = pytest.mark.all


def verdicts(report: dict[str, Any], verdict: str) -> list[str]:
    """Return the ids of the requirements with a verdict."""
    return [one["id"] for one in report["requirements"] if one["verdict"] == verdict]


SHORT = (
    "--select",
    "LIF-01,LIF-06,LIF-09,MSG-01,MSG-02,MSG-05,PRS-01,PRS-08,PRS-12,PRS-13,PRS-15,AVL,STA,TRF-02",
    "--quick",
)


@pytest.mark.parametrize("lane", LANES)
@pytest.mark.parametrize("options", [SHORT, pytest.param((), marks=pytest.mark.long)], ids=["short", "whole"])
def test_a_bundle_of_2023_conforms(tmp_path: Path, lane: str, options: tuple[str, ...]) -> None:
    """An integration of the first generation, by other hands than the reference, is blamed for nothing."""
    needs(lane)
    (tmp_path / "bundle.js").write_text(bundle(), encoding="utf-8")
    done, report = verify(str(tmp_path / "bundle.js"), tmp_path, "--lane", lane, "--host-api", "2023", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    assert report["summary"]["fail"] == report["summary"]["inconclusive"] == 0
    states = {one["function"]: one["state"] for one in report["guide"]}
    assert set(states.values()) == {"works"}, states


@pytest.mark.parametrize("lane", LANES)
def test_the_wrong_generation_is_found_out(tmp_path: Path, lane: str) -> None:
    """The old names of the wait show "Waiting..." in the new widget, without a word: here it is a failure."""
    needs(lane)
    (tmp_path / "bundle.js").write_text(bundle(), encoding="utf-8")
    how = ("--lane", lane, "--host-api", "carbon", "--quick", "--sequences", "0", "--select", "AVL-04,AVL-06")
    done, report = verify(str(tmp_path / "bundle.js"), tmp_path, *how)
    assert done.returncode != 0
    assert set(verdicts(report, "fail")) | set(verdicts(report, "inconclusive")), report["summary"]


@pytest.mark.parametrize("lane", LANES)
def test_agents_simulated_in_the_page_are_judged_without_a_desk(tmp_path: Path, lane: str) -> None:
    """The published example desk is of this kind: what can be judged is, and what rests on a desk is skipped."""
    needs(lane)
    how = ("--lane", lane, "--host-api", "2023", "--desk", "none", "--sequences", "3")
    done, report = verify(str(SIMULATED), tmp_path, *how)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {"LIF-02", "LIF-06", "LIF-08", "LIF-10", "LIF-14", "LIF-15", "LIF-16"} <= set(verdicts(report, "pass"))
    assert set(verdicts(report, "fail")) == set()
    assert all(one["reason"] for one in report["requirements"] if one["verdict"] == "skip")


@pytest.mark.parametrize("lane", LANES)
def test_timers_that_fire_after_the_end_fail_lif_06(tmp_path: Path, lane: str) -> None:
    """An agent who joins a chat that the user has left is the commonest fault of such a desk."""
    needs(lane)
    text = SIMULATED.read_text(encoding="utf-8")
    assert FORGET_TIMERS in text
    (tmp_path / "late.js").write_text(text.replace(FORGET_TIMERS, ""), encoding="utf-8")
    how = ("--lane", lane, "--host-api", "2023", "--desk", "none", "--sequences", "0", "--select", "LIF-06,LIF-14")
    done, report = verify(str(tmp_path / "late.js"), tmp_path, *how)
    assert done.returncode == 1
    assert verdicts(report, "fail") == ["LIF-06"]
    again = contracts("replay", str(tmp_path / "LIF-06.replay.json"))
    assert again.returncode == 1, again.stdout
    assert "agent_joined" in again.stdout


@pytest.mark.parametrize("lane", LANES[1:])
def test_a_bundle_with_a_vendors_sdk_and_host_runs_unchanged(tmp_path: Path, lane: str) -> None:
    """The SDK comes by its public address and speaks to its own host of https: both are put on this machine."""
    needs(lane)
    (tmp_path / "sdk.js").write_text(SDK)
    text = bundle().replace("const { deskUrl } = window.serviceDeskOptions;", "const deskUrl = AcmeDesk.url;")
    assert "AcmeDesk.url" in text
    (tmp_path / "bundle.js").write_text(text, encoding="utf-8")
    how = ("--script", "https://sdk.acme.example/v3/acme.js", "--rewrite")
    rewrites = (f"https://sdk.acme.example/v3/acme.js=file:{tmp_path / 'sdk.js'}", "--rewrite")
    page = (*how, *rewrites, "https://desk.acme.example/api={desk_url}", "--origin", "https://shop.example")
    options = ("--lane", lane, "--host-api", "2023", "--quick", "--sequences", "1", "--select", "LIF,MSG-01,MSG-02")
    done, report = verify(str(tmp_path / "bundle.js"), tmp_path, *page, *options)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {"LIF-01", "LIF-09", "MSG-01", "MSG-02"} <= set(verdicts(report, "pass"))
    without = contracts("verify", "adapter", str(tmp_path / "bundle.js"), *how[:3], rewrites[0], *options)
    assert without.returncode == 2
    assert "miswired" in without.stdout


def test_a_replay_opens_the_page_as_it_was(tmp_path: Path) -> None:
    """A failure that depends on the page's options must not vanish with them."""
    needs("node")
    text = bundle().replace('getName: () => "example of 2023"', 'getName: () => process.env.BRAND ?? "example"')
    (tmp_path / "bundle.js").write_text(text, encoding="utf-8")
    how = ("--lane", "node", "--env", f"BRAND={'x' * 41}", "--host-api", "2023", "--select", "LIF-14")
    done, report = verify(str(tmp_path / "bundle.js"), tmp_path, *how, "--sequences", "0")
    assert done.returncode == 0  # a SHOULD
    assert verdicts(report, "fail") == ["LIF-14"]
    replay = json.loads((tmp_path / "LIF-14.replay.json").read_text(encoding="utf-8"))
    assert replay["opening"]["lane"] == "node"
    again = contracts("replay", str(tmp_path / "LIF-14.replay.json"))
    assert again.returncode == 1, again.stdout
