"""PRS, the coming and going of agents."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.readings_messages import quoted, showings
from contracts.readings_presence import Event, Presence, Stay, presences, profile_of
from contracts.requirement import Guide, Judgement, Judgements, Level, Subject, broken, held, judged, requirement
from contracts.trace import Entry, Trace


def _due_stays(presence: Presence, *, gap: bool) -> Iterator[tuple[Stay, int]]:
    """Yield the stays that must have been told, with the place; whoever left meanwhile need not be told."""
    for stay in presence.stays:
        due = presence.due(stay.arrival)
        gone = stay.left_seq is not None and stay.left_seq <= presence.covered(stay.arrival)
        if due is not None and not gone and presence.in_gap(presence.cause(stay.arrival)) is gap:
            yield stay, due


@requirement("PRS-01", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.EVENTS,), needs=("action:join",))
def joining_is_told(trace: Trace) -> Judgements:
    """An agent's joining is told once, at once.

    What: when an agent accepts the chat, `agentJoined` is called for that agent, before the agent writes anything and
    whether or not the agent ever writes.
    Why: until then the host shows that the user is still waiting, and the user leaves.
    Seen: B60, a join that was inferred from the agent's first message, so that a silent agent was invisible.
    """
    for presence in presences(trace):
        for stay, due in _due_stays(presence, gap=False):
            name, told = presence.name(stay.agent_id), presence.told(stay)
            yield judged(
                1 <= len(told) <= presence.introductions_of(stay),
                told[-1].index if told else due,
                f"agentJoined is called once for {name} when {name} joins (event {stay.seq})",
                f"it was called {len(told)} times" if told else "it was not called, and everything had been delivered",
                presence.chat.key,
            )


@requirement("PRS-02", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.EVENTS,), needs=("action:join",))
def joining_before_the_first_message(trace: Trace) -> Judgements:
    """An agent is introduced before the agent's first message is shown.

    What: the first message after an agent's arrival is shown after `agentJoined` for that agent, however long the
    profile takes to be found.
    Why: the host attributes a message of an unknown agent to whoever was there before, or to nobody.
    Seen: B10, a join that waited for a profile while messages went straight through.
    """
    for presence in presences(trace):
        if presence.disordered:
            continue
        shown = [(one, one.callback) for one in showings(presence.chat) if one.callback is not None and one.by_agent]
        for stay in presence.stays:
            first = next(((one, at) for one, at in shown if one.author == stay.agent_id and stay.covers(one.seq)), None)
            if first is not None:
                yield _introduced(presence, stay, first[0].text, first[1])


def _introduced(presence: Presence, stay: Stay, text: str, at: Entry) -> Judgement:
    name = presence.name(stay.agent_id)
    after = presence.cause(stay.arrival) if _came_back_visibly(presence, stay) else -1
    before = presence.joins(stay.agent_id, after, at.index)
    later = presence.joins(stay.agent_id, after=at.index)
    return judged(
        bool(before),
        at.index,
        f"agentJoined is called for {name} before {name}'s first message {quoted(text)} is shown",
        f"agentJoined for {name} came after it, at entry {later[0].index}" if later else "it came without one",
        presence.chat.key,
    )


def _came_back_visibly(presence: Presence, stay: Stay) -> bool:
    """Tell whether the agent had been there before, and the adapter got the leaving before the return."""
    earlier = [one for one in presence.stays if one.agent_id == stay.agent_id and one.seq < stay.seq]
    departure = earlier[-1].departure if earlier else None
    return departure is not None and 0 < presence.covered(departure) < stay.seq


@requirement("PRS-03", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.EVENTS,), needs=("action:join",))
def joining_in_a_gap_is_told(trace: Trace) -> Judgements:
    """An agent who joined while nobody listened is told once.

    What: an agent who joins while the chat is still being started, while events are held up, or while the stream is
    broken, is told by `agentJoined` once the events get through: not never, and not twice (but once more when another
    agent leaves and this one stays).
    Why: agents are fast. If the join falls between the start and the listener, the user waits for somebody who is
    there.
    Seen: B25, members were listed first and the listener attached later; B1, the stream was opened after the creation.
    """
    for presence in presences(trace):
        for stay, due in _due_stays(presence, gap=True):
            name, told = presence.name(stay.agent_id), presence.told(stay)
            yield judged(
                1 <= len(told) <= presence.introductions_of(stay),
                told[-1].index if told else due,
                f"agentJoined is called once for {name}, who joined (event {stay.seq}) while events could not arrive",
                f"it was called {len(told)} times" if told else "it was not called, and everything had been delivered",
                presence.chat.key,
            )


@requirement("PRS-04", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.EVENTS,), needs=("action:join",))
def profiles_are_usable(trace: Trace) -> Judgements:
    """A profile has an id that stays the same, and a name.

    What: each `agentJoined` has a non-empty id and a non-empty nickname. An agent keeps the id over all stays of a
    chat. Where the desk tells no name, the adapter puts one of its own and reports the joining all the same.
    Why: the host files profiles by id and shows the nickname; without them messages go to the wrong person or the
    header is empty.
    Seen: B67, an agent id that was always empty; B10 and B54, a failing profile that swallowed the whole join.
    """
    for presence in presences(trace):
        for entry in presence.joins():
            yield from _complete(presence, entry)
        for agent_id in dict.fromkeys(stay.agent_id for stay in presence.stays if stay.ordinal > 1):
            yield from _same_id(presence, agent_id)
        for gap in (False, True):
            for stay, due in _due_stays(presence, gap=gap):
                if not stay.agent.get("nickname"):
                    yield judged(
                        bool(presence.told(stay)),
                        due,
                        f"agentJoined is called for {stay.agent_id}, of whom the desk tells no name, with another name",
                        "it was not called",
                        presence.chat.key,
                    )


def _complete(presence: Presence, entry: Entry) -> Judgements:
    profile = profile_of(entry)
    for field in ("id", "nickname"):
        value = profile.get(field)
        yield judged(
            isinstance(value, str) and bool(value.strip()),
            entry.index,
            f"the profile of agentJoined has a non-empty text as {field}",
            f"its {field} is {value!r}" if field in profile else f"it has no {field}",
            presence.chat.key,
        )


def _same_id(presence: Presence, agent_id: str) -> Judgements:
    """Judge the joins told for an agent's stays, as the adapter names the agent, stay by stay."""
    stays = [stay for stay in presence.stays if stay.agent_id == agent_id]
    told = [entry for stay in stays for entry in _first_in(presence, stay)]
    ids = list(dict.fromkeys(str(profile_of(entry).get("id")) for entry in told))
    if len(told) > 1:
        yield judged(
            len(ids) == 1,
            told[-1].index,
            f"{presence.name(agent_id)} has the same id in each agentJoined",
            f"the ids were {', '.join(map(repr, ids))}",
            presence.chat.key,
        )


