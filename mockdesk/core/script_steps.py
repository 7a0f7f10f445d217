"""What a step does to the desk: actions with their agent and texts filled in, and faults of one conversation."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from mockdesk.core.actions import Action
from mockdesk.core.desk import Desk
from mockdesk.core.errors import DeskError, UnknownAgent
from mockdesk.core.events import AgentProfile, Event
from mockdesk.core.journal import Journal
from mockdesk.core.script import Do, Inject, Wait, Yielded
from mockdesk.core.script_chat import Chat
from mockdesk.core.weight import VALUE_BYTES, weight_of

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


def weight_of_step(step: Yielded) -> int:
    """Return the weight of what :func:`describe` gives, for less than it takes to write that down."""
    weight = VALUE_BYTES + len("step")
    if not isinstance(step, Wait):
        return weight + len(name_of(step))
    weight += len("wait")
    if step.seconds is not None:
        weight += VALUE_BYTES + len("seconds") + weight_of(step.seconds)
    if step.messages is not None:
        weight += VALUE_BYTES + len("messages")
    if step.signal is not None:
        weight += VALUE_BYTES + len("signal") + len(step.signal)
    return weight


def note_step(journal: Journal, conversation_id: str, script: str, step: Yielded) -> int:
    """Put a step of a script into the journal; described when somebody reads that. Return the entry's position."""
    weight = VALUE_BYTES + len("script") + len(script) + weight_of_step(step)
    return journal.keep("script", conversation_id, partial(_told_of, script, step), None, weight)


def _told_of(script: str, step: Yielded) -> dict[str, Any]:
    return {"script": script, **describe(step)}


def perform(desk: Desk, chat: Chat, step: Do | Inject | Action) -> tuple[Event, ...]:
    """Do a step now; return the events it caused.

    Raises:
        DeskError: the desk refuses.
    """
    if isinstance(step, Inject):
        bound = step.fault.operation not in OUTSIDE_CONVERSATIONS
        desk.inject(replace(step.fault, conversation_id=chat.id) if bound else step.fault)
        return ()
    return desk.act(chat.id, _filled_in(step, chat) if isinstance(step, Do) else step)


def _filled_in(step: Do, chat: Chat) -> Action:
    action = step.action
    if not step.texts and not step.in_charge:
        return action
    values = vars(action).copy()  # what ``replace`` would pass on, for a fraction of its time
    for name, template in step.texts:
        values[name] = template.render(chat.fields() if template.has_fields else {})
    if step.in_charge:
        values["agent"] = _in_charge(chat).id
    return type(action)(**values)


def _in_charge(chat: Chat) -> AgentProfile:
    agent = chat.in_charge
    if agent is None:
        raise UnknownAgent("nobody is in charge: no agent is present and the script declares none")
    return agent


def refusal(error: DeskError) -> dict[str, Any]:
    """Return what the journal tells of a refused step."""
    return {"refused": error.code, "detail": error.detail}
