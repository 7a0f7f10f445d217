"""Requirements of what the host is told, and what it may do in return: ERR-01, ERR-02, ERR-08 and ERR-10."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.readings_messages import quoted, said_at, showings
from contracts.readings_pages import HOUSEKEEPING, limit_of, outages
from contracts.readings_requests import travel_in_stream
from contracts.readings_signatures import SIGNATURES
from contracts.readings_wire import (
    FOREVER,
    Gap,
    connecting_errors,
    connection_reports,
    desk_ended_before,
    due,
    faults,
    faults_during,
    gaps,
    says_lost,
)
from contracts.requirement import Guide, Judgement, Judgements, Level, Subject, broken, held, judged, requirement
from contracts.trace import Entry, Side, Trace
from contracts.views import Call, Chat, chats

STARTING = ("startChat", "streamEvents")
EVENTS = (Guide.EVENTS,)


@requirement("ERR-01", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.START_CHAT,), needs=("driver:inject",))
def loss_before_join_is_told_once(trace: Trace) -> Judgements:
    """A desk that is lost before an agent joined is told as a failed start, once.

    What: A start that the desk refuses, or that gets no answer, rejects (or tells one CONNECTING error); it does not
    resolve without a conversation, and no DISCONNECTED or end follows. When the stream breaks while the user waits, and
    the desk stays away for longer than the adapter tries, exactly one CONNECTING error is told (or DISCONNECTED, which
    the host takes for it), and nothing after it.
    Why: Until an agent joins, the host knows only "connecting" and "failed". Told nothing, the user waits for ever;
    told twice, the host shows two errors.
    Seen: B35 (a failed start was not noticed: it resolved, polled for nothing, and told a loss later).
    """
    for chat in chats(trace):
        if faults_during(trace, chat.start.index, chat.start.settled_at, *STARTING) and chat.start.settled:
            yield _failed_start(chat)
        for gap, seconds in outages(chat):
            if _waiting(chat, gap):
                yield from _lost_while_waiting(chat, gap, seconds)


def _failed_start(chat: Chat) -> Judgement:
    expected = f"the start of chat {chat.key}, which the desk disturbed, rejects, or makes a chat"
    if chat.start.ok:
        none = not connecting_errors(chat) and chat.truth is None
        actual = "it resolved, the desk has no conversation, and no error was told"
        return judged(not none, chat.start.index, expected, actual, chat.key)
    later = [*connection_reports(chat), *chat.callbacks("agent_ended_chat")]
    actual = f"it rejected, and {later[0].kind} was called as well" if later else ""
    return judged(not later, chat.start.index, expected, actual, chat.key)


def _waiting(chat: Chat, gap: Gap) -> bool:
    """Whether the user still waited for an agent when the stream was cut, and went on waiting."""
    joined = chat.events_of("agent.joined") or chat.callbacks("agent_joined")
    over = FOREVER if chat.left_at is None else chat.left_at
    return chat.start.ok and not joined and gap.cut.index < over and not desk_ended_before(chat, FOREVER)


def _lost_while_waiting(chat: Chat, gap: Gap, seconds: float) -> Iterator[Judgement]:
    after = [entry for entry in chat.callbacks() if entry.index > gap.cut.index]
    reports = [entry for entry in after if _fails_the_connecting(entry)]
    what = f"the desk was lost for {seconds:.0f} s while the user of chat {chat.key} waited"
    if not reports and seconds >= limit_of(chat.trace):
        expected = f"{what}: one CONNECTING error is told"
        yield broken(gap.cut.index, expected, "nothing was told", chat.key)
    elif reports:
        later = [e for e in after if e.index > reports[0].index and e.kind not in HOUSEKEEPING]
        expected = f"{what}: after the one error nothing is told"
        actual = f"the adapter called {later[0].kind}" if later else ""
        yield judged(not later, reports[0].index, expected, actual, chat.key)


def _fails_the_connecting(entry: Entry) -> bool:
    if entry.kind != "set_error_status":
        return False
    error = entry.data["error"]
    return error.get("type") == 1 or bool(error.get("is_disconnected"))


@requirement("ERR-02", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.START_CHAT, Guide.EVENTS))
def one_fault_one_report(trace: Trace) -> Judgements:
    """One fault is reported once.

    What: A start or a send that rejects is not told as an error of the connection, too: a rejected start calls no
    set_error_status, and a rejected send none unless the stream broke. One loss is told once as DISCONNECTED, and
    where it is for good, as one end.
    Why: The host itself shows an error for a call that rejects; with a callback besides, the user sees two, and takes
    them for two.
    Seen: B4 (the start told CONNECTING and rejected, without a reason), B35.
    """
    for chat in chats(trace):
        if chat.start.failed:
            yield _rejected_start(chat)
        if not any(gaps(chat)) and not _faults_besides_sends(trace) and not _send_broke_the_stream(trace):
            yield from (_rejected_send(chat, call) for call in chat.calls("send_message_to_agent") if call.failed)
        yield from (_one_loss(chat, gap) for gap in gaps(chat) if connection_reports(chat))


def _rejected_start(chat: Chat) -> Judgement:
    told = [*connecting_errors(chat), *connection_reports(chat)]
    expected = f"the start of chat {chat.key} rejected, and that is the report"
    actual = "set_error_status was called as well" if told else ""
    return judged(not told, told[0].index if told else chat.start.index, expected, actual, chat.key)


def _faults_besides_sends(trace: Trace) -> bool:
    return any(fault.data.get("operation") != "sendMessageToAgent" for fault in faults(trace))


def _send_broke_the_stream(trace: Trace) -> bool:
    """Tell whether a send was cut off that shared its connection with the events."""
    cut = any(fault.kind == "reset" and fault.hits("sendMessageToAgent") for fault in faults(trace))
    return cut and travel_in_stream(trace, "sendMessageToAgent")


def _rejected_send(chat: Chat, call: Call) -> Judgement:
    told = [*connecting_errors(chat), *connection_reports(chat)]
    expected = f"the send of {quoted(str(call.data['text']))} rejected, and that is the report"
    actual = "set_error_status was called as well" if told else ""
    return judged(not told, call.index, expected, actual, chat.key)


def _one_loss(chat: Chat, gap: Gap) -> Judgement:
    until = [other.cut.index for other in gaps(chat) if other.cut.index > gap.cut.index]
    until += [gap.back.index] if gap.back is not None else []
    during = range(gap.cut.index, min(until, default=FOREVER))
    lost = [entry for entry in connection_reports(chat) if says_lost(entry) and entry.index in during]
    ends = [*chat.callbacks("agent_ended_chat"), *connecting_errors(chat)]
    over = [entry for entry in ends if entry.index in during]
    actual = f"DISCONNECTED was told {len(lost)} times" if len(lost) > 1 else f"{len(over)} ends were told"
    expected = f"the loss of the stream of chat {chat.key} is told once"
    return judged(len(lost) <= 1 and len(over) <= 1, gap.cut.index, expected, actual, chat.key)


@requirement("ERR-08", level=Level.MUST, subject=Subject.ADAPTER, guide=EVENTS, needs=("driver:act",))
def failing_host_is_survived(trace: Trace) -> Judgements:
    """A callback of the host that raises does not stop the stream.

    What: After a callback raised, what agents say later is shown, no thread of the adapter ends with that exception,
    and it is not told as a loss or as an end.
    Why: One message that the widget cannot render would otherwise silence the whole chat.
    Seen: B39 (what the host threw counted as a loss of the network, and ended the polling for ever).
    """
    for returned in trace.of(Side.CALLBACK, "returned"):
        chat = next((one for one in chats(trace) if one.key == returned.chat), None)
        if returned.data.get("raised") and chat is not None and returned.call is not None:
            yield from _survived(chat, returned, trace.entries[returned.call].kind)


def _survived(chat: Chat, returned: Entry, name: str) -> Iterator[Judgement]:
    after = f"after the host's {name} raised"
    for entry in chat.trace.of(Side.SUITE, "unhandled"):
        if entry.index > returned.index and "HostRaised" in str(entry.data.get("error")):
            actual = f"the exception ended the thread {entry.data.get('thread')}"
            yield broken(entry.index, f"{after} no thread of the adapter ends", actual, chat.key)
    told = [*connection_reports(chat), *connecting_errors(chat), *chat.callbacks("agent_ended_chat")]
    for entry in told:
        if entry.index > returned.index and not any(gaps(chat)) and not desk_ended_before(chat, entry.index):
            yield broken(entry.index, f"{after} chat {chat.key} goes on", f"{entry.kind} was called", chat.key)
    for one in showings(chat):
        mark = due(chat, one.seq)
        if mark is not None and said_at(chat, one.seq) > returned.index:
            shown = one.callback is not None and one.callback.index < mark
            expected = f"{after} the text {quoted(one.text)} of chat {chat.key} is shown"
            yield judged(shown, returned.index, expected, "it was not shown", chat.key)


@requirement("ERR-10", level=Level.MUST, subject=Subject.ADAPTER, guide=EVENTS)
def callbacks_are_those_of_the_interface(trace: Trace) -> Judgements:
    """Only callbacks of the interface are called, with arguments of its types.

    What: The adapter calls no other names, and each with the arguments that contracts.adapter declares: texts are
    texts, flags are booleans, an agent is an object with id and nickname, an error has type 1 or 2. Further fields are
    allowed; an availability that holds nothing else, in the names of another generation, is not.
    Why: The host ignores a name that it does not know without a word, and shows "Waiting..." for fields of another
    generation.
    Seen: A fact of the host: an adapter with the names of the older widget, in the newer one, silently shows nothing.
    """
    for entry in trace.of(Side.SUITE, "refused"):
        expected = f"{entry.data['callback']} is called with the arguments that it has"
        yield broken(entry.index, expected, str(entry.data["why"]), entry.chat)
    for entry in trace.of(Side.CALLBACK):
        if entry.kind != "returned":
            yield _fits(entry)


def _fits(entry: Entry) -> Judgement:
    problems = SIGNATURES.get(entry.kind)
    if problems is None:
        return broken(entry.index, "only callbacks of the interface are called", f"{entry.kind} was called", entry.chat)
    found = problems(_arguments(entry.data))
    expected = f"the arguments of {entry.kind} have the interface's types"
    return held(entry.index, entry.chat) if not found else broken(entry.index, expected, found, entry.chat)


def _arguments(data: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in data.items() if name not in ("running", "texts", "types", "size")}
