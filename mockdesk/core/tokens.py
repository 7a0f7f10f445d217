"""Tokens: one for each conversation, one for each user who was authenticated.

The store keeps digests only. A look-up goes by digest, so its time says nothing about a token, and the digests are then
compared in constant time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import field
from hashlib import sha256
from hmac import compare_digest

from mockdesk.core.errors import ExpiredToken, InvalidApiKey, InvalidToken, MissingToken
from mockdesk.core.limit_errors import DeskFull
from mockdesk.core.limits import DeskLimits
from mockdesk.lazy_dataclass import lazy_dataclass


@lazy_dataclass()
class Grant:
    """What a token is good for: a conversation, or a user. It ends at ``expires_at`` (seconds since the epoch)."""

    digest: bytes
    expires_at: float
    conversation_id: str | None = None
    user_id: str | None = None


@lazy_dataclass(frozen=True)
class UserToken:
    """A freshly made token of a user."""

    token: str = field(repr=False)
    expires_at: float
    user_id: str


def digest_of(secret: str) -> bytes:
    """Return what is kept of a secret."""
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _ignore(digest: bytes) -> None:
    """Ignore that a token was forgotten."""


class TokenStore:
    """Every token the desk has given out; of removed conversations and of users only so many."""

    def __init__(
        self,
        most_of_users: int = DeskLimits().user_tokens,
        most_removed: int = DeskLimits().removed_tokens,
        on_forgotten: Callable[[bytes], None] = _ignore,
    ) -> None:
        """Begin without tokens; ``on_forgotten`` is called with the digest of each that is forgotten."""
        self._grants: dict[bytes, Grant] = {}
        self._of_conversation: dict[str, Grant] = {}
        self._of_users: dict[bytes, Grant] = {}
        self._removed: deque[bytes] = deque()
        self._most_of_users = most_of_users
        self._most_removed = most_removed
        self._on_forgotten = on_forgotten

    def grant_conversation(self, token: str, conversation_id: str, expires_at: float) -> None:
        """Let ``token`` open this conversation and nothing else."""
        grant = Grant(digest_of(token), expires_at, conversation_id=conversation_id)
        self._grants[grant.digest] = self._of_conversation[conversation_id] = grant

    def grant_user(self, token: str, user_id: str, expires_at: float, now: float) -> Grant:
        """Let ``token`` vouch for this user.

        Raises:
            DeskFull: very many are good already; those whose time is over are forgotten before.
        """
        if len(self._of_users) >= self._most_of_users:
            self._forget_users(now)
        if len(self._of_users) >= self._most_of_users:
            raise DeskFull(f"{len(self._of_users)} tokens of users are good already")
        grant = Grant(digest_of(token), expires_at, user_id=user_id)
        self._grants[grant.digest] = self._of_users[grant.digest] = grant
        return grant

    def put(self, grant: Grant) -> None:
        """Let a token of a user or of a conversation be good again whose digest was kept; no limit refuses it."""
        self._grants[grant.digest] = grant
        if grant.conversation_id is not None:
            self._of_conversation[grant.conversation_id] = grant
        else:
            self._of_users[grant.digest] = grant

    def put_removed(self, grant: Grant) -> None:
        """Remember again that a token was good once, of a conversation that is gone."""
        self._grants[grant.digest] = grant
        self._remember_removed(grant)

    def of_conversation(self, conversation_id: str) -> Grant | None:
        """Return what the token of a conversation is good for, ``None``: it has none."""
        return self._of_conversation.get(conversation_id)

    def _forget_users(self, now: float) -> None:
        for digest in [digest for digest, grant in self._of_users.items() if now >= grant.expires_at]:
            del self._of_users[digest]
            self._forget(digest)

    def remove_conversation(self, conversation_id: str) -> None:
        """Remember of a conversation that is gone no more than that its token was once good, and that not for ever."""
        grant = self._of_conversation.pop(conversation_id, None)
        if grant is not None:
            self._remember_removed(grant)

    def _remember_removed(self, grant: Grant) -> None:
        self._removed.append(grant.digest)
        while len(self._removed) > self._most_removed:
            self._forget(self._removed.popleft())

    def _forget(self, digest: bytes) -> None:
        del self._grants[digest]
        self._on_forgotten(digest)

    def __len__(self) -> int:
        return len(self._grants)

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
