"""Hides what looks like a credential in texts that people keep: logs, and paths that fit no route.

Where it is known what a credential is (``Prepared.secrets``, headers, queries), it is left out by name. This is for the
rest: a client that puts a token where none belongs.
"""

from __future__ import annotations

import re

HIDDEN = "(a credential)"
_LOOKS_LIKE_ONE = re.compile(
    r"""
    eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*(\.[A-Za-z0-9_-]*)?   # a JSON Web Token: an encoded object, a dot
    | (?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])    # 256 bits as this desk writes them
    """,
    re.VERBOSE,
)


def scrub(text: str) -> str:
    """Return a text in which nothing looks like a token of this desk, or a JSON Web Token."""
    return _LOOKS_LIKE_ONE.sub(HIDDEN, text)
