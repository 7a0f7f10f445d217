"""Readings of a trace about messages: which callback shows which message, which send became which message of the desk.

Texts are compared after the one normalisation that anybody may make: line ends (CR LF, CR, LF) are one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.trace import Entry, Side, Trace
from contracts.views import Call, Chat, message_texts

OWN_NOTICES = ("inline_error",)
"""Response types with which an adapter may speak for itself: errors of its own, not messages of the desk."""
SEND_OPERATIONS = ("sendMessageToAgent", "*", None)
"""Operations of a fault that may touch a send; faults of a stream name none."""


def normal(text: str) -> str:
    """Return the text with every line end as LF."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def same_text(one: str, other: str) -> bool:
    """Tell whether two texts are the same to a reader."""
    return normal(one) == normal(other)


def quoted(text: str, limit: int = 80) -> str:
    """Return the text as a report shows it: in quotes, invisible characters escaped, cut when long."""
    return repr(text if len(text) <= limit else text[:limit] + "…")


# from the desk to the user


def shows(callback: Entry, text: str) -> bool:
    """Tell whether a ``send_message_to_user`` callback shows the text, as one piece or as all its pieces together."""
    texts = [normal(one) for one in message_texts(callback)]
    wanted = normal(text)
    return wanted in texts or wanted in ("".join(texts), "\n".join(texts))


@dataclass(frozen=True)
class Showing:
    """A message of an agent (or of the desk itself) and the callback that shows it.

    ``exact`` is false when the callback stands where the message should, but shows another text.
    """

    message: Mapping[str, Any]
    callback: Entry | None
    exact: bool = True

    @property
    def seq(self) -> int:
        """The message's position in the desk's log."""
        return int(self.message["seq"])

    @property
    def text(self) -> str:
        """What was said."""
        return str(self.message["text"])

    @property
    def author(self) -> str | None:
        """The id of who said it."""
        author = self.message["author"].get("id")
        return None if author is None else str(author)

    @property
    def by_agent(self) -> bool:
        """Whether a person said it, and not the desk itself."""
        return bool(self.message["author"]["role"] == "agent")


def message_callbacks(chat: Chat, *, running: bool = True) -> list[Entry]:
    """Return the messages shown; with ``running`` only those that the host took, as the chat was running."""
    found = chat.callbacks("send_message_to_user")
    return [entry for entry in found if entry.data.get("running", True)] if running else found


def showings(chat: Chat, *, running: bool = True) -> list[Showing]:
    """Return every message with a text that agents and the desk wrote, in the desk's order, with its callback."""
    messages = [message for message in chat.agent_messages if message["text"]]
    free = message_callbacks(chat, running=running)
    found: dict[int, Entry] = {}
    for strict in (True, False):
        for place, message in enumerate(messages):
            callback = None if place in found else _first_showing(message, free, strict)
            if callback is not None:
                found[place] = callback
                free.remove(callback)
    return list(_aligned(messages, found, free))


def _first_showing(message: Mapping[str, Any], free: Iterable[Entry], strict: bool) -> Entry | None:
    author = message["author"].get("id")
    for callback in free:
        if shows(callback, message["text"]) and (not strict or callback.data.get("agent_id") == author):
            return callback
    return None


def _aligned(messages: list[dict[str, Any]], found: Mapping[int, Entry], free: list[Entry]) -> Iterator[Showing]:
    """Yield the showings; a message that nothing shows gets the callback that stands in its place, if one does."""
    last = -1
    for place, message in enumerate(messages):
        if place in found:
            last = max(last, found[place].index)
            yield Showing(message, found[place])
            continue
        following = [found[later].index for later in found if later > place]
        limit = min(following) if following else None
        candidates = [one for one in free if not any(shows(one, other["text"]) for other in messages)]
        instead = _standing_between(candidates, last, limit, message["author"].get("id"))
        if instead is None:
            yield Showing(message, None)
        else:
            free.remove(instead)
            last = instead.index
            yield Showing(message, instead, exact=False)


