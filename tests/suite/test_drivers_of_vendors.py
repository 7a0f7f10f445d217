"""Drivers for a vendor's own desk: written with the kit, or a person at a terminal."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import mockdesk
from contracts.driver_kit import DriverBase, Ledger
from contracts.scenario_list import all_scenarios, by_hand
from mockdesk.core.errors import DeskError

ROOT = Path(__file__).parents[2]
ADA = {"id": "agent-ada", "nickname": "Ada"}


@pytest.fixture
def desk() -> Iterator[Any]:
    """Return a desk that runs in real time and that nobody plays."""
    with mockdesk.start(clock="system") as server:
        yield server


def contracts(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does."""
    command = [sys.executable, "-m", "contracts", *arguments]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "examples" / "driver")))}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False, **more
    )


def test_the_base_class_says_what_is_overridden() -> None:
    """A driver is described by its code, so that the description cannot be forgotten."""

    class Acting(DriverBase):
        name = "acting"
        actions = ("join",)

        def act(self, conversation_id: str, action: dict[str, Any]) -> dict[str, Any]:
            """Do nothing."""
            return {"events": []}

        def conversations(self) -> list[dict[str, Any]]:
            """Tell nothing."""
            return []

    told = Acting("http://desk.example/").describe()
    assert told["operations"] == ["new_desk", "act"]
    assert told["actions"] == ["join"]
    with pytest.raises(NotImplementedError, match="acting has no inject"):
        Acting("http://desk.example/").inject({})


def test_the_ledger_makes_the_events_of_the_contract() -> None:
    """What the ledger makes up must be what a desk of the contract would tell."""
    from contracts.desk.contract import load

    ledger = Ledger(lambda: 1_704_067_200.0)
    ledger.open("c1", "user-u1")
    bob = {"id": "agent-bob", "nickname": "Bob"}
    events = [
        event
        for action in (
            {"action": "join", "agent": ADA},
            {"action": "typing", "agent": "agent-ada"},
            {"action": "say", "agent": ADA, "text": "Hello"},
            {"action": "transfer", "agent": ADA, "to_agent": bob},
            {"action": "join", "agent": bob},
            {"action": "leave", "agent": bob},
            {"action": "join", "agent": ADA},
            {"action": "end", "agent": ADA},
        )
        for event in ledger.note("c1", action)
    ]
    kinds = [event["type"] for event in events]
    assert kinds[4:6] == ["agent.joined", "agent.left"]
    assert kinds[-1] == "conversation.ended"
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert [violation for event in events for violation in load().check_event(event)] == []
    assert ledger.truths()[0]["state"] == "ended"


def test_a_person_gets_few_short_programs() -> None:
    """Nobody presses Enter a thousand times; the smoke test is among what they play."""
    chosen = by_hand(all_scenarios(), ("join", "say", "leave", "end"), 8)
    assert 3 <= len(chosen) <= 8
    assert chosen[0].name == "smoke"
    assert all(step.do != "fault" for one in chosen for step in one.program)


@pytest.mark.all
def test_the_example_driver(desk: Any, tmp_path: Path) -> None:
    """The driver of the tutorial finds its adapter conformant in what it can show, and the rest is skipped."""
    report = tmp_path / "report.json"
    where = ["--desk", "my_desk:connect", "--desk-url", desk.url, "--json", str(report), "--replays", str(tmp_path)]
    select = "LIF-02,MSG-01,MSG-02,MSG-04,PRS-01,PRS-04,MSG-05,REC-01"
    done = contracts(
        "verify", "adapter", "byosd_reference:connect", *where, "--select", select, "--sequences", "2", "--quick"
    )
    content = json.loads(report.read_text(encoding="utf-8"))
    verdicts = {one["id"]: one["verdict"] for one in content["requirements"]}
    assert done.returncode == 0, done.stdout + done.stderr
    assert {verdicts[one] for one in ("LIF-02", "MSG-01", "MSG-02", "MSG-04", "PRS-01", "PRS-04")} == {"pass"}
    assert verdicts["MSG-05"] == verdicts["REC-01"] == "skip"


