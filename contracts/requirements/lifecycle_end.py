"""Requirements of how a chat ends: LIF-06, LIF-08, LIF-09, LIF-11 to LIF-13 and LIF-18."""

from __future__ import annotations

from collections import defaultdict

from contracts.readings_wire import FOREVER, connecting_errors, due, faults_during, gaps, undisturbed, user_end
from contracts.requirement import Guide, Judgement, Judgements, Level, Subject, broken, held, judged, requirement
from contracts.trace import Entry, Side, Trace
from contracts.views import Call, Chat, calls, chats, message_texts

ALLOWED_AFTER_END = ("update_capabilities", "update_persisted_state")
"""Callbacks that undo what outlives a chat: uploads are withdrawn (FIL-06), kept state is cleared (REC-09)."""
HOST_PATIENCE_SECONDS = 5.0
"""How long the host waits for end_chat (fact of the host)."""
GONE = (404, 409, 410)


@requirement("LIF-06", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.END_CHAT, Guide.EVENTS))
def silence_after_the_end(trace: Trace) -> Judgements:
    """After the end of a chat nothing more is told about it.

    What: Once the user's end has settled, the agent's end was told, a CONNECTING error was told or the start was
    rejected, the adapter makes no callback for this chat, whatever was under way and however much time goes by. Only
    capabilities may be withdrawn and kept state be cleared.
    Why: The user reads an agent's words, or sees one join, in a chat that is over; in the next chat they are taken for
    news.
    Seen: B73 (scripted steps went on after the end: an agent joined after the user had left), B38 (a poll under way
    called back), B13 (a typing timer fired), B53 (messages after the end), B27.
    """
    for chat in chats(trace):
        if chat.ended_at is None:
            continue
        late = [entry for entry in chat.callbacks() if entry.index > chat.ended_at and _counts(chat, entry)]
        if not late:
            yield held(chat.ended_at, chat.key)
        for entry in late[:1]:
            expected = f"no callback for chat {chat.key} after it ended ({_how_it_ended(chat)})"
            yield broken(entry.index, expected, f"the adapter called {_in_words(entry)}", chat.key)


def _counts(chat: Chat, entry: Entry) -> bool:
    if entry.kind in ALLOWED_AFTER_END:
        return False
    errors = connecting_errors(chat)
    return not (chat.start.failed and errors[:1] == [entry])  # a rejected start and its one report: ERR-02


def _how_it_ended(chat: Chat) -> str:
    first = chat.ends[0]
    if first.side is Side.CALLBACK:
        return "the adapter had told so" if first.kind == "agent_ended_chat" else "the adapter had told CONNECTING"
    return "the start was rejected" if first.call == chat.start.index else "the user's end had settled"


def _in_words(entry: Entry) -> str:
    if entry.kind == "send_message_to_user":
        return f"send_message_to_user with {message_texts(entry)!r}"
    details = {key: value for key, value in entry.data.items() if key in ("profile", "is_typing", "error")}
    return f"{entry.kind} {details}" if details else entry.kind


@requirement("LIF-08", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.END_CHAT,))
def end_is_harmless(trace: Trace) -> Judgements:
    """Ending is always possible and tells the desk once.

    What: end_chat resolves: the first time, again, after the agent ended the chat, after a failed start, and where
    there was no chat at all. The desk is told of one end at most. Ends that the desk refuses or leaves without an
    answer are not judged.
    Why: The host ends chats that are over already, as a matter of routine; a rejection there shows an error for
    nothing, and a second end may hit the next chat.
    Seen: B15, B51, B57 (the host's end after the agent's rejected, or went out for no conversation), B12.
    """
    for call in calls(trace, Side.HOST, "end_chat"):
        if undisturbed(trace, call, "endChat"):
            expected = f"end_chat {_occasion(trace, call)} resolves"
            actual = f"it rejected: {call.error}" if call.settled else "it had not settled after the host's 5 s"
            yield judged(call.ok, call.index, expected, actual, call.entry.chat)
    for chat in chats(trace):
        told = (chat.truth or {}).get("end_calls", 0)
        if chat.calls("end_chat") and told and not faults_during(trace, 0, None, "endChat"):
            expected = f"the desk is told once of the end of chat {chat.key}"
            yield judged(told <= 1, chat.start.index, expected, f"it was told {told} times", chat.key)


