"""Names for things. With a seed they are the same in every run; tokens never are."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping
from hashlib import sha256

TOKEN_BYTES = 32
"""256 bits: nobody guesses a token."""


class Identifiers:
    """Makes ids like ``conv_5f2b...``. Tokens always come from ``secrets``, also with a seed."""

    def __init__(self, seed: int | None = None) -> None:
        self._seed = seed
        self._made: Counter[str] = Counter()

    def new(self, kind: str) -> str:
        """Return a new id of this ``kind``; the nth id of a kind depends on the seed, the kind and n only."""
        if self._seed is None:
            return f"{kind}_{secrets.token_hex(8)}"
        self._made[kind] += 1
        digest = sha256(f"{self._seed}/{kind}/{self._made[kind]}".encode()).hexdigest()
        return f"{kind}_{digest[:16]}"

    def made(self) -> dict[str, int]:
        """Return how many ids of each kind were made with the seed."""
        return dict(self._made)

    def go_on(self, made: Mapping[str, int]) -> None:
        """Go on where other identifiers with the same seed have stopped."""
        self._made = Counter(made)

    def new_token(self) -> str:
        """Return a new secret token, URL-safe and usable in a WebSocket subprotocol name."""
        return secrets.token_urlsafe(TOKEN_BYTES)
