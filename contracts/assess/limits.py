"""What keeps a verdict down, however much speaks for an operation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from contracts.assess.evidence import Candidate, Function, Seen, same_conversation
from contracts.assess.rules_desk import named_state
from contracts.assess.rules_events import cursor, pulls_or_pushes
from contracts.assess.signs import Live, Signs
from contracts.requirement import Guide


class Verdict(StrEnum):
    """How sure it is that a function can be carried."""

    PRESENT = "present"
    LIKELY = "likely"
    DOUBTFUL = "doubtful"
    MISSING = "missing"


ORDER = (Verdict.MISSING, Verdict.DOUBTFUL, Verdict.LIKELY, Verdict.PRESENT)
POINTS: Mapping[Verdict, int] = {Verdict.PRESENT: 7, Verdict.LIKELY: 5, Verdict.DOUBTFUL: 3}
"""The points from which on a verdict can be had."""


@dataclass(frozen=True)
class Limit:
    """Why a verdict is no better than ``verdict``."""

    verdict: Verdict
    reason: str


def common_limits(rated: Mapping[Guide, list[Candidate]], can_start: bool) -> dict[Guide, tuple[Limit, ...]]:
    """Return the limits that hold for a function whichever operation serves it."""
    limits: dict[Guide, list[Limit]] = {guide: [] for guide in Guide}
    if not any(one.points >= POINTS[Verdict.DOUBTFUL] for one in rated[Guide.SEND_MESSAGE_TO_AGENT]):
        limits[Guide.START_CHAT].append(Limit(Verdict.DOUBTFUL, "nothing can be said in what it starts"))
        can_start = False
    for guide, found in limits.items():
        if not can_start and guide not in (Guide.START_CHAT, Guide.ARE_ANY_AGENTS_ONLINE):
            found.append(Limit(Verdict.DOUBTFUL, "no conversation can be started that it would belong to"))
    return {guide: tuple(found) for guide, found in limits.items()}


def live_limits(guide: Guide, signs: Signs) -> Iterable[Limit]:
    """Yield the limit that the signs of live talk set."""
    if signs.live is Live.NONE:
        yield Limit(Verdict.DOUBTFUL, no_live(signs))
    elif signs.live is Live.SOME and guide is not Guide.ARE_ANY_AGENTS_ONLINE:
        yield Limit(Verdict.LIKELY, "few signs that people answer, and live")


def no_live(signs: Signs) -> str:
    """Return why a document without signs of live talk is no desk, and what it is about instead."""
    about = signs.against()
    text = "nothing shows a live conversation with people at the other end"
    return f"{text}; the document is about {about}" if about else text


def own_limits(function: Function, one: Candidate, seen: Seen) -> Iterable[Limit]:
    """Yield the limits of one candidate."""
    for gap in one.missing:
        yield Limit(Verdict.DOUBTFUL if gap.known else Verdict.LIKELY, gap.sentence())
    tied = function.guide not in (Guide.START_CHAT, Guide.ARE_ANY_AGENTS_ONLINE, Guide.EVENTS)
    if tied and seen.talk and not same_conversation(one.shape, seen):
        yield Limit(Verdict.DOUBTFUL, "not the kind of conversation that can be started")
    if function.guide is Guide.EVENTS and not pulls_or_pushes(one.shape, seen):
        if one.shape.method == "GET" and not cursor(one.shape, seen):
            yield Limit(Verdict.DOUBTFUL, "a list without a position to go on from, perhaps there only after the end")
        hooked = one.shape.method != "GET"
        text = (
            "a webhook reaches a server, not a browser: something must stand between"
            if hooked
            else "a list has to be asked again and again, and shows what was said, not who joins or types"
        )
        yield Limit(Verdict.LIKELY, text)
    if function.guide is Guide.UPDATE_STATE and not named_state(one.shape, seen):
        yield Limit(Verdict.LIKELY, "no field is named for session, user or locale: they would go into free data")
