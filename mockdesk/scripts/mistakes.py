"""Mistakes in scripts: where, what, and what to do about it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Mistake:
    """One mistake in a script. ``line`` counts from 1 (0: the file as a whole); ``key`` is the path of the key."""

    line: int
    key: str
    message: str
    remedy: str

    def describe(self, source: str) -> str:
        """Return the mistake as one line, ``FILE:LINE: key: what; remedy``."""
        text = f"{source}:{self.line}: {self.key}: {self.message}; {self.remedy}"
        return "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)


class ScriptError(Exception):
    """A script that cannot be used. ``mistakes`` holds every mistake that was found, in order of lines."""

    def __init__(self, mistakes: Sequence[Mistake], source: str = "<text>") -> None:
        super().__init__("\n".join(mistake.describe(source) for mistake in mistakes))
        self.mistakes = tuple(mistakes)
        self.source = source


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that is most like ``word``, or ``None`` when nothing comes near."""
    candidates = sorted(known)
    folded = {candidate.casefold().replace("-", "_"): candidate for candidate in candidates}
    found = difflib.get_close_matches(word.casefold().replace("-", "_").strip(), folded, n=1, cutoff=0.5)
    return folded[found[0]] if found else None


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return the remedy for an unknown word: the nearest known one, or all of them."""
    words = sorted(known)
    guess = nearest(word, words)
    if guess is not None:
        return f'did you mean "{guess}"?'
    return f"known are {', '.join(words)}" if words else "none is known here"
