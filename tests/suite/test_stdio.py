"""The stdio lane: an adapter in another process is judged as one in this process, and its failures are no verdicts."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from contracts.adapter import DeskDriver
from contracts.drivers import open_driver
from contracts.lanes.stdio import StdioFactory
from contracts.lanes.stdio_peer import Limits
from contracts.lanes.supervised import SubjectCrashed
from contracts.machine import generate
from contracts.program import act, step
from contracts.run import verify
from contracts.session import Session
from contracts.subject import Subject
from contracts.trace import Side
from contracts.verdict import EXIT_CODES, Conclusion, Verdict
from contracts.verification import Options, Verification

COMMAND = (sys.executable, "-m", "tests.suite.stdio.adapter")
SHORT = Limits(hello=10.0, fire=1.0, ping=1.0, bye=1.0, silence=0.5)


def stdio_subject(*how: str, limits: Limits = SHORT) -> Subject:
    """Return the test adapter, spoiled in the way that ``how`` says."""
    return Subject("adapter", " ".join(("exec:adapter", *how)), StdioFactory((*COMMAND, *how), limits))


@pytest.fixture
def driver() -> Iterator[DeskDriver]:
    """Return the mock's driver."""
    opened = open_driver("mockdesk")
    yield opened
    opened.close()


def verified(driver: DeskDriver, select: str, *how: str) -> Verification:
    """Verify the test adapter by the scenarios alone."""
    return verify(stdio_subject(*how), driver, Options(select=(select,), sequences=0))


def running(pid: int) -> bool:
    """Tell whether a process is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def process_of(session: Session) -> Any:
    """Return the process behind the first user's adapter."""
    return session.hosts["u1"].adapter._peer._line._process


@pytest.mark.all
def test_a_correct_adapter_conforms(driver: DeskDriver) -> None:
    """What a Python object shows in process it shows over the protocol, time and nested calls included."""
    options = Options(select=("LIF-18", "PRS-08", "REC-01"), sequences=3, seed=3)
    done = verify(stdio_subject(limits=Limits()), driver, options)
    failed = [result.requirement.id for result in done.results if result.verdict is Verdict.FAIL]
    assert not failed
    assert done.conclusion is Conclusion.CONFORMANT
    exercised = {result.requirement.id for result in done.results if result.exercised}
    assert {"LIF-18", "PRS-08", "REC-01"} <= exercised


@pytest.mark.all
def test_one_that_does_not_conform_is_blamed_for_what_it_does(driver: DeskDriver) -> None:
    """A lost text is a failed requirement and exit code 1, whatever the adapter is written in."""
    done = verified(driver, "MSG-02", "drops-texts")
    assert EXIT_CODES[done.conclusion] == 1
    assert [one.requirement.id for one in done.results if one.verdict is Verdict.FAIL] == ["MSG-02"]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("crash-send_message_to_agent", ["in run smoke", "send_message_to_agent (call 3)", "exit status 7"]),
        ("crash-hello", ["the handshake", "exit status 7"]),
        ("hang-send_message_to_agent", ["hung", "no answer to ping within 1 s", "send_message_to_agent (call 3)"]),
        ("hang-bye", ["hung", "within 1 s of bye"]),
    ],
)
def test_a_crash_and_a_hang_are_no_verdicts(driver: DeskDriver, how: str, said: list[str]) -> None:
    """Whoever reads the report must not search the catalogue for a fault that is a process's death."""
    done = verified(driver, "LIF-01", how)
    assert done.conclusion is Conclusion.CRASHED
    assert EXIT_CODES[done.conclusion] == 4
    assert done.why is not None
    assert all(part in done.why for part in said), done.why
    assert all(result.verdict is not Verdict.FAIL for result in done.results)
    if how.startswith("crash"):
        assert done.log[-1] == "out of luck"


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("prints", ["'message sent!'", "is something printing to stdout?"]),
        ("wrong-field", ["message 'timer'", "field 'seconds'", "'soon'"]),
        ("next-version", ["version 2", "this suite speaks 1"]),
    ],
)
def test_a_breach_of_the_protocol_is_a_miswired_subject(driver: DeskDriver, how: str, said: list[str]) -> None:
    """The message and the field are named; no requirement is."""
    done = verified(driver, "LIF-01", how)
    assert done.conclusion is Conclusion.MISWIRED
    assert EXIT_CODES[done.conclusion] == 2
    assert done.why is not None
    assert all(part in done.why for part in said), done.why


