"""What the user does: the requests of the conversations client, over twilsock.

When the answer to a message is lost, nobody knows whether the service has it. Its list of messages tells: each message
carries the host's id of it among its attributes. So one whose fate is unknown is looked for before it is sent again.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from byosd_reference import reading
from byosd_reference.desk_side import Lacking
from byosd_reference.errors import AnswerLost, DeskError
from byosd_reference.patience import PatientCalls
from byosd_reference.settings import Deadline
from byosd_reference.twilio.conversation import Shown
from byosd_reference.twilio.line import ConversationLine
from byosd_reference.twilio.page_server import PageServer, Token
from byosd_reference.twilio.places import Links, Places
from byosd_reference.twilio.sync import Change, Sync

MESSAGE_ID = "byosd_message_id"
"""The attribute of a message that holds the host's id of it."""


class ConversationApi(PatientCalls, Lacking):
    """The requests of one conversation. What the service lacks is lacking."""

    def __init__(
        self,
        line: ConversationLine,
        places: Places,
        shown: Shown,
        server: PageServer,
        token: Token,
        now: Callable[[], float],
    ) -> None:
        super().__init__(line, None, "", now)
        self._way = line
        self._server = server
        self._user_token = token
        self._places = places
        self._shown = shown
        self._lock = threading.Lock()
        self._unsettled: dict[str, int] = {}  # by message: where in the list it can be at the earliest
        self._accepted: set[str] = set()

    def send(self, message: Mapping[str, Any], deadline: Deadline) -> None:
        """Hand a message over, once for each id of it. Returning is the receipt: the service has it."""
        message_id = str(message["message_id"])
        with self._lock:
            if message_id in self._accepted:
                return
            earliest = self._unsettled.get(message_id)
            self._unsettled.setdefault(message_id, self._shown.next_index)
        try:
            if earliest is None or not self._is_stored(message_id, earliest, deadline):
                self._post(message_id, str(message["text"]), deadline)
        except DeskError as error:
            if earliest is None and not error.uncertain:
                self._settle(message_id)
            raise
        self._settle(message_id, accepted=True)

    def typing(self, is_typing: bool, deadline: Deadline) -> None:
        """Tell that the user types. That they stopped nobody can be told: it ends by itself."""
        if is_typing:
            form = urlencode({"ChannelSid": self._places.conversation_sid})
            url = self._links(deadline).typing
            self._ask("note that the user types", "POST", url, deadline, 200, 201, form=form)

    def read(self, up_to_seq: int, deadline: Deadline) -> None:
        """Tell that the user has read every message that was shown."""
        index = self._shown.next_index - 1
        if index >= 0:
            body, url = {"last_read_message_index": index}, self._links(deadline).read_horizon
            self._ask("note what the user has read", "POST", url, deadline, 200, 201, json=body)

    def end(self, reason: str | None, deadline: Deadline) -> None:
        """End the conversation; that it is over already, or unknown by now, is as good.

        The page's server does it, as the connection is closed by then, or was lost; and a customer who only leaves a
        conversation may leave a task behind that agents go on to work at.
        """
        self._server.end(self._places.conversation_sid, self._user_token.present, reason, deadline)

    def _post(self, message_id: str, text: str, deadline: Deadline) -> None:
        what, url = "take the message", self._links(deadline).messages
        body = {"body": text, "attributes": json.dumps({MESSAGE_ID: message_id})}
        headers = {"X-Twilio-Mutation-Id": message_id, "Content-Type": "application/json"}
        receipt = self._ask(what, "POST", url, deadline, 200, 201, json=body, headers=headers)
        if reading.text(receipt, "sid") is None:
            raise AnswerLost(what, "the answer is no receipt")

    def _settle(self, message_id: str, *, accepted: bool = False) -> None:
        with self._lock:
            self._unsettled.pop(message_id, None)
            if accepted:
                self._accepted.add(message_id)

    def _is_stored(self, message_id: str, earliest: int, deadline: Deadline) -> bool:
        """Look whether the service has a message. Until that is known it is not sent again."""
        socket = self._way.connection(deadline)
        messages = self._places.objects(socket, deadline)["list"]
        found = Sync(socket, "look for the message").items_from(messages, earliest, deadline)
        return any(self._is_own(change) and message_id_of(change) == message_id for change in found)

    def _is_own(self, change: Change) -> bool:
        return reading.text(change.data, "author") == self._shown.identity

    def _links(self, deadline: Deadline) -> Links:
        return self._places.links(self._way.connection(deadline), deadline)


def message_id_of(change: Change) -> str | None:
    """Return the host's id of a message, ``None`` where it has none."""
    try:
        attributes = json.loads(reading.text(change.data, "attributes") or "{}")
    except (ValueError, RecursionError):
        return None
    return reading.text(attributes, MESSAGE_ID)
