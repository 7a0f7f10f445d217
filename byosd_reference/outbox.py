"""What the user sends: messages and changes of state, in one line, so that each message carries the state it was
written in.

``send`` returns only when the desk has the message. When the answer got lost, the message is sent once more under the
same id, which the desk stores once. When the time is used up, it is not: nobody knows, and the honest answer is no.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import uuid
from collections.abc import Mapping, Sequence

from byosd_reference.desk_side import DeskCapabilities, UserApi
from byosd_reference.errors import ChatEnded, DeskError, DeskRefused, IntegrationError, InvalidMessage
from byosd_reference.files import Files, Upload
from byosd_reference.retrying import once_more
from byosd_reference.settings import Deadline, TimeLimits
from byosd_reference.turnstile import Turnstile
from byosd_reference.workers import Workers
from contracts.adapter import FileUpload

log = logging.getLogger("byosd_reference")


class Outbox:
    """The user's side of one chat."""

    def __init__(
        self,
        api: UserApi,
        files: Files,
        times: TimeLimits,
        workers: Workers,
        capabilities: DeskCapabilities,
        state: Mapping[str, str],
    ) -> None:
        self._api = api
        self._files = files
        self._times = times
        self._workers = workers
        self._capabilities = capabilities
        self._line = Turnstile()
        self._lock = threading.Lock()
        self._waiting: tuple[object, dict[str, str]] | None = None  # the last change in the line, and its ticket
        self._told = dict(state)
        self._untold: dict[str, str] = {}

    def send(self, text: str, message_id: str, uploads: Sequence[FileUpload]) -> None:
        """Hand a message over; a text that is empty, without files, is not sent.

        Raises:
            InvalidMessage: the text is longer than the desk takes; the desk was not asked.
            ChatEnded: the chat ended before it was the message's turn.
            DeskError: the desk does not have the message, or did not say in time that it has it.
        """
        if not text and not uploads:
            return
        longest = self._capabilities.max_text_characters
        if longest is not None and len(text) > longest:
            raise InvalidMessage(f"the message is longer than the {longest} characters that the desk takes")
        deadline = Deadline(self._times.send + self._times.upload * len(uploads))
        with self._line.passing(self._line.ticket(), deadline):
            self._tell_state_first(deadline)
            self._send_now(text, wire_id(message_id), uploads, deadline)

    def update_state(self, change: Mapping[str, str]) -> None:
        """Take note of a change and return at once. Changes that follow each other are told as one."""
        if not self._capabilities.update_state:
            return
        with self._lock:
            if self._waiting is not None and self._line.is_waiting_last(self._waiting[0]):
                self._waiting[1].update(change)
                return
            ticket, waiting = self._line.ticket(), dict(change)
            self._waiting = (ticket, waiting)
        self._workers.start("state", lambda: self._tell_in_turn(ticket, waiting))

    def close(self, deadline: Deadline) -> None:
        """Take nothing more, and wait a moment for what is on its way."""
        self._line.close()
        self._line.wait_until_empty(deadline)

    def _send_now(self, text: str, message_id: str, uploads: Sequence[FileUpload], deadline: Deadline) -> None:
        records = self._files.upload(uploads, deadline)
        if not text and not records:
            raise InvalidMessage("none of the files could be sent")
        message = {"message_id": message_id, "text": text}
        try:
            self._post({**message, "file_ids": _file_ids(records)} if records else message, deadline)
        except IntegrationError:
            self._files.message_failed(records)
            raise
        self._files.message_accepted(records)

    def _post(self, message: Mapping[str, object], deadline: Deadline) -> None:
        once_more(lambda: self._api.send(message, deadline), deadline)

    def _tell_in_turn(self, ticket: object, change: dict[str, str]) -> None:
        deadline = Deadline(self._times.send)
        try:
            with self._line.passing(ticket, deadline):
                with self._lock:
                    self._untold.update(change)
                self._tell_state(deadline.within(self._times.other))
        except ChatEnded:
            pass
        except DeskError as error:
            log.warning("the new state was not told: %s", error)

    def _tell_state_first(self, deadline: Deadline) -> None:
        """Try again to tell a state that could not be told. A message never goes out under another user's name."""
        try:
            self._tell_state(deadline.within(self._times.other))
        except DeskError:
            if "user_id" in self._untold:
                raise

    def _tell_state(self, deadline: Deadline) -> None:
        change = {name: value for name, value in self._untold.items() if self._told.get(name) != value}
        if change:
            try:
                self._api.update_state(change, deadline)
            except DeskRefused as refusal:
                if refusal.uncertain or refusal.status == 429:
                    raise
                log.warning("the desk will not note the new state: %s", refusal)
        self._told.update(change)
        self._untold.clear()


def wire_id(message_id: object) -> str:
    """Return the id under which the desk knows the message: the host's, made to fit where it does not."""
    if not isinstance(message_id, str) or not message_id:
        return str(uuid.uuid4())
    return (
        message_id
        if len(message_id) <= 100
        else hashlib.sha256(message_id.encode("utf-8", "surrogatepass")).hexdigest()
    )


def _file_ids(records: Sequence[Upload]) -> list[str]:
    return [record.desk_id for record in records if record.desk_id is not None]
