"""Refusals: one exception for each code of the desk API, with the HTTP status that openapi.yaml gives it.

A command that raises one of these has changed nothing. The codes are the API's words; the core raises most of them
itself, the rest (``malformed_json`` ...) belong to the server, which shares this one list.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from mockdesk.lazy_dataclass import lazy_dataclass


@lazy_dataclass(frozen=True)
class FieldError:
    """What is wrong with one field; ``pointer`` is a JSON pointer (RFC 6901) into the request."""

    pointer: str
    detail: str

    def to_data(self) -> dict[str, str]:
        """Return the wire shape."""
        return {"pointer": self.pointer, "detail": self.detail}


class DeskError(Exception):
    """A refusal. ``detail`` is for people, ``code`` for programs."""

    code: str = "desk_error"
    status: int = 400
    title: ClassVar[str] = "The desk refused"
    retryable: bool = False

    def __init__(self, detail: str, errors: Iterable[FieldError] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)

    def to_problem(self) -> dict[str, Any]:
        """Return the body of ``application/problem+json`` (RFC 9457)."""
        problem: dict[str, Any] = {
            "type": f"urn:byosd:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "retryable": self.retryable,
        }
        if self.errors:
            problem["errors"] = [error.to_data() for error in self.errors]
        return problem


class MalformedJson(DeskError):
    """The body is not JSON."""

    code, status, title = "malformed_json", 400, "The body is not JSON"


class InvalidRequest(DeskError):
    """The request does not fit its schema; ``errors`` names the fields."""

    code, status, title = "invalid_request", 422, "The request is not valid"


class MissingToken(DeskError):
    """No token was given."""

    code, status, title = "missing_token", 401, "A token is needed"


class InvalidToken(DeskError):
    """The desk does not know the token."""

    code, status, title = "invalid_token", 401, "The token is not known"


class ExpiredToken(DeskError):
    """The token's time is over."""

    code, status, title = "expired_token", 401, "The token has expired"


class InvalidApiKey(DeskError):
    """The API key is missing or wrong."""

    code, status, title = "invalid_api_key", 401, "The API key is not valid"


class ForeignToken(DeskError):
    """The token is good, but for something else."""

    code, status, title = "foreign_token", 403, "The token does not open this"


class UnknownConversation(DeskError):
    """There is no such conversation."""

    code, status, title = "unknown_conversation", 404, "There is no such conversation"


class UnknownFile(DeskError):
    """There is no such file in this conversation."""

    code, status, title = "unknown_file", 404, "There is no such file"


class UnknownQueue(DeskError):
    """There is no such queue."""

    code, status, title = "unknown_queue", 422, "There is no such queue"


class NotFound(DeskError):
    """There is no such route, or the desk does not offer the function."""

    code, status, title = "not_found", 404, "There is nothing here"


class MethodNotAllowed(DeskError):
    """The route exists, the method does not."""

    code, status, title = "method_not_allowed", 405, "The method is not allowed here"


class NotAcceptable(DeskError):
    """None of the accepted content types can be made."""

    code, status, title = "not_acceptable", 406, "No accepted content type can be made"


class BodyTooLarge(DeskError):
    """The body, or a file in it, is larger than the declared limit."""

    code, status, title = "body_too_large", 413, "The body is too large"


class TextTooLong(DeskError):
    """The text has more characters than the declared limit."""

    code, status, title = "text_too_long", 413, "The text is too long"


class UnsupportedMediaType(DeskError):
    """The body, or a file in it, has a content type the desk does not take."""

    code, status, title = "unsupported_media_type", 415, "The content type is not supported"


class EmptyText(DeskError):
    """A message has neither text nor files."""

    code, status, title = "empty_text", 422, "The message is empty"


class ConversationEnded(DeskError):
    """Nothing can happen in a conversation after its end."""

    code, status, title = "conversation_ended", 409, "The conversation has ended"


class IllegalInState(DeskError):
    """The command does not fit the present state."""

    code, status, title = "illegal_in_state", 409, "This cannot be done in the present state"


class IdempotencyConflict(DeskError):
    """The same key came with another request."""

    code, status, title = "idempotency_conflict", 409, "The key was used for another request"


class UnknownPosition(DeskError):
    """The position lies outside the events that are kept."""

    code, status, title = "unknown_position", 410, "The position is not known"


class UpgradeRequired(DeskError):
    """The stream speaks WebSocket only."""

    code, status, title = "upgrade_required", 426, "The stream needs a WebSocket"


class RateLimited(DeskError):
    """Too many requests. ``retry_after_seconds`` says when to come again."""

    code, status, title, retryable = "rate_limited", 429, "Too many requests", True

    def __init__(self, detail: str, retry_after_seconds: float = 1.0) -> None:
        super().__init__(detail)
        self.retry_after_seconds = retry_after_seconds


class QueueClosed(DeskError):
    """The queue takes nobody at present."""

    code, status, title, retryable = "queue_closed", 503, "The queue is closed", True


class InjectedFault(DeskError):
    """A fault that somebody asked for; status, code and retryable are free."""

    code, status, title = "injected_fault", 500, "An injected fault"

    def __init__(self, detail: str, status: int = 500, code: str = "injected_fault", retryable: bool = False) -> None:
        super().__init__(detail)
        self.code = code
        self.status = status
        self.retryable = retryable


class UnknownAgent(DeskError):
    """The roster does not know the agent (control side)."""

    code, status, title = "unknown_agent", 404, "There is no such agent"


class AgentNotPresent(DeskError):
    """The agent is not in the conversation (control side)."""

    code, status, title = "agent_not_present", 409, "The agent is not in the conversation"


class AgentAlreadyPresent(DeskError):
    """The agent is in the conversation already (control side)."""

    code, status, title = "agent_already_present", 409, "The agent is in the conversation already"


class NoTransfer(DeskError):
    """Nobody is being transferred (control side)."""

    code, status, title = "no_transfer", 409, "There is no transfer"


class NoOffer(DeskError):
    """The agent was not offered the conversation (control side)."""

    code, status, title = "no_offer", 409, "There is no such offer"


class UnknownScript(DeskError):
    """There is no script of that name (control side)."""

    code, status, title = "unknown_script", 404, "There is no such script"


class InvalidScript(DeskError):
    """The script does not fit its schema (control side)."""

    code, status, title = "invalid_script", 422, "The script is not valid"


class UnknownDesk(DeskError):
    """There is no desk of that name (control side)."""

    code, status, title = "unknown_desk", 404, "There is no such desk"


class DeskExists(DeskError):
    """There is a desk of that name already (control side)."""

    code, status, title = "desk_exists", 409, "The desk exists already"


class ClockNotVirtual(DeskError):
    """Only a virtual clock can be moved (control side)."""

    code, status, title = "clock_not_virtual", 409, "The clock is not virtual"
