"""Files of the user: validated when chosen, uploaded when sent, and each told its one final status.

A file has arrived when the desk accepted it *and* the message that names it; one without the other is of no use to an
agent. The desk may decide about a file later (``file.updated``), even before the answer to its upload is here.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from byosd_reference import reading
from byosd_reference.desk_side import UserApi
from byosd_reference.errors import DeskError
from byosd_reference.file_rules import FileRules
from byosd_reference.gate import Gate
from byosd_reference.settings import Deadline, TimeLimits
from contracts.adapter import Callback, Capabilities, FileUpload

ACCEPTED, REJECTED, PENDING = "accepted", "rejected", "pending"


@dataclass
class Upload:
    """A file on its way. It has its final status when it failed, or is both accepted and named by a message."""

    host_id: str
    desk_id: str | None = None
    state: str = PENDING
    reason: str | None = None
    in_message: bool = False
    told: bool = False

    def fail(self, reason: str) -> None:
        """Note that the file did not arrive."""
        self.state, self.reason = REJECTED, reason

    @property
    def settled(self) -> bool:
        """Whether nothing can change any more."""
        return self.state == REJECTED or (self.state == ACCEPTED and self.in_message)


class Files:
    """The files of one chat."""

    def __init__(self, gate: Gate, host: Callback, api: UserApi, times: TimeLimits, rules: FileRules) -> None:
        self._gate = gate
        self._host = host
        self._api = api
        self._times = times
        self._rules = rules
        self._lock = threading.Lock()
        self._uploads: list[Upload] = []
        self._decisions: dict[str, tuple[str, str | None]] = {}  # what the desk said about files, by its ids
        self._refused: set[str] = set()

    def announce(self) -> None:
        """Tell the host what the user may send."""
        self._gate.call(self._host.update_capabilities, self._rules.for_host())

    def capabilities_updated(self, data: Mapping[str, Any]) -> None:
        """The desk changed the rules."""
        self._rules = self._rules.updated(data)
        self.announce()

    def chosen(self, uploads: Sequence[FileUpload]) -> list[FileUpload]:
        """Return the files that may be sent; the user is told what is wrong with the others, once for each file."""
        fit: list[FileUpload] = []
        for upload in uploads:
            problem = self._rules.problem(upload, is_first=not fit)
            if problem is None:
                fit.append(upload)
            elif upload["id"] not in self._refused:
                self._refused.add(upload["id"])
                self._gate.call(self._host.set_file_upload_status, upload["id"], True, problem)
        return fit

    def upload(self, uploads: Sequence[FileUpload], deadline: Deadline) -> list[Upload]:
        """Upload the files that may be sent, in order; return those that the message can name."""
        started = [(upload, Upload(upload["id"])) for upload in self.chosen(uploads)]
        with self._lock:
            self._uploads += [record for _, record in started]
        for upload, record in started:
            self._upload_one(upload, record, deadline.within(self._times.upload))
        self._tell_settled()
        return [record for _, record in started if record.state != REJECTED]

    def message_accepted(self, records: Sequence[Upload]) -> None:
        """The desk has the message that names these files."""
        for record in records:
            record.in_message = True
        self._tell_settled()

    def message_failed(self, records: Sequence[Upload]) -> None:
        """The desk does not have the message, so the files are of no use to it."""
        for record in records:
            record.fail("The message with this file was not delivered.")
        self._tell_settled()

    def updated(self, data: Mapping[str, Any]) -> None:
        """The desk decided about a file."""
        file_id, state = reading.text(data, "file_id"), reading.text(data, "state")
        if file_id is None or state not in (ACCEPTED, REJECTED):
            return
        with self._lock:
            self._decisions[file_id] = (state, reading.text(data, "message"))
            self._apply_decisions()
        self._tell_settled()

    def farewell(self) -> None:
        """Say the last words of a chat: files on their way have failed, and no others are taken."""
        with self._lock:
            waiting = [record for record in self._uploads if not record.told]
            self._uploads = []
        for record in waiting:
            record.told = True
            self._gate.last_word(self._host.set_file_upload_status, record.host_id, True, "The chat has ended.")
        if self._rules.allowed:
            self._gate.last_word(self._host.update_capabilities, Capabilities(allow_file_uploads=False))

    def _upload_one(self, upload: FileUpload, record: Upload, deadline: Deadline) -> None:
        try:
            answer = self._api.upload(upload["name"], upload["content"], upload["content_type"], deadline)
        except DeskError as error:
            record.fail(f"The file could not be sent: {error}.")
            return
        with self._lock:
            record.desk_id = reading.text(answer, "id")
            record.state = reading.text(answer, "state") or ACCEPTED
            record.reason = None if record.state != REJECTED else "The file was rejected."
            self._apply_decisions()

    def _apply_decisions(self) -> None:
        for record in self._uploads:
            if record.desk_id in self._decisions and record.state == PENDING:
                record.state, record.reason = self._decisions[record.desk_id]

    def _tell_settled(self) -> None:
        """Tell each file that has come to an end its final status, and forget it."""
        with self._gate.turn():
            with self._lock:
                settled = [record for record in self._uploads if record.settled]
                self._uploads = [record for record in self._uploads if not record.settled]
            for record in settled:
                record.told = True
                if record.state == ACCEPTED:
                    self._gate.call(self._host.set_file_upload_status, record.host_id)
                else:
                    self._gate.call(self._host.set_file_upload_status, record.host_id, True, record.reason)
