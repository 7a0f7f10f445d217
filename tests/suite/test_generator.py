"""The generator makes programs of every kind, and the same ones for the same seed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from byosd_reference import connect
from contracts.adapter import DeskDriver
from contracts.machine import generate
from contracts.program import Program
from contracts.session import Session
from contracts.subject import Subject
from contracts.trace import Side, Trace

MOST_SEEDS = 6
SUBJECT = Subject("adapter", "byosd_reference:connect", connect)
WORDS = {
    *("select_files", "screen_share", "answer_screen_share", "stop_sharing"),
    *("start", "send", "type", "read", "end", "availability", "state", "settle", "advance"),
    *("fault", "clear", "hold", "release", "drop", "restore", "await", "unload", "reload", "host_raises"),
    *(f"act {action}" for action in ("offer", "decline", "join", "say", "typing", "read", "transfer", "leave", "end")),
    *(f"act {action}" for action in ("set_file_state", "request_screen", "end_screen")),
    *(f"fault {kind}" for kind in ("status", "mangled", "hold", "rate_limit")),
    *(f"fault {kind}" for kind in ("duplicate", "garbage_frame", "unknown_type")),
    *("drop outage", "drop silent", "drop code", "send unwaited", "start in vain", "second start"),
}
"""What users, agents, wire and clock can do; each kind of step has to come up in a few dozen sequences."""


def kind_of(fault: Mapping[str, Any]) -> str:
    """Return the kind of a fault; the ways in which an answer gets lost are one."""
    return "mangled" if fault["kind"] in ("garbage", "reset", "truncated") else str(fault["kind"])


def words(program: Program) -> set[str]:
    """Return what kinds of steps a program has."""
    found = set()
    for one in program:
        found.add(one.do)
        found |= {f"act {one.args['action']}"} if one.do == "act" else set()
        found |= {f"fault {kind_of(one.args['fault'])}"} if one.do == "fault" else set()
        found |= {f"drop {key}" for key in ("outage", "silent", "code") if one.do == "drop" and one.args.get(key)}
        found |= {"send unwaited"} if one.do == "send" and one.args.get("wait") is False else set()
        found |= {"start in vain"} if one.args.get("in_vain") else set()
    return found


def made(driver: DeskDriver, sequences: int, seed: int) -> list[tuple[Program, Trace]]:
    """Return generated programs with their traces."""
    found: list[tuple[Program, Trace]] = []

    def open_session(asked: Mapping[str, Any]) -> Session:
        return Session(SUBJECT, driver, settings=asked)

    generate(
        open_session, lambda program, trace, asked: found.append((program, trace)), sequences=sequences, seed_value=seed
    )
    return found


@pytest.mark.all
def test_every_kind_of_step_comes_up(driver: DeskDriver) -> None:
    """A rule that no sequence ever plays finds nothing."""
    seen: set[str] = set()
    for seed in range(MOST_SEEDS):
        if seen >= WORDS:
            break
        for program, trace in made(driver, 40, seed):
            seen |= words(program)
            seen |= {"second start" for e in trace.of(Side.HOST, "start_chat") if e.data.get("second")}
    assert WORDS - seen == set()


@pytest.mark.all
def test_one_seed_makes_the_same_programs(driver: DeskDriver) -> None:
    """A verdict that cannot be had again cannot be discussed."""
    first, again = ([program for program, _ in made(driver, 6, 11)] for _ in range(2))
    assert first == again
    assert [program for program, _ in made(driver, 6, 12)] != first


@pytest.mark.all
def test_the_model_is_seldom_wrong(driver: DeskDriver) -> None:
    """Steps that do not apply are budget that finds nothing: the model has to know where each chat stands."""
    runs = made(driver, 20, 5)
    steps = sum(len(program) for program, _ in runs)
    wasted = sum(len(trace.of(Side.SUITE, "impossible")) for _, trace in runs)
    refused = sum(not entry.data["ok"] for _, trace in runs for entry in trace.of(Side.DESK, "done"))
    assert wasted + refused < steps / 50


PROGRAMS = """
import sys
from contracts.drivers import open_driver
from contracts.machine import generate
from contracts.session import Session
from contracts.subject import Subject
from byosd_reference import connect
{imports}
driver, subject = open_driver("mockdesk"), Subject("adapter", "reference", connect)
generate(
    lambda asked: Session(subject, driver, settings=asked),
    lambda program, trace, asked: print([step.to_json() for step in program], dict(asked)),
    sequences=6,
    seed_value=3,
)
driver.close()
"""


@pytest.mark.all
def test_a_seed_means_the_same_whatever_is_imported() -> None:
    """Otherwise a failure of CI would not come again on the command line, and each change of an adapter would be judged
    on other sequences than before."""
    more = "import tests.suite.rows, tests.mapping.foreign_desk_http, contracts.assess, contracts.mapping.load"
    said = [
        subprocess.run(
            [sys.executable, "-c", PROGRAMS.format(imports=imports)], capture_output=True, text=True, check=True
        ).stdout.splitlines()
        for imports in ("", more)
    ]
    assert len(said[0]) > 5
    assert said[0] == said[1]
