"""From checked values to the script that is played."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from functools import partial
from types import MappingProxyType
from typing import Any

from mockdesk.core.actions import Action, parse_action
from mockdesk.core.agents import read_agent
from mockdesk.core.faults import Fault
from mockdesk.core.linear_pattern import LinearPattern
from mockdesk.core.reading import Fields
from mockdesk.core.script import (
    Do,
    Inject,
    On,
    OnEnded,
    OnIdle,
    OnMessage,
    OnRead,
    OnSignal,
    OnStarted,
    OnTyping,
    Repeat,
    Rule,
    Script,
    Step,
    Wait,
)
from mockdesk.core.script_template import Template
from mockdesk.core.settings import read_queue
from mockdesk.scripts.later_rules import LaterRules
from mockdesk.scripts.walk import settings_of

NO_AGENT = frozenset({"wait", "fault", "repeat", "availability", "set_capabilities"})
"""The steps that no agent does."""
_TEMPLATES = ("text", "reason", "message")
_PLAIN: Mapping[str, Callable[[], On]] = MappingProxyType(
    {
        "started": OnStarted,
        "message": OnMessage,
        "typing": OnTyping,
        "read": OnRead,
        "ended": OnEnded,
    }
)


def build_script(data: Mapping[str, Any], source: str | None = None) -> Script:
    """Return the script that the values describe; they have been checked. ``source`` is the text that says them."""
    return replace(build_builtin(data, source), rules=_rules(data))


def build_builtin(data: Mapping[str, Any], source: str | None) -> Script:
    """Return the script that the values describe, its rules built when they are first asked for."""
    return Script(
        name=data["name"],
        description=data.get("description", ""),
        seed=data.get("seed"),
        agents=tuple(read_agent(Fields(agent)) for agent in data.get("agents", ())),
        queues={name: read_queue(Fields(queue)) for name, queue in data.get("queues", {}).items()},
        rules=LaterRules(partial(_rules, data)),
        source=source,
    )


def _rules(data: Mapping[str, Any]) -> tuple[Rule, ...]:
    return tuple(_rule(rule) for rule in data["rules"])


def build_step(name: str, value: Any) -> Step:
    """Return one step.

    Raises:
        InvalidRequest: the desk knows no such action or fault.
    """
    if name == "wait":
        return _wait(value)
    if name == "fault":
        return Inject(Fault.from_dict(value))
    if name == "repeat":
        return Repeat(value["times"], _steps(value["steps"]))
    return _do(name, settings_of(name, value))


def _rule(rule: Mapping[str, Any]) -> Rule:
    return Rule(_on(rule["on"]), _steps(rule["steps"]), rule.get("once", False))


def _steps(steps: list[Any]) -> tuple[Step, ...]:
    pairs = [(step, None) if isinstance(step, str) else next(iter(step.items())) for step in steps]
    return tuple(build_step(name, value) for name, value in pairs)


def _on(on: str | Mapping[str, Any]) -> On:
    if isinstance(on, str):
        return _PLAIN[on]()
    kind, value = next(iter(on.items()))
    if kind == "idle":
        return OnIdle(value["seconds"] if isinstance(value, dict) else value)
    if kind == "signal":
        return OnSignal(value)
    return _message({"equals": value} if isinstance(value, str) else value)


def _message(match: Mapping[str, Any]) -> OnMessage:
    case_sensitive = match.get("case_sensitive", False)
    pattern = match.get("matches")
    return OnMessage(
        equals=_words(match.get("equals")),
        contains=_words(match.get("contains")),
        matches=None if pattern is None else LinearPattern(pattern, ignore_case=not case_sensitive),
        case_sensitive=case_sensitive,
        nth=match.get("nth"),
    )


def _words(words: str | list[str] | None) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words or ())


def _wait(value: float | Mapping[str, Any]) -> Wait:
    if not isinstance(value, Mapping):
        return Wait(seconds=value)
    seconds = value.get("seconds")
    span = (seconds[0], seconds[1]) if isinstance(seconds, list) else seconds
    return Wait(span, value.get("messages"), value.get("signal"))


def _do(name: str, settings: dict[str, Any]) -> Do:
    in_charge = name not in NO_AGENT and "agent" not in settings and settings.get("by") != "system"
    known = {"agent": "in charge"} if in_charge else {}
    action = parse_action({"action": "update_queue" if name == "availability" else name, **settings, **known})
    return Do(action, in_charge, _templates(action, settings))


def _templates(action: Action, settings: Mapping[str, Any]) -> tuple[tuple[str, Template], ...]:
    names = [field.name for field in fields(action) if field.name in _TEMPLATES]
    texts = [(name, settings[name]) for name in names if isinstance(settings.get(name), str)]
    return tuple((name, Template.parse(text)) for name, text in texts)
