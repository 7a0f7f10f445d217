"""What a step does to the desk: actions with their agent and texts filled in, and faults of one conversation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mockdesk.core.actions import Action
from mockdesk.core.command import NotedAction
from mockdesk.core.desk import Desk
from mockdesk.core.errors import DeskError, UnknownAgent
from mockdesk.core.events import AgentProfile, Event
from mockdesk.core.script import Do, Inject, Wait, Yielded
from mockdesk.core.script_chat import Chat
from mockdesk.core.weight import weight_of

OUTSIDE_CONVERSATIONS = frozenset({"getCapabilities", "createToken", "getAvailability", "startChat"})
"""The operations that belong to no conversation: their faults strike whoever comes."""


def check_yielded(step: object) -> Yielded:
    """Return ``step`` if a script may yield it.

    Raises:
        TypeError: it is something else.
    """
    if not isinstance(step, Yielded):
        raise TypeError(f"it yielded {step!r}, which is neither an action nor a wait nor a fault")
    return step


def name_of(step: Yielded) -> str:
    """Return what the journal calls a step."""
    if isinstance(step, Inject):
        return f"fault {step.fault.kind}"
    return type(step.action if isinstance(step, Do) else step).__name__.lower()


def describe(step: Yielded) -> dict[str, Any]:
    """Return what the journal tells of a step."""
    if isinstance(step, Wait):
        values = {"seconds": step.seconds, "messages": step.messages, "signal": step.signal}
        return {"step": "wait", **{name: value for name, value in values.items() if value is not None}}
    return {"step": name_of(step)}


class PreparedStep:
    """A step of a script with what is the same each time it is played: what the journal tells of it, and the action,
    filled in, as long as the same agent is in charge."""

    def __init__(self, script: str, step: Yielded) -> None:
        self.step = step
        self.wait = step if isinstance(step, Wait) else None
        self.told: Mapping[str, Any] = {"script": script, **describe(step)}
        self.weight = weight_of(self.told)
        self._varies = isinstance(step, Do) and any(template.has_fields for _, template in step.texts)
        self._noted: NotedAction | None = None
        self._agent: str | None = None

    def perform(self, desk: Desk, chat: Chat) -> tuple[Event, ...]:
        """Do it now, if it is no wait; return the events it caused.

        Raises:
            DeskError: the desk refuses.
        """
        step = self.step
        if isinstance(step, Wait):
            return ()
        if isinstance(step, Inject):
            _inject(desk, chat, step)
            return ()
        return desk.act(chat.id, self._action(step, chat))

    def _action(self, step: Do | Action, chat: Chat) -> NotedAction:
        agent = _in_charge(chat).id if isinstance(step, Do) and step.in_charge else None
        if self._noted is None or self._varies or agent != self._agent:
            self._noted, self._agent = NotedAction(_filled_in(step, chat, agent)), agent
        return self._noted


class PreparedSteps:
    """The steps of one script, each prepared when it is first played: conversations share them."""

    def __init__(self, script: str) -> None:
        self._script = script
        self._known: dict[int, PreparedStep] = {}

    def of(self, step: object) -> PreparedStep:
        """Return a step of a rule, prepared.

        Raises:
            TypeError: a script may not yield it.
        """
        known = self._known.get(id(step))  # it is kept, so nothing else gets its id
        if known is None:
            known = self._known[id(step)] = PreparedStep(self._script, check_yielded(step))
        return known


def _inject(desk: Desk, chat: Chat, step: Inject) -> None:
    bound = step.fault.operation not in OUTSIDE_CONVERSATIONS
    desk.inject(replace(step.fault, conversation_id=chat.id) if bound else step.fault)


def _filled_in(step: Do | Action, chat: Chat, agent: str | None) -> Action:
    if not isinstance(step, Do):
        return step
    values = vars(step.action).copy()  # what ``replace`` would pass on, for a fraction of its time
    for name, template in step.texts:
        values[name] = template.render(chat.fields() if template.has_fields else {})
    if agent is not None:
        values["agent"] = agent
    return type(step.action)(**values)


def _in_charge(chat: Chat) -> AgentProfile:
    agent = chat.in_charge
    if agent is None:
        raise UnknownAgent("nobody is in charge: no agent is present and the script declares none")
    return agent


def refusal(error: DeskError) -> dict[str, Any]:
    """Return what the journal tells of a refused step."""
    return {"refused": error.code, "detail": error.detail}