def _first_in(presence: Presence, stay: Stay) -> list[Entry]:
    """Return the first join told in a stay's time that may be meant for it: by id, else by nickname."""
    after, until = presence.cause(stay.arrival), presence.due(stay.arrival)
    names = (stay.agent_id, stay.agent.get("nickname"))
    window = [] if until is None else presence.joins(after=after, until=until)
    return [one for one in window if profile_of(one).get("id") in names or profile_of(one).get("nickname") in names][:1]


@requirement("PRS-05", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.EVENTS,), needs=("action:join",))
def no_presence_joins_twice(trace: Trace) -> Judgements:
    """Nobody joins more often than they came.

    What: `agentJoined` is called for an agent at most as often as that agent has joined at the desk so far, whatever
    is repeated, offered or replayed. When one of two agents has left, the other may be introduced again.
    Why: the user is told that somebody new has come, and begins to explain everything again.
    Seen: B36, a join on every status that said "active"; B9, a join as soon as the chat was offered.
    """
    for presence in presences(trace):
        for entry in presence.joins():
            agent_id = presence.agent_of(profile_of(entry).get("id"))
            came = sum(
                event["data"]["agent"]["id"] == agent_id for event in presence.caused(entry.index, "agent.joined")
            )
            allowed = came + _remained(presence, agent_id, entry.index)
            times = len(presence.joins(agent_id, until=entry.index)) if agent_id is not None else 1
            name = presence.name(agent_id) if agent_id else str(profile_of(entry).get("nickname"))
            yield judged(
                times <= allowed,
                entry.index,
                f"agentJoined is called at most {allowed} times for {name}, who had joined {came} times at the desk",
                f"this was call {times}",
                presence.chat.key,
            )


