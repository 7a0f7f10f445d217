"""Requirements of how a chat begins: LIF-01 to LIF-05."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.readings_messages import known_as
from contracts.readings_queue import may_be_refused
from contracts.readings_wire import (
    AMBIGUOUS,
    FOREVER,
    Fault,
    caused,
    connecting_errors,
    conversations,
    due,
    faults_during,
    undisturbed,
    unexplained_conversations,
)
from contracts.requirement import Guide, Judgement, Judgements, Level, Subject, broken, judged, requirement
from contracts.trace import Side, Trace
from contracts.views import Chat, calls, chats

START_OPERATIONS = ("startChat", "streamEvents", "pollEvents", "getConversation", "getCapabilities", "createToken")
"""Requests that a start may need."""


@requirement(
    "LIF-01", level=Level.MUST, subject=Subject.BOTH, guide=(Guide.START_CHAT,), needs=("driver:conversations",)
)
def one_conversation_for_each_start(trace: Trace) -> Judgements:
    """A start makes exactly one conversation.

    What: For each start that resolves the desk has one conversation, which can be found by its id and belongs to no
    other start. Beside these there are no more conversations than starts that did not resolve, but those that the
    adapter has ended again before any agent came.
    Why: A user who waits in no queue is never served; one who waits in two takes an agent's time twice.
    Seen: Rests on the essentials of the guide: that a chat began must be retrievable. Kin of B59 (initialised twice).
    """
    known: dict[str, str] = {}
    if conversations(trace) is None:
        return
    good = [chat for chat in chats(trace) if chat.start.ok]
    for chat in good:
        yield _has_its_own(chat, known)
    if good and (extra := unexplained_conversations(trace)) > 0:
        yield broken(
            good[-1].start.index,
            f"one conversation for each of the {len(good)} starts that resolved",
            f"the desk has {extra} more conversation(s) than the starts can explain",
            good[-1].key,
        )


def _has_its_own(chat: Chat, known: dict[str, str]) -> Judgement:
    expected = f"the start of chat {chat.key} resolved, so the desk has a conversation for it alone"
    if chat.truth is None:
        return broken(chat.start.index, expected, "the desk has no conversation for it", chat.key)
    other = known.setdefault(str(chat.truth["id"]), chat.key)
    actual = f"its conversation {chat.truth['id']} is that of chat {other}"
    return judged(other == chat.key, chat.start.index, expected, actual, chat.key)


@requirement("LIF-02", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.START_CHAT,))
def start_resolves_when_usable(trace: Trace) -> Judgements:
    """A start resolves as soon as the chat can be used, and not before.

    What: On a desk without faults a start settles while no agent has joined. The first text that the user sends after
    it resolved is taken by the desk, and an agent who comes right then is seen.
    Why: A start that waits for an agent leaves the user in front of a spinner; one that resolves before the connection
    is ready loses the first words.
    Seen: B34 (start resolved when the chat was over), B62 (resolved before the socket was open, first message thrown).
    """
    for chat in chats(trace):
        if undisturbed(trace, chat.start) and not _joined_before(chat, _outcome(chat)):
            expected = f"the start of chat {chat.key} settles though no agent has joined yet"
            actual = "it was still under way when the host's patience ended"
            yield judged(chat.start.settled, chat.start.index, expected, actual, chat.key)
        if chat.start.ok:
            yield from _first_send(chat)
            yield from _first_join(chat)


def _outcome(chat: Chat) -> int | None:
    return chat.start.outcome.index if chat.start.outcome is not None else None


def _joined_before(chat: Chat, index: int | None) -> bool:
    return any(act.ok and act.index < (FOREVER if index is None else index) for act in chat.acts("join"))


def _after_start(chat: Chat) -> int:
    return chat.start.settled_at or 0


def _first_send(chat: Chat) -> Iterator[Judgement]:
    host_calls = [call for call in chat.calls() if call.index > _after_start(chat)]
    if not host_calls or host_calls[0].entry.kind != "send_message_to_agent":
        return
    first = host_calls[0]
    if not first.data["text"].strip() or not undisturbed(chat.trace, first, "sendMessageToAgent"):
        return
    if first.data.get("files"):  # these, and not the text, may be what is refused
        return
    if any(act.index < first.index for act in chat.acts("end")) or chat.suite("drop"):
        return
    expected = f"the text {first.data['text']!r}, sent right after the start resolved, is taken by the desk"
    actual = f"the send was rejected: {first.error or 'it never settled'}"
    yield judged(first.ok, first.index, expected, actual, chat.key)


def _first_join(chat: Chat) -> Iterator[Judgement]:
    acts = [act for act in chat.acts() if act.index > _after_start(chat)]
    joined = caused(acts[0], "agent.joined") if acts else []
    mark = due(chat, joined[0]["seq"]) if joined else None
    if mark is None:
        return
    agent = joined[0]["data"]["agent"]["id"]
    names = known_as(chat, agent)
    told = [one for one in chat.callbacks("agent_joined") if one.index < mark]
    shown = [one for one in told if (one.data.get("profile") or {}).get("id") in names]
    expected = f"agent {agent}, who joined right after the start resolved, is announced with agent_joined"
    yield judged(bool(shown), acts[0].index, expected, "no agent_joined for that agent", chat.key)


@requirement("LIF-03", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.START_CHAT,), needs=("driver:inject",))
def failed_start_rejects(trace: Trace) -> Judgements:
    """A start that fails rejects, in time and with a reason.

    What: When a request of the start is refused, answered with garbage or not at all, the start settles before the
    host's patience ends. It may resolve only if the desk has the conversation after all. If it rejects, it gives a
    reason, and nothing was told to the host meanwhile but at most one CONNECTING error.
    Why: A start that never settles blocks the widget until the page is reloaded; one that resolves without a
    conversation lets the user talk to nobody.
    Seen: B2, B58 (the promise had no failing path), B35 (a failed start went unnoticed), B4 (rejected without
    a reason).
    """
    for chat in chats(trace):
        active = faults_during(trace, chat.start.index, _outcome(chat), *START_OPERATIONS)
        if active and not chat.acts("end"):
            yield _settled_honestly(chat, active[-1])


def _settled_honestly(chat: Chat, fault: Fault) -> Judgement:
    start, trouble = chat.start, f"a {fault.kind} fault on {fault.data.get('operation', 'every request')}"
    if not start.settled:
        actual = "it was still under way when the host's patience ended"
        return broken(start.index, f"under {trouble} the start of chat {chat.key} settles", actual, chat.key)
    if start.ok:
        expected = f"under {trouble} the start of chat {chat.key} resolves only if the desk has the conversation"
        actual = "it resolved, and the desk has no conversation"
        return judged(chat.truth is not None, start.index, expected, actual, chat.key)
    if _gives_no_reason(start.error):
        expected = f"under {trouble} the start of chat {chat.key} rejects with a reason"
        return broken(start.index, expected, f"it rejected with {start.error!r}, which says nothing", chat.key)
    told = _told_too_much(chat)
    expected = f"under {trouble} the host is told nothing but at most one CONNECTING error before the start rejects"
    return judged(not told, start.index, expected, f"the adapter called {', '.join(told)}", chat.key)


def _gives_no_reason(error: str) -> bool:
    kind, _, text = error.partition(":")
    return not text.strip() and kind.strip() in ("", "Exception", "BaseException", "RuntimeError", "Error")


def _told_too_much(chat: Chat) -> list[str]:
    silent = {"update_capabilities", "update_persisted_state", "update_agent_availability", "set_error_status"}
    until = chat.start.settled_at or 0
    early = [entry for entry in chat.callbacks() if entry.index < until]
    told = [entry.kind for entry in early if entry.kind not in silent and not _joined_before(chat, entry.index)]
    errors = [entry for entry in early if entry.kind == "set_error_status"]
    connecting = [entry for entry in connecting_errors(chat) if entry.index < until]
    return (
        told
        + ["set_error_status DISCONNECTED"] * (len(errors) - len(connecting))
        + (["set_error_status CONNECTING more than once"] if len(connecting) > 1 else [])
    )


@requirement("LIF-04", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.START_CHAT,))
def start_needs_no_optional_argument(trace: Trace) -> Judgements:
    """A start works without optional arguments and without an availability check.

    What: On a desk that is open and without faults a start resolves, also when the connect message holds nothing but
    the user and the wish for an agent, when no start options are given, and when availability was never asked.
    Why: Hosts differ in what they pass; an optional value that is needed in fact makes every start fail.
    Seen: B5 (start options dereferenced that the successor of the host does not pass), B50 (authorised only by the
    availability check).
    """
    for chat in chats(trace):
        lacking = _lacking(chat)
        judgeable = undisturbed(trace, chat.start) and chat.start.settled and not may_be_refused(trace, chat.start)
        if not lacking or not judgeable:
            continue
        expected = f"the start of chat {chat.key}, made {lacking}, resolves"
        yield judged(chat.start.ok, chat.start.index, expected, f"it rejected: {chat.start.error}", chat.key)


def _lacking(chat: Chat) -> str:
    asked = [call for call in calls(chat.trace, Side.HOST, "are_any_agents_online") if call.entry.user == chat.user]
    found = ["without optional arguments"] if chat.start.data.get("minimal") else []
    if not any(call.index < chat.start.index for call in asked):
        found.append("without an availability check before it")
    return " and ".join(found)


@requirement("LIF-05", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.START_CHAT, Guide.END_CHAT))
def failed_start_leaves_no_conversation(trace: Trace) -> Judgements:
    """A rejected start leaves nobody in the queue.

    What: When a start rejects, the desk has no open conversation of it at the end: none was made, or it was ended.
    Not judged where the desk gave the adapter no way to know or to end it (its answer to the start was lost, or ends
    are refused, too).
    Why: An agent accepts the conversation and greets a user who was told that nobody can be reached.
    Seen: B6 (a missing part of the request was noticed only after the conversation existed).
    """
    everything = conversations(trace)
    if everything is None:
        return
    others = {str(chat.truth["id"]) for chat in chats(trace) if chat.truth is not None and not chat.start.failed}
    open_ones = [one for one in everything if one["state"] != "ended" and str(one["id"]) not in others]
    failed = [chat for chat in chats(trace) if chat.start.failed]
    excused = sum(_could_not_clean_up(chat) for chat in failed)
    for chat in failed:
        if not _could_not_clean_up(chat):
            expected = f"the start of chat {chat.key} rejected, so no conversation of it stays open at the desk"
            actual = f"still open: {', '.join(str(one['id']) for one in open_ones)}"
            yield judged(len(open_ones) <= excused, chat.start.index, expected, actual, chat.key)


def _could_not_clean_up(chat: Chat) -> bool:
    lost = faults_during(chat.trace, chat.start.index, chat.start.settled_at, "startChat")
    unknown = [fault for fault in lost if fault.kind in AMBIGUOUS or fault.data.get("after")]
    return bool(unknown) or bool(faults_during(chat.trace, chat.start.index, None, "endChat"))
