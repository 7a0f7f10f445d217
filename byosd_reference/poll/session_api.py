"""What can be asked in one chat of the polling desk, under its session id and with its token.

A message and the end are the same whichever session id they go under, and one that the desk calls stale has done
nothing: so the call is made again with the newest id. An id can grow stale once for each batch that is shown meanwhile;
a desk that calls one after the other stale is refused after a few.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from byosd_reference import reading
from byosd_reference.desk_side import Lacking
from byosd_reference.errors import AnswerLost
from byosd_reference.http_line import Answer, HttpLine
from byosd_reference.long_poll_line import WHAT
from byosd_reference.patience import PatientCalls
from byosd_reference.poll.answers import canonical, is_stale
from byosd_reference.poll.sessions import Sessions
from byosd_reference.settings import Deadline

MOST_STALE = 3
"""So many ids that turn out to be stale are replaced in one call."""


class SessionApi(PatientCalls, Lacking):
    """The requests below ``/chats/``. What the desk cannot do is lacking."""

    def __init__(self, line: HttpLine, token: str, sessions: Sessions, now: Callable[[], float]) -> None:
        super().__init__(line, token, "/chats", now)
        self._sessions = sessions

    def send(self, message: Mapping[str, Any], deadline: Deadline) -> None:
        """Hand a message over, once for each id of it. Returning is the receipt: the desk has it."""
        what, body = "take the message", {"text": message["text"], "key": message["message_id"]}
        receipt = self._ask(what, "POST", "/messages", deadline, 200, 201, json=body)
        if reading.text(receipt, "id") is None:
            raise AnswerLost(what, "the answer is no receipt")

    def typing(self, is_typing: bool, deadline: Deadline) -> None:
        """Tell that the user types, or stopped."""
        self._ask("note that the user types", "POST", "/typing", deadline, 204, json={"typing": is_typing})

    def end(self, reason: str | None, deadline: Deadline) -> None:
        """End the chat; that it is over already is as good. The desk wants no reason. Not bound by Retry-After."""
        what = "end the conversation"
        self._exchange(what, "DELETE", "", deadline).expect(what, 204, 404)

    def events(self, wait: float, deadline: Deadline) -> Answer:
        """Return the desk's answer to a poll that it holds for up to ``wait`` seconds, whatever its status."""
        return self._call(WHAT, "GET", "/events", deadline, params={"timeout": f"{wait:g}"})

    def _exchange(self, what: str, method: str, path: str, deadline: Deadline, **more: Any) -> Answer:
        session = self._sessions.present
        answer = self._exchange_under(session, what, method, path, deadline, **more)
        for _ in range(MOST_STALE):
            newer = self._sessions.instead_of(session) if is_stale(answer) else None
            if newer is None:
                break
            session = newer
            answer = self._exchange_under(session, what, method, path, deadline, **more)
        return answer

    def _exchange_under(
        self, session: str, what: str, method: str, path: str, deadline: Deadline, **more: Any
    ) -> Answer:
        return canonical(super()._exchange(what, method, f"/{quote(session, safe='')}{path}", deadline, **more))
