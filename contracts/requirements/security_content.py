"""Requirements of hostile content: who somebody is does not depend on what is written, and nothing written acts: SEC-06
and SEC-07."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.readings_active import active_parts, could_act, markdown_targets, runs_code, tags, texts_in
from contracts.readings_messages import agent_name, due_at, known_as, message_callbacks, normal, quoted, showings, shows
from contracts.requirement import Guide, Judgement, Judgements, Level, Subject, broken, held, judged, requirement
from contracts.trace import Entry, Trace
from contracts.views import Call, Chat, chats, message_texts

GUIDE = (Guide.SEND_MESSAGE_TO_AGENT, Guide.EVENTS)
ROLES = frozenset({"user", "you", "me", "agent", "system", "bot"})
"""Names that say what somebody is, and not who."""


@requirement("SEC-06", level=Level.MUST, subject=Subject.ADAPTER, guide=GUIDE, needs=("driver:act",))
def identity_is_not_in_names(trace: Trace) -> Judgements:
    """Who somebody is comes from authenticated fields, not from names or texts.

    What: An agent whose nickname is "User", the user's own id, another agent's name or id, or holds a separator such as
    "|", joins and writes as any other: the joining is told, the messages are shown, and they are attributed to that
    agent. A message that looks as if somebody else had written it is attributed to who did; and what the user wrote is
    never shown as an agent's.
    Why: Names are chosen by people. Who is taken for somebody else because of a name can speak for them.
    Seen: B47 (everything labelled "User" was dropped, and identity was cut out of a label), B26 (whoever was not the
    user by name was "the agent").
    """
    for chat in chats(trace):
        misleading = _misleading_agents(chat)
        yield from _joined(chat, misleading)
        yield from _attributed(chat, misleading)
        yield from _not_echoed(chat)


def _misleading_agents(chat: Chat) -> set[str]:
    """Return the ids of agents whose nickname says something else than who they are."""
    agents = {event["data"]["agent"]["id"]: event["data"]["agent"] for event in chat.events_of("agent.joined")}
    called = {id: str(agent["nickname"]) for id, agent in agents.items() if agent.get("nickname") is not None}
    names, truth = Counter(called.values()), chat.truth or {}
    taken = {str(truth[name]) for name in ("user_id", "user_name") if truth.get(name) is not None} | set(agents)
    return {
        id
        for id, name in called.items()
        if name in taken - {id} or "|" in name or name.strip().casefold() in ROLES or names[name] > 1
    }


def _misleads(text: str) -> bool:
    return "|" in text or text.split(":")[0].strip().casefold() in ROLES


def _joined(chat: Chat, misleading: set[str]) -> Iterator[Judgement]:
    for event in chat.events_of("agent.joined"):
        agent, mark = event["data"]["agent"], due_at(chat, event["seq"])
        if agent["id"] not in misleading or mark is None:
            continue
        told = [entry for entry in chat.callbacks("agent_joined") if entry.index < mark]
        expected = f"the joining of the agent {agent['id']!r}, called {agent.get('nickname')!r}, is told"
        same = [entry for entry in told if _is(entry, agent)]
        yield judged(bool(same), mark, expected, "it was not, or not with this name", chat.key)


def _is(entry: Entry, agent: Mapping[str, Any]) -> bool:
    profile = entry.data.get("profile") or {}
    return profile.get("id") == agent["id"] or profile.get("nickname") == agent.get("nickname")


def _attributed(chat: Chat, misleading: set[str]) -> Iterator[Judgement]:
    for one in showings(chat):
        mark = due_at(chat, one.seq)
        if mark is None or not one.by_agent or not (one.author in misleading or _misleads(one.text)):
            continue
        expected = f"{quoted(one.text)} is shown as written by {agent_name(chat, one.author)!r} ({one.author})"
        if one.callback is None or one.callback.index > mark:
            yield broken(mark, expected, "it was not shown", chat.key)
        else:
            shown_as = one.callback.data.get("agent_id")
            right = shown_as in known_as(chat, one.author)
            yield judged(right, one.callback.index, expected, f"it was attributed to {shown_as!r}", chat.key)


def _not_echoed(chat: Chat) -> Iterator[Judgement]:
    said = {normal(message["text"]) for message in chat.agent_messages}
    for call in chat.calls("send_message_to_agent"):
        text = str(call.data["text"])
        if not _misleads(text) or normal(text) in said:
            continue
        echoes = [entry for entry in message_callbacks(chat) if shows(entry, text)]
        expected = f"{quoted(text)}, which the user wrote, is not shown as an agent's"
        yield judged(not echoes, echoes[0].index if echoes else call.index, expected, "it was", chat.key)


@requirement("SEC-07", level=Level.MUST, subject=Subject.ADAPTER, guide=GUIDE, needs=("driver:act",))
def nothing_written_acts(trace: Trace) -> Judgements:
    """Nothing that somebody writes runs as code.

    What: Where an agent sends markup, or an address that runs code (javascript:, vbscript:, data:text/html), the host
    gets it as a plain text, as it was written, or not at all: no link, button, picture or frame has such an address,
    and no conversion makes one. What the user writes reaches the desk as written, or escaped: never put unchanged into
    markup that the adapter made.
    Why: What one side writes is rendered in the browser of the other, who is logged in there.
    Seen: B55 (the transcript was made as HTML from what the user had written, unescaped), B68 (a conversion of links
    kept javascript: addresses and other HTML).
    """
    for chat in chats(trace):
        yield from _to_the_user(chat)
        yield from _to_the_agent(chat)


def _to_the_user(chat: Chat) -> Iterator[Judgement]:
    written = {normal(text) for message in chat.agent_messages for text in texts_in(message)}
    acting = False
    for entry in chat.callbacks("send_message_to_user", "agent_joined", "begin_transfer_to_another_agent"):
        parts = [*active_parts(entry.data), *_made(entry, written)]
        if parts:
            acting = True
            yield broken(entry.index, f"nothing in {entry.kind} runs code", parts[0], chat.key)
    for message in chat.agent_messages:
        hostile = any(could_act(text) for text in texts_in([message["text"], message.get("items") or []]))
        mark = due_at(chat, message["seq"])
        if hostile and mark is not None and not acting:
            yield held(mark, chat.key)


def _made(entry: Entry, written: set[str]) -> Iterator[str]:
    """Yield links and tags in a text shown that nobody wrote so: the adapter made them."""
    for text in message_texts(entry) if entry.kind == "send_message_to_user" else ():
        if normal(text) in written:
            continue
        for target in markdown_targets(text):
            if runs_code(target) and not any(f"]({target}" in one for one in written):
                yield f"a link to {target!r} was made: {quoted(text)}"


def _to_the_agent(chat: Chat) -> Iterator[Judgement]:
    if chat.truth is None:
        return
    for call in chat.calls("send_message_to_agent"):
        text = normal(str(call.data["text"]))
        stored = _stored(chat, call) if call.ok and could_act(text) else None
        if stored is not None:
            expected = f"{quoted(text)} reaches the desk as written, or escaped"
            yield judged(not _wrapped(text, stored), call.index, expected, f"the desk has {quoted(stored)}", chat.key)
    for told, stored in _context(chat):
        if could_act(told):
            expected = f"{quoted(told)}, told at the start, reaches the desk as written, or escaped"
            actual = f"the desk has {quoted(stored)}"
            yield judged(not _wrapped(normal(told), stored), chat.start.index, expected, actual, chat.key)


def _stored(chat: Chat, call: Call) -> str | None:
    """Return what the desk has of a text: the message with its id, or the one that holds it."""
    text = normal(str(call.data["text"]))
    found = [normal(str(message["text"])) for message in chat.user_messages]
    same = [
        normal(str(message["text"]))
        for message in chat.user_messages
        if message.get("client_message_id") == call.data.get("message_id")
    ]
    return text if text in found else next((one for one in [*same, *found] if one in same or text in one), None)


def _wrapped(text: str, stored: str) -> bool:
    """Tell whether a text stands unescaped in markup that is not its own."""
    return stored != text and bool(tags(text)) and text in stored and len(tags(stored)) > len(tags(text))


def _context(chat: Chat) -> Iterator[tuple[str, str]]:
    """Yield what the host told for the agent at the start, with what the desk has of it."""
    items = (chat.start.data.get("connect_message") or {}).get("output", {}).get("generic", ())
    context = (chat.truth or {}).get("context") or {}
    told: Mapping[str, Any] = next(iter(items), {})
    for name, stored in (("message_to_human_agent", "message_to_agent"), ("topic", "topic")):
        if isinstance(told.get(name), str) and isinstance(context.get(stored), str):
            yield told[name], normal(context[stored])
