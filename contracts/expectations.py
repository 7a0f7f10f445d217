"""What the model expects next: which callback should follow an event of the desk, so that the runner can wait for it.

Only events that an adapter surely shows are waited for (messages, joins, ends, last leaves). Nothing waits a fixed
time: a correct adapter is as fast as it is, and only a faulty one pays the deadline.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from contracts.adapter import ErrorType
from contracts.deadlines import Deadlines
from contracts.readings_messages import normal
from contracts.trace import Entry, Recorder, Side

LEFT = "agent_left_chat"
"""Surely told when the last agent leaves. Some tell it of each agent who leaves: then its count says nothing."""
NEWS = "update_agent_availability"
"""Told of each change of the queue by most, while the user waits."""
DEADLINE = 4.0
"""Wall seconds that an adapter has to show an event that was written to it."""
LOOK_SECONDS = 0.25
"""Wall seconds after which it is looked at what the adapter may be waiting for: an open poll may have been answered
with nothing of use."""
IMPATIENT = 0.15
"""The deadline in a chat that has already missed one: its verdict is clear."""
COURTESY = 0.5
"""Wall seconds for what a correct adapter may leave out: typing, read receipts. A miss costs nothing but the time."""
DISCOURTEOUS = 0.02
"""The same in a chat that has already left something out."""


class Expectations:
    """Counts what one chat should show, and waits until it does."""

    def __init__(self, recorder: Recorder, deadlines: Deadlines, user: str, chat: str) -> None:
        self._recorder = recorder
        self._deadlines = deadlines
        self._user = user
        self._chat = chat
        self._wanted: Counter[str] = Counter()
        self._said: Counter[str] = Counter()
        self._joined: set[str] = set()
        self._present: set[str] = set()
        self._seq = 0
        self._due_seq = 0
        self._sure_seq = 0
        self._settled = 0
        self._marked = 0
        self._leaves = 0
        self._leaves_due = 0
        self._leaves_told = 0
        self._last_kind: str | None = None
        self._missed = False
        self._typing: bool | None = None
        self._typists: set[str] = set()
        self._receipts: int | None = None
        self._further: Counter[str] = Counter()
        self._news = 0
        self._courtesy = COURTESY

    def note(self, events: Iterable[Mapping[str, Any]]) -> None:
        """Take note of events of the desk that will be delivered.

        The last one that an adapter surely shows is waited for, whatever comes behind it: the leaving of who handed
        over follows the joining of who took over, and shows nothing.
        """
        for event in events:
            if event["seq"] <= self._seq:
                continue
            self._seq = event["seq"]
            self._note_optional(event)
            kind = self._callback_for(event)
            if kind is not None:
                self._last_kind, self._due_seq = kind, self._seq
                self._wanted[kind] += 1
                self._leaves_due += kind == LEFT
                self._note_content(event)
                if kind != LEFT or self._wanted[LEFT] == self._leaves:
                    self._sure_seq = self._seq

    def _callback_for(self, event: Mapping[str, Any]) -> str | None:
        data = event["data"]
        match event["type"]:
            case "message.created":
                return None if data["message"]["author"]["role"] == "user" else "send_message_to_user"
            case "agent.joined":
                self._present.add(data["agent"]["id"])
                return "agent_joined"
            case "agent.left":
                self._present.discard(data["agent_id"])
                self._leaves += data["reason"] != "transferred"
                return LEFT if data["reason"] != "transferred" and not self._present else None
            case "conversation.ended":
                return None if data["by"] == "user" else "agent_ended_chat"
        return None

    def _shown(self, kind: str) -> int:
        return sum(
            1
            for entry in self._recorder.snapshot()
            if entry.side is Side.CALLBACK and entry.chat == self._chat and _tells(entry, kind)
        )

    def _end_returned(self) -> bool:
        entries = self._recorder.snapshot()
        told = [e.index for e in entries if e.kind == "agent_ended_chat" and e.chat == self._chat]
        back = {e.call for e in entries if e.side is Side.CALLBACK and e.kind == "returned"}
        return not told or told[0] in back

    def _note_optional(self, event: Mapping[str, Any]) -> None:
        data = event["data"]
        further = _further_callback(event)
        if further is not None:
            self._further[further] = max(self._further[further], self._shown(further)) + 1
        if event["type"] == "queue.updated" and not self._joined:
            self._news += 1
        elif event["type"] == "agent.read":
            self._receipts = self._shown("agent_read_messages") + 1
        elif event["type"] == "agent.typing" and data["typing"]:
            self._typists.add(data["agent_id"])
            self._typing = True
        elif event["type"] in ("agent.typing", "agent.left", "message.created", "transfer.started"):
            agent_id = data["message"]["author"]["id"] if "message" in data else data.get("agent_id")
            self._typists.discard(agent_id or data.get("from_agent_id"))
            self._typing = None if self._typists else False

    def _settle_optional(self) -> None:
        """Give the adapter the time to show news of the queue, typing and receipts, so that what is done next comes
        after it."""
        wanted, receipts = self._typing, self._receipts
        self._typing = self._receipts = None
        if wanted is not None:
            self._wait_politely("agent_typing", lambda: self._indicator() is wanted)
        if receipts is not None:
            self._wait_politely("agent_read_messages", lambda: self._shown("agent_read_messages") >= receipts)
        if self._news and not self._joined:
            self._wait_politely(NEWS, partial(self._has_shown, NEWS, self._news))
        further, self._further = self._further, Counter()
        for kind, count in further.items():
            self._wait_politely(kind, partial(self._has_shown, kind, count))

    def _has_shown(self, kind: str, count: int) -> bool:
        return self._shown(kind) >= count

    def _wait_politely(self, kind: str, condition: Callable[[], bool]) -> None:
        seconds = min(self._courtesy, self._deadlines.of(kind, COURTESY, DISCOURTEOUS))
        if not self._deadlines.note(kind, self._recorder.wait_for(condition, seconds)):
            self._courtesy = DISCOURTEOUS

    def _indicator(self) -> bool:
        told = [
            entry
            for entry in self._recorder.snapshot()
            if entry.side is Side.CALLBACK and entry.kind == "agent_typing" and entry.chat == self._chat
        ]
        return bool(told) and bool(told[-1].data["is_typing"])

    def settle(self, meanwhile: Callable[[], None] = lambda: None) -> bool:
        """Wait until the last event that can be waited for was shown, then mark everything up to it as delivered.

        Returns whether it was shown in time; without such an event nothing is marked. ``meanwhile`` is called
        once while it is not.
        """
        ok = self._settle_sure(meanwhile)
        self._settle_optional()
        return ok

    def wait_briefly(self, seconds: float) -> bool:
        """Wait (wall seconds) until all that can be waited for was shown; return whether it was. Marks nothing."""
        return self._due_seq <= self._settled or self._recorder.wait_for(self._all_shown, seconds)

    def _await_all(self, seconds: float, meanwhile: Callable[[], None]) -> bool:
        if self._recorder.wait_for(self._all_shown, min(LOOK_SECONDS, seconds)):
            return True
        meanwhile()
        return self._recorder.wait_for(self._all_shown, max(0.0, seconds - LOOK_SECONDS))

    def _settle_sure(self, meanwhile: Callable[[], None]) -> bool:
        kind = self._last_kind
        if kind is None or self._due_seq <= self._settled:
            return True
        deadline = IMPATIENT if self._missed else self._deadlines.of(kind, DEADLINE, IMPATIENT)
        ok = self._await_all(deadline, meanwhile)
        if ok and kind == "agent_ended_chat":
            ok = self._recorder.wait_for(self._end_returned, deadline)
        if not self._missed:
            self._missed = not self._deadlines.note(kind, ok)
        self._leaves_due, self._leaves_told = 0, self._shown(LEFT)
        self._settled = self._due_seq
        seq = self._sure_seq if kind == LEFT else self._due_seq
        if seq > self._marked:
            self._marked = seq
            late = {} if ok else {"late": True}
            self._recorder.add(Side.SUITE, "delivered", user=self._user, chat=self._chat, seq=seq, **late)
        return ok

    def _note_content(self, event: Mapping[str, Any]) -> None:
        if event["type"] == "message.created":
            self._said[_essence(str(event["data"]["message"].get("text") or ""))] += 1
        elif event["type"] == "agent.joined":
            self._joined.add(str(event["data"]["agent"]["id"]))

    def _all_shown(self) -> bool:
        enough = all(self._shown(kind) >= wanted for kind, wanted in self._wanted.items() if kind != LEFT)
        # a transfer may be told as a leaving, too: what was told before says nothing of the one that is due
        return enough and self._shown(LEFT) - self._leaves_told >= self._leaves_due and self._told_apart()

    def _told_apart(self) -> bool:
        """Tell whether what was shown is what should be, and not the old once more, or what the desk said by itself."""
        entries = [e for e in self._recorder.snapshot() if e.side is Side.CALLBACK and e.chat == self._chat]
        shown = [_texts_of(entry) for entry in entries if entry.kind == "send_message_to_user"]
        joined = Counter(_agent_of(entry) for entry in entries if entry.kind == "agent_joined")
        if joined.keys() & self._joined:  # it uses the desk's ids: others are nobody's
            joined = Counter({agent: count for agent, count in joined.items() if agent in self._joined})
        repeated = self._wanted["agent_joined"] - len(self._joined)
        joins = len(joined) + min(joined.total() - len(joined), repeated)
        return joins >= self._wanted["agent_joined"] and all(
            sum(text in texts for texts in shown) >= count for text, count in self._said.items() if text
        )


def _texts_of(entry: Entry) -> set[str]:
    """Return each text that a message shows, and all of it as one."""
    texts = [str(text) for text in entry.data.get("texts", ())]
    return {_essence(text) for text in [*texts, "".join(texts)]}


def _agent_of(entry: Entry) -> str:
    profile = entry.data.get("profile")
    return str(profile.get("id")) if isinstance(profile, Mapping) else ""


def _essence(text: str) -> str:
    """Return the letters and digits of a text, as markup, spaces and punctuation may be shown otherwise; all of a text
    that has none."""
    letters = "".join(letter for letter in text.casefold() if letter.isalnum())
    return letters or normal(text)


def _tells(entry: Entry, kind: str) -> bool:
    """Tell whether a callback is the one that is waited for; a failed connect tells of an end as well."""
    failed = entry.kind == "set_error_status" and entry.data["error"].get("type") == ErrorType.CONNECTING
    return entry.kind == kind or (kind == "agent_ended_chat" and failed)


def _further_callback(event: Mapping[str, Any]) -> str | None:
    """Return the callback of a later addition of the host that should follow an event: files and screen sharing."""
    data = event["data"]
    match event["type"]:
        case "screen_share.requested":
            return "screen_share_request"
        case "screen_share.ended":
            return None if data["by"] == "user" else "screen_share_ended"
        case "file.updated":
            return None if data["state"] == "pending" else "set_file_upload_status"
        case "capabilities.updated":
            return "update_capabilities"
    return None
