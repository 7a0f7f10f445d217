"""AccessTokens: JWTs signed with an API key's secret (HS256), whose time runs on the desk's clock."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import jwt

from mockdesk.core.errors import ExpiredToken, InvalidToken, MissingToken
from mockdesk.core.reading import encodable
from mockdesk.core.timestamps import LAST_SECOND
from mockdesk.dialects.twilio.settings import TwilioSettings

KEPT_REVOKED = 1_000
"""So many revoked tokens may always be remembered."""


@dataclass(frozen=True)
class AccessToken:
    """A token that was good when it was read: whose it is, until when (seconds since the epoch)."""

    identity: str
    expires_at: float
    digest: bytes


class RevokedTokens:
    """Tokens that were made to expire, by their digest, until their time would have been over anyway."""

    def __init__(self) -> None:
        self._ends: dict[bytes, float] = {}
        self._look_at = KEPT_REVOKED

    def add(self, digest: bytes, expires_at: float, now: float) -> None:
        """Let a token be good for nothing from now on."""
        self._ends[digest] = expires_at
        if len(self._ends) >= self._look_at:
            self._ends = {one: end for one, end in self._ends.items() if end > now}
            self._look_at = max(KEPT_REVOKED, 2 * len(self._ends))

    def __contains__(self, digest: object) -> bool:
        return digest in self._ends

    def __len__(self) -> int:
        return len(self._ends)


def read_token(token: object, settings: TwilioSettings, now: float) -> AccessToken:
    """Return what a token says.

    Raises:
        MissingToken: there is none.
        InvalidToken: it is no JWT, signed with no key of this account, or without a chat grant for its service.
        ExpiredToken: its time is over.
    """
    if not isinstance(token, str) or not token:
        raise MissingToken("no token was given")
    payload = _verified(token, settings)
    grants = payload.get("grants")
    grants = grants if isinstance(grants, dict) else {}
    identity, chat = grants.get("identity"), grants.get("chat")
    if not isinstance(identity, str) or not identity or not encodable(identity) or not isinstance(chat, dict):
        raise InvalidToken("the token needs grants: an identity and chat")
    if payload.get("sub") != settings.account_sid or chat.get("service_sid", settings.service_sid) != (
        settings.service_sid
    ):
        raise InvalidToken("the token is for another account or chat service")
    expires_at, begins = payload["exp"], payload.get("nbf", 0)
    if not _is_number(expires_at) or not _is_number(begins):
        raise InvalidToken("the token's times are no numbers")
    if now >= expires_at:
        raise ExpiredToken("the token has expired")
    if now < begins:
        raise InvalidToken("the token's time has not come")
    return AccessToken(identity, float(expires_at), digest_of(token))


def mint_token(identity: str, settings: TwilioSettings, now: float, expires_at: float, number: int) -> str:
    """Return a new token for an identity, signed with a key of the account; ``number`` keeps it apart from others."""
    key, secret = next(iter(settings.api_keys.items()))
    grants = {"identity": identity, "chat": {"service_sid": settings.service_sid}}
    payload = {"jti": f"{key}-{int(now)}-{number}", "iss": key, "sub": settings.account_sid, "iat": int(now)}
    payload |= {"exp": int(expires_at), "grants": grants}
    headers = {"cty": "twilio-fpa;v=1"}
    return jwt.encode(payload, secret, algorithm="HS256", headers=headers)


def _is_number(value: object) -> bool:
    """Tell whether a value is a number that a clock can come to."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LAST_SECOND


def digest_of(token: str) -> bytes:
    """Return what is kept of a token."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


def _verified(token: str, settings: TwilioSettings) -> dict[str, Any]:
    """Return the payload of a token whose signature is good. Times are not looked at: PyJWT has a clock of its own."""
    options: Any = {"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False}
    options |= {"require": ["exp", "iss", "sub"]}
    try:
        issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
        secret = settings.api_keys.get(issuer) if isinstance(issuer, str) else None
        if secret is None:
            raise InvalidToken("the token was issued by no key of this account")
        return jwt.decode(token, secret, algorithms=["HS256"], options=options)
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise InvalidToken(f"the token cannot be taken: {type(error).__name__}") from None
