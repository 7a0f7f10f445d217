"""From a trace to the rows of its picture: what each entry draws and says. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from contracts.report_html.bars import with_bars
from contracts.report_html.lanes import Arrow, Lane, Row
from contracts.timeline import details, short, shown
from contracts.trace import Entry, Side, Trace

UNSEEN = {"advanced", "cleared"}
"""What ``advance`` and the end of a run say already."""
GAP_SECONDS = 1.0
"""From so many seconds on the time that went by is shown as a gap."""


def rows(trace: Trace, at: int) -> list[Row]:
    """Return the rows of a trace; the row of entry ``at`` is the violation's."""
    entries = [one for one in shown(trace.entries, at) if one.kind not in UNSEEN or one.index == at]
    outcomes = {one.call: one.index for one in entries if one.call is not None}
    found: list[Row] = []
    blocked: set[str | None] = set()
    followed: int | None = None
    for entry, following in zip(entries, [*entries[1:], None], strict=True):
        if entry.index == followed:
            continue  # it stands in the row of its act
        done = following if following is not None and _answers_at_once(entry, following, at) else None
        followed = done.index if done is not None else None
        row = replace(_row(trace, entry, done), outcome=None if done is not None else outcomes.get(entry.index))
        _note_the_wire(entry, blocked)
        row = _kept_back(row) if entry.side is Side.DESK and entry.chat in blocked else row
        found.append(replace(row, violation=at in (entry.index, followed)))
    return with_bars(_with_gaps(found))


def _note_the_wire(entry: Entry, blocked: set[str | None]) -> None:
    """Keep ``blocked``: the chats whose events cannot reach the adapter."""
    if entry.kind in ("hold", "drop"):
        blocked.add(entry.chat)
    elif entry.kind in ("restore", "reconnected") or (entry.kind == "release" and entry.data.get("count") is None):
        blocked.discard(entry.chat)


def _kept_back(row: Row) -> Row:
    """Return the row of an act whose events did not go out to the adapter yet."""
    arrows = tuple(arrow for arrow in row.arrows if arrow.kind != "event")
    kept = len(arrows) < len(row.arrows)
    return replace(row, arrows=arrows, details=f"{row.details} (kept back)" if kept else row.details)


def _answers_at_once(entry: Entry, following: Entry, at: int) -> bool:
    return entry.kind == "act" and following.kind == "done" and following.call == entry.index and at != following.index


def _with_gaps(found: Iterable[Row]) -> list[Row]:
    timed: list[Row] = []
    for row in found:
        gap = row.time - timed[-1].time if timed else 0.0
        timed.append(replace(row, gap=gap if gap >= GAP_SECONDS else 0.0))
    return timed


def _row(trace: Trace, entry: Entry, done: Entry | None) -> Row:
    drawn = DRAWN[entry.side](trace, entry, done)
    return replace(drawn, index=entry.index, time=entry.time, chat=entry.chat or entry.user or "")


def _empty(what: str, text: str = "", **more: Any) -> Row:
    return Row(0, 0.0, what, text, **more)


def _host(trace: Trace, entry: Entry, _: Entry | None) -> Row:
    if entry.kind == "settled" and entry.call is not None:
        return _settled(trace.entries[entry.call], entry)
    if entry.kind == "given_up" and entry.call is not None:
        name = trace.entries[entry.call].kind
        text = f"the host gave up after {entry.data.get('seconds')} s"
        return _empty(f"{name}: no outcome", text, tone="bad", dot=Lane.USER, call=entry.call)
    return _empty(entry.kind, details(entry), tone="user", arrows=(Arrow(Lane.USER, Lane.ADAPTER),))


def _settled(call: Entry, entry: Entry) -> Row:
    ok = bool(entry.data.get("ok"))
    value = entry.data.get("value")
    text = ("" if value is None else short(value)) if ok else str(entry.data.get("error"))
    arrow = Arrow(Lane.ADAPTER, Lane.USER, "return" if ok else "bad")
    tone = "user" if ok else "bad"
    return _empty(f"{call.kind}: {'ok' if ok else 'rejected'}", text, tone=tone, arrows=(arrow,), call=entry.call)


def _callback(trace: Trace, entry: Entry, _: Entry | None) -> Row:
    if entry.kind == "returned" and entry.call is not None:
        name = trace.entries[entry.call].kind
        back = Arrow(Lane.USER, Lane.ADAPTER, "return")
        return _empty(f"{name}: the host came back", details(entry), tone="callback", arrows=(back,), call=entry.call)
    unheard = "" if entry.data.get("running", True) else " (no chat is running)"
    return _empty(entry.kind, details(entry) + unheard, tone="callback", arrows=(Arrow(Lane.ADAPTER, Lane.USER),))


