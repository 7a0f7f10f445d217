"""What the names of one operation say, read once: nouns of its path, the conversation it is about, its trade."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from contracts.assess import vocabulary as v
from contracts.assess.document import Body, Field, Operation
from contracts.assess.words import words

Words = frozenset[str]
IDENTITY = frozenset({"id", "sid", "key", "guid", "uuid", "uri", "url", "ref", "reference", "handle", "identifier"})


@dataclass(frozen=True)
class Segment:
    """A literal part of a path: its words, and whether a parameter follows it."""

    words: tuple[str, ...]
    item: bool

    def has(self, wanted: Words) -> str | None:
        """Return the last of its words that is among the wanted ones."""
        return next((word for word in reversed(self.words) if word in wanted), None)


class Shape:
    """One operation, seen by its names."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        self.method = operation.method
        self.writes = operation.method in ("POST", "PUT", "PATCH")
        self._named: dict[Words, tuple[Words, str]] = {}

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The literal parts of the path. ``chats:start`` and ``chats.start`` are two parts."""
        parts = [part for part in self.operation.path.replace(":", "/").replace("}.", "}/").split("/") if part]
        found: list[Segment] = []
        for index, part in enumerate(parts):
            if part.startswith("{"):
                continue
            follows = index + 1 < len(parts) and parts[index + 1].startswith("{")
            found.append(Segment(words(part), follows))
        return tuple(found)

    @property
    def last(self) -> Segment:
        """The last literal part."""
        return self.segments[-1] if self.segments else Segment((), False)

    @property
    def on_item(self) -> bool:
        """Whether the path ends in a parameter."""
        return self.operation.path.rstrip("/").endswith("}")

    @cached_property
    def id_words(self) -> tuple[str, ...]:
        """The words of the operationId."""
        return words(self.operation.operation_id)

    @cached_property
    def name_words(self) -> Words:
        """The words of path, operationId and tags."""
        path = [word for segment in self.segments for word in segment.words]
        return frozenset([*path, *self.id_words, *(word for tag in self.operation.tags for word in words(tag))])

    @cached_property
    def summary_words(self) -> Words:
        """The words of the summary and the description's first sentence."""
        return frozenset(words(f"{self.operation.summary} {self.operation.description.partition('. ')[0]}"))

    @cached_property
    def text_words(self) -> Words:
        """The words of everything that is said about the operation."""
        one = self.operation
        return frozenset(words(f"{one.summary} {one.description} {one.answers}"))

    @cached_property
    def parameter_words(self) -> Words:
        """The words of the parameters' names."""
        return frozenset(word for one in self.operation.parameters for word in words(one.name))

    @cached_property
    def request_words(self) -> Words:
        """The words of the names of the request's fields."""
        return field_words(self.operation.request)

    @cached_property
    def answer_words(self) -> Words:
        """The words of the names of the answer's fields."""
        return field_words(self.operation.answer)

    @cached_property
    def all_words(self) -> Words:
        """Every word that the operation has, values of enumerations included."""
        one = self.operation
        fields = (*one.request.fields, *one.answer.fields)
        values = [word for field in fields for value in field.values for word in words(value)]
        texts = [word for field in fields for word in words(field.description)]
        about = [word for parameter in one.parameters for word in words(parameter.description)]
        hooks = [word for hook in one.hooks for word in words(f"{hook.name} {hook.text}")]
        names = self.name_words | self.text_words | self.parameter_words | self.request_words | self.answer_words
        return names | frozenset([*values, *texts, *about, *hooks])

    # the conversation ---
    @cached_property
    def talk(self) -> Words:
        """The words for a conversation that stand in the path, loose ones only where the operation speaks of talk."""
        path = {word for segment in self.segments for word in segment.words}
        return frozenset(path & v.TALK) | frozenset(path & v.LOOSE_TALK if self.speaks_of_talk else ())

    @cached_property
    def speaks_of_talk(self) -> bool:
        """Whether its names or texts speak of a conversation, or of an agent and somebody whom a desk serves."""
        said = self.name_words | self.text_words
        return bool(said & v.TALK or (said & v.AGENT and said & v.OTHER_SIDE))

    @cached_property
    def conversation(self) -> tuple[Words, str]:
        """What :meth:`names_one` finds without knowing the document."""
        return self.names_one(frozenset())

    def names_one(self, known: Words) -> tuple[Words, str]:
        """Return the words under which it names one conversation, and where it does, empty where it does not.

        ``known`` are words of which the document has shown that they mean a conversation.
        """
        if known not in self._named:
            self._named[known] = self._names_one(self._talk_words | known)
        return self._named[known]

    def _names_one(self, talk: Words) -> tuple[Words, str]:
        found: set[str] = set()
        where = ""
        for segment in self.segments:
            if segment.item and (word := segment.has(talk)):
                found.add(word)
                where = where or f"an item of {' '.join(segment.words)} in the path"
        for one in self.operation.parameters:
            names = frozenset(words(one.name))
            if (names & talk) and (names & IDENTITY or one.place == "path" or names <= talk):
                found |= names & talk
                where = where or f"{one.name} in the {one.place}"
        for field in self.operation.request.fields:
            if len(field.names) <= 3 and (hit := _identifies(field, talk)):
                found |= hit
                where = where or f"{field.shown()} in the request"
        return frozenset(found), where

    @property
    def _talk_words(self) -> Words:
        return v.TALK | v.LOOSE_TALK if self.speaks_of_talk else v.TALK

    @property
    def inside(self) -> bool:
        """Whether the path goes through one conversation to something in it."""
        return any(segment.item and segment.has(v.TALK) for segment in self.segments[:-1])

    def goes_through(self, word: str) -> bool:
        """Whether the path goes through one of what the word stands for, whatever else is said."""
        return any(segment.item and word in segment.words for segment in self.segments)

    # other trades ---
    @cached_property
    def trade(self) -> str | None:
        """The other trade that its path names; who takes a password signs somebody in."""
        if "password" in self.request_words:
            return "signing in"
        for name, (nouns, _) in v.TRADES.items():
            if any(segment.has(nouns) and not segment.has(v.TALK) for segment in self.segments):
                return name
        return None

    @cached_property
    def trade_fields(self) -> tuple[str, tuple[str, ...]] | None:
        """The other trade of which two words or more stand in its fields, and these words."""
        fields = self.request_words | self.answer_words
        found = [(len(fields & known), name, tuple(sorted(fields & known))) for name, (_, known) in v.TRADES.items()]
        count, name, hits = max(found)
        return (name, hits) if count >= 2 else None


def field_words(body: Body) -> Words:
    """Return the words of the names of a body's fields."""
    return frozenset(word for field in body.fields for word in words(field.name))


def _identifies(field: Field, talk: Words) -> Words:
    """Return the words for a conversation of which a field is the id: ``chat_id``, or ``id`` in ``chat``."""
    own = frozenset(words(field.name))
    if own & talk and own & IDENTITY:
        return own & talk
    outer = frozenset(words(field.names[-2])) if len(field.names) > 1 else frozenset()
    return outer if own and own <= IDENTITY and outer <= talk else frozenset()
