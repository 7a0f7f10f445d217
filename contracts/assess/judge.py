"""From evidence to verdicts, one for each function of the guide, and a conclusion.

Points say how much speaks for an operation. Limits say what keeps a verdict down however much speaks for it: essential
information that is missing, a document that shows no live talk with people, functions that do not belong together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from contracts.assess import vocabulary as v
from contracts.assess.choices import Choice
from contracts.assess.document import Document, Operation
from contracts.assess.evidence import Candidate, Evidence, Function, Rule, Seen, candidates, same_conversation, weigh
from contracts.assess.limits import ORDER, POINTS, Limit, Verdict, common_limits, live_limits, no_live, own_limits
from contracts.assess.rules_desk import AVAILABILITY, STATE
from contracts.assess.rules_events import EVENTS, HOOK_METHOD, author_here, text_here
from contracts.assess.rules_presence import READ, TYPING
from contracts.assess.rules_start import START_CHAT, identity
from contracts.assess.rules_talk import END, SEND
from contracts.assess.shape import Shape
from contracts.assess.signs import AllSigns, Live, Signs, signs_of, talk_of
from contracts.assess.words import words
from contracts.requirement import MUST_HAVE, Guide

FUNCTIONS: Mapping[Guide, Function] = {
    one.guide: one for one in (START_CHAT, END, SEND, EVENTS, STATE, AVAILABILITY, TYPING, READ)
}
MOST_CANDIDATES = 5
_ANYTHING = Rule("anything", "mapping", 0, "chosen", lambda shape, seen: "chosen", leads=True)


class Conclusion(StrEnum):
    """What the assessment comes to."""

    CAN = "can carry an integration"
    DOUBTS = "could carry an integration, with doubts"
    CANNOT = "cannot carry an integration"


@dataclass(frozen=True)
class Judged:
    """A candidate with its verdict and what limits it."""

    candidate: Candidate
    verdict: Verdict
    limits: tuple[Limit, ...]


@dataclass(frozen=True)
class Finding:
    """What was found for one function. ``chosen`` says where a mapping file settled it."""

    guide: Guide
    verdict: Verdict
    candidates: tuple[Judged, ...]
    settles: str
    chosen: str = ""

    @property
    def must_have(self) -> bool:
        """Whether the guide calls it a must have."""
        return self.guide in MUST_HAVE


@dataclass(frozen=True)
class Assessment:
    """A whole assessment."""

    document: Document
    signs: Signs
    findings: tuple[Finding, ...]
    conclusion: Conclusion
    why: str

    def finding(self, guide: Guide) -> Finding:
        """Return what was found for a function."""
        return next(one for one in self.findings if one.guide is guide)


def assess(document: Document, choices: Mapping[Guide, Choice] | None = None) -> Assessment:
    """Assess a document. ``choices`` are the functions for which a mapping file names the operations."""
    choices = choices or {}
    shapes = [Shape(one) for one in (*document.operations, *_hooks(document))]
    signs = signs_of(shapes)
    starts = _starts(shapes, choices, signs)
    seen = _seen(shapes, starts)
    rated = {guide: candidates(function, shapes, seen) for guide, function in FUNCTIONS.items()}
    common = common_limits(rated, bool(starts))
    order = [*MUST_HAVE, *(guide for guide in FUNCTIONS if guide not in MUST_HAVE)]
    findings = tuple(
        _chosen(FUNCTIONS[guide], choices[guide], seen)
        if guide in choices
        else _found(FUNCTIONS[guide], rated[guide], common[guide], seen, signs)
        for guide in order
    )
    conclusion, why = _conclude(findings, signs.best)
    return Assessment(document, signs.best, findings, conclusion, why)


def _hooks(document: Document) -> Iterable[Operation]:
    """Yield webhooks and callbacks as operations whose answer is what the desk sends."""
    hooks = [*document.hooks, *(hook for one in document.operations for hook in one.hooks)]
    for hook in hooks:
        yield Operation(HOOK_METHOD, hook.name, description=hook.text, answer=hook.body)


def _starts(shapes: list[Shape], choices: Mapping[Guide, Choice], signs: AllSigns) -> list[Candidate]:
    """Return the operations that may start a conversation, well enough that the others can be tied to them."""
    if Guide.START_CHAT in choices:
        shapes = [Shape(one) for one in choices[Guide.START_CHAT].operations]
        return [_weighed(START_CHAT, shape, Seen()) for shape in shapes]
    found = candidates(START_CHAT, shapes, Seen())
    good = [one for one in found if one.points >= POINTS[Verdict.LIKELY] and not any(gap.known for gap in one.missing)]
    live = [one for one in good if signs.of(talk_of(one.shape)).live is not Live.NONE]
    return live or good


def _weighed(function: Function, shape: Shape, seen: Seen) -> Candidate:
    found = weigh(function, shape, seen)
    if found is not None:
        return found
    missing = weigh(Function(function.guide, (_ANYTHING,), function.essentials, ""), shape, seen)
    assert missing is not None
    return missing


def _seen(shapes: list[Shape], starts: list[Candidate]) -> Seen:
    talk: set[str] = set()
    for start in starts:
        talk |= start.shape.talk | (start.shape.name_words & v.TALK)
        if not start.shape.talk:  # a mapping file says that this noun means a conversation
            talk |= set(start.shape.last.words) - v.START
        where = identity(start.shape, Seen()) or ""
        talk |= set(words(where)) & (v.TALK | v.LOOSE_TALK)
    seen = Seen(frozenset(talk))
    lists = [one for one in shapes if one.trade is None and _tells_talk(one, seen)]
    lists.sort(key=lambda one: one.operation.name)
    text = next((one.operation.name for one in lists if text_here(one, seen)), "")
    author = next((one.operation.name for one in lists if text_here(one, seen) and author_here(one, seen)), "")
    return Seen(frozenset(talk), text, author)


def _tells_talk(shape: Shape, seen: Seen) -> bool:
    """Tell whether what it answers is what was said in a conversation that can be started."""
    if shape.method == HOOK_METHOD:
        return bool((shape.name_words | shape.text_words) & (v.MESSAGE | v.TALK))
    spoken = shape.last.has(v.MESSAGE | v.LOOSE_MESSAGE | frozenset({"update", "poll", "transcript", "history"}))
    return shape.method == "GET" and bool(spoken) and bool(same_conversation(shape, seen))


def _by_points(points: int) -> Verdict:
    return next((verdict for verdict in reversed(ORDER[1:]) if points >= POINTS[verdict]), Verdict.MISSING)


def _lowest(verdicts: Iterable[Verdict]) -> Verdict:
    return min(verdicts, key=ORDER.index)


def _found(
    function: Function, rated: list[Candidate], common: tuple[Limit, ...], seen: Seen, signs: AllSigns
) -> Finding:
    judged = []
    for one in rated:
        live = signs.best if function.guide is Guide.ARE_ANY_AGENTS_ONLINE else signs.of(_talk_of(one.shape, seen))
        limits = (*own_limits(function, one, seen), *live_limits(function.guide, live), *common)
        by_points = _by_points(one.points)
        verdict = _lowest([by_points, *(limit.verdict for limit in limits)])
        if verdict is not Verdict.MISSING:
            judged.append(Judged(one, verdict, tuple(limit for limit in limits if _binds(limit, by_points))))
    judged.sort(key=lambda one: -ORDER.index(one.verdict))
    best = judged[0].verdict if judged else Verdict.MISSING
    return Finding(function.guide, best, tuple(judged[:MOST_CANDIDATES]), function.settles)


def _talk_of(shape: Shape, seen: Seen) -> Iterable[str]:
    return talk_of(shape) | shape.names_one(seen.talk)[0]


def _binds(limit: Limit, by_points: Verdict) -> bool:
    return ORDER.index(limit.verdict) < ORDER.index(by_points)


def _chosen(function: Function, choice: Choice, seen: Seen) -> Finding:
    """Return what a mapping file settled: present, or likely while the document does not show what is essential."""
    said = Evidence("mapping file", "mapping", POINTS[Verdict.PRESENT], f"the mapping file says so ({choice.where})")
    judged = []
    for operation in choice.operations:
        one = _weighed(function, Shape(operation), seen)
        own = tuple(piece for piece in one.evidence if piece.points > 0 and piece.rule != _ANYTHING.name)
        one = Candidate(operation, one.points + said.points, (said, *own), one.missing, one.shape)
        limits = tuple(Limit(Verdict.LIKELY, gap.sentence()) for gap in one.missing)
        judged.append(Judged(one, _lowest([Verdict.PRESENT, *(limit.verdict for limit in limits)]), limits))
    verdict = max((one.verdict for one in judged), key=ORDER.index)
    return Finding(function.guide, verdict, tuple(judged), function.settles, choice.where)


def _conclude(findings: tuple[Finding, ...], signs: Signs) -> tuple[Conclusion, str]:
    needed = [one for one in findings if one.must_have]
    missing = [one.guide.value for one in needed if one.verdict is Verdict.MISSING]
    doubtful = [one.guide.value for one in needed if one.verdict is Verdict.DOUBTFUL]
    settled = all(one.chosen for one in needed)
    if signs.live is Live.NONE and not settled and (missing or doubtful):
        names = f"; missing: {', '.join(missing)}" if missing else ""
        return Conclusion.CANNOT, f"this is no desk: {no_live(signs)}{names}"
    if missing:
        return Conclusion.CANNOT, f"missing: {', '.join(missing)}"
    if doubtful:
        return Conclusion.DOUBTS, f"in doubt: {', '.join(doubtful)}"
    likely = [one.guide.value for one in needed if one.verdict is Verdict.LIKELY]
    return (
        Conclusion.CAN,
        f"every must have is there; likely rather than sure: {', '.join(likely)}"
        if likely
        else "every must have is there",
    )
