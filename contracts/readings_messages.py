"""Readings of a trace about messages to the user: which callback shows which message of the desk.

Texts are compared after the one normalisation that anybody may make: line ends (CR LF, CR, LF) are one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.trace import Entry
from contracts.views import Chat, message_texts

OWN_NOTICES = ("inline_error",)
"""Response types with which an adapter may speak for itself: errors of its own, not messages of the desk."""


def normal(text: str) -> str:
    """Return the text with every line end as LF."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def same_text(one: str, other: str) -> bool:
    """Tell whether two texts are the same to a reader."""
    return normal(one) == normal(other)


def quoted(text: str, limit: int = 80) -> str:
    """Return the text as a report shows it: in quotes, invisible characters escaped, cut when long."""
    return repr(text if len(text) <= limit else text[:limit] + "…")


def shows(callback: Entry, text: str) -> bool:
    """Tell whether a ``send_message_to_user`` callback shows the text, as one piece or as all its pieces together."""
    return normal(text) in shown_texts(callback)


def shown_texts(callback: Entry) -> set[str]:
    """Return what a ``send_message_to_user`` callback shows: each piece, and all its pieces together."""
    texts = [normal(one) for one in message_texts(callback)]
    return {*texts, "".join(texts), "\n".join(texts)}


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
    callbacks = message_callbacks(chat, running=running)
    by_text: dict[str, list[Entry]] = defaultdict(list)
    for callback in callbacks:
        for text in shown_texts(callback):
            by_text[text].append(callback)
    found: dict[int, Entry] = {}
    taken: set[int] = set()
    for strict in (True, False):
        for place, message in enumerate(messages):
            same = by_text.get(normal(message["text"]), ()) if place not in found else ()
            free = [one for one in same if one.index not in taken and (not strict or _is_by(one, message))]
            if free:
                found[place] = free[0]
                taken.add(free[0].index)
    left = [one for one in callbacks if one.index not in taken]
    return list(_aligned(messages, found, left))


def _is_by(callback: Entry, message: Mapping[str, Any]) -> bool:
    return bool(callback.data.get("agent_id") == message["author"].get("id"))


def _aligned(messages: list[dict[str, Any]], found: Mapping[int, Entry], free: list[Entry]) -> Iterator[Showing]:
    """Yield the showings; a message that nothing shows gets the callback that stands in its place, if one does."""
    known = {normal(message["text"]) for message in messages}
    free = [one for one in free if not known & shown_texts(one)]
    last = -1
    for place, message in enumerate(messages):
        if place in found:
            last = max(last, found[place].index)
            yield Showing(message, found[place])
            continue
        if not free:
            yield Showing(message, None)
            continue
        limit = min((found[later].index for later in found if later > place), default=None)
        instead = _standing_between(free, last, limit, message["author"].get("id"))
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


def due_at(chat: Chat, seq: int) -> int | None:
    """Return where the event ``seq`` must have had its effect; ``None`` if it was not delivered while the chat ran."""
    mark = chat.delivered_by(seq)
    left = chat.left_at
    return None if mark is None or (left is not None and left < mark) else mark


def said_at(chat: Chat, seq: int) -> int:
    """Return where in the trace an agent said the message ``seq``, or -1 when no act of the trace did."""
    for act in chat.acts():
        if act.outcome is not None and any(event["seq"] == seq for event in act.outcome.data.get("events", [])):
            return act.index
    return -1


def known_as(chat: Chat, agent_id: str | None) -> set[str]:
    """Return the ids under which the adapter may show an agent: the desk's, or its own for the same nickname.

    An agent without a nickname may be any whom the adapter has introduced and who is nobody else of the desk.
    """
    profiles = [entry.data.get("profile") or {} for entry in chat.callbacks("agent_joined")]
    if agent_id is None or any(profile.get("id") == agent_id for profile in profiles):
        return {agent_id} if agent_id is not None else set()
    agents = [event["data"]["agent"] for event in chat.events_of("agent.joined")]
    names = {agent.get("nickname") for agent in agents if agent["id"] == agent_id} - {None}
    own = {str(profile.get("id")) for profile in profiles if profile.get("nickname") in names}
    return {agent_id} | (own or _nobodys(profiles, agents))


def _nobodys(profiles: list[Any], agents: list[Any]) -> set[str]:
    """Return the ids of profiles that neither by id nor by nickname are those of an agent of the desk."""
    ids, nicknames = {agent["id"] for agent in agents}, {agent.get("nickname") for agent in agents} - {None}
    strangers = [one for one in profiles if one.get("id") not in ids and one.get("nickname") not in nicknames]
    return {str(one.get("id")) for one in strangers}


def writer(chat: Chat, one: Showing) -> str:
    """Return how a report names who wrote a message."""
    return agent_name(chat, one.author) if one.by_agent else "the desk"


def agent_name(chat: Chat, agent_id: str | None) -> str:
    """Return how a report names an agent: the nickname where the desk told one, else the id."""
    for event in chat.events_of("agent.joined"):
        agent = event["data"]["agent"]
        if agent["id"] == agent_id and agent.get("nickname"):
            return str(agent["nickname"])
    return str(agent_id) if agent_id else "the desk"
