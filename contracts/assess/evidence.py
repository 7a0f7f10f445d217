"""Rules of evidence: what speaks for or against an operation serving a function, with how much weight and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from contracts.assess import vocabulary as v
from contracts.assess.document import Operation
from contracts.assess.shape import Shape, Words
from contracts.requirement import Guide


@dataclass(frozen=True)
class Seen:
    """What is known of the document when a function is judged.

    ``talk`` are the words under which a conversation that can be started goes; empty before starts were looked for.
    ``text_in`` and ``author_in`` name an operation that lists what was said, and by whom.
    """

    talk: Words = frozenset()
    text_in: str = ""
    author_in: str = ""


Test = Callable[[Shape, Seen], str | None]
"""Returns what was found, in a few words, or ``None``."""


@dataclass(frozen=True)
class Rule:
    """One piece of evidence. ``source`` is where it comes from: verb, path, name, parameter, request, answer,
    description. ``says`` is the reason as a sentence; ``{}`` is what was found. Only an operation for which a rule that
    ``leads`` holds is a candidate at all.
    """

    name: str
    source: str
    points: int
    says: str
    test: Test
    leads: bool = False


@dataclass(frozen=True)
class Essential:
    """A piece of information without which the function does not work.

    Where the document does not describe the place in which it would stand (``undescribed``), it is not known to be
    missing; where it does and the information is not there, it is.
    """

    what: str
    test: Test
    undescribed: Callable[[Shape], bool] = lambda shape: False


@dataclass(frozen=True)
class Function:
    """A function of the guide with everything that is looked for. ``settles`` says what would settle a doubt."""

    guide: Guide
    rules: tuple[Rule, ...]
    essentials: tuple[Essential, ...]
    settles: str


@dataclass(frozen=True)
class Evidence:
    """A rule that held, and what it found."""

    rule: str
    source: str
    points: int
    reason: str


@dataclass(frozen=True)
class Missing:
    """Essential information that an operation lacks; ``known`` is false when the document just does not say."""

    what: str
    known: bool

    def sentence(self) -> str:
        """Return it in words."""
        return f"{self.what}: not there" if self.known else f"{self.what}: the document does not say"


@dataclass(frozen=True)
class Candidate:
    """An operation that could serve a function."""

    operation: Operation
    points: int
    evidence: tuple[Evidence, ...]
    missing: tuple[Missing, ...]
    shape: Shape = field(repr=False, compare=False)


def weigh(function: Function, shape: Shape, seen: Seen) -> Candidate | None:
    """Return the operation as a candidate for a function, or ``None`` when nothing leads to it."""
    if not any(rule.leads and rule.test(shape, seen) is not None for rule in function.rules):
        return None
    found: list[Evidence] = []
    for rule in function.rules:
        what = rule.test(shape, seen)
        if what is not None:
            found.append(Evidence(rule.name, rule.source, rule.points, rule.says.replace("{}", what)))
    missing = tuple(
        Missing(one.what, known=not one.undescribed(shape))
        for one in function.essentials
        if one.test(shape, seen) is None
    )
    return Candidate(shape.operation, sum(one.points for one in found), tuple(found), missing, shape)


def candidates(function: Function, shapes: Iterable[Shape], seen: Seen) -> list[Candidate]:
    """Return all candidates for a function, the most likely first; equals in the order of their names."""
    found = [one for shape in shapes if (one := weigh(function, shape, seen)) is not None]
    return sorted(found, key=lambda one: (-one.points, len(one.missing), one.operation.name))


# Tests that several functions share ---
def hit(found: Iterable[str]) -> str | None:
    """Return the found words as a text, ``None`` when there are none."""
    text = ", ".join(sorted(set(found)))
    return text or None


def names_conversation(shape: Shape, seen: Seen) -> str | None:
    """Find where the operation says which conversation it is about."""
    return shape.names_one(seen.talk)[1] or None


def same_conversation(shape: Shape, seen: Seen) -> str | None:
    """Find the word that it shares with the conversation that can be started."""
    return hit(shape.names_one(seen.talk)[0] & seen.talk)


def other_trade(shape: Shape, seen: Seen) -> str | None:
    """Find another trade in the path."""
    return shape.trade


def other_fields(shape: Shape, seen: Seen) -> str | None:
    """Find another trade in the fields."""
    found = shape.trade_fields
    return f"{', '.join(found[1])}: words of {found[0]}" if found else None


def other_work(shape: Shape, seen: Seen) -> str | None:
    """Find that the operation searches, exports, rates and the like."""
    own = frozenset(shape.last.words) | frozenset(shape.id_words)
    return hit(own & v.OTHER_WORK)


def other_work_than_reading(shape: Shape, seen: Seen) -> str | None:
    """Find that it exports, rates and the like; searches and lists are ways of reading."""
    own = frozenset(shape.last.words) | frozenset(shape.id_words)
    return hit(own & v.OTHER_WORK - {"list", "query", "search", "find"})


def agents_side(shape: Shape, seen: Seen) -> str | None:
    """Find that it is something an agent does, by the agent's own place in the path."""
    return hit(word for segment in shape.segments if segment.item and (word := segment.has(v.AGENT)))


OF_CONVERSATION = (
    Rule("names conversation", "parameter", 2, "says which conversation: {}", names_conversation),
    Rule("same conversation", "path", 1, "the same kind of conversation that can be started ({})", same_conversation),
)
AGAINST = (
    Rule("other trade", "path", -8, "its path is about {}", other_trade),
    Rule("fields of another trade", "request", -3, "{}", other_fields),
    Rule("other work", "name", -5, "it is for something else ({})", other_work),
)
AGAINST_READING = (
    *AGAINST[:2],
    Rule("other work", "name", -5, "it is for something else ({})", other_work_than_reading),
)
AGAINST_AGENT = Rule("agent's side", "path", -4, "it is for the agent's side ({} in the path)", agents_side)
WHICH_CONVERSATION = Essential("which conversation it is", names_conversation)
