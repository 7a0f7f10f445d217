"""The JSON Web Tokens of guests and of signed data, and the opaque tokens of the platform.

Clients of the vendor carry them and verify none, so a secret of the desk signs (HS256), where the vendor's are RS256.
Whether a token is over is a matter of the desk's clock.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jwt

from mockdesk.core.errors import ExpiredToken, InvalidToken, MissingToken
from mockdesk.core.tokens import TokenStore

GUEST = "urn:purecloud:webchat"
"""The issuer of guests' tokens."""

SIGNED_DATA = "urn:mockdesk:signed-data"
"""The issuer of tokens that vouch for a member; the vendor's own is not known."""

ALGORITHM = "HS256"
SECRET_BYTES = 32


@dataclass(frozen=True)
class GuestClaims:
    """What a guest's token says; ``expires_at`` in seconds since the epoch."""

    conversation_id: str
    expires_at: float


class Tokens:
    """Every token of one desk."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._secret = secrets.token_bytes(SECRET_BYTES)
        self._key_id = secrets.token_hex(8)
        self._access = TokenStore()

    def guest(self, conversation_id: str, deployment_id: str, member_id: str, organization: str, seconds: float) -> str:
        """Return a token that lets a guest into one conversation for some time."""
        data = {"conv": conversation_id, "did": deployment_id, "sub": member_id}
        return self._sign({"data": data, "iss": GUEST, "org": organization}, seconds)

    def signed_data(self, data: Any, organization: str, seconds: float) -> str:
        """Return a token that vouches for a member."""
        return self._sign({"data": data, "iss": SIGNED_DATA, "org": organization}, seconds)

    def _sign(self, claims: Mapping[str, Any], seconds: float) -> str:
        issued = int(self._now())
        payload = {**claims, "iat": issued, "exp": issued + int(seconds)}
        return jwt.encode(payload, self._secret, ALGORITHM, headers={"kid": self._key_id})

    def check_guest(self, token: str | None) -> GuestClaims:
        """Return what a guest's token says.

        Raises:
            MissingToken: there is none.
            InvalidToken: this desk has not signed it, or for something else.
            ExpiredToken: its time is over.
        """
        claims = self._checked(token, GUEST)
        return GuestClaims(claims["data"]["conv"], float(claims["exp"]))

    def conversation_of(self, token: str) -> str | None:
        """Return the conversation of a guest's token, whether it is over or not; ``None``: it is none."""
        try:
            return str(self._claims(token, GUEST)["data"]["conv"])
        except InvalidToken:
            return None

    def check_signed_data(self, token: str) -> None:
        """Refuse a member's token that is not good; raises as :meth:`check_guest`."""
        self._checked(token, SIGNED_DATA)

    def _checked(self, token: str | None, issuer: str) -> Mapping[str, Any]:
        if not token:
            raise MissingToken("no token was given")
        claims = self._claims(token, issuer)
        if self._now() >= claims["exp"]:
            raise ExpiredToken("the token has expired")
        return claims

    def _claims(self, token: str, issuer: str) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._secret,
                [ALGORITHM],
                {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False},
                issuer=issuer,
            )
        except (jwt.PyJWTError, ValueError, RecursionError):
            raise InvalidToken("this desk has not signed this token") from None
        return claims

    def access(self, seconds: float) -> str:
        """Return a token for the platform's own API."""
        token = secrets.token_urlsafe(SECRET_BYTES)
        self._access.grant_user(token, "client", self._now() + seconds, self._now())
        return token

    def check_access(self, token: str | None) -> None:
        """Refuse a token that does not open the platform's own API.

        Raises:
            MissingToken, InvalidToken, ExpiredToken: as they say.
        """
        self._access.check(token, self._now())
