"""What the agents' side can do: frozen actions, and how they are read from plain JSON values.

An agent is meant by an id that the roster knows, or by a profile, which the roster then remembers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias, cast

from mockdesk.core.agents import read_profile
from mockdesk.core.events import AgentProfile, FileState, Item, LeaveReason
from mockdesk.core.reading import Fields, read_text, suggestion
from mockdesk.lazy_dataclass import lazy_dataclass

AgentReference: TypeAlias = str | AgentProfile


@lazy_dataclass(frozen=True)
class Offer:
    """Offer the conversation to an agent; the user sees nothing of it."""

    agent: AgentReference


@lazy_dataclass(frozen=True)
class Decline:
    """The agent declines an offer or a transfer."""

    agent: AgentReference


@lazy_dataclass(frozen=True)
class Join:
    """The agent joins; this completes a transfer."""

    agent: AgentReference


@lazy_dataclass(frozen=True)
class Typing:
    """The agent types, or stopped."""

    agent: AgentReference
    typing: bool = True


@lazy_dataclass(frozen=True)
class Say:
    """The agent says something; ``agent`` None: the desk itself."""

    agent: AgentReference | None
    text: str = ""
    items: tuple[Item, ...] = ()


@lazy_dataclass(frozen=True)
class Read:
    """The agent has read up to a position; None: everything."""

    agent: AgentReference
    up_to_seq: int | None = None


@lazy_dataclass(frozen=True)
class Transfer:
    """The agent hands the conversation on: to an agent, to a queue, or to whoever joins."""

    agent: AgentReference
    to_agent: AgentReference | None = None
    to_queue: str | None = None
    reason: str | None = None


@lazy_dataclass(frozen=True)
class Leave:
    """The agent leaves; the conversation goes on."""

    agent: AgentReference
    reason: LeaveReason = "left"


@lazy_dataclass(frozen=True)
class End:
    """The agent ends the conversation; ``agent`` None: the desk itself."""

    agent: AgentReference | None = None
    reason: str | None = None


@lazy_dataclass(frozen=True)
class RequestScreen:
    """The agent asks to see the user's screen."""

    agent: AgentReference


@lazy_dataclass(frozen=True)
class EndScreen:
    """The agent takes the request back, or stops the sharing."""

    agent: AgentReference


@lazy_dataclass(frozen=True)
class SetFileState:
    """Decide about an uploaded file; ``accepted`` and ``rejected`` are final."""

    file_id: str
    state: FileState
    message: str | None = None


@lazy_dataclass(frozen=True)
class SetCapabilities:
    """Change what the user may upload; None leaves a field as it is."""

    allow_file_uploads: bool | None = None
    allow_multiple_file_uploads: bool | None = None
    allowed_file_upload_types: str | None = None


@lazy_dataclass(frozen=True)
class UpdateQueue:
    """Tell the user about the queue; what is None is what the queue really says."""

    position: int | None = None
    estimated_wait_seconds: float | None = None
    message: str | None = None


Action: TypeAlias = (
    Offer
    | Decline
    | Join
    | Typing
    | Say
    | Read
    | Transfer
    | Leave
    | End
    | RequestScreen
    | EndScreen
    | SetFileState
    | SetCapabilities
    | UpdateQueue
)


def _agent(fields: Fields, name: str = "agent") -> AgentReference:
    value = fields.take(name)
    if isinstance(value, Mapping):
        return fields.object_of(name, read_profile)
    if not fields.has(name):
        fields.fail(name, "is required: an id, or an object with id and nickname")
        return ""
    return fields.checked(name, "", lambda given: read_text(given, 1, 200))


def _optional_agent(fields: Fields, name: str) -> AgentReference | None:
    return None if fields.take(name) is None else _agent(fields, name)


def _agent_or_system(fields: Fields) -> AgentReference | None:
    by = fields.choice("by", ("agent", "system"), "agent" if fields.take("agent") is not None else "system")
    if by == "system" and fields.take("agent") is not None:
        fields.fail("agent", "does not go with by: system")
    return _agent(fields) if by == "agent" else None


def _flag_or_none(fields: Fields, name: str) -> bool | None:
    return None if fields.take(name) is None else fields.flag(name)


def _item(fields: Fields) -> Item:
    kind = fields.text("type", 1)
    texts = {name: fields.optional_text(name) for name in ("url", "title", "alt", "text")}
    return Item(kind, **texts, more=fields.rest())


