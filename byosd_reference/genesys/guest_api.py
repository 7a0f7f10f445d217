"""What the user does in one guest conversation.

The chat takes no ids of its clients: what is posted twice is there twice. So a message whose answer got lost is looked
for among the stored ones before it is posted again, and one that arrived is never posted again under the same id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from byosd_reference import reading
from byosd_reference.desk_side import Lacking
from byosd_reference.errors import AnswerLost, DeskError
from byosd_reference.genesys.lookups import Lookups
from byosd_reference.genesys.progress import Progress
from byosd_reference.genesys.ticket import GuestTicket
from byosd_reference.http_line import HttpLine
from byosd_reference.settings import Deadline, TimeLimits

OVER = ("chat.error.member.state", "chat.error.conversation.state")
"""What the desk says when a guest who has left leaves, or a conversation that is over is ended."""

Sent = tuple[str, str]
"""A message of the host: its id, and its text."""


class GuestApi(Lookups, Lacking):
    """The requests of the guest. What the chat cannot do is lacking.

    ``progress``: how far the conversation was shown; what a doubtful message may be is behind that.
    """

    def __init__(
        self, line: HttpLine, ticket: GuestTicket, now: Callable[[], float], times: TimeLimits, progress: Progress
    ) -> None:
        super().__init__(line, ticket, now, times.other)
        self._guest = ticket.member_id
        self._member_path = f"/members/{quote(ticket.member_id, safe='')}"
        self._progress = progress
        self._arrived: dict[Sent, str] = {}
        self._doubtful: dict[Sent, str | None] = {}

    def send(self, message: Mapping[str, Any], deadline: Deadline) -> None:
        """Hand a message over, once for each id of it. Returning is the receipt: the desk has it."""
        sent = (message["message_id"], message["text"])
        if sent in self._arrived or (sent in self._doubtful and self._is_stored(sent, deadline)):
            return
        before = self._progress.last
        try:
            self._arrived[sent] = self._post(sent[1], deadline)
        except DeskError as error:
            if error.uncertain:
                self._doubtful.setdefault(sent, before)
            raise

    def _post(self, text: str, deadline: Deadline) -> str:
        what, body = "take the message", {"body": text, "bodyType": "standard"}
        receipt = self._ask(what, "POST", f"{self._member_path}/messages", deadline, 200, 201, json=body)
        stored = reading.text(receipt, "id")
        if stored is None:
            raise AnswerLost(what, "the answer is no receipt")
        return stored

    def _is_stored(self, sent: Sent, deadline: Deadline) -> bool:
        """Tell whether a doubtful message arrived: a text of the guest's that is no other message of the host."""
        others = set(self._arrived.values())
        for stored in self.messages(self._doubtful[sent], deadline):
            stored_id, sender = reading.text(stored, "id"), reading.text(stored, "sender", "id")
            is_free = stored_id is not None and stored_id not in others
            if is_free and sender == self._guest and reading.text(stored, "body") == sent[1]:
                self._arrived[sent] = stored_id or ""
                return True
        return False

    def typing(self, is_typing: bool, deadline: Deadline) -> None:
        """Tell that the user types. That they stopped the chat cannot be told: agents see it by the silence."""
        if is_typing:
            self._ask("note that the user types", "POST", f"{self._member_path}/typing", deadline, 200)

    def end(self, reason: str | None, deadline: Deadline) -> None:
        """Leave, which ends the conversation; that it is over already is as good. The desk wants no reason. Not bound
        by Retry-After."""
        what = "end the conversation"
        answer = self._exchange(what, "DELETE", self._member_path, deadline)
        if reading.text(answer.body, "code") not in OVER:
            answer.expect(what, 200, 204, 404)
