"""The middleware that integrations with this desk bring along: it may ask the platform what a browser may not."""

from __future__ import annotations

from dataclasses import dataclass

from byosd_reference import reading
from byosd_reference.errors import AnswerLost
from byosd_reference.http_line import HttpLine
from byosd_reference.settings import Deadline

SECONDS_IN_A_MINUTE = 60.0


@dataclass(frozen=True)
class QueueState:
    """What is known of a queue, ``None`` where nothing is: agents who answer, guests who wait, and the seconds that the
    next guest would wait."""

    agents: int | None
    waiting: int | None
    next_wait_seconds: float | None


class Middleware:
    """Its two routes that matter here. Any thread may ask."""

    def __init__(self, line: HttpLine) -> None:
        self._line = line

    def queue(self, name: str, deadline: Deadline) -> QueueState:
        """Ask for a queue. What is called ``positionInQueue`` is how many wait, and a wait of -1 is unknown.

        Raises:
            DeskError: it did not say.
        """
        what = "tell whether agents are online"
        answer = self._line.call(what, "POST", "/availability", deadline, json={"queue_name": name})
        body = answer.expect(what, 200, 404, 405, 501)
        told = reading.part(body if answer.status == 200 else None)
        minutes = reading.number(told, "estimatedWaitTime")
        return QueueState(
            reading.whole(told, "numberOfOnQueueAgents"),
            reading.whole(told, "positionInQueue"),
            None if minutes is None else minutes * SECONDS_IN_A_MINUTE,
        )

    def member_token(self, deadline: Deadline) -> str:
        """Return a ``memberAuthToken``, for deployments that let nobody in without.

        Raises:
            DeskError: there is none.
        """
        what = "authenticate the user"
        answer = self._line.call(what, "POST", "/jwt", deadline)
        answer.expect(what, 200)
        if answer.text is None:
            raise AnswerLost(what, "the answer holds no token")
        return answer.text
