"""Refusals that keep a desk and its server up: limits that are reached, and pages that may not drive it."""

from __future__ import annotations

from mockdesk.core.errors import DeskError


class QueueFull(DeskError):
    """As many wait in the queue as it bears."""

    code, status, title, retryable = "queue_full", 503, "The queue is full", True


class DeskFull(DeskError):
    """The desk keeps as much as it bears; what it has goes on."""

    code, status, title, retryable = "desk_full", 503, "The desk is full", True


class ConversationFull(DeskError):
    """The conversation holds as much as it bears; it can still be read and ended."""

    code, status, title = "conversation_full", 409, "The conversation is full"


class LimitReached(DeskError):
    """A limit of the desk or the server is reached (control side)."""

    code, status, title = "limit_reached", 409, "A limit is reached"


class ForeignHost(DeskError):
    """The server does not go by the name in ``Host`` (control side)."""

    code, status, title = "foreign_host", 403, "The server does not go by this name"


class ForeignOrigin(DeskError):
    """A page of another origin asks (control side)."""

    code, status, title = "foreign_origin", 403, "Pages of other origins may not drive the mock"
