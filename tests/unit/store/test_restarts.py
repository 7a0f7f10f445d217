"""A desk that is restarted at random points is the same as one that never was: the core's machine, with restarts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule

from mockdesk.core.clock import VirtualClock
from mockdesk.core.desk import Desk
from mockdesk.core.player import ScriptPlayer
from mockdesk.core.script import Script
from mockdesk.scripts import parse_script
from tests.unit.core.test_machine import DeskMachine
from tests.unit.store.keeping import Keeping

SCRIPT = """\
name: everything that has a place
agents: [{id: ada, nickname: Ada}, {id: eve, nickname: Eve}]
queues: {sales: {seconds_per_conversation: 20}}
rules:
  - on: {message: {contains: [hello]}}
    once: true
    steps:
      - wait: {seconds: [1, 30]}
      - join: ada
      - repeat: {times: 3, steps: [{say: "{count}: {text}"}, {wait: {messages: 1, seconds: [5, 40]}}]}
      - wait: {signal: go, seconds: 50}
      - say: "that was it, {user_name}"
  - on: message
    steps: [{wait: 5}, {say: "at {position} in {queue}"}]
  - on: {idle: 25}
    steps: [{say: "are you there?"}, {wait: {seconds: [0, 3]}}, {typing: true}]
  - on: typing
    steps: [{wait: {messages: 2}}, {say: "two at last"}]
  - on: read
    steps: [{wait: 2}, read]
"""


class RestartedMachine(DeskMachine):
    """The desk is saved and brought back now and then; at the end it is compared with one that never was."""

    script: Script | None = None

    def new_desk(self) -> tuple[Desk, VirtualClock]:
        """Return an empty desk, the first one with a store."""
        desk, clock = super().new_desk()
        if not hasattr(self, "keeping"):
            self.keeping = Keeping(self.script)
            self.keeping.watch(desk)
        if self.script is not None:
            desk.install_script(ScriptPlayer(self.script))
        return desk, clock

    @rule()
    def save(self) -> None:
        """Write down what is new, and go on."""
        self.keeping.save(self.desk, self.clock)

    @rule(times=st.integers(1, 2))
    def restart(self, times: int) -> None:
        """Write down what is new, forget everything, and bring it back."""
        for _ in range(times):
            before = self.snapshot()
            due = self.clock.next_due()
            self.keeping.save(self.desk, self.clock)
            self.desk, self.clock, said = self.keeping.again(self.desk.settings)
            assert (said, self.snapshot(), self.clock.next_due()) == ([], before, due)
        self.desk.subscribe(lambda conversation_id, event: self.witness(conversation_id).see(event))


class ScriptedMachine(RestartedMachine):
    """The same with a script, whose places, timers and draws must come back."""

    script = parse_script(SCRIPT)

    @rule(name=st.sampled_from(["go", "stay"]))
    def signal(self, name: str) -> None:
        """Give the script a signal."""

        def give(desk: Desk, clock: VirtualClock) -> Any:
            assert isinstance(desk.script, ScriptPlayer)
            return desk.script.signal(name)

        self.run(give)


FEW = settings(max_examples=15, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
MANY = settings(FEW, max_examples=60, stateful_step_count=40)

TestRestarted = RestartedMachine.TestCase
TestRestarted.settings = FEW
TestScripted = ScriptedMachine.TestCase
TestScripted.settings = FEW


@pytest.mark.all
class TestRestartedMore(RestartedMachine.TestCase):  # type: ignore[misc,valid-type]
    """The same, for CI."""


@pytest.mark.all
class TestScriptedMore(ScriptedMachine.TestCase):  # type: ignore[misc,valid-type]
    """The same, for CI."""


TestRestartedMore.settings = MANY
TestScriptedMore.settings = MANY
