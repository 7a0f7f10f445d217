"""What a mapping file says, checked and ready to be played."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

from contracts.mapping.picks import Condition, holds
from contracts.mapping.template import names_in

OPERATIONS: Mapping[str, str] = MappingProxyType(
    {
        "startChat": "startChat",
        "endChat": "endChat",
        "sendMessageToAgent": "sendMessageToAgent",
        "updateState": "updateState",
        "areAnyAgentsOnline": "getAvailability",
        "userTyping": "userTyping",
        "userReadMessages": "userReadMessages",
        "getConversation": "getConversation",
        "listMessages": "listMessages",
    }
)
"""The functions of a mapping, by the guide's names where it has one, and the operation of openapi.yaml each is."""
OPTIONAL: Mapping[str, str] = MappingProxyType(
    {
        "updateState": "update_state",
        "areAnyAgentsOnline": "are_any_agents_online",
        "userTyping": "user_typing",
        "userReadMessages": "user_read_messages",
    }
)
"""The guide's nice-to-have functions, and the host's names of them."""


class NoVariable(LookupError):
    """A variable's value is not there; the message says where it was looked for."""


@dataclass(frozen=True)
class Request:
    """One request template. ``json`` and ``form`` are the body; at most one is given."""

    method: str
    path: str
    headers: Mapping[str, Any]
    query: Mapping[str, Any]
    json: Any = None
    form: Mapping[str, Any] | None = None

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Request:
        """Return the request that ``data``, as in the file, describes."""
        return cls(
            data["method"],
            data["path"],
            data.get("headers", {}),
            data.get("query", {}),
            data.get("json"),
            data.get("form"),
        )

    def names(self) -> set[str]:
        """Return every name in it."""
        return set(names_in([self.path, self.headers, self.query, self.json, self.form]))


@dataclass(frozen=True)
class Success:
    """When an answer means that the desk did it."""

    statuses: tuple[str | int, ...] = ("2xx",)
    when: Condition | None = None

    @classmethod
    def read(cls, data: Mapping[str, Any] | None) -> Success:
        """Return the condition that ``data``, as in the file, describes."""
        given = data or {}
        return cls(tuple(given.get("statuses", ("2xx",))), given.get("when"))

    def met(self, status: int | None, body: Any) -> bool:
        """Tell whether an answer is a success."""
        return among(status, self.statuses) and (self.when is None or holds(self.when, body))


def among(status: int | None, statuses: tuple[str | int, ...]) -> bool:
    """Tell whether a status is one of those listed, alone or by its class."""
    return status is not None and (status in statuses or f"{status // 100}xx" in statuses)


@dataclass(frozen=True)
class Step:
    """A request, when it succeeded, and what is picked from its answer."""

    request: Request
    success: Success
    pick: Mapping[str, str]

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Step:
        """Return the step that ``data``, as in the file, describes."""
        return cls(Request.read(data["request"]), Success.read(data.get("success")), data.get("pick", {}))


@dataclass(frozen=True)
class Function:
    """A function of the guide: the request that serves it, and those before and after it."""

    main: Step
    before: tuple[Step, ...] = ()
    then: tuple[Step, ...] = ()
    items: str | None = None
    rules: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Function:
        """Return the function that ``data``, as in the file, describes."""
        before, then = ([Step.read(step) for step in data.get(name, ())] for name in ("before", "then"))
        rules = tuple(data.get("rules", ()))
        return cls(Step.read(data), tuple(before), tuple(then), data.get("items"), rules)

    @property
    def request(self) -> Request:
        """The request that serves the function."""
        return self.main.request

    @property
    def steps(self) -> tuple[Step, ...]:
        """All requests in their order."""
        return (*self.before, self.main, *self.then)

    def names(self) -> set[str]:
        """Return every name in its requests."""
        return {name for step in self.steps for name in step.request.names()}


@dataclass(frozen=True)
class Events:
    """How the desk tells of events. The fields are those of the file."""

    transport: str
    rules: tuple[Mapping[str, Any], ...]
    request: Request | None = None
    interval: float = 1.0
    wait: float = 0.0
    nothing_new: tuple[str | int, ...] = (204, 304)
    gone: tuple[str | int, ...] = (404, 410)
    url: str = ""
    headers: Mapping[str, Any] = field(default_factory=dict)
    subprotocols: tuple[str, ...] = ()
    query: Mapping[str, Any] = field(default_factory=dict)
    first_frames: tuple[Any, ...] = ()
    heartbeat: Mapping[str, Any] | None = None
    ended_codes: tuple[int, ...] = ()
    pick: Mapping[str, str] = field(default_factory=dict)
    start: Mapping[str, Any] = field(default_factory=dict)
    items: str | None = None
    position: str | None = None
    key: str | None = None
    joins: str = "told"

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Events:
        """Return the events that ``data``, as in the file, describes."""
        fields: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in data.items()
        }
        if "request" in fields:
            fields["request"] = Request.read(fields["request"])
        return cls(**fields)

    def names(self) -> set[str]:
        """Return every name in its templates."""
        texts = [self.url, self.headers, list(self.subprotocols), self.query, list(self.first_frames), self.heartbeat]
        return set(names_in(texts)) | (self.request.names() if self.request else set())


@dataclass(frozen=True)
class Mapped:
    """A mapping file. ``functions`` has the guide's names."""

    source: str
    name: str
    base: str
    variables: Mapping[str, Any]
    headers: Mapping[str, Any]
    functions: Mapping[str, Function]
    events: Events
    agents: Mapping[str, Any] | None = None

    @classmethod
    def read(cls, source: str, data: Mapping[str, Any]) -> Mapped:
        """Return the mapping that a file's values, which have been checked, describe."""
        return cls(
            source,
            data["name"],
            data.get("base", ""),
            data.get("variables", {}),
            data.get("headers", {}),
            {name: Function.read(function) for name, function in data["functions"].items()},
            Events.read(data["events"]),
            data.get("agents"),
        )

    @cached_property
    def by_operation(self) -> Mapping[str, Function]:
        """The functions by the ids of openapi.yaml's operations."""
        return {OPERATIONS[name]: function for name, function in self.functions.items()}

    def values(self) -> dict[str, Any]:
        """Return the variables with their values.

        Raises:
            NoVariable: the environment has none, and there is no default.
        """
        return {name: self._value(name) for name in self.variables}

    def _value(self, name: str) -> Any:
        given = self.variables[name]
        if not isinstance(given, Mapping):
            return given
        found = os.environ.get(given["environment"], given.get("default"))
        if found is None:
            raise NoVariable(f"{self.source}: set the environment variable {given['environment']} (variables.{name})")
        return found

    def secrets(self) -> Iterator[str]:
        """Yield the values that came from the environment: they never stand in a trace."""
        for name, given in self.variables.items():
            if isinstance(given, Mapping):
                yield str(self._value(name))
