"""Why a promise was not kept. The text of every error is fit for a log: it holds no token, no URL and no message."""

from __future__ import annotations


class IntegrationError(Exception):
    """The base of everything that this integration raises on purpose; ``str(error)`` is the reason."""


class NoChat(IntegrationError):
    """There is no running chat to do this in."""


class ChatRunning(IntegrationError):
    """A chat runs already: one integration has one chat at a time."""


class ChatEnded(IntegrationError):
    """The chat ended before this was done."""


class InvalidMessage(IntegrationError):
    """The message cannot be sent as it is, and the desk was not asked."""


class DeskError(IntegrationError):
    """The desk did not do what it was asked.

    ``uncertain``: whether the desk may have done it all the same, because what came back does not tell.
    """

    uncertain = False


class NotOffered(DeskError):
    """The desk has no such operation, so it was not asked."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the desk does not offer to {what}")


class DeskRefused(DeskError):
    """The desk answered, and the answer is no.

    ``status`` is the HTTP status, ``code`` the problem's code where it has one, ``retry_after`` the seconds that the
    desk asks to wait. An answer of 500 and above does not tell how far the desk got.
    """

    def __init__(self, what: str, status: int, code: str | None = None, retry_after: float | None = None) -> None:
        super().__init__(f"the desk refused to {what} (HTTP {status}{', ' + code if code else ''})")
        self.status = status
        self.code = code
        self.retry_after = retry_after
        self.uncertain = status >= 500 and code != "queue_closed"


class AnswerLost(DeskError):
    """No answer came, or none that can be read. The desk may have done what it was asked.

    ``timed_out``: whether the time was used up, so that asking once more is out of the question.
    """

    uncertain = True

    def __init__(self, what: str, why: str, *, timed_out: bool = False) -> None:
        super().__init__(f"no answer from the desk when asked to {what}: {why}")
        self.timed_out = timed_out


class StreamLost(DeskError):
    """The event stream could not be opened this time; a later attempt may succeed."""


class UnreadableBatch(StreamLost):
    """A poll was answered with something that is no batch of events. Nothing is lost by asking again."""


class StreamRefused(DeskRefused):
    """The handshake of the event stream was refused with an HTTP status."""

    FINAL = frozenset({401, 403, 404, 410})

    @property
    def final(self) -> bool:
        """Whether no later attempt can succeed: the token, the conversation or the position is gone."""
        return self.status in self.FINAL