def _occasion(trace: Trace, call: Call) -> str:
    if call.data.get("inside"):
        return f"inside {call.data['inside']}"
    chat = next((one for one in chats(trace) if one.key == call.entry.chat), None)
    if chat is None:
        return "without any chat"
    before = [entry for entry in chat.ends if entry.index < call.index]
    return f"after chat {chat.key} was over ({_how_it_ended(chat)})" if before else f"in chat {chat.key}"


@requirement("LIF-09", level=Level.MUST, subject=Subject.BOTH, guide=(Guide.END_CHAT,), needs=("driver:conversations",))
def desk_knows_of_the_users_end(trace: Trace) -> Judgements:
    """The desk knows that the user ended the chat.

    What: When the user's end resolves, the desk's conversation is ended; if nobody else ended it, its log says once
    that the user did.
    Why: The agent goes on writing to somebody who has left, and stays occupied.
    Seen: B42 (the desk's refusal of the end was ignored), B14 (the end was sent without waiting for its success).
    """
    for chat in chats(trace):
        end = user_end(chat)
        if end is None or not end.ok or chat.truth is None or not chat.start.ok:
            continue
        if any(error.index < end.index for error in connecting_errors(chat)):
            continue  # the chat was over before, and the desk perhaps not to be reached
        yield _ended_at_the_desk(chat, end)


def _ended_at_the_desk(chat: Chat, end: Call) -> Judgement:
    expected = f"the user's end of chat {chat.key} resolved, so the desk has the conversation as ended"
    truth, ends = chat.truth or {}, chat.events_of("conversation.ended")
    if truth.get("state") != "ended":
        actual = f"the desk has it as {truth.get('state')!r}: it was never told"
        return broken(end.index, expected, actual, chat.key)
    if len(ends) != 1:
        return broken(end.index, f"{expected}, once", f"its log has {len(ends)} ends", chat.key)
    others = [act for act in chat.acts("end") if act.ok]
    by = ends[0]["data"].get("by")
    return judged(
        by == "user" or bool(others) or by == "system", end.index, f"{expected} by the user", f"by {by}", chat.key
    )


@requirement("LIF-11", level=Level.MUST, subject=Subject.BOTH, guide=(Guide.EVENTS,), needs=("driver:act",))
def agents_end_is_told_once(trace: Trace) -> Judgements:
    """The agent's end is told exactly once.

    What: When an agent, or the desk itself, ends the conversation, the adapter calls agent_ended_chat: once, and never
    twice. Where the user ended first, or the news could not reach the adapter before, it need not be told.
    Why: The user writes on to nobody; or reads twice that the chat is over, the second time perhaps in a new chat.
    Seen: B66 (the desk's own end was never told), B53 (each participant's leaving was told as an end).
    """
    for chat in chats(trace):
        ends = [event for event in chat.events_of("conversation.ended") if event["data"].get("by") != "user"]
        if not ends or not chat.start.ok:
            continue
        told = chat.callbacks("agent_ended_chat")
        mark = due(chat, ends[0]["seq"])
        by = ends[0]["data"]["by"]
        where = FOREVER if mark is None else mark
        if mark is not None and not [entry for entry in told if entry.index < where] and not connecting_errors(chat):
            expected = f"the {by} ended chat {chat.key}: agent_ended_chat is called"
            yield broken(mark, expected, "it was not called, though the end had been delivered", chat.key)
        elif len(told) > 1:
            expected = f"the {by} ended chat {chat.key}: agent_ended_chat is called once"
            yield broken(told[1].index, expected, f"it was called {len(told)} times", chat.key)
        elif mark is not None:
            yield held(mark, chat.key)


