"""Sids: two letters for what it is, and 32 hexadecimal digits. The same parts give the same sid."""

from __future__ import annotations

import re
from hashlib import sha256

_SID = re.compile(r"[A-Z]{2}[0-9a-f]{32}")


def sid_of(prefix: str, *parts: object) -> str:
    """Return the sid of something that is known by other names."""
    return prefix + sha256("/".join(map(str, parts)).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def is_sid(text: str, prefix: str) -> bool:
    """Tell whether a text is a sid of this kind."""
    return text.startswith(prefix) and _SID.fullmatch(text) is not None
