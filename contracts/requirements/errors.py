"""Requirements of losses and of disturbances on the event channel: ERR-03 to ERR-05."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.readings_messages import Showing, quoted, said_at, showings
from contracts.readings_wire import (
    FOREVER,
    Fault,
    Gap,
    connecting_errors,
    connection_reports,
    desk_ended_before,
    due,
    faults,
    gaps,
    says_lost,
    user_end,
)
from contracts.requirement import Guide, Judgement, Judgements, Level, Subject, broken, held, judged, requirement
from contracts.trace import Entry, Side, Trace
from contracts.views import Chat, chats

TOLD_WITHIN_SECONDS = 5.0
"""A break that is mended sooner need not be told."""
NONSENSE = ("garbage_frame", "unknown_type")
"""Faults that put a frame between the others which no adapter can understand."""


@requirement("ERR-03", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.EVENTS,), needs=("driver:inject",))
def loss_is_told(trace: Trace) -> Judgements:
    """The loss of the connection is told.

    What: When the stream of a chat that an agent has joined breaks, in whichever way, and the desk cannot be reached
    for 5 s or more, the adapter reports DISCONNECTED with is_disconnected true, or says that the chat is over. A break
    that is mended sooner need not be told. A stream that stays open and silent, pings unanswered, for a minute is
    broken, too: the loss is told, or the stream is replaced so that what the agent says arrives. (Where no agent says
    anything after it, only a loss that is told can be seen.)
    Why: The user writes on, and waits for an agent whose words cannot arrive.
    Seen: B63 (only one close code was handled), B3, B52 (no handling of a closed stream at all), B32.
    """
    for chat in chats(trace):
        for gap in gaps(chat):
            if (gap.outage or gap.silent) and _connected(chat, gap.cut.index):
                yield from _told(chat, gap)


def _connected(chat: Chat, index: int) -> bool:
    """Whether an agent had joined and the chat was running, for the host and for the desk."""
    joined = any(entry.index < index for entry in chat.callbacks("agent_joined"))
    end = user_end(chat)
    over = min([FOREVER if chat.ended_at is None else chat.ended_at, FOREVER if end is None else end.index])
    return joined and index < over and not desk_ended_before(chat, index)


def _told(chat: Chat, gap: Gap) -> Iterator[Judgement]:
    """Judge one gap: a loss that was told, or one that lasted so long that it had to be."""
    reports = [entry.index for entry in connection_reports(chat) if says_lost(entry)]
    reports += [entry.index for entry in chat.callbacks("agent_ended_chat")]
    reports += [entry.index for entry in connecting_errors(chat)]
    said = _said_after(chat, gap)
    if any(index > gap.cut.index for index in reports) or (gap.silent and said and _all_shown(said)):
        yield held(gap.cut.index, chat.key)
    elif gap.silent and not gap.outage and not said:
        return  # nothing was said that would show whether the stream had been replaced
    elif (seconds := _lasted(chat, gap)) >= TOLD_WITHIN_SECONDS:
        what = f"the stream of chat {chat.key} was cut {gap.how} for {seconds:.0f} s"
        expected = f"{what}: DISCONNECTED (is_disconnected true) is reported"
        yield broken(gap.cut.index, expected, "no DISCONNECTED report came, and no end", chat.key)


def _said_after(chat: Chat, gap: Gap) -> list[Showing]:
    """Return what agents said after the cut and had the time to be shown."""
    return [one for one in showings(chat) if said_at(chat, one.seq) > gap.cut.index and due(chat, one.seq) is not None]


def _all_shown(said: list[Showing]) -> bool:
    return all(one.callback is not None for one in said)


def _lasted(chat: Chat, gap: Gap) -> float:
    """Return for how many seconds the user was cut off and might have cared: until restored, or until the end."""
    end = user_end(chat)
    until = [entry for entry in (gap.restored, end.entry if end else None) if entry is not None]
    last = min(until, key=lambda entry: entry.index) if until else chat.trace.entries[-1]
    return last.time - gap.cut.time


@requirement("ERR-04", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.EVENTS,), needs=("driver:inject",))
def return_is_told_once(trace: Trace) -> Judgements:
    """The return of the connection is told, once for each loss.

    What: DISCONNECTED reports alternate, beginning with a loss: no loss is told twice, no return without a loss. When
    the desk has the stream again and events flow, a loss that was told has been followed by its return.
    Why: The host locks the input at a loss and frees it only at the return: without it the user is shut out of a chat
    that works.
    Seen: B39 (one failed request was told as a loss, and its end never).
    """
    for chat in chats(trace):
        lost = False
        for report in sorted([*connection_reports(chat), *chat.suite("reloaded")], key=lambda entry: entry.index):
            if report.kind == "reloaded":
                lost = False  # a new page knows of no loss
                continue
            yield _alternates(chat, report, lost)
            lost = says_lost(report)
        for gap in gaps(chat):
            yield from _returned(chat, gap)


def _alternates(chat: Chat, report: Entry, lost: bool) -> Judgement:
    expected = f"DISCONNECTED reports of chat {chat.key} alternate: lost, back, lost, back"
    actual = "a loss was told twice" if lost else "a return was told without a loss before it"
    return judged(says_lost(report) != lost, report.index, expected, actual, chat.key)


def _returned(chat: Chat, gap: Gap) -> Iterator[Judgement]:
    """Judge a gap that is over: at the next event that surely had its effect, no loss is outstanding."""
    if gap.back is None:
        return
    cuts = [other.cut.index for other in gaps(chat) if other.cut.index > gap.back.index]
    end = user_end(chat)
    limit = min([*cuts, FOREVER if end is None else end.index])
    marks = [mark.index for mark in chat.delivered if gap.back.index < mark.index < limit]
    if not marks:
        return
    told = [entry for entry in connection_reports(chat) if gap.cut.index < entry.index < marks[-1]]
    if told:
        expected = f"the stream of chat {chat.key} was back and events flowed: is_disconnected false was reported"
        actual = "the loss was told, its end was not: the user's input stays locked"
        yield judged(not says_lost(told[-1]), gap.back.index, expected, actual, chat.key)


@requirement("ERR-05", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.EVENTS,), needs=("driver:inject",))
def nonsense_is_skipped(trace: Trace) -> Judgements:
    """Frames that cannot be understood are skipped.

    What: After a frame of garbage, or of a type nobody knows, the messages that follow are shown, the chat goes on, and
    no exception ends a thread. An exception that nobody caught is a violation wherever it happens.
    Why: A desk grows: one new type of event must not end every chat; and a dead reader thread is a silent loss.
    Seen: B7 (one bad frame made a rejection that nobody handled), B52 (one failure ended the reading loop).
    """
    for entry in trace.of(Side.SUITE, "unhandled"):
        if _is_foreign(trace, entry):
            continue
        actual = f"{entry.data.get('error')} ended the thread {entry.data.get('thread')}"
        yield broken(entry.index, "no exception of the adapter ends a thread", actual, entry.chat)
    for fault in faults(trace):
        chat = _chat_of(trace, fault)
        if fault.kind in NONSENSE and chat is not None:
            yield from _went_on(chat, fault)


def _is_foreign(trace: Trace, entry: Entry) -> bool:
    prefix = trace.about.get("desk", {}).get("thread_prefix") or "contracts-"
    return str(entry.data.get("thread", "")).startswith((prefix, "contracts-"))


def _chat_of(trace: Trace, fault: Fault) -> Chat | None:
    key = trace.entries[fault.at].chat
    return next((chat for chat in chats(trace) if chat.key == key), None)


def _went_on(chat: Chat, fault: Fault) -> Iterator[Judgement]:
    before = f"after a frame that nobody understands ({fault.kind})"
    for one in showings(chat):
        mark = due(chat, one.seq)
        if mark is None or mark < fault.at or said_at(chat, one.seq) < fault.at:
            continue
        expected = f"{before} the text {quoted(one.text)} of chat {chat.key} is shown"
        shown = one.callback is not None and one.callback.index < mark
        yield judged(shown, fault.at, expected, "it was not shown", chat.key)
    ends = [*chat.callbacks("agent_ended_chat"), *connecting_errors(chat)]
    cut = any(gaps(chat))
    for entry in ends:
        if entry.index > fault.at and not desk_ended_before(chat, entry.index) and not cut:
            yield broken(entry.index, f"{before} chat {chat.key} goes on", f"the adapter called {entry.kind}", chat.key)
