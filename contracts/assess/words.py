"""Names and sentences to words: ``eventStreamUri`` is ``event stream uri``, ``Agents`` is ``agent``."""

from __future__ import annotations

import re
from functools import lru_cache

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_KEPT = frozenset(
    {"status", "news", "sms", "mms", "dms", "access", "address", "process", "business", "bus", "ws", "wss"}
)
_JOINED = (
    ("user", "agent"),
    ("web", "socket"),
    ("live", "chat"),
    ("web", "chat"),
    ("e", "mail"),
    ("chat", "bot"),
    ("sign", "in"),
)
"""Words that mean something else together than alone."""


@lru_cache(maxsize=100_000)
def words(text: str) -> tuple[str, ...]:
    """Return the words of an identifier or a sentence: lower case, singular, joined where they belong together."""
    found = [singular(part.lower()) for part in _PARTS.findall(text)]
    joined: list[str] = []
    for word in found:
        if joined and (joined[-1], word) in _JOINED:
            joined[-1] += word
        else:
            joined.append(word)
    return tuple(joined)


def singular(word: str) -> str:
    """Return the singular of a lower-case English word, as far as endings tell."""
    if len(word) < 4 or word in _KEPT or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") else word
