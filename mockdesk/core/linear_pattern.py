"""Regular expressions whose time grows with the text and the pattern, never beyond: what a script's ``matches`` is.

Python's own matcher tries one way after the other, and a pattern such as ``(a+)+b`` has more ways than time: one
message would stop the desk. Here all ways are followed at once, so the language is the part of Python's that can be:
characters, classes, alternatives, groups, repeats, and the assertions ``^ $ \\A \\Z \\b \\B``. What looks around or
back is refused. For what is taken, the answer to "is it in there?" is the same as Python's; each single character and
assertion is judged by Python's matcher itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

from mockdesk.lazy_dataclass import lazy_dataclass

MOST_CHARACTERS = 1_000
"""The longest pattern."""
MOST_STATES = 300
"""The largest pattern once its counted repeats are written out."""
KEPT_JUDGEMENTS = 10_000
"""How many judgements of a character a pattern remembers."""

_COUNTED = re.compile(r"\{(\d*)(,?)(\d*)\}")
_ESCAPED = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|N\{[^}]*\}|[^1-9])", re.DOTALL)
_ASSERTIONS = ("\\b", "\\B", "\\A", "\\Z", "^", "$")
_NAMED = re.compile(r"\(\?P<\w+>")


class PatternMistake(ValueError):
    """A pattern that cannot be taken; the message says why."""


@lazy_dataclass(frozen=True)
class Character:
    """One character that fits a pattern of one character."""

    pattern: str


@lazy_dataclass(frozen=True)
class Assertion:
    """A condition of a place, such as a word's end."""

    pattern: str


@lazy_dataclass(frozen=True)
class Sequence:
    """One part after the other."""

    parts: tuple[Part, ...]


@lazy_dataclass(frozen=True)
class Choice:
    """One of several parts."""

    parts: tuple[Part, ...]


@lazy_dataclass(frozen=True)
class Repeated:
    """A part several times, ``most`` None: without end."""

    part: Part
    least: int
    most: int | None


Part: TypeAlias = Character | Assertion | Sequence | Choice | Repeated


