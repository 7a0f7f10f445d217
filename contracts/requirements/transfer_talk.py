"""TRF, the talk around a transfer and between several agents: nobody is muted, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.readings_messages import Showing, due_at, quoted, showings
from contracts.readings_presence import Presence, Stay, presences, profile_of
from contracts.readings_sends import Sending, sendings
from contracts.readings_transfer import Handover, handovers
from contracts.requirement import Guide, Judgement, Judgements, Level, Subject, judged, requirement
from contracts.trace import Entry, Trace


@requirement(
    "TRF-03",
    level=Level.MUST,
    subject=Subject.ADAPTER,
    guide=(Guide.EVENTS,),
    needs=("action:transfer", "action:decline"),
)
def a_declined_transfer_changes_nothing(trace: Trace) -> Judgements:
    """A transfer that was declined is announced once, joins nobody, and the first agent is still there.

    What: however often another agent is asked, one transfer makes one `beginTransferToAnotherAgent`, and one more where
    the page was loaded anew in between; who declined is not told as joined; and what the first agent says after that is
    shown.
    Why: the user would be told about each of the desk's attempts, meet somebody who never came, or lose the agent
    who is still there.
    Seen: B9, the agent was replaced when the chat was offered: a decline made a second notice and muted the first.
    """
    for presence in presences(trace):
        for one in handovers(presence):
            declined = _declined_at(presence, one)
            if declined is not None:
                yield from _announced_once(presence, one)
                yield from _nobody_joined(presence, one)
                yield from _giver_is_heard(presence, one, declined)


def _declined_at(presence: Presence, one: Handover) -> int | None:
    """Return where somebody declined or was given up: an act, or the next attempt; ``None`` if nobody did."""
    began, over = presence.cause(one.notices[0]), _over(presence, one)
    declines = [call.index for call in presence.chat.acts("decline") if call.ok and began < call.index < over]
    return min([*declines, *(presence.cause(notice) for notice in one.notices[1:])], default=None)


def _over(presence: Presence, one: Handover) -> int:
    """Return where the transfer was over: somebody joined, or the next one began; else the end of the trace."""
    later = [other for other in handovers(presence) if other.seq > one.seq]
    ends = [presence.cause(other.notices[0]) for other in later[:1]]
    ends += [presence.cause(one.taker.arrival)] if one.taker is not None else []
    return min(ends, default=len(presence.chat.trace))


def _announced_once(presence: Presence, one: Handover) -> Judgements:
    due = presence.due(one.notices[-1])
    if due is None:
        return
    told = presence.calls_of("begin_transfer_to_another_agent", -1, due)
    begun = [other.notices[0] for other in handovers(presence)]
    begun += [stay.arrival for stay in presence.stays if stay.conference]
    allowed = sum(presence.cause(event) < due for event in begun)
    allowed += sum(_told_anew(presence, other, due) for other in handovers(presence))
    yield judged(
        len(told) <= allowed,
        told[-1].index if told else due,
        f"beginTransferToAnotherAgent is called at most {allowed} times up to the transfer from "
        f"{presence.name(one.giver)} (event {one.seq}), however many attempts it takes: here {len(one.notices)}",
        f"it was called {len(told)} times",
        presence.chat.key,
    )


def _told_anew(presence: Presence, one: Handover, due: int) -> int:
    """Count the page reloads after which a transfer that was under way went on: the new page shows no transfer, so that
    the next attempt may be told."""
    attempts = [place for place in map(presence.cause, one.notices) if place < due]
    reloads = [entry.index for entry in presence.chat.suite("unload")]
    return sum(min(attempts, default=due) < reload < max(attempts, default=-1) for reload in reloads)


def _nobody_joined(presence: Presence, one: Handover) -> Judgements:
    taker = one.taker.agent_id if one.taker is not None else None
    for agent_id in dict.fromkeys(one.asked):
        if agent_id == taker:
            continue
        told = presence.joins(agent_id, presence.cause(one.notices[0]), _over(presence, one))
        told += [entry for entry in _named(presence, one, agent_id) if entry not in told]
        yield judged(
            not told or _came(presence, agent_id, told[0].index),
            told[0].index if told else presence.cause(one.notices[-1]),
            f"agentJoined is not called for {agent_id}, who was asked to take over and never joined",
            "it was called",
            presence.chat.key,
        )


def _named(presence: Presence, one: Handover, agent_id: str) -> list[Entry]:
    """Return joins told under the id of an agent whom the desk never had as present."""
    after, until = presence.cause(one.notices[0]), _over(presence, one)
    return [entry for entry in presence.joins(after=after, until=until) if profile_of(entry).get("id") == agent_id]


def _came(presence: Presence, agent_id: str, before: int) -> bool:
    joined = presence.caused(before, "agent.joined")
    return any(event["data"]["agent"]["id"] == agent_id for event in joined)


def _giver_is_heard(presence: Presence, one: Handover, declined: int) -> Judgements:
    for said in showings(presence.chat):
        due = due_at(presence.chat, said.seq)
        event = next(event for event in presence.chat.events if event["seq"] == said.seq)
        after = declined < presence.cause(event) < _over(presence, one)
        if said.author == one.giver and after and due is not None:
            yield _shown(presence, said, due, "after the transfer was declined")


def _shown(presence: Presence, said: Showing, due: int, when: str) -> Judgement:
    """Judge that a message is shown in time, as its author's."""
    name = presence.name(said.author)
    late = said.callback is None or said.callback.index > due
    shown_as = None if said.callback is None else said.callback.data.get("agent_id")
    right = presence.agent_of(shown_as) == said.author
    return judged(
        not late and right,
        said.callback.index if said.callback is not None else due,
        f"{name}'s message {quoted(said.text)} (event {said.seq}), written {when}, is shown as {name}'s",
        "it was not shown, and everything had been delivered" if late else f"it was shown as of {shown_as!r}",
        presence.chat.key,
    )