class Person:
    """Sits at a pseudo terminal, reads the prompts and does at the mock what they say."""

    def __init__(self, desk: Any, cannot: str = "nothing", stop_after: int | None = None) -> None:
        self.control = desk.control()
        self.cannot = cannot
        self.stop_after = stop_after
        self.read = ""
        self.done: list[str] = []

    def verify(self, *arguments: str) -> tuple[int, str]:
        """Run a verification in the terminal; return its exit code and what was shown."""
        master, slave = pty.openpty()
        command = [sys.executable, "-m", "contracts", "verify", *arguments]
        process = subprocess.Popen(command, cwd=ROOT, stdin=slave, stdout=subprocess.PIPE, stderr=slave, text=True)
        os.close(slave)
        reader = threading.Thread(target=self._sit, args=(master,), daemon=True)
        reader.start()
        try:
            printed, _ = process.communicate(timeout=120)
        finally:
            process.kill()
            reader.join(10)
            os.close(master)
        return process.returncode, printed

    def _sit(self, master: int) -> None:
        pending = ""
        while True:
            try:
                data = os.read(master, 4096).decode()
            except OSError:  # the other end is closed
                return
            self.read += data
            pending += data
            while (prompt := re.search(r"(.*?)(q = stop|Enter = [^)\r\n]*\)):", pending, re.S)) is not None:
                pending = pending[prompt.end() :]
                os.write(master, f"{self._answer(prompt[1])}\n".encode())

    def _answer(self, prompt: str) -> str:
        said = re.search(r"As (\w+): ([^\r\n]*)", prompt)
        if said is None:
            return ""
        if self.stop_after is not None and len(self.done) >= self.stop_after:
            return "q"
        if self.cannot in said[2]:
            return "s"
        try:
            self._act({"id": f"agent-{said[1].lower()}", "nickname": said[1]}, said[2])
        except DeskError:
            return "s"
        self.done.append(said[2])
        return ""

    def _act(self, agent: dict[str, str], what: str) -> None:
        chat = self.control.conversations()[-1]["id"]
        if what.startswith("accept"):
            action: dict[str, Any] = {"action": "join", "agent": agent}
        elif what.startswith("write exactly this"):
            action = {"action": "say", "agent": agent, "text": what.partition("send it: ")[2]}
        elif what.startswith("hand"):
            other = what.rpartition(" ")[2].strip(".")
            to_agent = {"id": f"agent-{other.lower()}", "nickname": other}
            action = {"action": "transfer", "agent": agent, "to_agent": to_agent}
        elif "type" in what:
            action = {"action": "typing", "agent": agent, "typing": what.startswith("begin")}
        else:
            action = {"action": what.partition(" ")[0], "agent": agent}
        self.control.act(chat, action)


MANUAL = ("adapter", "byosd_reference:connect", "--desk", "manual")


@pytest.mark.all
def test_a_person_plays_the_agents(desk: Any, tmp_path: Path) -> None:
    """The instructions are clear enough to be followed by a program, and what is shown is judged."""
    person = Person(desk)
    select = ("--select", "PRS-01,MSG-02,LIF-02", "--replays", str(tmp_path))
    code, printed = person.verify(*MANUAL, "--desk-url", desk.url, *select)
    assert code == 0, printed + person.read
    assert "3 passed" in printed
    assert any(one.startswith("write exactly this and send it: Hello") for one in person.done)


@pytest.mark.all
def test_what_a_person_cannot_do_is_no_failure(desk: Any, tmp_path: Path) -> None:
    """Somebody whose desk has no such button says so, and nothing is held against the adapter."""
    person = Person(desk, cannot="write exactly")
    select = ("--select", "PRS-01,MSG-02", "--json", str(tmp_path / "out.json"), "--replays", str(tmp_path))
    code, printed = person.verify(*MANUAL, "--desk-url", desk.url, *select)
    report = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    verdicts = {one["id"]: one["verdict"] for one in report["requirements"]}
    assert verdicts == {"PRS-01": "pass", "MSG-02": "inconclusive"}, printed
    assert code == 3


@pytest.mark.all
def test_a_person_may_stop(desk: Any, tmp_path: Path) -> None:
    """Whoever has had enough still gets a report on what was done."""
    person = Person(desk, stop_after=1)
    code, printed = person.verify(*MANUAL, "--desk-url", desk.url, "--replays", str(tmp_path))
    assert "stopped the run" in printed
    assert code == 3
    assert len(person.done) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([*MANUAL, "--desk-url", "http://127.0.0.1:9"], "standard input is no terminal"),
        ([*MANUAL], "--desk-url"),
        (["desk", "http://127.0.0.1:9", "--driver", "manual"], "standard input is no terminal"),
    ],
)
def test_without_a_terminal_or_a_desk_there_is_nobody_to_ask(arguments: list[str], said: str) -> None:
    """One line and exit code 2, also where a CI job calls it by mistake."""
    done = contracts("verify", *arguments, stdin=subprocess.DEVNULL)
    assert done.returncode == 2, done.stdout + done.stderr
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
