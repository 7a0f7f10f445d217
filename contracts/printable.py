"""Text of a subject as a report may show it: nothing in it can break a file, a terminal, or the order of a line."""

from __future__ import annotations

import re

UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls but tab and line feed: a terminal obeys them, XML cannot hold them
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # these turn the direction of what follows
    "\u2028\u2029"  # these are line ends to some readers
    "\ud800-\udfff\ufffe\uffff]"  # lone surrogates and what is no character: UTF-8 and XML have none
)


def printable(text: str) -> str:
    """Return ``text`` with such characters written as Python writes them: ``\\x1b``, ``\\u202e``, ``\\ud800``."""
    return UNPRINTABLE.sub(lambda found: ascii(found[0])[1:-1], text)
