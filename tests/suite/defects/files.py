# ruff: noqa: D102  (the class says in what it is wrong; the method is where it is)
"""Faulty adapters that handle files wrongly."""

from __future__ import annotations

import os.path
import threading
from typing import Any

from byosd_reference.chat import Chat
from byosd_reference.settings import Deadline
from contracts.adapter import Capabilities
from tests.suite.defect import Defect
from tests.suite.defects.spoiled import Ear, Spoiled, factory, told_by


class UploadsWhatIsChosen(Spoiled):
    """Files are uploaded as soon as they are chosen, to save time."""

    def files_selected_for_upload(self, uploads: Any) -> None:
        super().files_selected_for_upload(uploads)
        chat = self.chat
        for file in uploads if isinstance(chat, Chat) else ():
            chat._api.upload(file["name"], file["content"], file["content_type"], Deadline(2.0))


class DoesNotValidate(Spoiled):
    """What is chosen is not looked at."""

    def files_selected_for_upload(self, uploads: Any) -> None:
        return


class RefusesWithoutAMessage(Ear):
    """A file's error status has no message."""

    def set_file_upload_status(self, file_id: str, is_error: bool = False, error_message: str | None = None) -> None:
        self.host.set_file_upload_status(file_id, is_error)


class DeclinesEverySecondChoice(Spoiled):
    """A file that was chosen before is refused when it is chosen again."""

    def built(self) -> None:
        self.known: set[str] = set()

    def files_selected_for_upload(self, uploads: Any) -> None:
        super().files_selected_for_upload(uploads)
        for file in uploads:
            if file["id"] in self.known:
                self.host.set_file_upload_status(file["id"], True, "This file has been chosen already.")
            self.known.add(file["id"])


class SaysItTwice(Ear):
    """The status of a file is told when the upload is done, and when the desk has decided."""

    def set_file_upload_status(self, *arguments: Any) -> None:
        self.host.set_file_upload_status(*arguments)
        self.host.set_file_upload_status(*arguments)


class ForgetsWhatWaits(Spoiled):
    """The files on which nobody has decided are forgotten when the chat ends."""

    def spoil(self, chat: Chat) -> None:
        files: Any = chat.files
        farewell = files.farewell

        def forgets() -> None:
            files._uploads = []
            farewell()

        files.farewell = forgets


class TakesTheUploadForTheEnd(Spoiled):
    """A file counts as arrived when the desk has its bytes, whatever the desk then says of it."""

    def spoil(self, chat: Chat) -> None:
        api: Any = chat._api
        upload = api.upload
        api.upload = lambda *arguments: {**upload(*arguments), "state": "accepted"}


class HidesFailures(Ear):
    """Files always arrive."""

    def set_file_upload_status(self, file_id: str, is_error: bool = False, error_message: str | None = None) -> None:
        self.host.set_file_upload_status(file_id)


class SpoilsUploads(Spoiled):
    """A file is changed on its way to the desk."""

    def spoil(self, chat: Chat) -> None:
        api: Any = chat._api
        upload = api.upload
        api.upload = lambda name, content, kind, deadline: upload(*self.changed(name, content, kind), deadline)

    def changed(self, name: str, content: bytes, kind: str) -> tuple[str, bytes, str]:
        return name, content, kind


class SendsFilesAsText(SpoilsUploads):
    """The bytes of a file go through a text."""

    def changed(self, name: str, content: bytes, kind: str) -> tuple[str, bytes, str]:
        return name, content.decode("utf-8", "replace").encode(), kind


class CutsNames(SpoilsUploads):
    """Only the last part of what looks like a path is the name."""

    def changed(self, name: str, content: bytes, kind: str) -> tuple[str, bytes, str]:
        return os.path.basename(name), content, kind


class GuessesTypes(SpoilsUploads):
    """Every file is a stream of bytes."""

    def changed(self, name: str, content: bytes, kind: str) -> tuple[str, bytes, str]:
        return name, content, "application/octet-stream"


class KeepsNamesShort(SpoilsUploads):
    """Names are cut after 100 characters, and odd letters become question marks."""

    def changed(self, name: str, content: bytes, kind: str) -> tuple[str, bytes, str]:
        return name[:100], content, kind


class NeedsAWord(Spoiled):
    """A message without a text is not sent, files or not."""

    def send_message_to_agent(self, message: Any, message_id: str, additional_data: Any = None) -> None:
        if message["input"]["text"]:
            super().send_message_to_agent(message, message_id, additional_data)