@pytest.mark.all
def test_a_timer_that_is_never_done_is_a_hang(driver: DeskDriver) -> None:
    """An advance waits for what falls due; a process that never comes back from it must not stop the run."""
    done = verified(driver, "PRS-08", "hang-fire")
    assert done.conclusion is Conclusion.CRASHED
    assert "no answer to fire" in str(done.why)


def test_killed_from_outside(driver: DeskDriver) -> None:
    """A process that the system ends in the middle of a chat is a crash, and the signal is named."""
    with Session(stdio_subject(), driver) as session:
        for one in (step("start"), act("join", "ada")):
            session.perform(one)
        process_of(session).send_signal(signal.SIGKILL)
        process_of(session).wait(5)
        with pytest.raises(SubjectCrashed, match="SIGKILL"):
            session.play((step("send", text="Hello?"), step("end")))


def test_a_crash_ends_generated_sequences_at_once(driver: DeskDriver) -> None:
    """Hypothesis must not play the sequence again to find a shorter one."""
    opened: list[Session] = []
    subject = stdio_subject("crash-start_chat")

    def open_session(asked: Mapping[str, Any]) -> Session:
        opened.append(Session(subject, driver))
        return opened[-1]

    with pytest.raises(SubjectCrashed, match="start_chat"):
        generate(open_session, lambda program, trace, asked: None, sequences=20, seed_value=1)
    crashed = [one for one in opened if one.hosts]
    assert len(crashed) == 1
    assert len(opened) < 20


@pytest.mark.parametrize("how", [[], ["hang-end_chat"], ["crash-end_chat"]])
def test_nothing_is_left(driver: DeskDriver, how: list[str]) -> None:
    """However a run ends, the process ends with it."""
    with Session(stdio_subject(*how), driver) as session:
        session.perform(step("start"))
        process = process_of(session)
        try:
            session.perform(step("end"))
            session.finish()
        except SubjectCrashed:
            assert how
    assert process.poll() is not None
    assert not running(process.pid)


def test_a_page_reload_is_a_new_process(driver: DeskDriver) -> None:
    """The old process is ended, the new one gets what was kept and takes up the chat."""
    with Session(stdio_subject(), driver) as session:
        for one in (step("start"), act("join", "ada")):
            session.perform(one)
        old = process_of(session)
        session.perform(step("reload"))
        assert not running(old.pid)
        trace = session.play((act("say", "ada", text="Welcome back."),))
    assert trace.of(Side.SUITE, "reloaded")[0].data["goes_on"] is True
    assert trace.of(Side.CALLBACK, "send_message_to_user")[0].data["texts"] == ["Welcome back."]


def test_timers_and_logs_of_the_process_are_in_the_trace(driver: DeskDriver) -> None:
    """A timer that outlives its chat would be counted, and what the process logs can be searched for secrets."""
    with Session(stdio_subject("talks"), driver) as session:
        for one in (step("start"), act("join", "ada"), act("typing", "ada", typing=True)):
            session.perform(one)
        session.advance(0.0)
        assert "_Expiry._fire" in session.clock.timers()
        trace = session.finish()
    assert trace.of(Side.SUITE, "census")[0].data["timers"] == []
    assert "building the integration" in [entry.data["line"] for entry in trace.of(Side.SUITE, "log")]
