"""Scripts that are Python generator functions."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

from mockdesk.core.agents import RosterAgent, read_agent
from mockdesk.core.errors import InvalidRequest
from mockdesk.core.reading import Fields
from mockdesk.core.script import PlayFunction, Script
from mockdesk.scripts.mistakes import Mistake, ScriptError, suggestion


def callable_script(
    function: PlayFunction,
    *,
    name: str | None = None,
    agents: Iterable[RosterAgent | Mapping[str, Any]] = (),
    seed: int | None = None,
) -> Script:
    """Return the script that a generator function plays from the start of each conversation.

    ``agents`` are profiles such as ``{"id": "ada", "nickname": "Ada"}``; the docstring's first line is the description.

    Raises:
        TypeError: it is no generator function.
        ValueError: an agent is no profile.
    """
    if not inspect.isgeneratorfunction(function):
        raise TypeError(f"{function!r} is no generator function: it has no yield")
    description = (inspect.getdoc(function) or "").partition("\n")[0]
    known = tuple(_agent(agent) for agent in agents)
    return Script(name or function.__name__, description, seed, known, play=function)


def _agent(agent: RosterAgent | Mapping[str, Any]) -> RosterAgent:
    if isinstance(agent, RosterAgent):
        return agent
    fields = Fields(agent)
    found = read_agent(fields)
    try:
        fields.finish("agent")
    except InvalidRequest as error:
        raise ValueError(error.detail) from error
    return found


def load_callable(reference: str) -> Script:
    """Return the script at ``package.module:name``: a generator function, or a :class:`Script` made from one.

    Imports the module, so its code runs.

    Raises:
        ScriptError: it cannot be imported or found, or is neither.
    """
    module_name, _, attribute = reference.partition(":")
    try:
        module = import_module(module_name)
    except Exception as error:
        problem = f"{module_name} cannot be imported: {type(error).__name__}: {error}"
        raise _mistake(reference, problem, "check the name and the path for imports") from error
    found = getattr(module, attribute, None)
    if isinstance(found, Script):
        return found
    if found is None:
        names = [name for name, value in vars(module).items() if inspect.isgeneratorfunction(value)]
        raise _mistake(reference, f'{module_name} has no "{attribute}"', suggestion(attribute, names))
    if not inspect.isgeneratorfunction(found):
        raise _mistake(reference, f"{attribute} is no generator function", "it plays a chat by yielding steps")
    return callable_script(found, name=reference)


def _mistake(reference: str, problem: str, remedy: str) -> ScriptError:
    return ScriptError([Mistake(0, "(callable)", problem, remedy)], reference)