@requirement("LIF-12", level=Level.MUST, subject=Subject.DESK, guide=(Guide.END_CHAT,))
def ending_again_is_answered_alike(trace: Trace) -> Judgements:
    """Ending an ended conversation is answered alike each time.

    What: After a conversation ended, each further request to end it with its own token is answered with 2xx, 404, 409
    or 410, with the same class each time, and never with 5xx.
    Why: The host's end follows every end of an agent; an adapter can only be calm about it if the desk is.
    Seen: Rests on the host's habit of calling endChat inside agentEndedChat.
    """
    ended: set[str] = set()
    answers: dict[str, set[str]] = defaultdict(set)
    for entry in trace.of(Side.WIRE, "exchange", "frame"):
        if entry.data.get("purpose") == "tidy_up":
            continue
        key = str(entry.data.get("conversation_id"))
        if entry.kind == "frame":
            frame = entry.data.get("frame")
            if isinstance(frame, dict) and frame.get("type") == "conversation.ended":
                ended.add(key)
        elif entry.data.get("operation") == "endChat" and entry.data.get("token") == "own":
            status = entry.data.get("status")
            if key in ended and status != 429:
                yield _same_class(entry, status, answers[key])
            elif status is not None and 200 <= status < 300:
                ended.add(key)


def _same_class(entry: Entry, status: int | None, before: set[str]) -> Judgement:
    expected = "a further end of the ended conversation is answered with 2xx, 404, 409 or 410"
    if status is None or not (200 <= status < 300 or status in GONE):
        return broken(entry.index, expected, f"the answer was {status or 'missing'}")
    before.add(f"{status // 100}xx")
    return judged(
        len(before) == 1, entry.index, f"{expected}, the same class each time", f"{' and '.join(sorted(before))}"
    )


@requirement("LIF-13", level=Level.SHOULD, subject=Subject.ADAPTER, guide=(Guide.END_CHAT,), needs=("driver:inject",))
def end_settles_on_a_silent_desk(trace: Trace) -> Judgements:
    """An end settles within 5 seconds, also when the desk is silent.

    What: While requests to end are left without an answer, end_chat resolves or rejects before the host's 5 s are over.
    Why: The host gives the call up then, and the user has waited for nothing.
    Seen: A fact of the host; kin of B15, where the end began with a request that nobody needed.
    """
    for call in calls(trace, Side.HOST, "end_chat"):
        outcome = call.outcome.index if call.outcome else None
        silent = [
            one for one in faults_during(trace, call.index, outcome, "endChat") if one.kind in ("no_answer", "hold")
        ]
        if silent:
            expected = "end_chat settles within 5 s though the desk does not answer it"
            yield judged(call.settled, call.index, expected, "the host gave it up", call.entry.chat)


@requirement("LIF-18", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.END_CHAT, Guide.EVENTS))
def end_inside_agent_ended_is_quiet(trace: Trace) -> Judgements:
    """The host's end inside agent_ended_chat settles and starts nothing.

    What: The end_chat that the host calls from within agent_ended_chat settles, sends no end to the desk (which ended
    the conversation itself), and agent_ended_chat is not called a second time.
    Why: An adapter that waits there for its own event thread stands still for ever; one that ends again tells the host
    of an end without end.
    Seen: A fact of the host: every agent's end comes back as endChat. B15, B57.
    """
    for chat in chats(trace):
        inside = [call for call in chat.calls("end_chat") if call.data.get("inside") == "agent_ended_chat"]
        if not inside:
            continue
        problem = _not_quiet(chat, inside[0])
        expected = f"the host's end_chat inside agent_ended_chat of chat {chat.key} settles and has no effect"
        yield judged(not problem, inside[0].index, expected, problem, chat.key)


def _not_quiet(chat: Chat, call: Call) -> str:
    if not call.settled:
        return "it never settled"
    slack = 1.0 / chat.trace.about.get("timeout_scale", 1.0)
    if (call.seconds or 0.0) > HOST_PATIENCE_SECONDS + slack:
        return f"it took {call.seconds:.0f} s, and the host waits {HOST_PATIENCE_SECONDS:.0f} s"
    told = len(chat.callbacks("agent_ended_chat"))
    if told > 1:
        return f"agent_ended_chat was called {told} times"
    by_desk = any(event["data"].get("by") != "user" for event in chat.events_of("conversation.ended"))
    sent = (chat.truth or {}).get("end_calls", 0)
    unheard = any(gap.back is None for gap in gaps(chat))  # given up while the desk ended it: then it may well tell
    if by_desk and user_end(chat) is None and sent and not unheard:
        return f"the desk was sent {sent} end(s) of a conversation that it had ended itself"
    return ""