class SendsFilesLast(Spoiled):
    """Files go when the next text goes, after it."""

    waiting: tuple[Any, ...] = ()

    def send_message_to_agent(self, message: Any, message_id: str, additional_data: Any = None) -> None:
        files = (additional_data or {}).get("files_to_upload")
        if files and not message["input"]["text"]:
            self.waiting += ((message, message_id, additional_data),)
            return
        super().send_message_to_agent(message, message_id, additional_data)
        waiting, self.waiting = self.waiting, ()
        for one in waiting:
            super().send_message_to_agent(*one)


class NeverAnnounces(Ear):
    """The host is not told what may be sent."""

    def update_capabilities(self, capabilities: Any) -> None:
        return


class NeverWithdraws(Ear):
    """What may be sent is announced, and never taken back."""

    def update_capabilities(self, capabilities: Any) -> None:
        if self.adapter.chat is None or not self.adapter.chat.is_over:
            self.host.update_capabilities(capabilities)


class AnnouncesOnce(Spoiled):
    """What the desk changes during a chat is not told."""

    def spoil(self, chat: Chat) -> None:
        files: Any = chat.files
        files.capabilities_updated = lambda data: None
        translator: Any = chat._translator
        tell = translator.tell
        translator.tell = lambda event: None if event.type == "capabilities.updated" else tell(event)


class AnnouncesAgainAfterTheEnd(Spoiled):
    """At the end the widget is set back to what it was at the start."""

    def end_chat(self, info: Any = None) -> None:
        had_chat = isinstance(self.chat, Chat)
        super().end_chat(info)
        if had_chat:
            later = threading.Timer(0.0, self.host.update_capabilities, [Capabilities(allow_file_uploads=True)])
            later.start()
            later.join()


class OffersFilesAnyway(Spoiled):
    """Files are offered whatever the desk says."""

    def spoil(self, chat: Chat) -> None:
        files: Any = chat.files
        files.announce = lambda: self.host.update_capabilities(Capabilities(allow_file_uploads=True))


DEFECTS = (
    Defect("uploads_the_chosen", "FIL-01", "choosing uploads", factory=factory(UploadsWhatIsChosen)),
    Defect("validates_nothing", "FIL-01", "wrong files are not refused", factory=factory(DoesNotValidate)),
    Defect("refuses_files_wordless", "FIL-01", "no reason is given", factory=told_by(RefusesWithoutAMessage)),
    Defect("refuses_the_second_choice", "FIL-01", "good files are refused", factory=factory(DeclinesEverySecondChoice)),
    Defect("tells_files_twice", "FIL-02", "two final statuses", factory=told_by(SaysItTwice)),
    Defect("forgets_pending_files", "FIL-02", "no final status", factory=factory(ForgetsWhatWaits)),
    Defect("counts_uploads_as_arrived", "FIL-02", "rejected files arrive", factory=factory(TakesTheUploadForTheEnd)),
    Defect("hides_failed_files", "FIL-02", "failures are told as success", "B41", factory=told_by(HidesFailures)),
    Defect("sends_files_as_text", "FIL-03", "bytes are lost", factory=factory(SendsFilesAsText)),
    Defect("cuts_file_names", "FIL-03", "a name is taken for a path", factory=factory(CutsNames)),
    Defect("guesses_file_types", "FIL-03", "types are lost", factory=factory(GuessesTypes)),
    Defect("shortens_file_names", "FIL-03", "long names are cut", factory=factory(KeepsNamesShort)),
    Defect("needs_a_word", "FIL-04", "files without a text are not sent", factory=factory(NeedsAWord)),
    Defect("sends_files_last", "FIL-04", "files overtake nothing and wait", factory=factory(SendsFilesLast)),
    Defect("never_announces", "FIL-06", "no button for files", factory=told_by(NeverAnnounces)),
    Defect("never_withdraws", "FIL-06", "the button stays", factory=told_by(NeverWithdraws)),
    Defect("announces_once", "FIL-06", "changes are not told", factory=factory(AnnouncesOnce)),
    Defect("announces_after_the_end", "FIL-06", "the button comes back", factory=factory(AnnouncesAgainAfterTheEnd)),
    Defect("offers_files_anyway", "FIL-06", "files that the desk does not take", factory=factory(OffersFilesAnyway)),
)