def _standing_between(free: Iterable[Entry], after: int, before: int | None, author: Any) -> Entry | None:
    for callback in free:
        inside = callback.index > after and (before is None or callback.index < before)
        if inside and callback.data.get("agent_id") == author and not own_notice(callback):
            return callback
    return None


def own_notice(callback: Entry) -> bool:
    """Tell whether the callback is an error notice of the adapter itself and no message."""
    types = list(callback.data.get("types", []))
    return bool(types) and all(kind in OWN_NOTICES for kind in types)


def surplus(chat: Chat) -> list[Entry]:
    """Return the callbacks that show a text although no message is left for them: duplicates and inventions."""
    taken = {one.callback.index for one in showings(chat) if one.callback is not None}
    return [entry for entry in message_callbacks(chat) if entry.index not in taken and not own_notice(entry)]


def item_texts(message: Mapping[str, Any]) -> list[str]:
    """Return the texts of a message's rich items that an adapter may show besides the message's own text."""
    keys = ("text", "title", "alt", "url")
    return [normal(str(item[key])) for item in message.get("items") or [] for key in keys if item.get(key)]


def quit_at(chat: Chat) -> int | None:
    """Return where the user left the chat, or it failed: after that no event of the desk is due any more."""
    left = [call.index for call in chat.calls("end_chat") if not call.data.get("inside")]
    left += [entry.index for entry in chat.callbacks("set_error_status") if entry.data["error"].get("type") == 1]
    if chat.start.failed and chat.start.settled_at is not None:
        left.append(chat.start.settled_at)
    return min(left, default=None)


def due_at(chat: Chat, seq: int) -> int | None:
    """Return where the event ``seq`` must have had its effect; ``None`` if it was not delivered while the chat ran."""
    mark = chat.delivered_by(seq)
    left = quit_at(chat)
    return None if mark is None or (left is not None and left < mark) else mark


def known_as(chat: Chat, agent_id: str | None) -> set[str]:
    """Return the ids under which the adapter may show an agent: the desk's, or its own for the same nickname."""
    profiles = [entry.data.get("profile") or {} for entry in chat.callbacks("agent_joined")]
    if agent_id is None or any(profile.get("id") == agent_id for profile in profiles):
        return {agent_id} if agent_id is not None else set()
    agents = [event["data"]["agent"] for event in chat.events_of("agent.joined")]
    names = {agent.get("nickname") for agent in agents if agent["id"] == agent_id} - {None}
    return {agent_id} | {str(profile.get("id")) for profile in profiles if profile.get("nickname") in names}


def agent_name(chat: Chat, agent_id: str | None) -> str:
    """Return how a report names an agent: the nickname where the desk told one, else the id."""
    for event in chat.events_of("agent.joined"):
        agent = event["data"]["agent"]
        if agent["id"] == agent_id and agent.get("nickname"):
            return str(agent["nickname"])
    return str(agent_id) if agent_id else "the desk"


# from the user to the desk


@dataclass(frozen=True)
class Sending:
    """One text that the user sent, perhaps several times under one message id, and what the desk has of it."""

    calls: tuple[Call, ...]
    stored: tuple[Mapping[str, Any], ...]

    @property
    def text(self) -> str:
        """What the user wrote."""
        return str(self.calls[0].data["text"])

    @property
    def index(self) -> int:
        """Where it was sent first."""
        return self.calls[0].index

    @property
    def with_files(self) -> bool:
        """Whether files went with it."""
        return bool(self.calls[0].data.get("files"))

    @property
    def resolved(self) -> bool:
        """Whether some call was told that the desk has it."""
        return any(call.ok for call in self.calls)

    @property
    def exact(self) -> bool:
        """Whether the desk has it as it was written."""
        return any(same_text(message["text"], self.text) for message in self.stored)