class _Parser:
    """Cuts a pattern, which Python has accepted, into parts."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def whole(self) -> Part:
        """Return the whole pattern."""
        part = self._choice()
        if self._at < len(self._text):
            raise PatternMistake(f"an unexpected {self._text[self._at]!r}")
        return part

    def _choice(self) -> Part:
        branches = [self._sequence()]
        while self._take("|"):
            branches.append(self._sequence())
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def _sequence(self) -> Part:
        parts: list[Part] = []
        while self._at < len(self._text) and self._text[self._at] not in "|)":
            parts.append(self._repeats(self._one()))
        return Sequence(tuple(parts))

    def _one(self) -> Part:
        letter = self._text[self._at]
        if letter == "(":
            return self._group()
        if letter == "[":
            return Character(self._cut(self._end_of_class()))
        if letter == "\\":
            return self._escape()
        self._at += 1
        if letter in "^$":
            return Assertion(letter)
        return Character("." if letter == "." else re.escape(letter))

    def _group(self) -> Part:
        named = _NAMED.match(self._text, self._at)
        if named is not None:
            self._at = named.end()
        elif self._text.startswith("(?:", self._at):
            self._at += 3
        elif self._text.startswith("(?", self._at):
            shown = self._text[self._at : self._at + 3]
            raise PatternMistake(f"{shown} is not taken: a pattern may neither look around nor change its flags")
        else:
            self._at += 1
        part = self._choice()
        if not self._take(")"):
            raise PatternMistake("a group is not closed")
        return part

    def _escape(self) -> Part:
        found = _ESCAPED.match(self._text, self._at)
        if found is None:
            raise PatternMistake(f"{self._text[self._at : self._at + 2]} is not taken: a pattern may not look back")
        text = self._cut(found.end())
        return Assertion(text) if text in _ASSERTIONS else Character(text)

    def _end_of_class(self) -> int:
        at = self._at + 1
        at += self._text.startswith("^", at)
        at += self._text.startswith("]", at)
        while self._text[at] != "]":
            at += 2 if self._text[at] == "\\" else 1
        return at + 1

    def _repeats(self, part: Part) -> Part:
        counts = self._counts()
        if counts is None:
            return part
        if self._take("+"):
            raise PatternMistake("possessive repeats are not taken")
        self._take("?")
        return Repeated(part, *counts)

    def _counts(self) -> tuple[int, int | None] | None:
        for sign, counts in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._take(sign):
                return counts
        found = _COUNTED.match(self._text, self._at)
        if found is None or not (found[1] or found[2]):
            return None
        self._at = found.end()
        least = int(found[1] or 0)
        return least, (int(found[3]) if found[3] else None) if found[2] else least

    def _take(self, sign: str) -> bool:
        is_there = self._text.startswith(sign, self._at)
        self._at += len(sign) if is_there else 0
        return is_there

    def _cut(self, end: int) -> str:
        text, self._at = self._text[self._at : end], end
        return text


@lazy_dataclass()
class _State:
    """Where a match can stand: before a character, before an assertion, or (with neither) at a fork."""

    following: list[int]
    character: re.Pattern[str] | None = None
    assertion: re.Pattern[str] | None = None


class LinearPattern:
    """A compiled pattern. Two are equal when they were written alike."""

    def __init__(self, pattern: str, *, ignore_case: bool = False) -> None:
        """Compile a pattern.

        Raises:
            PatternMistake: it is no regular expression of Python's, or none of those that can be taken here.
        """
        self.pattern = pattern
        self._flags = re.IGNORECASE if ignore_case else 0
        self._states: list[_State] = [_State([])]
        self._judged: dict[tuple[int, str], bool] = {}
        if len(pattern) > MOST_CHARACTERS:
            raise PatternMistake(f"the pattern has {len(pattern)} characters, {MOST_CHARACTERS} are allowed")
        try:
            re.compile(pattern, self._flags)
            part = _Parser(pattern).whole()
            self._start = self._place(part, 0)
        except (re.error, RecursionError, OverflowError) as error:
            raise PatternMistake(str(error)) from None

    def search(self, text: str) -> bool:
        """Tell whether the pattern is somewhere in a text."""
        places: set[int] = set()
        for at in range(len(text) + 1):
            places = self._reached({*places, self._start}, text, at)
            if 0 in places:
                return True
            if at < len(text):
                places = {self._states[one].following[0] for one in places if self._judges(one, text[at])}
        return False

    def _reached(self, begin: Iterable[int], text: str, at: int) -> set[int]:
        """Return every state that needs no character to be reached."""
        open_places, reached = list(begin), set(begin)
        while open_places:
            state = self._states[open_places.pop()]
            if state.character is not None:
                continue
            if state.assertion is not None and state.assertion.match(text, at) is None:
                continue
            new = [one for one in state.following if one not in reached]
            reached.update(new)
            open_places.extend(new)
        return reached

    def _judges(self, place: int, letter: str) -> bool:
        pattern = self._states[place].character
        if pattern is None:
            return False
        known = self._judged.get((place, letter))
        if known is None:
            if len(self._judged) >= KEPT_JUDGEMENTS:
                self._judged.clear()
            known = self._judged[place, letter] = pattern.fullmatch(letter) is not None
        return known

    def _new(self, state: _State) -> int:
        if len(self._states) > MOST_STATES:
            raise PatternMistake(f"the pattern is too large: {MOST_STATES} characters once its repeats are written out")
        self._states.append(state)
        return len(self._states) - 1

    def _place(self, part: Part, following: int) -> int:
        """Add the states of a part that leads to ``following``; return its first state."""
        if isinstance(part, Character):
            return self._new(_State([following], character=re.compile(part.pattern, self._flags)))
        if isinstance(part, Assertion):
            return self._new(_State([following], assertion=re.compile(part.pattern, self._flags)))
        if isinstance(part, Choice):
            return self._new(_State([self._place(one, following) for one in part.parts]))
        if isinstance(part, Repeated):
            return self._place_repeated(part, following)
        for one in reversed(part.parts):
            following = self._place(one, following)
        return following

    def _place_repeated(self, repeated: Repeated, following: int) -> int:
        if repeated.most is None:
            fork = self._new(_State([following]))
            self._states[fork].following.append(self._place(repeated.part, fork))
            following = fork
        else:
            end = following
            for _ in range(repeated.most - repeated.least):
                following = self._new(_State([self._place(repeated.part, following), end]))
        for _ in range(repeated.least):
            following = self._place(repeated.part, following)
        return following

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LinearPattern):
            return NotImplemented
        return (self.pattern, self._flags) == (other.pattern, other._flags)

    def __hash__(self) -> int:
        return hash((self.pattern, self._flags))

    def __repr__(self) -> str:
        return f"LinearPattern({self.pattern!r})"
