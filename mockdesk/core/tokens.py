"""Tokens: one for each conversation, one for each user who was authenticated.

The store keeps digests only. A look-up goes by digest, so its time says nothing about a token, and the digests are then
compared in constant time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest

from mockdesk.core.errors import ExpiredToken, InvalidApiKey, InvalidToken, MissingToken


@dataclass
class Grant:
    """What a token is good for: a conversation, or a user. It ends at ``expires_at`` (seconds since the epoch)."""

    digest: bytes
    expires_at: float
    conversation_id: str | None = None
    user_id: str | None = None


@dataclass(frozen=True)
class UserToken:
    """A freshly made token of a user."""

    token: str = field(repr=False)
    expires_at: float
    user_id: str


def digest_of(secret: str) -> bytes:
    """Return what is kept of a secret."""
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()


class TokenStore:
    """Every token the desk has given out."""

    def __init__(self) -> None:
        self._grants: dict[bytes, Grant] = {}
        self._of_conversation: dict[str, Grant] = {}

    def grant_conversation(self, token: str, conversation_id: str, expires_at: float) -> None:
        """Let ``token`` open this conversation and nothing else."""
        grant = Grant(digest_of(token), expires_at, conversation_id=conversation_id)
        self._grants[grant.digest] = self._of_conversation[conversation_id] = grant

    def grant_user(self, token: str, user_id: str, expires_at: float) -> Grant:
        """Let ``token`` vouch for this user."""
        grant = Grant(digest_of(token), expires_at, user_id=user_id)
        self._grants[grant.digest] = grant
        return grant

    def put(self, grant: Grant) -> None:
        """Let a token be good again whose digest was kept."""
        self._grants[grant.digest] = grant
        if grant.conversation_id is not None:
            self._of_conversation[grant.conversation_id] = grant

    def of_conversation(self, conversation_id: str) -> Grant | None:
        """Return what the token of a conversation is good for, ``None``: it has none."""
        return self._of_conversation.get(conversation_id)

    def check(self, token: str | None, now: float) -> Grant:
        """Return what a token is good for.

        Raises:
            MissingToken: there is none.
            InvalidToken: the desk never made it.
            ExpiredToken: its time is over.
        """
        if not token:
            raise MissingToken("no token was given")
        digest = digest_of(token)
        grant = self._grants.get(digest)
        if grant is None or not compare_digest(grant.digest, digest):
            raise InvalidToken("the desk does not know this token")
        if now >= grant.expires_at:
            raise ExpiredToken("the token has expired")
        return grant

    def expires_at(self, conversation_id: str) -> float:
        """Return when the token of a conversation ends."""
        return self._of_conversation[conversation_id].expires_at

    def expire(self, conversation_id: str, now: float) -> None:
        """Let the token of a conversation end now, unless it has already."""
        grant = self._of_conversation[conversation_id]
        grant.expires_at = min(grant.expires_at, now)


def check_api_key(given: str | None, known: Iterable[str]) -> None:
    """Accept an API key; every known one is compared, in constant time.

    Raises:
        InvalidApiKey: it is missing or wrong.
    """
    digest = digest_of(given or "")
    matches = [compare_digest(digest, digest_of(key)) for key in known]
    if not given or not any(matches):
        raise InvalidApiKey("the API key is missing or wrong")
