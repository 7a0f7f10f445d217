"""MSG, from the desk to the user: what agents write is shown, as written, once, under the right name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from contracts.readings_messages import (
    Showing,
    due_at,
    item_texts,
    known_as,
    message_callbacks,
    normal,
    quoted,
    showings,
    shows,
    surplus,
    writer,
)
from contracts.readings_probes import texts_come_back
from contracts.readings_sends import sendings
from contracts.requirement import Guide, Judgement, Judgements, Level, Subject, broken, held, judged, requirement
from contracts.trace import Entry, Trace
from contracts.views import Chat, chats, message_texts

EVENTS = (Guide.EVENTS,)


@requirement(
    "MSG-01",
    level=Level.MUST,
    subject=Subject.BOTH,
    guide=(Guide.SEND_MESSAGE_TO_AGENT, Guide.EVENTS),
)
def text_as_written(trace: Trace) -> Judgements:
    """A text arrives as it was written.

    What: each text that is shown to the user, and each text that the desk has of the user, is the text that was
    written, character by character: any Unicode, what looks like markup, spaces at either end. Only line ends may
    be written differently.
    Why: user and agent talk about account numbers, code and names; a text that was "improved" on the way misleads
    both, and neither can see it.
    Seen: B71, an HTML to markdown converter was run over plain text: it escaped characters and made bold what was
    not.
    """
    for chat in chats(trace):
        yield from _shown_as_written(chat)
        yield from _stored_as_written(chat)
    yield from texts_come_back(trace)


def _shown_as_written(chat: Chat) -> Judgements:
    for one in showings(chat):
        if one.callback is not None:
            yield judged(
                one.exact,
                one.callback.index,
                f"the user sees {writer(chat, one)}'s text as written: {quoted(one.text)}",
                f"the user sees {quoted(' | '.join(message_texts(one.callback)))}",
                chat.key,
            )


def _stored_as_written(chat: Chat) -> Judgements:
    for sending in sendings(chat):
        if sending.text and sending.stored:
            yield judged(
                sending.exact,
                sending.index,
                f"the desk has the user's text as written: {quoted(sending.text)}",
                f"the desk has {quoted(str(sending.stored[0]['text']))}",
                chat.key,
            )


@requirement("MSG-02", level=Level.MUST, subject=Subject.ADAPTER, guide=EVENTS, needs=("driver:act",))
def every_message_is_shown(trace: Trace) -> Judgements:
    """Every message of an agent reaches the user.

    What: each message that an agent, or the desk itself, wrote in the chat and that was delivered while the chat
    ran is shown to the user: also one written before the stream was open, before or after the writer was announced,
    by either agent during a transfer, and in one batch with the end.
    Why: the agent sees the message in the transcript and takes it for read; the user waits for an answer that was
    given.
    Seen: B1, B8, B24, B28, B37, B47: events between the start and the opening of the stream never seen; texts of
    anybody but the recorded agent dropped; history received at the start only logged; texts handled after the end
    of their batch.
    """
    for chat in chats(trace):
        for one in showings(chat):
            due = due_at(chat, one.seq)
            if due is not None:
                expected = (
                    f"the message {quoted(one.text)} of {writer(chat, one)} (event {one.seq}) is shown to the user"
                )
                late = _shown_too_late(chat, one) if one.callback is None else ""
                actual = f"it was delivered and never shown{late}"
                yield judged(one.callback is not None, due, expected, actual, chat.key)


def _shown_too_late(chat: Chat, one: Showing) -> str:
    late = [entry for entry in message_callbacks(chat, running=False) if shows(entry, one.text)]
    ignored = [entry for entry in late if not entry.data.get("running", True)]
    return " while the chat ran: it was shown after the end, when the host ignores it" if ignored else ""


@requirement("MSG-03", level=Level.MUST, subject=Subject.ADAPTER, guide=EVENTS, needs=("driver:act",))
def shown_at_most_once(trace: Trace) -> Judgements:
    """A message is shown at most once.

    What: a text is shown as often as it was written, and not more often: not when an event is delivered twice, not
    when the log is replayed after a reconnect, not when the adapter was initialised twice or is in its second chat.
    Why: delivery over the wire is at least once, so somebody has to drop what was seen; a user who reads everything
    twice answers twice.
    Seen: B29, B54, B59: listeners of the first chat never removed, so that the second doubles every event; the
    transcript sent again at each join; two concurrent initialisations.
    """
    for chat in chats(trace):
        written = _times_written(chat)
        doubled = {
            entry.index: text for entry in surplus(chat) for text in message_texts(entry) if written[normal(text)]
        }
        for one in showings(chat):
            if one.callback is not None and one.exact and one.text not in doubled.values():
                yield held(one.callback.index, chat.key)
        for at, text in doubled.items():
            shown = [one.index for one in message_callbacks(chat) if shows(one, text)]
            yield broken(
                at,
                f"{quoted(text)} was written {_times(written[normal(text)])} and is shown no more often",
                f"it was shown {_times(len(shown))}, at entries {', '.join(map(str, shown))}",
                chat.key,
            )


def _times_written(chat: Chat) -> Counter[str]:
    """Count the texts that were written; those that rich items hold, too, may be shown more often."""
    written = Counter(normal(message["text"]) for message in chat.agent_messages if message["text"])
    extra = {text for message in chat.agent_messages for text in item_texts(message)}
    return Counter({text: count for text, count in written.items() if text not in extra})


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


@requirement("MSG-04", level=Level.MUST, subject=Subject.ADAPTER, guide=EVENTS, needs=("driver:act",))
def shown_under_the_right_name(trace: Trace) -> Judgements:
    """A message is shown as the one of the agent who wrote it.

    What: the agent id that comes with a message is the id of the agent who wrote it, as given when that agent
    joined, and never empty. What the desk itself says is not put into an agent's mouth.
    Why: with two agents in a chat, or after a transfer, the user must know who promises what; the host attributes a
    message with an unknown id to whoever is present.
    Seen: B67, the id was always an empty text, so that attribution and transfers were impossible.
    """
    for chat in chats(trace):
        for one in showings(chat):
            if one.callback is not None:
                yield _attribution(chat, one, one.callback)


def _attribution(chat: Chat, one: Showing, callback: Entry) -> Judgement:
    given = callback.data.get("agent_id")
    if not one.by_agent:
        agents = {event["data"]["agent"]["id"] for event in chat.events_of("agent.joined")}
        expected = f"{quoted(one.text)}, which the desk itself said, is shown under no agent's name"
        return judged(
            given not in agents, callback.index, expected, f"it was shown as a message of {given!r}", chat.key
        )
    right = bool(given) and (given == one.author or given in known_as(chat, one.author))
    expected = f"{quoted(one.text)} is shown as a message of {writer(chat, one)} ({one.author!r})"
    actual = f"it was shown as a message of {given!r}" if given else "it was shown without the id of an agent"
    return judged(right, callback.index, expected, actual, chat.key)


@requirement("MSG-06", level=Level.MUST, subject=Subject.ADAPTER, guide=EVENTS, needs=("driver:act",))
def only_messages_are_shown(trace: Trace) -> Judgements:
    """Only messages are shown as messages.

    What: whatever else the desk sends (who joins, types, reads or leaves, places in the queue, heartbeats, frames
    of an unknown kind) never appears among the messages. The adapter's own error notices are no messages.
    Why: a user who reads a line of protocol loses trust in everything else that is shown.
    Seen: B64, a search for links ran over the raw frame before its type was looked at: typing and system frames
    that held an address became messages.
    """
    for chat in chats(trace):
        strangers = _strangers(chat)
        for entry in strangers:
            yield broken(
                entry.index,
                "only what an agent, or the desk, wrote is shown as a message",
                f"the user was shown {quoted(' | '.join(message_texts(entry)))}, which nobody wrote",
                chat.key,
            )
        if not strangers:
            yield from (held(at, chat.key) for at in _other_events(trace, chat))


def _strangers(chat: Chat) -> list[Entry]:
    said = {normal(message["text"]) for message in chat.agent_messages + chat.user_messages}
    items = {text for message in chat.agent_messages for text in item_texts(message)}
    rich = sum(len(message.get("items") or []) for message in chat.agent_messages)
    found = []
    for entry in surplus(chat):
        texts = [normal(text) for text in message_texts(entry)]
        if not texts or any(text in said or any(item in text for item in items) for text in texts):
            continue
        found.append(entry)
    return found[rich:]


def _other_events(trace: Trace, chat: Chat) -> Iterator[int]:
    """Yield where an event that is no message, or a frame of an unknown kind, was delivered."""
    for event in chat.events:
        due = due_at(chat, event["seq"]) if event["type"] not in ("message.created", "conversation.ended") else None
        if due is not None:
            yield due
    for entry in chat.suite("fault"):
        if entry.data["fault"].get("kind") in ("unknown_type", "garbage_frame"):
            yield entry.index
