"""Readings of a trace about the host's state: who the user is at each moment, and what the desk has of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from contracts.readings_messages import normal
from contracts.readings_wire import faults_during, told_to_wait
from contracts.trace import Side, Trace
from contracts.views import Call, Chat, calls

STATE_NAMES = ("session_id", "user_id", "locale")
"""What the host's state consists of."""


def state_calls(trace: Trace, user: str | None = None) -> list[Call]:
    """Return the calls of ``update_state``, of one user or of all."""
    return [one for one in calls(trace, Side.HOST, "update_state") if user is None or one.entry.user == user]


def changes_of(call: Call) -> dict[str, str]:
    """Return what a call of ``update_state`` gave a value to; what is ``None`` or empty gives none."""
    state = call.data.get("state") or {}
    return {name: state[name] for name in STATE_NAMES if isinstance(state.get(name), str) and state[name]}


def told_desk(chat: Chat, name: str) -> list[str]:
    """Return the values, none of them empty, that the desk has or had of one part of the host's state."""
    truth: Mapping[str, Any] = chat.truth or {}
    found = [change.get(name) for change in truth.get("state_changes") or []]
    found.append(truth.get("user_id") if name == "user_id" else (truth.get("context") or {}).get(name))
    return [str(value) for value in found if value]


def could_be_told(trace: Trace, chat: Chat, until: int | None = None) -> bool:
    """Tell whether nothing kept the state from the desk in a chat: no fault that refuses or asks for a pause, no desk
    that offers it not. A request that is only late (a ``hold``) is no excuse.
    """
    offered = trace.about.get("settings", {}).get("capabilities", {}).get("update_state", True)
    active = faults_during(trace, chat.start.index, until, "updateState")
    paused = told_to_wait(trace, len(trace) if until is None else until)
    return bool(offered) and not paused and all(fault.kind == "hold" for fault in active)


def connect_user(call: Call) -> str:
    """Return the id of the user whom the connect message of a start names."""
    message = call.data.get("connect_message") or {}
    return str(message.get("context", {}).get("global", {}).get("system", {}).get("user_id"))


def users_at(trace: Trace, chat: Chat, call: Call) -> set[str]:
    """Return whose message a send may be, by the host's ids: one user, or several where a change was under way."""
    until = call.outcome.index if call.outcome is not None else len(trace)
    possible = {connect_user(chat.start)}
    for change in state_calls(trace, chat.user):
        user_id = changes_of(change).get("user_id")
        if user_id is None or change.index > until:
            continue
        done = change.ok and change.settled_at is not None and change.settled_at < call.index
        surely = done and change.index > chat.start.index
        possible = {user_id} if surely else {*possible, user_id}
    return possible


def strings(value: Any) -> Iterator[str]:
    """Yield every text in nested values, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from strings(item)


def is_somewhere(text: str, chat: Chat) -> bool:
    """Tell whether the desk has a text anywhere in a conversation, as it is or encoded for a link."""
    wanted = normal(text)
    return any(wanted in normal(one) or wanted in normal(unquote(one)) for one in strings(chat.truth or {}))
