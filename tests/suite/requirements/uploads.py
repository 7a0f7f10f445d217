"""A story of files and shared screens, for tests of requirements."""

from __future__ import annotations

from typing import Any

from contracts.trace import Side, Trace
from tests.suite.requirements.build import ADA, Story, joined

Kind = dict[str, Any]


def file(name: str = "notes.txt", digest: str = "d1", size: int = 10, kind: str = "text/plain") -> Kind:
    """Return a file of the user, as the trace shows it."""
    return {"id": f"id-{name}", "name": name, "content_type": kind, "size": size, "sha256": digest}


def stored(one: Kind, state: str = "accepted", **other: Any) -> Kind:
    """Return the file as the desk has it."""
    return {**one, "id": f"desk-{one['name']}", "state": state, **other}


class Files(Story):
    """A chat with files, with an agent in it."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(settings=settings)
        self.truth["id"] = "c1"
        self.start().act("join", joined(ADA)).callback("agent_joined", profile=ADA)

    def announces(self, allowed: bool = True, types: str = "") -> Files:
        """Let the adapter tell what may be sent."""
        told = {"allow_file_uploads": allowed, "allowed_file_upload_types": types}
        self.callback("update_capabilities", capabilities=told)
        return self

    def selects(self, *files: Kind) -> Files:
        """Let the user choose files."""
        self.host("files_selected_for_upload", files=list(files))
        return self

    def status(self, one: Kind, message: str | None = None, *, error: bool | None = None) -> Files:
        """Let the adapter tell a file's status: an error where there is a message."""
        failed = message is not None if error is None else error
        self.callback("set_file_upload_status", file_id=one["id"], is_error=failed, error_message=message)
        return self

    def sends(self, *files: Kind, text: str = "see", error: str | None = None, kept: bool = True) -> Files:
        """Let the user send files with a text."""
        call = self.call("send_message_to_agent", text=text, message_id=f"m{len(self.entries)}", files=list(files))
        if error is None and kept:
            author = {"role": "user", "id": "user-u1"}
            ids = [f"desk-{one['name']}" for one in files]
            self.event(("message.created", {"message": {"author": author, "text": text, "file_ids": ids}}))
        self.settle(call, error)
        return self

    def closed(self, *files: Kind, requests: list[Kind] | None = None, **truth: Any) -> Trace:
        """Let the user end the chat, and close the story with what the desk has and has received."""
        self.end()
        trace = self.trace(files=list(files), **truth)
        if requests is not None:
            told = [{"conversation_id": "c1", "time": 0.0, **one} for one in requests]
            self.add(Side.DESK, "requests", requests=told)
        return Trace(tuple(self.entries), trace.about)


def answered(*words: str) -> list[Kind]:
    """Return what the desk has received."""
    return [{"operation": "answerScreenShare", "request_id": "s1", "answer": word} for word in words]