def sendings(chat: Chat) -> list[Sending]:
    """Return what the user sent, in the order of the first calls, each with the messages that the desk has of it."""
    groups = _grouped(chat.calls("send_message_to_agent"))
    free: list[Mapping[str, Any]] = list(chat.user_messages)
    taken: list[list[Mapping[str, Any]]] = [[] for _ in groups]
    _take_by_id(groups, free, taken)
    _take_by_text(groups, free, taken)
    _take_what_is_left(groups, free, taken)
    return [Sending(tuple(group), tuple(stored)) for group, stored in zip(groups, taken, strict=True)]


def _grouped(calls: Iterable[Call]) -> list[list[Call]]:
    groups: dict[tuple[str, str], list[Call]] = {}
    for call in calls:
        groups.setdefault((str(call.data.get("message_id")), str(call.data["text"])), []).append(call)
    return list(groups.values())


def _take_by_id(groups: list[list[Call]], free: list[Mapping[str, Any]], taken: list[list[Mapping[str, Any]]]) -> None:
    for group, stored in zip(groups, taken, strict=True):
        wanted = group[0].data.get("message_id")
        same = [one for one in free if wanted and one.get("client_message_id") == wanted]
        stored += [one for one in same if same_text(one["text"], group[0].data["text"])] or same[:1]
        free[:] = [one for one in free if not any(one is other for other in stored)]


def _take_by_text(
    groups: list[list[Call]], free: list[Mapping[str, Any]], taken: list[list[Mapping[str, Any]]]
) -> None:
    """Give each sending one message of its text; what is then left of a text goes to the last sending of it."""
    for group, stored in zip(groups, taken, strict=True):
        same = [] if stored else [one for one in free if same_text(one["text"], group[0].data["text"])]
        stored += same[:1]
        free[:] = [one for one in free if not any(one is other for other in stored)]
    for group, stored in reversed(list(zip(groups, taken, strict=True))):
        stored += [one for one in free if one["text"] and same_text(one["text"], group[0].data["text"])]
        free[:] = [one for one in free if not any(one is other for other in stored)]


def _take_what_is_left(
    groups: list[list[Call]], free: list[Mapping[str, Any]], taken: list[list[Mapping[str, Any]]]
) -> None:
    """Give a text that was said to have arrived, and did not, the next message that nobody is known to have sent."""
    for group, stored in zip(groups, taken, strict=True):
        if not stored and free and group[0].data["text"] and any(call.ok for call in group):
            stored.append(free.pop(0))


def disturbed(trace: Trace, chat: Chat, call: Call) -> bool:
    """Tell whether a fault of the wire may have touched a send: then it may fail with nobody to blame."""
    until = call.outcome.index if call.outcome is not None else len(trace)
    active = False
    for entry in trace.of(Side.SUITE):
        if entry.index >= until:
            break
        if entry.kind == "fault" and entry.chat in (None, chat.key):
            active = active or entry.data["fault"].get("operation") in SEND_OPERATIONS
        elif entry.kind == "drop" and entry.chat == chat.key:
            active = True
        elif entry.index < call.index and (
            entry.kind == "cleared" or (entry.kind == "reconnected" and entry.chat == chat.key)
        ):
            active = False
    return active


def joined_at(chat: Chat) -> int | None:
    """Return where the host was told of the first agent, or ``None``."""
    joins = chat.callbacks("agent_joined")
    return joins[0].index if joins else None


def over_at(chat: Chat) -> int | None:
    """Return where the chat was over, for the host or at the desk, or ``None``."""
    ends = [chat.ended_at] if chat.ended_at is not None else []
    ends += [call.index for call in chat.calls("end_chat")]
    ends += [
        call.outcome.index
        for call in chat.acts()
        if call.outcome is not None
        and any(event["type"] == "conversation.ended" for event in call.outcome.data.get("events", []))
    ]
    return min(ends, default=None)


def should_work(trace: Trace, chat: Chat, call: Call) -> bool:
    """Tell whether a send has no excuse: an agent was there, the chat went on, no fault touched it."""
    joined, over = joined_at(chat), over_at(chat)
    until = call.settled_at
    if joined is None or until is None or call.index < joined or (over is not None and over < until):
        return False
    return not disturbed(trace, chat, call)