@requirement(
    "TRF-04",
    level=Level.MUST,
    subject=Subject.ADAPTER,
    guide=(Guide.EVENTS,),
    needs=("action:transfer", "action:say"),
)
def both_agents_are_heard_in_a_transfer(trace: Trace) -> Judgements:
    """In a transfer the texts of the old and of the new agent are shown, each as who wrote it.

    What: what the first agent writes between the notice and the joining of the next, and the first that the next one
    writes, is shown with the id of its author.
    Why: handing over is when agents explain the most; a text under the wrong name, or none, breaks the thread.
    Seen: B9, the agent who was still present was muted; B8, texts of anybody but the recorded agent were dropped.
    """
    for presence in presences(trace):
        messages = [one for one in showings(presence.chat) if one.by_agent]
        for one in handovers(presence):
            for said in _around(one, messages):
                due = due_at(presence.chat, said.seq)
                if due is not None:
                    yield _shown(presence, said, due, f"in the transfer from {presence.name(one.giver)}")


def _around(one: Handover, messages: list[Showing]) -> Iterator[Showing]:
    joined = one.taker.seq if one.taker is not None else None
    yield from (said for said in messages if one.seq < said.seq and (joined is None or said.seq < joined))
    if one.taker is not None and joined is not None:
        yield from [said for said in messages if said.author == one.taker.agent_id and said.seq > joined][:1]


@requirement(
    "TRF-06",
    level=Level.MUST,
    subject=Subject.ADAPTER,
    guide=(Guide.SEND_MESSAGE_TO_AGENT,),
    needs=("action:transfer", "driver:conversations"),
)
def texts_sent_in_a_transfer_arrive(trace: Trace) -> Judgements:
    """What the user writes during a transfer is there for the next agent, or is refused.

    What: a text sent between the notice of a transfer and the joining of the next agent is in the desk's conversation
    if the send resolved; the send does settle.
    Why: the user answers the first agent while the second comes; the second must find the answer.
    Seen: rests on honesty: success is reported only if the other side has the text.
    """
    for presence in presences(trace):
        transfers = handovers(presence)
        for sent in sendings(presence.chat) if transfers else ():
            for one in transfers:
                if sent.text and presence.cause(one.notices[0]) < sent.index < _over(presence, one):
                    yield from _arrived(presence, one, sent)


def _arrived(presence: Presence, one: Handover, sent: Sending) -> Judgements:
    settled = any(call.settled for call in sent.calls)
    yield judged(
        bool(sent.stored) if sent.resolved else settled,
        sent.index,
        f"{quoted(sent.text)}, sent in the transfer from {presence.name(one.giver)}, is in the desk's conversation, or "
        "its send is rejected",
        "the send resolved, and the desk has no such text" if sent.resolved else "the send never settled",
        presence.chat.key,
    )


@requirement(
    "TRF-08", level=Level.SHOULD, subject=Subject.BOTH, guide=(Guide.EVENTS,), needs=("action:join", "action:say")
)
def a_conference_shows_both(trace: Trace) -> Judgements:
    """When a second agent joins beside the first, both are shown.

    What: the second agent is told as joined, however that is put to a host that knows one present agent; and what
    either of the two writes while both are there is shown with the id of its author.
    Why: a supervisor who helps out is one voice of two: the user must see who says what.
    Seen: B8, texts of anybody but the recorded agent were dropped; B24, likewise with the agent who joined last.
    """
    for presence in presences(trace):
        messages = [one for one in showings(presence.chat) if one.by_agent]
        for stay in presence.stays:
            if stay.conference:
                yield from _both_joined(presence, stay)
                for said in _while_both(presence, stay, messages):
                    due = due_at(presence.chat, said.seq)
                    if due is not None:
                        yield _shown(presence, said, due, "while two agents were there")


def _both_joined(presence: Presence, stay: Stay) -> Judgements:
    due = presence.due(stay.arrival)
    if due is None or (stay.left_seq is not None and stay.left_seq <= presence.covered(stay.arrival)):
        return
    others = " and ".join(presence.name(other) for other in stay.beside)
    yield judged(
        bool(presence.told(stay)),
        due,
        f"agentJoined is called for {presence.name(stay.agent_id)}, who joined beside {others} (event {stay.seq})",
        "it was not called, and everything had been delivered",
        presence.chat.key,
    )


def _while_both(presence: Presence, stay: Stay, messages: list[Showing]) -> list[Showing]:
    others = [other for other in presence.present(stay.seq) if other.agent_id in stay.beside]
    return [
        said
        for said in messages
        if stay.covers(said.seq)
        and any(other.covers(said.seq) for other in others)
        and said.author in (stay.agent_id, *stay.beside)
    ]
