"""The trace: what happened in one run, in order. Requirements are pure functions of it; reports and replays show it.

Entries are appended and never changed. A call and its outcome are two entries, so that everything in between can be
seen. ``side`` and ``kind`` say what an entry is, ``data`` holds built-in values only:

========== ======================= =====================================================================================
side       kind                    data
========== ======================= =====================================================================================
host       a function's name       the arguments, by name: ``start_chat``, ``end_chat`` {"inside": callback or null},
                                   ``send_message_to_agent`` {"text", "message_id", "files"},
                                   ``files_selected_for_upload`` {"files": [{"id", "name", "content_type", "size",
                                   "sha256"}]}, ``screen_share_stop``,
                                   ``user_typing`` {"is_typing"}, ``user_read_messages``,
                                   ``are_any_agents_online`` {"connect_message"},
                                   ``update_state`` {"state"}, ``get_name``
host       ``settled``             outcome of the call ``call``: {"ok", "error": str | None, "value", "seconds"}
host       ``given_up``            the host's (or the suite's) patience ended before the call settled: {"seconds"}
host       ``constructed``         the factory returned: {"functions": [names offered]}; again after each page reload
callback   a callback's name       the arguments, by name, and "running": whether a chat was running for the host;
                                   ``send_message_to_user`` also has "texts": every text in it, and "types"
callback   ``returned``            the host came back from the callback ``call`` (only where that took time or raised:
                                   {"raised": the error}); ``update_persisted_state`` has "size": bytes of all that is
                                   kept then, as JSON, or null: it is not JSON; ``screen_share_request`` has "answer":
                                   the user's
desk       ``act``                 an agent's action was asked for: the action, {"action": "say", "agent", "text", ...}
desk       ``done``                outcome of the act ``call``: {"ok", "error", "events": [envelopes it caused]}
desk       ``truth``               all that the desk has of this chat's conversation: {"truth": {...}, "streams": n}
desk       ``conversations``       every conversation of the desk, {"truths": [...]}; once, at the end of the run
desk       ``queue``               a queue is made or changed: {"name", "queue": {...}}; its outcome is ``done``
desk       ``requests``            what the desk received, {"requests": [...]} (shape: contracts.received); once, at
                                   the end of the run, where the driver has a journal
wire       ``exchange``            one request and answer of the desk's API, as ``contracts.desk.client`` reports it
wire       ``handshake``           opening of a stream: {"conversation_id", "token", "after", "status"}
wire       ``frame``               one frame of a stream: {"conversation_id", "connection", "after", "frame"}
wire       ``stream.closed``       {"conversation_id", "connection", "code"}
suite      ``fault`` ``cleared``   a fault is installed {"fault": {...}}; all faults were removed
suite      ``hold`` ``release``    delivery of this chat's events stopped; went on {"count"}
suite      ``drop`` ``restore``    the chat's stream was cut {"code", "outage", "silent"}; the desk is back
suite      ``reconnected``         the desk has a stream of this chat again (after a ``drop``)
suite      ``unload``              the page went away with its adapter: {"lingering": the desk still has the stream}
suite      ``reloaded``            a new page with a new adapter: {"goes_on": for the host the chat goes on, "why"}
suite      ``host_raises``         the next {"count"} calls of {"callback"} will raise
suite      ``refused``             a callback with arguments that the interface does not have: {"callback", "why",
                                   "args", "keywords"}
suite      ``requests``            what the desk noted of each request: {"requests": [{"operation", "conversation_id",
                                   "status", "seconds", "message_id", "text"}], "timed": the adapter uses the clock}
suite      ``searched``            credentials were looked for: {"secrets": n, "over": {place: how many}}
suite      ``leak``                one was found: {"where", "entry": index or null, "credential", "ends"}; the trace
                                   itself holds none (contracts.leaks)
suite      ``advance``             the clock was moved: {"seconds"}; entries before it have the time before
suite      ``advanced``            the clock has arrived and every timer that fell due has been called
suite      ``delivered``           all events up to {"seq"} were written to the adapter and it had the time to act on
                                   them ({"late": True}: it did not show the last one within the deadline)
suite      ``ended``               the run is over for this chat; later callbacks were waited for
suite      ``census``              what is left of an ended chat: {"streams", "timers": [..], "threads": [..]}
suite      ``unhandled``           an exception nobody caught, in a thread: {"error", "thread"}
suite      ``mutated``             the adapter tried to change a value of the host's call ``of``: {"of", "change"}
suite      ``log``                 a line that an adapter's process wrote on standard error: {"line"}
suite      ``objects``             how many objects of the adapter's own classes there are: {"total", "kinds", "chats"}
                                   (contracts.objects); chats have been started so far
suite      ``impossible``          a step of the program that did not apply: {"step", "why"} ({"lacking": True}: because
                                   the driver does not offer what it takes)
========== ======================= =====================================================================================
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, TypeVar

Key = TypeVar("Key")
Reading = TypeVar("Reading")


class Side(StrEnum):
    """Who did it."""

    HOST = "host"
    CALLBACK = "callback"
    DESK = "desk"
    WIRE = "wire"
    SUITE = "suite"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened.

    ``index`` is its place in the trace, from 0; ``time`` the desk's time in seconds since the start of the run;
    ``user`` the adapter instance (``u1``), ``chat`` that user's chat (``u1#1`` is the first start), where known;
    ``call`` the index of the entry whose outcome this is.
    """

    index: int
    time: float
    side: Side
    kind: str
    user: str | None = None
    chat: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    call: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the entry as JSON; absent parts are left out."""
        full = {
            "index": self.index,
            "time": round(self.time, 6),
            "side": self.side.value,
            "kind": self.kind,
            "user": self.user,
            "chat": self.chat,
            "call": self.call,
            "data": dict(self.data) or None,
        }
        return {key: value for key, value in full.items() if value is not None}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Entry:
        """Return the entry that :meth:`to_json` wrote."""
        return cls(
            index=value["index"],
            time=value["time"],
            side=Side(value["side"]),
            kind=value["kind"],
            user=value.get("user"),
            chat=value.get("chat"),
            data=value.get("data", {}),
            call=value.get("call"),
        )


def grouped(entries: Iterable[Entry], key: Callable[[Entry], Key]) -> dict[Key, list[Entry]]:
    """Return entries by a key, each group in order."""
    found: dict[Key, list[Entry]] = {}
    for entry in entries:
        found.setdefault(key(entry), []).append(entry)
    return found


@dataclass(frozen=True)
class Trace:
    """The entries of one run, in order, and what was known before it began.

    ``about`` holds facts of the run that requirements may need: ``functions`` the adapter offers, ``timeout_scale``,
    ``reconnect_limit_seconds`` (the adapter's option, if given), ``desk`` (the driver's description), ``settings`` (the
    desk's, as the program asked for them), ``subject`` (``adapter`` or ``desk``), ``scenario`` when it was a named one,
    ``inputs_watched`` whether attempts to change the host's values are seen.
    """

    entries: tuple[Entry, ...]
    about: Mapping[str, Any] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def of(self, side: Side, *kinds: str) -> list[Entry]:
        """Return the entries of one side, of the kinds given or of all."""
        mine = self._by_side.get(side, [])
        return [entry for entry in mine if entry.kind in kinds] if kinds else list(mine)

    @cached_property
    def _by_side(self) -> Mapping[Side, list[Entry]]:
        return grouped(self.entries, lambda entry: entry.side)

    def reading(self, read: Callable[[Trace], Reading]) -> Reading:
        """Return what ``read`` makes of this trace; a second time it is not read again, as a trace never changes."""
        known: dict[Callable[[Trace], Any], Any] = self._readings
        if read not in known:
            known[read] = read(self)
        found: Reading = known[read]
        return found

    @cached_property
    def _readings(self) -> dict[Callable[[Trace], Any], Any]:
        return {}

    def to_json(self) -> dict[str, Any]:
        """Return the trace as JSON."""
        return {"about": dict(self.about), "entries": [entry.to_json() for entry in self.entries]}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Trace:
        """Return the trace that :meth:`to_json` wrote."""
        return cls(tuple(Entry.from_json(entry) for entry in value["entries"]), value.get("about", {}))


class Recorder:
    """Collects entries from any thread, in one order, and lets the runner wait for what it expects."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self.start = now()
        self._entries: list[Entry] = []
        self._changed = threading.Condition()

    def add(
        self,
        side: Side,
        kind: str,
        *,
        user: str | None = None,
        chat: str | None = None,
        call: int | None = None,
        **data: Any,
    ) -> Entry:
        """Append an entry, stamped with the desk's time, and return it."""
        with self._changed:
            time = self._now() - self.start
            entry = Entry(len(self._entries), time, side, kind, user, chat, data, call)
            self._entries.append(entry)
            self._changed.notify_all()
            return entry

    def wait_for(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Wait (wall seconds) until ``condition`` holds, asked anew after each entry; return whether it does."""
        with self._changed:
            return self._changed.wait_for(condition, timeout=seconds)

    def snapshot(self) -> tuple[Entry, ...]:
        """Return the entries so far."""
        with self._changed:
            return tuple(self._entries)

    def since(self, index: int) -> Iterable[Entry]:
        """Return the entries from ``index`` on."""
        with self._changed:
            return tuple(self._entries[index:])

    def trace(self, about: Mapping[str, Any]) -> Trace:
        """Return what was recorded so far as a trace."""
        return Trace(self.snapshot(), about)
