"""Values of the core to JSON and back, by their types.

``cattrs`` does the work. What it would make fit by itself (a number where a text is due) is refused here: a wrong
value in a file must be told, with its key. ``STRICT`` collects every mistake; ``QUICK`` reads what was written by this
module.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeVar, cast

from cattrs import Converter, transform_error

from mockdesk.core.events import Event, EventBody, Message, MessageCreated
from mockdesk.core.table import State
from mockdesk.core.tokens import Grant

Value = TypeVar("Value")
BODIES: Mapping[str, type[EventBody]] = MappingProxyType({body.type: body for body in EventBody.__subclasses__()})
"""The payload of each type of event."""


class Mistake(ValueError):
    """A value that does not fit; the message names its key."""


def _exactly(*types: type) -> Any:
    names = " or ".join(one.__name__ for one in types)

    def read(value: Any, _: Any) -> Any:
        if type(value) not in types:
            raise ValueError(f"must be {names}")
        return value

    return read


def _from_hexadecimal(value: Any, _: Any) -> bytes:
    try:
        return bytes.fromhex(value)
    except (TypeError, ValueError):
        raise ValueError("must be hexadecimal") from None


def _converter(detailed: bool) -> Converter:
    converter = Converter(forbid_extra_keys=True, detailed_validation=detailed)
    converter.register_structure_hook(str, _exactly(str))
    converter.register_structure_hook(State, lambda value, _: State(value))
    converter.register_structure_hook(bool, _exactly(bool))
    converter.register_structure_hook(int, _exactly(int))
    converter.register_structure_hook(float, _exactly(float, int))
    converter.register_unstructure_hook(bytes, bytes.hex)
    converter.register_structure_hook(bytes, _from_hexadecimal)
    return converter


STRICT = _converter(True)
QUICK = _converter(False)


def dump(value: Any) -> str:
    """Return a value as one line of JSON. Everything beyond ASCII is escaped: a lone surrogate must survive, too."""
    return json.dumps(QUICK.unstructure(value), separators=(",", ":"))


def load(text: str, kind: type[Value]) -> Value:
    """Return the value of a line that :func:`dump` has made."""
    return QUICK.structure(json.loads(text), kind)


def read(data: Any, kind: type[Value]) -> Value:
    """Return the value, a dataclass, that came from elsewhere.

    Raises:
        Mistake: something does not fit; the first of it is named with its key.
    """
    if not isinstance(data, dict):
        raise Mistake("the value must be an object")
    try:
        return STRICT.structure(data, kind)
    except Exception as error:
        raise Mistake(_told(error)) from None


def _told(error: Exception) -> str:
    """Return the first mistake, its key in front: ``events[3].time must be float or int``."""
    problem, _, key = transform_error(error, path="", format_exception=_problem)[0].rpartition(" @ ")
    return f"{key.lstrip('.') or 'the value'} {problem}"


def _problem(error: BaseException, kind: type | None) -> str:
    if isinstance(error, KeyError):
        return "is missing"
    fields = getattr(error, "extra_fields", None)
    if fields:
        return f"has {sorted(fields)[0]!r}, which is not known"
    if type(error) is ValueError:
        return str(error)
    return f"does not fit {getattr(kind, '__name__', kind) or 'what is expected'}"


def event_data(event: Event) -> str | None:
    """Return the payload of an event, ``None`` for a message: that is kept by itself, under the same position."""
    return None if isinstance(event.body, MessageCreated) else dump(event.body)


def event_of(seq: int, time: float, kind: str, data: str | None, message: Message | None) -> Event:
    """Return an event from what was kept of it."""
    if data is None:
        return Event(seq, time, MessageCreated(cast(Message, message)))
    return Event(seq, time, load(data, BODIES[kind]))


def grant_of(digest: bytes, expires_at: float, conversation: str | None, user: str | None) -> Grant:
    """Return a token's grant."""
    return Grant(digest, expires_at, conversation_id=conversation, user_id=user)
