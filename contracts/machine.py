"""The state machine that makes programs: user, agents, wire and clock, in any order that makes sense.

Each rule (contracts.rules) plays a few steps in a session at once. Rules choose among what the model (contracts.model)
allows; nothing is judged before the sequence is over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import initialize, run_state_machine_as_test

from contracts.local_constants import no_local_constants
from contracts.program import Program
from contracts.rules.agents import AgentRules
from contracts.rules.extras import ExtraRules
from contracts.rules.page import PageRules
from contracts.rules.stopping import StopGenerating, no_second_try
from contracts.rules.user import UserRules
from contracts.rules.wire import WireRules
from contracts.session import Session
from contracts.strategies import desk_settings, openings
from contracts.trace import Trace

MAX_STEPS = 25
"""Rules in a sequence; longer ones find little more and are hard to read."""

OpenSession = Callable[[Mapping[str, Any]], Session]
HandOver = Callable[[Program, Trace, Mapping[str, Any]], None]

__all__ = ["ChatMachine", "StopGenerating", "generate"]


class ChatMachine(UserRules, ExtraRules, PageRules, AgentRules, WireRules):
    """Plays generated sequences. A subclass says how a session is opened and who gets the traces."""

    def open_session(self, asked: Mapping[str, Any]) -> Session:
        """Return a fresh session at a desk with these settings."""
        raise NotImplementedError

    def hand_over(self, program: Program, trace: Trace, asked: Mapping[str, Any]) -> None:
        """Take a finished sequence and the desk's settings; may raise :class:`StopGenerating`."""
        raise NotImplementedError

    @initialize(asked=desk_settings(), opening=openings())
    def open_desk(self, asked: Mapping[str, Any], opening: Program) -> None:
        """Begin with a fresh desk, as some vendor may have set it up, and mostly with a chat."""
        self.asked = asked
        self.session = self.open_session(asked)
        self.session.__enter__()
        self.play(*opening)

    def teardown(self) -> None:
        """Finish the session and hand the trace over."""
        if not hasattr(self, "session"):
            return
        try:
            with no_second_try():
                trace = self.session.finish()
        finally:
            self.session.__exit__(None, None, None)
        if self.steps:
            self.hand_over(tuple(self.steps), trace, self.asked)


def generate(
    open_session: OpenSession, hand_over: HandOver, *, sequences: int, seed_value: int, steps: int = MAX_STEPS
) -> None:
    """Make ``sequences`` sequences of at most ``steps`` rules and hand each over; stops early on StopGenerating.

    Raises:
        SubjectCrashed, Miswired: an adapter's process failed.
    """

    class Machine(ChatMachine):
        def open_session(self, asked: Mapping[str, Any]) -> Session:
            return open_session(asked)

        def hand_over(self, program: Program, trace: Trace, asked: Mapping[str, Any]) -> None:
            hand_over(program, trace, asked)

    chosen = settings(
        max_examples=sequences,
        stateful_step_count=steps,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    try:
        with no_local_constants():
            run_state_machine_as_test(seed(seed_value)(Machine), settings=chosen)
    except StopGenerating as stop:
        if stop.__cause__ is not None:
            raise stop.__cause__ from None