def _desk(trace: Trace, entry: Entry, done: Entry | None) -> Row:
    if entry.kind == "act":
        told = {key: value for key, value in entry.data.items() if key not in ("action", "agent") and value is not None}
        text = " ".join(f"{key}={short(value)}" for key, value in told.items())
        what = f"{_agent(entry.data.get('agent'))}: {entry.data.get('action')}"
        act = _empty(what, text, tone="desk", arrows=(Arrow(Lane.AGENT, Lane.DESK),))
        return act if done is None else _answered(act, done)
    if entry.kind == "done" and entry.call is not None:
        action = trace.entries[entry.call].data.get("action")
        back = Arrow(Lane.DESK, Lane.AGENT, "return")
        return _answered(_empty(f"{action}: done", tone="desk", arrows=(back,), call=entry.call), entry)
    return _empty(entry.kind, details(entry), tone="desk", dot=Lane.DESK)


def _agent(agent: Any) -> str:
    if isinstance(agent, Mapping):
        return str(agent.get("nickname") or agent.get("id") or "an agent")
    return "the desk" if agent is None else str(agent)


def _answered(act: Row, done: Entry) -> Row:
    """Return an act's row with what came of it: the events that went out to the adapter, or the refusal."""
    if not done.data.get("ok"):
        arrows = tuple(replace(arrow, kind="bad") for arrow in act.arrows)
        return replace(
            act, details=f"{act.details} refused: {done.data.get('error')}".strip(), tone="bad", arrows=arrows
        )
    events = " ".join(f"[{event.get('seq')} {event.get('type')}]" for event in done.data.get("events", ()))
    out = (Arrow(Lane.DESK, Lane.ADAPTER, "event"),) if events else ()
    return replace(act, details=f"{act.details} {events}".strip(), arrows=(*act.arrows, *out))


def _wire(trace: Trace, entry: Entry, _: Entry | None) -> Row:
    data = entry.data
    there, back = Arrow(Lane.ADAPTER, Lane.DESK), Arrow(Lane.DESK, Lane.ADAPTER, "return")
    if entry.kind == "exchange":
        asked = data.get("request") or {}
        what = f"{asked.get('method', '')} {asked.get('path', '')}".strip() or str(data.get("operation"))
        told = {"query": asked.get("query"), "sent": asked.get("body"), "got": data.get("body")}
        return _exchanged(
            what, {"operation": data.get("operation"), "token": data.get("token"), **told}, data, (there, back)
        )
    if entry.kind == "handshake":
        told = {"token": data.get("token"), "after": data.get("after"), "got": data.get("body")}
        return _exchanged("open the stream", told, data, (there, back))
    if entry.kind == "frame":
        frame = data.get("frame")
        named = frame if isinstance(frame, Mapping) else {}
        what = f"frame {named.get('seq', '')} {named.get('type', '')}".strip()
        return _empty(what, short(frame), tone="wire", arrows=(Arrow(Lane.DESK, Lane.ADAPTER, "event"),))
    if entry.kind == "stream.closed":
        return _empty(f"the stream was closed, code {data.get('code')}", f"by the {data.get('by', 'desk')}", cut=True)
    return _empty(entry.kind, details(entry), tone="wire", dot=Lane.DESK)


def _exchanged(what: str, told: Mapping[str, Any], data: Mapping[str, Any], arrows: tuple[Arrow, ...]) -> Row:
    status = data.get("status")
    said = str(status) if status is not None else str(data.get("error") or "no answer")
    parts = {**told, "violations": data.get("violations")}
    text = " ".join(f"{key}={short(value)}" for key, value in parts.items() if value not in (None, {}, [], ""))
    return _empty(f"{what}: {said}", text, tone="wire", arrows=arrows)


def _suite(trace: Trace, entry: Entry, _: Entry | None) -> Row:
    data, kind = entry.data, entry.kind
    if kind == "advance":
        return _empty(f"the clock moves on by {data.get('seconds')} s", tone="clock")
    if kind == "fault":
        fault = {key: value for key, value in data["fault"].items() if key not in ("kind", "conversation_id")}
        told = " ".join(f"{key}={short(value)}" for key, value in fault.items() if value is not None)
        return _empty(f"fault: {data['fault'].get('kind')}", told, dot=Lane.DESK)
    if kind == "drop":
        return _empty("the stream is cut", details(entry), cut=True)
    if kind == "delivered":
        late = " but the adapter did not show the last one in time" if data.get("late") else ""
        told = f"every event up to {data.get('seq')} has been delivered{late}"
        return _empty("delivered", told, arrows=(Arrow(Lane.DESK, Lane.ADAPTER, "event"),))
    if kind in ("census", "unhandled"):
        return _empty(kind, details(entry), tone="bad" if kind == "unhandled" else "suite", dot=Lane.ADAPTER)
    if kind in ("unload", "reloaded", "host_raises", "refused"):
        return _empty(kind.replace("_", " "), details(entry), dot=Lane.USER)
    return _empty(kind, details(entry), dot=None if kind == "impossible" else Lane.DESK)


DRAWN: Mapping[Side, Callable[[Trace, Entry, Entry | None], Row]] = MappingProxyType(
    {Side.HOST: _host, Side.CALLBACK: _callback, Side.DESK: _desk, Side.WIRE: _wire, Side.SUITE: _suite}
)
