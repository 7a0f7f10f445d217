"""Mistakes in mapping files: where, what, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, order=True)
class Mistake:
    """One mistake. ``line`` counts from 1; ``key`` is the path of the key, as in ``functions.startChat.pick``."""

    line: int
    key: str
    what: str
    remedy: str


class BadMapping(ValueError):
    """A mapping file cannot be used; the message has one line for each mistake, ``FILE:LINE: key: what; remedy``."""

    def __init__(self, source: str, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(sorted(mistakes))
        lines = (f"{source}:{one.line}: {one.key}: {one.what}; {one.remedy}" for one in self.mistakes)
        super().__init__("\n".join(lines))


def near(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that is most like ``word``, or ``None`` when none comes near."""
    folded = {one.lower().replace("_", ""): one for one in sorted(known)}
    found = get_close_matches(word.lower().replace("_", "").replace("-", ""), folded, n=1, cutoff=0.5)
    return folded[found[0]] if found else None


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return the remedy for a word that is not known: the nearest one that is, or all of them."""
    words = sorted(known)
    guess = near(word, words)
    return f"did you mean {guess}?" if guess else f"known are {', '.join(words) or 'none'}"
