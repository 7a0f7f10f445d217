"""A person plays the agents for an adapter under test from the console: the suite prompts, the console acts."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mockdesk import RunningServer
from mockdesk.scripts import check_text
from tests.browser.console.console import Console, expect
from tests.docs.walk import ROOT

pytestmark = pytest.mark.all

PROMPT = re.compile(r"(.*?)(q = stop|Enter = [^)\r\n]*\)):", re.S)
ADDRESSED = re.compile(r"As (\w+): ([^\r\n]*)")


class Person:
    """Reads the prompts in a terminal and does in the console what they say."""

    def __init__(self, server: RunningServer, console: Console) -> None:
        self._control = server.control()
        self._console = console
        self.done: list[str] = []

    def verify(self, folder: Path, *arguments: str) -> tuple[int, str]:
        """Run a verification; return its exit code and what it printed."""
        master, slave = pty.openpty()
        command = [sys.executable, "-m", "contracts", "verify", *arguments]
        with (folder / "printed").open("w+") as printed:
            process = subprocess.Popen(command, cwd=ROOT, stdin=slave, stdout=printed, stderr=slave)
            os.close(slave)
            try:
                self._sit(master)
                code = process.wait(60)
            finally:
                process.kill()
                process.wait()
                os.close(master)
            printed.seek(0)
            return code, printed.read()

    def _sit(self, master: int) -> None:
        pending = ""
        while True:
            try:
                pending += os.read(master, 4096).decode()
            except OSError:  # the other end is closed
                return
            while (prompt := PROMPT.match(pending)) is not None:
                pending = pending[prompt.end() :]
                said = ADDRESSED.search(prompt[1])
                if said is not None:
                    self._act(said[1], said[2])
                    self.done.append(said[2])
                os.write(master, b"\n")

    def _act(self, name: str, what: str) -> None:
        chat = self._control.conversations()[-1]["id"]
        self._console.page.locator(f"#conversations > li[data-key='{chat}'] button").click()
        self._become(name)
        if what.startswith("write exactly this"):
            self._say(what.partition("send it: ")[2])
        elif what.startswith("hand"):
            self._hand_over(what.rpartition(" ")[2].strip("."))
        else:
            word = (
                "Join" if what.startswith("accept") else "Typing" if "type" in what else what.partition(" ")[0].title()
            )
            self._console.press(word)
        expect(self._console.error("bar")).to_be_empty()

    def _become(self, name: str) -> None:
        """Act as an agent, who is made where there is none of this name."""
        agent = f"agent-{name.lower()}"
        if all(known["id"] != agent for known in self._control.agents()):
            self._console.pick("Act as", "a new agent…")
            self._console.page.get_by_label("Id", exact=True).fill(agent)
            self._console.page.get_by_label("Name", exact=True).fill(name)
            self._console.press("Make the agent")
        self._console.page.get_by_role("combobox", name="Act as").select_option(agent)

    def _say(self, text: str) -> None:
        before = self._console.bubbles.count()
        self._console.say(text)
        expect(self._console.bubbles).to_have_count(before + 1)

    def _hand_over(self, name: str) -> None:
        self._control.set_agent(f"agent-{name.lower()}", {"nickname": name})
        if not self._console.page.locator("#transfer form").is_visible():
            self._console.page.locator("#transfer summary").click()
        self._console.pick("To", name)
        self._console.press("Hand over")


def test_an_adapter_is_verified_from_the_console(new_console: Callable[[str], Console], tmp_path: Path) -> None:
    """The same requirements are judged as with a driver, and what was played can be kept as a script."""
    with RunningServer(clock="system") as server:
        console = new_console(server.url)
        person = Person(server, console)
        select = ("--select", "PRS-01,MSG-02,LIF-02", "--replays", str(tmp_path))
        where = ("byosd_reference:connect", "--desk", "manual", "--desk-url", server.url)
        code, printed = person.verify(tmp_path, "adapter", *where, *select)
        assert code == 0, printed
        assert "3 passed" in printed
        with console.page.expect_download() as script:
            console.press("Played session (YAML)")
        text = script.value.path().read_text()
        assert check_text(text) == []
        assert "join:" in text
        assert any(one.startswith("write exactly this") for one in person.done)
