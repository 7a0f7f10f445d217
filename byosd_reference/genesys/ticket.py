"""What opens one guest conversation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from byosd_reference import reading
from byosd_reference.desk_api import stream_schemes, token_in
from byosd_reference.errors import AnswerLost

CONVERSATIONS = "/api/v2/webchat/guest/conversations"


@dataclass(frozen=True)
class GuestTicket:
    """Conversation and member of the guest, and the guest's JSON Web Token.

    The address of the event stream ends with that token. So what is kept of it is only what stands before, ``stream``.
    """

    conversation_id: str
    member_id: str
    stream: str
    token: str = field(repr=False)

    @property
    def path(self) -> str:
        """The path of the conversation below the desk's address."""
        return f"{CONVERSATIONS}/{quote(self.conversation_id, safe='')}"

    @property
    def stream_url(self) -> str:
        """The address of the event stream. It holds the token: it must not be shown, logged or kept."""
        return self.stream + self.token

    @classmethod
    def from_answer(cls, what: str, body: Any, desk_url: str) -> GuestTicket:
        """Read the answer to a start.

        Raises:
            AnswerLost: something is missing, or the stream's address is not safe or not of the known form.
        """
        conversation_id, member_id = reading.text(body, "id"), reading.text(body, "member", "id")
        if conversation_id is None or member_id is None:
            raise AnswerLost(what, "the answer names no conversation")
        token = token_in(what, body, "jwt")
        address = reading.text(body, "eventStreamUri") or ""
        if not address.endswith(token) or urlsplit(address).scheme not in stream_schemes(desk_url):
            raise AnswerLost(what, "the stream has no safe address")
        return cls(conversation_id, member_id, address.removesuffix(token), token)

    def to_keep(self) -> dict[str, str]:
        """Return what a new page must know of it besides id and token."""
        return {"member_id": self.member_id, "stream": self.stream}

    @classmethod
    def kept(cls, conversation_id: str, token: str, state: Mapping[str, Any]) -> GuestTicket | None:
        """Return the ticket that a page before has kept, ``None`` if it has not."""
        member_id, stream = reading.text(state, "member_id"), reading.text(state, "stream")
        return None if member_id is None or stream is None else cls(conversation_id, member_id, stream, token)
