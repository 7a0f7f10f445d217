"""PRS, the user's own side: what is the user's is not the agent's, typing towards the desk, read receipts."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Any

from contracts.readings_messages import due_at, quoted, same_text, showings, shows, surplus
from contracts.readings_presence import Presence, presences, profile_of
from contracts.readings_wire import faults_during
from contracts.requirement import Guide, Judgements, Level, Subject, broken, held, judged, requirement
from contracts.trace import Entry, Side, Trace
from contracts.views import Call


@requirement(
    "PRS-10", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.EVENTS,), needs=("driver:conversations",)
)
def own_events_are_not_the_agents(trace: Trace) -> Judgements:
    """What the user does is never taken for an agent's doing.

    What: where the desk sends the user's own messages, typing or presence back, none of it is shown as a message of
    an agent, as an agent who types or as an agent who joined.
    Why: the user would see an echo, or a person in the chat who is not there.
    Seen: B26, any other member of the channel was "the agent"; B27, the user's own leaving ended the chat.
    """
    for presence in presences(trace):
        user_id = (presence.chat.truth or {}).get("user_id")
        yield from _no_echo(presence)
        yield from _no_own_typing(presence)
        for entry in presence.chat.callbacks("agent_joined", "send_message_to_user"):
            told = profile_of(entry).get("id") if entry.kind == "agent_joined" else entry.data.get("agent_id")
            if user_id is not None and told == user_id:
                what = "agentJoined" if entry.kind == "agent_joined" else "sendMessageToUser"
                expected = f"{what} is called for agents, never for the user {user_id!r}"
                yield broken(entry.index, expected, "it was called with the user's own id", presence.chat.key)


def _no_echo(presence: Presence) -> Judgements:
    chat = presence.chat
    extra = surplus(chat)
    for message in chat.user_messages:
        due = due_at(chat, int(message["seq"]))
        by_agent = any(same_text(other["text"], message["text"]) for other in chat.agent_messages)
        if due is None or by_agent or not message["text"]:
            continue
        echo = next((entry for entry in extra if shows(entry, message["text"])), None)
        yield judged(
            echo is None,
            echo.index if echo is not None else due,
            f"the user's own text {quoted(message['text'])} (event {message['seq']}) is not shown as an agent's",
            "sendMessageToUser was called with it",
            chat.key,
        )


def _no_own_typing(presence: Presence) -> Judgements:
    typed = [call for call in presence.chat.calls("user_typing") if call.data.get("is_typing")]
    for call in typed[:1]:
        told = [one for one in presence.calls_of("agent_typing", call.index) if one.data["is_typing"]]
        unfounded = [one for one in told if not presence.caused(one.index, "agent.typing")]
        yield judged(
            not unfounded,
            unfounded[0].index if unfounded else call.index,
            "agentTyping(true) is called when an agent types, not when the user does",
            "it was called although no agent had typed yet",
            presence.chat.key,
        )


@requirement(
    "PRS-11",
    level=Level.MAY,
    subject=Subject.ADAPTER,
    guide=(Guide.USER_TYPING,),
    needs=("user_typing", "driver:conversations", "truth:user_typing"),
)
def the_users_stop_is_no_start(trace: Trace) -> Judgements:
    """That the user stopped typing is never told as typing.

    What: `userTyping(false)` reaches the desk as a stop, or not at all where the desk knows no stop. While no time goes
    by, the desk gets at most one start for each `userTyping(true)`, and it never has the user as typing after a stop.
    Why: the agent would see the user type just when the user stopped, and would wait.
    Seen: B16, both values posted the same typing notice.
    """
    for presence in presences(trace):
        calls = presence.chat.calls("user_typing")
        truth = presence.chat.truth or {}
        if not calls or calls[-1].data.get("is_typing") or "user_typing" not in truth:
            continue
        started = sum(bool(call.data.get("is_typing")) for call in calls)
        yield from _starts_are_founded(presence, calls, truth)
        if truth["user_typing"] and started and _may_have_renewed(presence, calls, truth, started):
            continue
        yield judged(
            not truth["user_typing"],
            calls[-1].index,
            "after userTyping(false) the desk does not learn of new typing",
            f"the desk has the user as typing; it got {truth.get('typing_calls', 'some')} notices, and the host had "
            f"said {started} times that the user types",
            presence.chat.key,
        )


def _starts_are_founded(presence: Presence, calls: list[Call], truth: Mapping[str, Any]) -> Judgements:
    """Judge the starts that the desk got, where the driver tells them; with time an adapter may renew a start, and a
    notice whose answer got lost may come twice."""
    values, started = truth.get("typing_values"), [call for call in calls if call.data.get("is_typing")]
    stopped = [call for call in calls if not call.data.get("is_typing")]
    disturbed = faults_during(presence.chat.trace, calls[0].index, None, "userTyping")
    if values is None or calls[-1].entry.time > calls[0].entry.time or not stopped or disturbed:
        return
    yield judged(
        values.count(True) <= len(started),
        stopped[0].index,
        f"the desk gets at most {len(started)} starts: so often the host said that the user types, and {len(stopped)} "
        "times that the user does not",
        f"it got {', '.join('start' if value else 'stop' for value in values)}",
        presence.chat.key,
    )


def _may_have_renewed(presence: Presence, calls: list[Call], truth: Mapping[str, Any], started: int) -> bool:
    """Tell whether the typing that the desk has may come from the user's starts alone, as no stop was sent."""
    time_went_by = calls[-1].entry.time > calls[0].entry.time
    return time_went_by or int(truth.get("typing_calls", 0)) <= started


