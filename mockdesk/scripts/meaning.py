"""Mistakes that a schema cannot see: agents nobody declared, rules nobody reaches, expressions that do not compile.

Works on what is there, so that a file with a wrong shape in one place is still checked in all others.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockdesk.core.errors import InvalidRequest
from mockdesk.core.linear_pattern import LinearPattern, PatternMistake
from mockdesk.scripts.build import NO_AGENT, build_step
from mockdesk.scripts.document import Document, Path
from mockdesk.scripts.mistakes import suggestion
from mockdesk.scripts.schema import step_names
from mockdesk.scripts.walk import lists_of_steps, name_of, rules_of, settings_of, steps_of


def check_meaning(document: Document) -> None:
    """Note every mistake that the schema does not know of in the document's mistakes."""
    for check in (_check_ids, _check_agents, _check_patterns, _check_ranges, _check_ends, _check_reach, _check_ended):
        for path, message, remedy in check(document.data):
            document.mistake(path, message, remedy)


def check_steps(document: Document) -> None:
    """Note what the desk itself would refuse to take for an action or a fault."""
    for path, name, value in steps_of(document.data):
        if name == "repeat":
            continue
        try:
            build_step(name, value)
        except InvalidRequest as refusal:
            for error in refusal.errors:
                key = tuple(part for part in error.pointer.split("/") if part)
                document.mistake((*path, *key), error.detail, "see docs/scripts.md")


Found = Iterator[tuple[Path, str, str]]


def _declared(data: Any) -> list[Any]:
    agents = data.get("agents") if isinstance(data, dict) else None
    return [agent.get("id") for agent in agents if isinstance(agent, dict)] if isinstance(agents, list) else []


def _check_ids(data: Any) -> Found:
    seen: set[Any] = set()
    for index, agent_id in enumerate(_declared(data)):
        if isinstance(agent_id, str) and agent_id in seen:
            yield ("agents", index, "id"), f'the agent "{agent_id}" is there already', "give each agent its own id"
        seen.add(str(agent_id))


def _check_agents(data: Any) -> Found:
    known = {agent for agent in _declared(data) if isinstance(agent, str)}
    for path, name, value in steps_of(data):
        if name not in step_names() or name in NO_AGENT:
            continue
        settings = settings_of(name, value)
        named = [(key, settings[key]) for key in ("agent", "to_agent") if isinstance(settings.get(key), str)]
        for key, agent in named:
            if agent not in known:
                where = (*path, key) if isinstance(value, dict) else path
                yield where, f'unknown agent "{agent}"', _declare(agent, known)
        if not known and not named and settings.get("by") != "system":
            yield path, "no agent is there to do this", "declare one under agents:"


def _declare(agent: str, known: set[str]) -> str:
    return suggestion(agent, known) if known else f"declare it: agents: [{{id: {agent}}}]"


def _check_patterns(data: Any) -> Found:
    for path, rule in rules_of(data):
        on = rule.get("on")
        message = on.get("message") if isinstance(on, dict) else None
        pattern = message.get("matches") if isinstance(message, dict) else None
        if isinstance(pattern, str):
            try:
                LinearPattern(pattern)
            except PatternMistake as error:
                where = (*path, "on", "message", "matches")
                yield where, f"not a regular expression: {error}", "put a backslash before signs that are meant as such"


def _check_ranges(data: Any) -> Found:
    for path, name, value in steps_of(data):
        span = value.get("seconds") if name == "wait" and isinstance(value, dict) else None
        if isinstance(span, list) and all(isinstance(end, int | float) for end in span) and span != sorted(span):
            yield (*path, "seconds"), f"{span[0]} is more than {span[-1]}", "write [least, most]"


def _check_ends(data: Any) -> Found:
    for path, steps in lists_of_steps(data):
        names = [name_of(step) for step in steps]
        if "end" in names[:-1]:
            remedy = "leave it out, or put faults into a rule on: ended"
            yield (*path, names.index("end") + 1), "never played: the chat has ended", remedy


def _check_reach(data: Any) -> Found:
    taken: dict[str, int] = {}
    for path, rule in rules_of(data):
        on = rule.get("on")
        kind = on if isinstance(on, str) else name_of(on)
        if kind in taken:
            remedy = "put the rule without a condition last" if kind == "message" else "join the two rules"
            yield (*path, "on"), f"never reached: rules[{taken[kind]}] takes every {kind}", remedy
        elif isinstance(on, str) and rule.get("once") is not True:
            taken[on] = int(path[1])


def _check_ended(data: Any) -> Found:
    for path, rule in rules_of(data):
        steps = rule.get("steps")
        if rule.get("on") == "ended" and isinstance(steps, list):
            for index, step in enumerate(steps):
                if name_of(step) in set(step_names()) - {"fault"}:
                    yield (*path, "steps", index), "the chat is over", "only fault makes sense here"
