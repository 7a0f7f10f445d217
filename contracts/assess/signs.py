"""Does a document speak of live talk with people at all? What tells a desk from a ticket system, a mailbox, a bot.

Only operations, webhooks and callbacks about conversations are asked, so that the agents of a ticket system do not
vouch for the conversations of a bot beside it. One exception: an operation that tells whether agents are available.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from contracts.assess import vocabulary as v
from contracts.assess.evidence import Seen
from contracts.assess.rules_desk import agents_with_state, availability_noun
from contracts.assess.shape import Shape, Words
from contracts.assess.words import words

KINDS: Mapping[str, Words] = {
    "agents": v.AGENT,
    "queues": v.QUEUE,
    "presence": v.PRESENCE,
    "handing over": v.HANDOVER,
}
"""The kinds of signs that are words; "members" is one of structure."""


class Live(StrEnum):
    """How clearly a document speaks of live talk with people."""

    NONE = "none"
    SOME = "some"
    CLEAR = "clear"


@dataclass(frozen=True)
class Signs:
    """What was found.

    ``kinds`` maps a kind of sign to the words and the first place in which they stand. ``machines`` are words for what
    answers instead of people, ``people`` tells whether words stand there that machines do not go by, ``slow`` are words
    of an exchange by letter. ``trades`` counts operations of other trades.
    """

    kinds: Mapping[str, str]
    machines: tuple[str, ...]
    trades: Mapping[str, int]
    people: bool = False
    slow: tuple[str, ...] = ()

    @property
    def live(self) -> Live:
        """Agents have to be spoken of, with one more kind of sign to be believed (members with roles are not enough),
        and with two, presence among them, to be sure. Where machines answer, "agent" may be one of them. Where things
        are exchanged by letter, an agent of whom nobody sees that he comes or writes is no live one.
        """
        there = "presence" in self.kinds
        if "agents" not in self.kinds or not self.kinds.keys() - {"agents", "members"}:
            return Live.NONE
        if (self.machine_like and not self.people) or (self.letter_like and not there):
            return Live.NONE
        return Live.CLEAR if len(self.kinds) > 2 and there else Live.SOME

    @property
    def machine_like(self) -> bool:
        """Whether it speaks of machines that answer."""
        return len(self.machines) > 1

    @property
    def letter_like(self) -> bool:
        """Whether it speaks of an exchange by letter."""
        return len(self.slow) > 1

    def against(self) -> str:
        """Return in a few words what the document is about instead, empty when nothing stands out."""
        parts = [f"{name} ({count} operations)" for name, count in sorted(self.trades.items(), key=lambda one: -one[1])]
        if self.machine_like:
            parts.append(f"machines that answer ({', '.join(self.machines)})")
        if self.letter_like:
            parts.append(f"what is exchanged by letter ({', '.join(self.slow)})")
        return ", ".join(parts[:3])


@dataclass(frozen=True)
class AllSigns:
    """The signs of a document, each kind of conversation by itself: the bot's conversations do not profit from the
    desk's chats that stand in the same document. ``families`` goes by the word for the conversation."""

    families: Mapping[str, Signs]
    trades: Mapping[str, int]

    def of(self, talk: Iterable[str]) -> Signs:
        """Return the clearest signs among those of some words; of the whole document when none has any."""
        return self._clearest(self.families[word] for word in sorted(talk) if word in self.families) or self.best

    @property
    def best(self) -> Signs:
        """The clearest signs of any kind of conversation."""
        return self._clearest(self.families[word] for word in sorted(self.families)) or Signs({}, (), self.trades)

    def _clearest(self, found: Iterable[Signs]) -> Signs | None:
        return max(found, key=lambda one: (list(Live).index(one.live), len(one.kinds)), default=None)


def signs_of(shapes: Iterable[Shape]) -> AllSigns:
    """Return the signs in a document's operations, webhooks and callbacks."""
    ordered = sorted(shapes, key=lambda one: one.operation.name)
    trades: Counter[str] = Counter()
    families: dict[str, list[Shape]] = {}
    vouching: dict[str, str] = {}
    for shape in ordered:
        if trade := _trade(shape):
            trades[trade] += 1
        for word in talk_of(shape) | (shape.text_words & v.TALK):
            families.setdefault(word, []).append(shape)
        if not trade and not talk_of(shape) and _tells_of_agents(shape):
            words_for_them = ", ".join(sorted(shape.name_words & v.AGENT))
            vouching.setdefault("agents", f"{words_for_them} ({shape.operation.name})")
    for word, found in families.items():
        found += [one for one in ordered if one.goes_through(word) and one not in found]
    return AllSigns({word: _family(found, vouching, trades) for word, found in families.items()}, dict(trades))


def talk_of(shape: Shape) -> Words:
    """Return the words for the kinds of conversation that an operation is about."""
    return shape.talk | shape.conversation[0] | (shape.name_words & v.TALK)


def _trade(shape: Shape) -> str | None:
    return shape.trade or (shape.trade_fields[0] if shape.trade_fields else None)


def _tells_of_agents(shape: Shape) -> bool:
    available = availability_noun(shape, Seen()) and shape.name_words & v.AGENT
    return bool(agents_with_state(shape, Seen()) or available)


def _family(shapes: list[Shape], vouching: Mapping[str, str], trades: Mapping[str, int]) -> Signs:
    kinds: dict[str, str] = {}
    machines: set[str] = set()
    slow: set[str] = set()
    people = False
    for shape in shapes:
        slow |= (shape.name_words | shape.request_words | shape.answer_words) & v.SLOW
        if _trade(shape):
            continue
        machines |= shape.all_words & v.MACHINE
        people = people or bool(shape.all_words & v.PEOPLE)
        for kind, text in _kinds(shape):
            kinds.setdefault(kind, text)
    if kinds:
        kinds = {**vouching, **kinds}
    return Signs(kinds, tuple(sorted(machines)), dict(trades), people, tuple(sorted(slow)))


def _kinds(shape: Shape) -> Iterable[tuple[str, str]]:
    where = shape.operation.name
    for kind, wanted in KINDS.items():
        if found := sorted(shape.all_words & wanted):
            yield kind, f"{', '.join(found[:4])} ({where})"
    members = [segment.has(v.MEMBER) for segment in shape.segments if segment.has(v.MEMBER)]
    roles = [
        value
        for field in (*shape.operation.request.fields, *shape.operation.answer.fields)
        for value in field.values
        if set(words(value)) & v.AGENT
    ]
    if members or roles:
        yield "members", f"{members[0] if members else f'the value {roles[0]}'} ({where})"