@requirement("PRS-12", level=Level.MAY, subject=Subject.ADAPTER, guide=(Guide.EVENTS,), needs=("action:read",))
def read_receipts_are_true(trace: Trace) -> Judgements:
    """A read receipt is told only when the desk said so, and for all that it covers.

    What: `agentReadMessages` is called at most as often as agents have read, never because an agent wrote; and only
    when what they read goes up to the user's last message of that time, as it tells the user that everything was read.
    Why: a user who sees "read" concludes that the agent knows, and does not say it again.
    Seen: B30, a receipt for each message that the agent wrote.
    """
    for presence in presences(trace):
        receipts = presence.chat.callbacks("agent_read_messages")
        for times, entry in enumerate(receipts, start=1):
            yield from _is_founded(presence, entry, times)
        for one in showings(presence.chat):
            if one.callback is not None and one.by_agent and not receipts:
                yield held(one.callback.index, presence.chat.key)


def _is_founded(presence: Presence, entry: Entry, times: int) -> Judgements:
    reads = presence.caused(entry.index, "agent.read")
    yield judged(
        times <= len(reads),
        entry.index,
        f"agentReadMessages is called at most {len(reads)} times: so often agents had read",
        f"this was call {times}",
        presence.chat.key,
    )
    if not reads:
        return
    up_to, last = max(int(event["data"]["up_to_seq"]) for event in reads), int(reads[-1]["seq"])
    unread = [one for one in presence.chat.user_messages if up_to < int(one["seq"]) < last]
    yield judged(
        not unread,
        entry.index,
        f"agentReadMessages is called when all that the user had sent is read, and agents had read to event {up_to}",
        f"it was called although {quoted(unread[0]['text'])} (event {unread[0]['seq']}) was unread" if unread else "",
        presence.chat.key,
    )


@requirement(
    "PRS-13",
    level=Level.SHOULD,
    subject=Subject.ADAPTER,
    guide=(Guide.USER_TYPING,),
    needs=("user_typing", "driver:conversations", "truth:user_typing"),
)
def typing_bursts_are_throttled(trace: Trace) -> Judgements:
    """Typing is not sent to the desk with every key.

    What: repeated `userTyping(true)` with no stop and no message in between makes at most one request a second; so do
    repeated stops. Each change may be sent at once.
    Why: a fast typist would use up the limit of requests on notices, and the message itself would be refused.
    Seen: rests on the host, which may call with every key.
    """
    for presence in presences(trace):
        requests = (presence.chat.truth or {}).get("typing_calls")
        calls = presence.chat.calls("user_typing", "send_message_to_agent")
        typed = [call for call in calls if call.entry.kind == "user_typing"]
        changes = _changes(calls)
        if requests is None or len(typed) <= changes:
            continue
        seconds = _last_time(presence) - typed[0].entry.time
        allowed = changes + ceil(seconds)
        yield judged(
            int(requests) <= allowed,
            typed[-1].index,
            f"at most {allowed} requests tell the desk of {len(typed)} calls of userTyping: {changes} changes, and one "
            f"for each of {seconds:g} s",
            f"the desk got {requests}",
            presence.chat.key,
        )


def _changes(calls: list[Call]) -> int:
    """Count the changes of what the user does; after a message either value is one, as it may end the typing."""
    typing: bool | None = None
    changes = 0
    for call in calls:
        now = bool(call.data.get("is_typing")) if call.entry.kind == "user_typing" else None
        changes += now is not None and now is not typing
        typing = now
    return changes


def _last_time(presence: Presence) -> float:
    """Return when the host last did something in the chat."""
    return max(entry.time for entry in presence.chat.entries if entry.side is Side.HOST)