def _remained(presence: Presence, agent_id: str | None, before: int) -> int:
    """Return how often another agent had left while this one was present."""
    left = presence.caused(before, "agent.left")
    return sum(any(stay.agent_id == agent_id for stay in presence.present(int(event["seq"]))) for event in left)


@requirement("PRS-06", level=Level.MUST, subject=Subject.ADAPTER, guide=(Guide.EVENTS,), needs=("action:leave",))
def leaving_is_told(trace: Trace) -> Judgements:
    """An agent's leaving is told once, and the chat goes on.

    What: when the last agent leaves, `agentLeftChat` is called once; that does not end the chat; and whoever comes
    next, be it the same agent, is told as joined. Where another agent stays, telling it is allowed and not asked.
    Why: the user must know that nobody is there any more, and must not lose the chat over it: somebody else may come.
    Seen: B12, left and ended told for one leaving; B27, any leaving ended the chat; B56, a returning agent was unseen.
    """
    for presence in presences(trace):
        for leave in presence.chat.events_of("agent.left"):
            if _nobody_left(presence, leave):
                yield from _left_once(presence, leave)
                yield from _goes_on(presence, leave)
        yield from _no_invented_leaving(presence)


def _nobody_left(presence: Presence, leave: Event) -> bool:
    seq = int(leave["seq"])
    return leave["data"]["reason"] != "transferred" and not presence.present(seq) and not _in_transfer(presence, seq)


def _in_transfer(presence: Presence, seq: int) -> bool:
    """Tell whether a transfer had been started and nobody had joined since."""
    earlier = [event for event in presence.chat.events_of("transfer.started", "agent.joined") if event["seq"] < seq]
    return bool(earlier) and earlier[-1]["type"] == "transfer.started"


def _left_once(presence: Presence, leave: Event) -> Judgements:
    due, cause = presence.due(leave), presence.cause(leave)
    seq, covered = int(leave["seq"]), presence.covered(leave)
    overtaken = presence.chat.events_of("agent.joined", "conversation.ended")
    if due is None or any(seq < event["seq"] <= covered for event in overtaken):
        return
    told = presence.calls_of("agent_left_chat", cause, due)
    yield judged(
        bool(told),
        due,
        f"agentLeftChat is called when {presence.name(leave['data']['agent_id'])} leaves (event {seq})",
        "it was not called, and everything had been delivered",
        presence.chat.key,
    )


def _goes_on(presence: Presence, leave: Event) -> Judgements:
    name, cause = presence.name(leave["data"]["agent_id"]), presence.cause(leave)
    for entry in presence.calls_of("agent_ended_chat", cause):
        if not presence.ended_by_desk(entry.index) and not presence.disturbed(entry.index):
            expected = f"the chat goes on after {name} left (event {leave['seq']}): the desk had not ended it"
            yield broken(entry.index, expected, "agentEndedChat was called", presence.chat.key)
    following = [stay for stay in presence.stays if stay.seq > leave["seq"]][:1]
    for stay in following:
        due = presence.due(stay.arrival)
        if due is not None and stay.left_seq is None:
            yield judged(
                bool(presence.told(stay)),
                due,
                f"agentJoined is called for {presence.name(stay.agent_id)}, who joined after {name} had left",
                "it was not called, and everything had been delivered",
                presence.chat.key,
            )


def _no_invented_leaving(presence: Presence) -> Judgements:
    """A leaving needs a reason: a leaving, a transfer, or a second agent beside the first."""
    for times, entry in enumerate(presence.calls_of("agent_left_chat", -1), start=1):
        left = len(presence.caused(entry.index, "agent.left"))
        handed_over = {event["data"]["transfer_id"] for event in presence.caused(entry.index, "transfer.started")}
        beside = sum(stay.conference and presence.cause(stay.arrival) < entry.index for stay in presence.stays)
        if times <= left + len(handed_over) + beside:
            yield held(entry.index, presence.chat.key)
        else:
            expected = f"agentLeftChat is called at most {left} times: so often agents had left"
            yield broken(entry.index, expected, f"this was call {times}", presence.chat.key)
