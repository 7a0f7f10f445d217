"""Whose time a run takes: adapters that take no clock are judged in real or scaled time, and the report says so."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from rich.console import Console

from contracts.adapter import DeskDriver
from contracts.drivers import open_driver
from contracts.lanes.python_object import timed
from contracts.lanes.targets import open_target
from contracts.program import act, step
from contracts.report_json import report_json, schema
from contracts.report_terminal import print_report
from contracts.run import verify
from contracts.session import Session
from contracts.subject import Subject
from contracts.timing import SPEED, Kind, Takes, time_for
from contracts.trace import Side
from contracts.verdict import Conclusion, Verdict
from contracts.verification import Options, Verification

MOCK = {"clock": "virtual", "clocks": ["virtual", "system", "scaled"]}


@pytest.fixture
def driver() -> Iterator[DeskDriver]:
    """Return the mock's driver."""
    opened = open_driver("mockdesk")
    yield opened
    opened.close()


def subject(target: str) -> Subject:
    """Return the subject that a target names."""
    opened = open_target(target)
    return Subject("adapter", target, opened.factory, takes=opened.takes)


def stdio(how: str) -> Subject:
    """Return the stdio adapter that says ``how`` of time."""
    return subject(f"exec:{sys.executable} -m tests.suite.stdio.adapter {how}")


def printed(done: Verification) -> str:
    """Return the terminal report."""
    out = io.StringIO()
    print_report(Console(file=out, width=200), done, {})
    return out.getvalue()


@pytest.mark.parametrize(
    ("takes", "driver", "kind", "desk_clock"),
    [
        (Takes.SUITE, MOCK, Kind.VIRTUAL, None),
        (Takes.SUITE, {"clock": "virtual"}, Kind.VIRTUAL, None),
        (Takes.SUITE, {"clock": "real"}, Kind.REAL, None),
        (Takes.SUITE, {"clock": None}, Kind.REAL, None),
        (Takes.SCALED, MOCK, Kind.SCALED, {"kind": "scaled", "speed": SPEED}),
        (Takes.SCALED, {"clock": "real"}, Kind.REAL, None),
        (Takes.REAL, MOCK, Kind.REAL, {"kind": "system"}),
        (Takes.REAL, {"clock": "virtual"}, Kind.REAL, None),
    ],
)
def test_which_time_it_is(takes: Takes, driver: dict[str, Any], kind: Kind, desk_clock: dict[str, Any] | None) -> None:
    """It hangs on what the adapter makes of time and on the clocks that the driver's desks can have."""
    chosen = time_for(takes, driver)
    assert chosen.kind is kind
    assert chosen.desk_clock == desk_clock


def test_a_factory_without_a_clock_is_not_given_one() -> None:
    """Nobody must take a parameter that they have no use for, and nobody is called with one they do not know."""

    def plain(desk_url: str, callback: Any, *, options: Any) -> Any:
        return (desk_url, callback, options)

    def clocked(desk_url: str, callback: Any, *, clock: Any, options: Any) -> Any:
        return clock

    factory, takes = timed(plain)  # type: ignore[arg-type]
    assert takes is Takes.REAL
    assert factory("url", "callback", clock="clock", options={}) == ("url", "callback", {})  # type: ignore[arg-type]
    assert timed(clocked) == (clocked, Takes.SUITE)  # type: ignore[arg-type,comparison-overlap]


@pytest.mark.all
def test_an_adapter_without_a_clock_is_judged_in_real_time_and_not_blamed(driver: DeskDriver) -> None:
    """It takes seconds, not minutes; what needs virtual time is skipped with that reason, the rest is judged."""
    began = time.monotonic()
    chosen = ("LIF-01", "LIF-06", "PRS-07", "PRS-08", "REC-01", "MSG-02")
    done = verify(subject("tests.suite.timeless:connect"), driver, Options(select=chosen, sequences=0))
    assert time.monotonic() - began < 120
    verdicts = {one.requirement.id: one.verdict for one in done.results}
    skipped = {one.requirement.id: one.reason for one in done.results if one.verdict is Verdict.SKIP}
    assert list(skipped) == ["PRS-08"]
    assert "time is not virtual" in str(skipped["PRS-08"])
    assert {verdicts[one] for one in chosen if one != "PRS-08"} == {Verdict.PASS}
    assert done.conclusion is Conclusion.CONFORMANT
    assert "time: real (the adapter does not take the suite's clock); 0.25 s go by after a run, not 30" in printed(done)
    report = report_json(done)
    Draft202012Validator(schema()).validate(report)
    assert report["time"]["kind"] == "real"
    assert report["time"]["aftermath_seconds"] == 0.25


@pytest.mark.all
@pytest.mark.parametrize("how", ["scaled", "real"])
def test_a_process_says_what_it_makes_of_time(driver: DeskDriver, how: str) -> None:
    """The handshake is asked before the first run, so that desk and adapter run equally fast."""
    done = verify(stdio(how), driver, Options(select=("LIF-01", "MSG-02"), sequences=0))
    assert done.time is not None
    assert done.time.kind.value == how
    assert done.time.speed == (SPEED if how == "scaled" else 1.0)
    assert f"time: {how}" in printed(done)
    assert done.conclusion is Conclusion.CONFORMANT, printed(done)


def test_time_goes_by_on_the_wall_as_fast_as_the_desk_runs(driver: DeskDriver) -> None:
    """Five seconds of the desk take one of the wall, for the desk as for the trace."""
    with Session(stdio("scaled"), driver, time=time_for(Takes.SCALED, MOCK)) as session:
        for one in (step("start"), act("join", "ada"), act("typing", "ada", typing=True)):
            session.perform(one)
        began, desk_began = time.monotonic(), driver.now()
        session.perform(step("advance", seconds=6.0))
        assert 1.0 <= time.monotonic() - began < 4.0
        assert driver.now() - desk_began >= 6.0
        session.perform(step("advance", seconds=600.0))
        trace = session.finish()
    shown = [entry.data["is_typing"] for entry in trace.of(Side.CALLBACK, "agent_typing")]
    assert shown == [True, False]
    assert "nobody waits 600 s" in trace.of(Side.SUITE, "impossible")[0].data["why"]
    assert trace.about["time"]["kind"] == "scaled"


def test_virtual_time_is_told_too(driver: DeskDriver) -> None:
    """The line is there in every report, so that its absence need not be interpreted."""
    done = verify(subject("byosd_reference:connect"), driver, Options(select=("LIF-01",), sequences=0))
    assert "time: virtual (the subject takes the suite's clock)" in printed(done)
    assert report_json(done)["time"]["aftermath_seconds"] == 30.0
