"""TRF, what is told of a transfer: that it began, who took over, and nothing else."""

from __future__ import annotations

from contracts.readings_presence import Presence, presences, profile_of
from contracts.readings_transfer import handovers
from contracts.requirement import Guide, Judgements, Level, Subject, broken, held, judged, requirement
from contracts.trace import Entry, Trace


@requirement("TRF-01", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.EVENTS,), needs=("action:join",))
def a_further_agent_is_announced(trace: Trace) -> Judgements:
    """A further agent's joining follows the notice of a transfer or of a leaving.

    What: when an agent joins in the place of another, `beginTransferToAnotherAgent` or `agentLeftChat` has been
    called since the one before joined. An agent who joins beside another one (a conference) may be told in any way.
    Why: otherwise the user sees two welcomes in a row and does not know with whom the talk goes on.
    Seen: B26, a second member joined without a word; B36, a changed agent was a new join and never a transfer.
    """
    for presence in presences(trace):
        for stay in presence.stays[1:]:
            told = presence.told(stay)[:1]
            before = presence.joins(until=told[0].index - 1) if told else []
            if not before or stay.conference:
                continue
            since, until = before[-1].index, told[0].index
            notices = presence.calls_of("begin_transfer_to_another_agent", since, until)
            notices += presence.calls_of("agent_left_chat", since, until)
            name = presence.name(stay.agent_id)
            yield judged(
                bool(notices),
                told[0].index,
                f"beginTransferToAnotherAgent or agentLeftChat is called before agentJoined for {name}, who came "
                f"in the place of {presence.name(presence.agent_of(profile_of(before[-1]).get('id')))}",
                f"agentJoined for {name} followed agentJoined at entry {since}, and neither was called in between",
                presence.chat.key,
            )


@requirement("TRF-02", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.EVENTS,), needs=("action:transfer",))
def a_transfer_does_not_end_the_chat(trace: Trace) -> Judgements:
    """A transfer does not end the chat.

    What: from the beginning of a transfer on, the end of the chat is told only if the desk ended the conversation.
    Why: the host closes the chat at once: the user is thrown out while the next agent is on the way.
    Seen: B27, any leaving, also of the agent who had handed over, ended the chat.
    """
    for presence in presences(trace):
        for one in handovers(presence):
            began = presence.cause(one.notices[0])
            ends = [entry for entry in _ends_told(presence, began) if not presence.ended_by_desk(entry.index)]
            if ends and presence.disturbed(ends[0].index):
                continue
            if ends:
                expected = f"the chat goes on in the transfer from {presence.name(one.giver)} (event {one.seq})"
                actual = f"{ends[0].kind} ended it, and the desk had not"
                yield broken(ends[0].index, expected, actual, presence.chat.key)
            elif (due := presence.due(one.notices[0])) is not None:
                yield held(due, presence.chat.key)


def _ends_told(presence: Presence, after: int) -> list[Entry]:
    errors = presence.calls_of("set_error_status", after)
    return presence.calls_of("agent_ended_chat", after) + [one for one in errors if one.data["error"].get("type") == 1]


@requirement("TRF-05", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.EVENTS,), needs=("action:join",))
def no_transfer_before_the_first_agent(trace: Trace) -> Judgements:
    """The first agent of a chat is no transfer.

    What: before the first `agentJoined` of a chat `beginTransferToAnotherAgent` is not called, in the second chat of
    an adapter no more than in the first.
    Why: the user reads of a transfer before having met anybody.
    Seen: B11, what was kept of the first chat made the first agent of the second one a transfer; B56 likewise.
    """
    for presence in presences(trace):
        joins = presence.joins()
        first = joins[0].index if joins else len(trace)
        early = presence.calls_of("begin_transfer_to_another_agent", -1, first)
        for entry in early[:1]:
            expected = "agentJoined is called before any beginTransferToAnotherAgent of the chat"
            yield broken(entry.index, expected, "the transfer was told first", presence.chat.key)
        if joins and not early:
            yield held(first, presence.chat.key)


@requirement("TRF-07", level=Level.SHOULD, subject=Subject.ADAPTER, guide=(Guide.EVENTS,), needs=("action:transfer",))
def who_was_announced_joins(trace: Trace) -> Judgements:
    """The agent whom the notice of a transfer names is the one who joins.

    What: where `beginTransferToAnotherAgent` has a profile, its id is that of the next `agentJoined`, if the agent whom
    the desk asked did join.
    Why: a user who was promised Bob and meets Cleo thinks that something went wrong.
    Seen: rests on the host, which shows the profile of the notice.
    """
    for presence in presences(trace):
        for entry in presence.calls_of("begin_transfer_to_another_agent", -1):
            promised = profile_of(entry).get("id")
            joined = presence.joins(after=entry.index)[:1]
            if promised is not None and joined and _as_asked(presence, entry, joined[0]):
                came = profile_of(joined[0])
                yield judged(
                    came.get("id") == promised,
                    joined[0].index,
                    f"the next agent to join is {promised!r}, whom the notice of the transfer named",
                    f"agentJoined was called for {came.get('id')!r}",
                    presence.chat.key,
                )


def _as_asked(presence: Presence, notice: Entry, joined: Entry) -> bool:
    """Tell whether the desk kept to whom it had asked, so that a difference is the adapter's.

    Where several transfers may be behind the notice, as they arrived together, nobody can tell.
    """
    begun = [one for one in handovers(presence) if presence.cause(one.notices[0]) < notice.index]
    behind = [one for one in begun if (presence.due(one.notices[0]) or notice.index) >= notice.index]
    if len(behind) != 1 or behind[0].taker is None or presence.cause(behind[0].taker.arrival) > joined.index:
        return False
    targets = [told["data"].get("to_agent") for told in behind[0].notices]
    return all(target is None or target["id"] == behind[0].taker.agent_id for target in targets)
