"""From a desk's own events to canonical ones, by the rules of a mapping. Pure.

Canonical events are the envelopes of openapi.yaml, ``{"seq", "type", "time", "data"}``; an event for which the mapping
declares no position has no ``seq``. One that no rule knows has the type :data:`UNKNOWN`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from contracts.mapping.picks import holds, pick, pick_text

UNKNOWN = "unmapped"
"""The type of an event for which the mapping has no rule, or one that says to ignore it."""
UNTOLD = "not told"
"""Stands for a time that the mapping does not pick."""
TYPING_SECONDS = 5.0
SECONDS = MappingProxyType({"milliseconds": 0.001, "seconds": 1.0, "minutes": 60.0})
Event = Mapping[str, Any]
Rule = Mapping[str, Any]


@dataclass(frozen=True)
class Translated:
    """One event of the desk: its place, what is the same when it comes again, and the canonical events it means."""

    position: int | None
    key: str | None
    events: tuple[Event, ...]
    known: bool

    @property
    def first(self) -> Event:
        """The event that stands for it in a trace: the message, if it has one."""
        messages = [event for event in self.events if event["type"] == "message.created"]
        return (messages or list(self.events))[0]


def split(expression: str | None, frame: Any) -> list[Any]:
    """Return the events in a frame or answer: what the expression picks, or the whole when there is none."""
    if expression is None:
        return [frame]
    found = pick(expression, frame)
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


def translate(rules: Sequence[Rule], item: Any, *, position: str | None = None, key: str | None = None) -> Translated:
    """Return what an event means by the first rule whose condition holds; the same event always means the same.

    An event without the essential of its kind, such as a message's text or an agent's id, means nothing.
    """
    place = pick(position, item)
    place = int(place) if isinstance(place, (int, str)) and str(place).isdigit() else None
    same = pick_text(key, item)
    rule = next((one for one in rules if holds(one["when"], item)), None)
    about = _About(item, same or (None if place is None else str(place)), place)
    kinds = [] if rule is None else [kind for kind in MAKERS if kind in rule]
    meant = [event for kind in kinds for event in MAKERS[kind]((rule or {})[kind], about)]
    seq = {} if place is None else {"seq": place}
    events = tuple({**seq, "time": UNTOLD, **event} for event in meant or [{"type": UNKNOWN, "data": {}}])
    return Translated(place, same, events, bool(meant))


@dataclass(frozen=True)
class _About:
    """An event of the desk, and what stands for a message's id where the rule picks none."""

    item: Any
    name: str | None
    place: int | None

    def text(self, picks: Mapping[str, Any], name: str) -> str | None:
        return pick_text(picks.get(name), self.item)


def _event(kind: str, **data: Any) -> Iterator[Event]:
    yield {"type": kind, "data": data}


def _agent(picks: Mapping[str, Any], about: _About) -> dict[str, Any] | None:
    agent_id = about.text(picks, "agent_id")
    if not agent_id:
        return None
    picture = about.text(picks, "picture")
    return {
        "id": agent_id,
        "nickname": about.text(picks, "nickname") or agent_id,
        **({"profile_picture_url": picture} if picture else {}),
    }


def _joined(picks: Mapping[str, Any], about: _About) -> Iterator[Event]:
    agent = _agent(picks, about)
    return _event("agent.joined", agent=agent) if agent else iter(())


def _left(picks: Mapping[str, Any], about: _About) -> Iterator[Event]:
    agent = _agent(picks, about)
    transferred = "transferred" in picks and holds(picks["transferred"], about.item)
    reason = "transferred" if transferred else "left"
    return _event("agent.left", agent_id=agent["id"], reason=reason) if agent else iter(())


def _typing(picks: Mapping[str, Any], about: _About) -> Iterator[Event]:
    agent = _agent(picks, about)
    on = "is_typing" not in picks or holds(picks["is_typing"], about.item)
    seconds = picks.get("seconds", TYPING_SECONDS)
    if agent is not None:
        yield from _event("agent.typing", agent_id=agent["id"], agent=agent, typing=on, expires_in_seconds=seconds)


def _message(author: Mapping[str, Any], picks: Mapping[str, Any], about: _About) -> Iterator[Event]:
    text, items = _text(picks, about), pick(picks.get("items"), about.item) or []
    if text is None and not items:
        return
    message: dict[str, Any] = {
        "id": about.text(picks, "id") or about.name,
        "author": author,
        "text": text or "",
        "items": items if isinstance(items, list) else [items],
        "time": about.text(picks, "time") or UNTOLD,
    }
    if about.place is not None:
        message["seq"] = about.place
    if client := about.text(picks, "message_id"):
        message["client_message_id"] = client
    yield from _event("message.created", message=message)


def _text(picks: Mapping[str, Any], about: _About) -> str | None:
    found = pick(picks["text"], about.item)
    return found if isinstance(found, str) else pick_text(picks["text"], about.item)


def _said(picks: Mapping[str, Any], about: _About) -> Iterator[Event]:
    agent = _agent(picks, about)
    return _message({"role": "agent", **agent}, picks, about) if agent else iter(())


def _notice(picks: Mapping[str, Any], about: _About) -> Iterator[Event]:
    return _message({"role": "system", "id": None}, picks, about)


def _own(picks: Mapping[str, Any], about: _About) -> Iterator[Event]:
    return _message({"role": "user", "id": None}, picks, about)


def _read(picks: Mapping[str, Any], about: _About) -> Iterator[Event]:
    until = _number(picks, "up_to", about)
    return _event("agent.read", agent_id=about.text(picks, "agent_id"), up_to_seq=None if until is None else int(until))


def _transfer(picks: Mapping[str, Any], about: _About) -> Iterator[Event]:
    to_id = about.text(picks, "to_agent_id")
    to_agent = {"id": to_id, "nickname": about.text(picks, "to_nickname") or to_id} if to_id else None
    return _event(
        "transfer.started",
        transfer_id=about.text(picks, "id") or about.name or "transfer",
        from_agent_id=about.text(picks, "from_agent_id"),
        to_agent=to_agent,
    )


def _ended(picks: Mapping[str, Any], about: _About) -> Iterator[Event]:
    by_user = "by_user" in picks and holds(picks["by_user"], about.item)
    return _event("conversation.ended", by="user" if by_user else "agent")


def _queue(picks: Mapping[str, Any], about: _About) -> Iterator[Event]:
    place, wait = _number(picks, "position", about), _number(picks, "wait", about)
    return _event(
        "queue.updated",
        position=None if place is None else int(place),
        estimated_wait_seconds=None if wait is None else wait * SECONDS[picks.get("unit", "seconds")],
        message=about.text(picks, "message"),
    )


def _number(picks: Mapping[str, Any], name: str, about: _About) -> float | None:
    """Return a number that cannot be negative; a desk's -1 or "unknown" is none."""
    try:
        found = float(about.text(picks, name) or "-1")
    except ValueError:
        return None
    return found if 0 <= found < float("inf") else None


MAKERS: Mapping[str, Callable[[Mapping[str, Any], _About], Iterator[Event]]] = MappingProxyType(
    {
        "transfer": _transfer,
        "queue": _queue,
        "joined": _joined,
        "typing": _typing,
        "message": _said,
        "notice": _notice,
        "own": _own,
        "read": _read,
        "left": _left,
        "ended": _ended,
    }
)
"""What a rule can mean, in the order in which several of one rule are told: who comes before what is said, the end
last."""
