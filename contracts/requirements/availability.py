"""AVL, the check before a chat: whether an agent would answer. AVL-01 to AVL-03, and AVL-09."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.readings_queue import DEFAULT_QUEUE, asked_queue, may_be_refused, queue_changes, somebody_answers
from contracts.readings_wire import (
    Fault,
    conversations,
    faults_during,
    told_to_wait,
    undisturbed,
    unexplained_conversations,
)
from contracts.requirement import Guide, Judgement, Judgements, Level, Subject, broken, judged, requirement
from contracts.trace import Side, Trace
from contracts.views import Call, Chat, calls, chats

FAILED = ("status", "rate_limit", "hold", "no_answer", "reset", "truncated", "garbage")
"""Kinds of faults under which the desk says nothing that could be taken for a yes."""
NARROWING = ("nth", "probability", "until_seconds", "conversation_id", "event_type", "text_contains")
"""What makes a fault strike now and then only."""


def _checks(trace: Trace) -> list[Call]:
    return calls(trace, Side.HOST, "are_any_agents_online")


@requirement(
    "AVL-01",
    level=Level.MUST,
    subject=Subject.ADAPTER,
    guide=(Guide.ARE_ANY_AGENTS_ONLINE,),
    needs=("are_any_agents_online",),
)
def the_answer_is_yes_no_or_unknown(trace: Trace) -> Judgements:
    """The answer whether agents are online is true, false or null, and nothing else.

    What: whatever the desk answers (a yes or no, a number of agents, a list of them, nothing), `areAnyAgentsOnline`
    resolves with true, false, or null for unknown. It may also reject.
    Why: the host tells these three apart by their identity. A number, a text or an object that means "no" is taken for
    a yes, or for nothing at all.
    Seen: rests on the host's table: true is online, false offline, null or absent unknown. Kin of B70.
    """
    for call in _checks(trace):
        if call.ok and call.outcome is not None:
            value = call.outcome.data.get("value")
            fits = value is None or isinstance(value, bool)
            expected = "areAnyAgentsOnline resolves with true, false or null"
            yield judged(fits, call.index, expected, f"it resolved with {value!r}", call.entry.chat)


@requirement(
    "AVL-02",
    level=Level.MUST,
    subject=Subject.ADAPTER,
    guide=(Guide.ARE_ANY_AGENTS_ONLINE,),
    needs=("are_any_agents_online", "driver:conversations"),
)
def a_check_changes_nothing(trace: Trace) -> Judgements:
    """A check for agents makes nothing and changes nothing.

    What: after any number of checks the desk has no conversation that the starts do not explain; a start after a
    check, also after one that failed, works; and a check in a running chat neither ends nor disturbs it.
    Why: the host asks before it shows its card, often with no start after it. Each visitor would stand in a queue
    without knowing.
    Seen: B50, the check was where the integration authorised itself, so that starts depended on it.
    """
    checks = _checks(trace)
    for call in checks:
        yield from _running_chat_goes_on(trace, call)
    for chat in chats(trace):
        before = [call for call in checks if call.entry.user == chat.user and call.index < chat.start.index]
        if before and _should_start(trace, chat):
            expected = f"the start of chat {chat.key}, after {len(before)} check(s) for agents, resolves"
            yield judged(chat.start.ok, chat.start.index, expected, f"it rejected: {chat.start.error}", chat.key)
    if checks and conversations(trace) is not None:
        extra = unexplained_conversations(trace)
        expected = f"after {len(checks)} check(s) for agents the desk has only the conversations of the starts"
        yield judged(extra <= 0, checks[-1].index, expected, f"it has {extra} more", checks[-1].entry.chat)


def _should_start(trace: Trace, chat: Chat) -> bool:
    free = undisturbed(trace, chat.start) and not told_to_wait(trace, chat.start.index)
    return free and not may_be_refused(trace, chat.start) and chat.start.settled and not chat.start.data.get("second")


def _running_chat_goes_on(trace: Trace, call: Call) -> Iterator[Judgement]:
    chat = next((one for one in chats(trace) if one.key == call.entry.chat), None)
    until = call.outcome.index if call.outcome is not None else len(trace)
    by_desk = chat is not None and any(one["data"].get("by") != "user" for one in chat.events_of("conversation.ended"))
    if chat is None or by_desk or chat.suite("drop") or trace.of(Side.SUITE, "fault"):
        return
    told = chat.callbacks("agent_ended_chat", "set_error_status")
    during = [entry for entry in told if call.index < entry.index < until]
    expected = f"a check for agents leaves the running chat {chat.key} as it is"
    yield judged(not during, call.index, expected, f"meanwhile {during[0].kind} was called" if during else "", chat.key)


@requirement(
    "AVL-03",
    level=Level.MUST,
    subject=Subject.ADAPTER,
    guide=(Guide.ARE_ANY_AGENTS_ONLINE,),
    needs=("are_any_agents_online", "driver:inject"),
)
def a_failed_check_is_no_yes(trace: Trace) -> Judgements:
    """A check that the desk does not answer rightly is unknown or fails, in time, and never a yes.

    What: while the desk answers the check with an error, with garbage, with half an answer or not at all,
    `areAnyAgentsOnline` resolves with null or false or rejects, within the host's 5 s.
    Why: the user would be offered a talk with somebody who is not there; and after 5 s the host gives up by itself.
    Seen: B70, the shape of the reply was assumed, and another one was an exception somewhere in the middle.
    """
    for call in _checks(trace):
        fault = _certain_failure(trace, call)
        if fault is None:
            continue
        trouble = str(fault.data.get("status", fault.kind)).replace("_", " ")
        if not call.settled:
            expected = f"under the fault {trouble!r} areAnyAgentsOnline settles within 5 s"
            yield broken(call.index, expected, "the host gave it up", call.entry.chat)
            continue
        value = call.outcome.data.get("value") if call.outcome is not None else None
        expected = f"under the fault {trouble!r} areAnyAgentsOnline does not resolve with a yes"
        said_yes = call.ok and bool(value)
        yield judged(not said_yes, call.index, expected, f"it resolved with {value!r}", call.entry.chat)


def _certain_failure(trace: Trace, call: Call) -> Fault | None:
    """Return the fault that surely struck each request of a check, or ``None``."""
    until = call.outcome.index if call.outcome is not None else None
    for fault in faults_during(trace, call.index, until, "getAvailability"):
        always = fault.data.get("count", 1) is None and not any(fault.data.get(name) for name in NARROWING)
        whole = fault.at < call.index and (until is None or fault.until > until)
        if fault.kind in FAILED and always and whole and not fault.data.get("after"):
            return fault
    return None


@requirement(
    "AVL-09",
    level=Level.MUST,
    subject=Subject.ADAPTER,
    guide=(Guide.ARE_ANY_AGENTS_ONLINE,),
    needs=("are_any_agents_online",),
)
def the_answer_is_the_desks(trace: Trace) -> Judgements:
    """The answer whether agents are online is not the opposite of the truth.

    What: when nobody answers in the queue that the connect message asks for, `areAnyAgentsOnline` does not resolve with
    true; when somebody does, not with false, and it does not reject (which the host takes for false). Null is right
    each time: an adapter need not know.
    Why: the user is sent to an empty desk, or away from one that would have answered.
    Seen: B46, the activity of `/skills/undefined` was asked for; B70, a reply of another shape became "offline".
    """
    for call in _checks(trace):
        name = asked_queue(call) or DEFAULT_QUEUE
        truth = somebody_answers(trace, name, call.index)
        if truth is None or not call.settled or not _is_certain(trace, call, name):
            continue
        value = call.outcome.data.get("value") if call.outcome is not None else None
        opposite = truth if call.failed else value is not None and bool(value) is not truth
        said = f"it rejected: {call.error}" if call.failed else f"it resolved with {value!r}"
        who = "somebody" if truth else "nobody"
        expected = f"{who} answers in the queue {name!r}: areAnyAgentsOnline does not say the opposite"
        yield judged(not opposite, call.index, expected, said, call.entry.chat)


def _is_certain(trace: Trace, call: Call, name: str) -> bool:
    """Tell whether neither a fault nor a change of the queue can have made the answer another one."""
    until = call.outcome.index if call.outcome is not None else len(trace)
    changed = any(call.index < change.index < until for change in queue_changes(trace, name))
    switches = trace.about.get("settings", {}).get("capabilities", {})
    offered = switches.get("are_any_agents_online", True)
    disturbed = bool(faults_during(trace, call.index, until)) or told_to_wait(trace, call.index)
    return bool(offered) and not changed and not disturbed