def _say(fields: Fields) -> Say:
    agent = _agent_or_system(fields) if fields.has("by") else _agent(fields)
    return Say(agent, fields.text("text", default=""), fields.list_of("items", _item))


def _transfer(fields: Fields) -> Transfer:
    to_agent, to_queue = _optional_agent(fields, "to_agent"), fields.optional_text("to_queue", 1)
    if to_agent is not None and to_queue is not None:
        fields.fail("to_queue", "does not go with to_agent")
    return Transfer(_agent(fields), to_agent, to_queue, fields.optional_text("reason"))


def _leave(fields: Fields) -> Leave:
    reason = fields.choice("reason", ("left", "transferred", "disconnected"), "left")
    return Leave(_agent(fields), cast(LeaveReason, reason))


def _set_file_state(fields: Fields) -> SetFileState:
    if not fields.has("state"):
        fields.fail("state", "is required")
    state = cast(FileState, fields.choice("state", ("pending", "accepted", "rejected"), "pending"))
    return SetFileState(fields.text("file_id", 1), state, fields.optional_text("message"))


def _set_capabilities(fields: Fields) -> SetCapabilities:
    allow, multiple = (_flag_or_none(fields, f"allow_{name}file_uploads") for name in ("", "multiple_"))
    return SetCapabilities(allow, multiple, fields.optional_text("allowed_file_upload_types"))


def _update_queue(fields: Fields) -> UpdateQueue:
    position = fields.optional_integer("position", 1)
    return UpdateQueue(position, fields.optional_number("estimated_wait_seconds"), fields.optional_text("message"))


_READERS: Mapping[str, Callable[[Fields], Action]] = MappingProxyType(
    {
        "offer": lambda fields: Offer(_agent(fields)),
        "decline": lambda fields: Decline(_agent(fields)),
        "join": lambda fields: Join(_agent(fields)),
        "typing": lambda fields: Typing(_agent(fields), fields.flag("typing", True)),
        "say": _say,
        "read": lambda fields: Read(_agent(fields), fields.optional_integer("up_to_seq")),
        "transfer": _transfer,
        "leave": _leave,
        "end": lambda fields: End(_agent_or_system(fields), fields.optional_text("reason")),
        "request_screen": lambda fields: RequestScreen(_agent(fields)),
        "end_screen": lambda fields: EndScreen(_agent(fields)),
        "set_file_state": _set_file_state,
        "set_capabilities": _set_capabilities,
        "update_queue": _update_queue,
    }
)

_NAMES: Mapping[type[Any], str] = MappingProxyType(
    {
        Offer: "offer",
        Decline: "decline",
        Join: "join",
        Typing: "typing",
        Say: "say",
        Read: "read",
        Transfer: "transfer",
        Leave: "leave",
        End: "end",
        RequestScreen: "request_screen",
        EndScreen: "end_screen",
        SetFileState: "set_file_state",
        SetCapabilities: "set_capabilities",
        UpdateQueue: "update_queue",
    }
)

_SYSTEMS_TOO = (Say, End)
"""What the system does, too: then there is no agent."""

ACTION_NAMES: tuple[str, ...] = tuple(_READERS)
"""The values that ``action`` can have."""


def describe(action: Action) -> dict[str, Any]:
    """Return an action in plain JSON values, with the names that :func:`parse_action` reads."""
    told: dict[str, Any] = {"action": _NAMES[type(action)]}
    if isinstance(action, _SYSTEMS_TOO) and action.agent is None:
        told["by"] = "system"
    for name, value in vars(action).items():
        if type(value) is str:
            told[name] = value
        elif value is not None and value != ():
            told[name] = _plain(value)
    return told


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(entry) for entry in value]
    return value.to_data() if isinstance(value, AgentProfile | Item) else value


def parse_action(mapping: Mapping[str, Any]) -> Action:
    """Read an action such as ``{"action": "join", "agent": "ada"}``.

    Raises:
        InvalidRequest: the action is not known, or a field is missing, wrong or not known.
    """
    fields = Fields(mapping)
    name = fields.text("action", 1)
    reader = _READERS.get(name)
    if reader is None:
        if name:
            fields.fail("action", f"{name!r} is not known; {suggestion(name, _READERS)}")
        fields.rest()
        fields.finish("action")
        raise AssertionError("an unknown action has an error")
    action = reader(fields)
    fields.finish(f"action {name}")
    return action
