"""FIL: each requirement on a trace that keeps it, one that breaks it, and one that does not exercise it."""

from __future__ import annotations

from typing import Any

from contracts.requirements.files import (
    capabilities_are_announced,
    each_file_has_one_final_status,
    files_and_texts_keep_their_order,
    selection_sends_nothing,
)
from contracts.requirements.files_content import files_are_not_for_others, files_arrive_unchanged
from contracts.trace import Side
from tests.suite.requirements.build import ADA, Story, broken_by, complaint, ended, holds, said, unexercised
from tests.suite.requirements.uploads import Files, file, stored

UPLOAD = {"operation": "uploadFile"}
NOTES = file()

# FIL-01


def test_choosing_files_is_quiet() -> None:
    """Nothing is told of a file that may be sent, and nothing is uploaded."""
    assert holds(selection_sends_nothing, Files().announces().selects(NOTES).closed(requests=[]))
    assert unexercised(selection_sends_nothing, Files().closed())


def test_choosing_must_not_upload() -> None:
    """The desk's files tell it, and the desk's journal."""
    story = Files().announces().selects(NOTES)
    assert (
        "'notes.txt' is" in broken_by(selection_sends_nothing, story.closed(stored(NOTES), requests=[UPLOAD]))[0].actual
    )
    story = Files().announces().selects(NOTES)
    assert "received 1" in complaint(selection_sends_nothing, story.closed(requests=[UPLOAD]))


def test_a_file_that_may_not_be_sent_is_refused_at_once() -> None:
    """By size, by type, and when files are not allowed at all; with a message, and before the host's next call."""
    large = file(size=11)
    assert holds(selection_sends_nothing, Files(max_file_bytes=10).selects(large).status(large, "too large").closed())
    for story in (
        Files(max_file_bytes=10).selects(large),
        Files().announces(types="image/*,.pdf").selects(NOTES),
        Files().announces(allowed=False).selects(NOTES),
    ):
        assert "it got none" in complaint(selection_sends_nothing, story.closed())
    late = Files(max_file_bytes=10).selects(large).host("user_typing", is_typing=True)
    late.callback("set_file_upload_status", file_id=large["id"], is_error=True, error_message="too large")
    assert "it got none" in complaint(selection_sends_nothing, late.closed())  # type: ignore[attr-defined]
    wordless = Files(max_file_bytes=10).selects(large).status(large, error=True)
    assert "no message" in complaint(selection_sends_nothing, wordless.closed())


def test_a_file_that_may_be_sent_is_not_refused() -> None:
    """Types may be families and endings, whatever their case."""
    fine = file("A.PDF", kind="application/pdf")
    assert holds(selection_sends_nothing, Files().announces(types="image/*,.pdf").selects(fine).closed())
    refused = Files().announces(types=".pdf").selects(fine).status(fine, "no")
    assert "it was refused: 'no'" in complaint(selection_sends_nothing, refused.closed())


# FIL-02


def test_each_file_has_one_true_status() -> None:
    """None, two, and a success that is none are told apart."""
    rule = each_file_has_one_final_status
    assert holds(rule, Files().sends(NOTES).status(NOTES).closed(stored(NOTES)))
    assert holds(rule, Files().sends(NOTES, error="refused").status(NOTES, "refused").closed())
    assert "it got 0" in complaint(rule, Files().sends(NOTES).closed(stored(NOTES)))
    twice = Files().sends(NOTES).status(NOTES).status(NOTES, "no").closed(stored(NOTES))
    assert "arrived, error" in broken_by(rule, twice)[0].actual
    assert "does not have it" in complaint(rule, Files().sends(NOTES).status(NOTES).closed())
    assert "it is rejected" in complaint(rule, Files().sends(NOTES).status(NOTES).closed(stored(NOTES, "rejected")))
    assert unexercised(rule, Files().sends().closed())


# FIL-03


def test_a_file_arrives_as_it_was() -> None:
    """The escapes of a form are allowed, and parameters of a type; bytes, names and types are not."""
    rule = files_arrive_unchanged
    odd = file('a\r\n"b.txt')
    assert holds(rule, Files().sends(odd).status(odd).closed(stored(odd, name="a%0D%0A%22b.txt")))
    assert holds(rule, Files().sends(NOTES).status(NOTES).closed(stored(NOTES, content_type="text/plain; x=y")))
    path = file("../notes.txt")
    assert "'notes.txt'" in complaint(rule, Files().sends(path).status(path).closed(stored(path, name="notes.txt")))
    assert "bytes differ" in complaint(rule, Files().sends(NOTES).status(NOTES).closed(stored(NOTES, sha256="d2")))
    other = stored(NOTES, content_type="application/octet-stream")
    assert "octet-stream" in complaint(rule, Files().sends(NOTES).status(NOTES).closed(other))
    assert unexercised(rule, Files().sends(NOTES, error="no").status(NOTES, "no").closed())


class Wire(Story):
    """Exchanges about files of the conversation ``c1``."""

    def uploads(self, **answered: Any) -> Wire:
        """Add an upload; ``answered`` is what the answer says otherwise."""
        sent = {"name": "n.txt", "content_type": "text/plain", "size": 3, "sha256": "d1"}
        body = {"id": "f1", "name": "n.txt", "content_type": "text/plain", "size": 3, **answered}
        request = {"path": "/v1/conversations/c1/files", "body": {"file": sent}}
        data = {"conversation_id": "c1", "token": "own", "headers": {}, "request": request}
        self.add(Side.WIRE, "exchange", operation="uploadFile", status=201, body=body, **data)
        return self

    def reads(
        self, status: int = 200, digest: str = "d1", kind: str = "text/plain", token: str = "own", of: str = "c1"
    ) -> Wire:
        """Add a reading of the file, under the path of the conversation ``of``."""
        request = {"path": f"/v1/conversations/{of}/files/f1", "body": None}
        headers = {"content-type": kind}
        data = {"conversation_id": of, "token": token, "headers": headers, "request": request}
        body = {"size": 3, "sha256": digest} if status == 200 else {"code": "no"}
        self.add(Side.WIRE, "exchange", operation="getFile", status=status, body=body, **data)
        return self


def test_a_desk_gives_back_what_it_took() -> None:
    """In the answer to the upload, and when the file is read."""
    rule = files_arrive_unchanged
    assert holds(rule, Wire().uploads().reads().trace())
    assert "of 2 bytes" in complaint(rule, Wire().uploads(size=2).trace())
    assert "bytes differ" in complaint(rule, Wire().uploads().reads(digest="d2").trace())
    assert "text/html" in complaint(rule, Wire().uploads().reads(kind="text/html").trace())


# FIL-05


def test_files_are_closed_to_others() -> None:
    """By token, and under the path of a conversation that does not have the file."""
    rule = files_are_not_for_others
    assert holds(rule, Wire().uploads().reads(403, token="foreign").reads(404, of="c2").trace())
    assert "answered 200" in complaint(rule, Wire().uploads().reads(token="expired").trace())
    assert "does not have it" in complaint(rule, Wire().uploads().reads(of="c2").trace())
    assert unexercised(rule, Wire().uploads().reads().trace())


# FIL-04


def test_files_without_a_text_are_sent() -> None:
    """Resolving without sending is no better than rejecting."""
    rule = files_and_texts_keep_their_order
    assert holds(rule, Files().sends(NOTES, text="").closed(stored(NOTES)))
    assert "names them" in complaint(rule, Files().sends(NOTES, text="", kept=False).closed(stored(NOTES)))
    assert "no text" in complaint(rule, Files().sends(NOTES, text="", error="RuntimeError: no text").closed())
    assert unexercised(rule, Files().sends().closed())


def test_files_and_texts_stand_in_the_order_in_which_they_were_sent() -> None:
    """A file that comes after a later text is out of order."""
    story = Files()
    story.host("send_message_to_agent", text="", message_id="m1", files=[NOTES]).sends(text="later")  # type: ignore[attr-defined]
    author = {"role": "user", "id": "user-u1"}
    message = {"author": author, "text": "", "file_ids": ["desk-notes.txt"]}
    story.event(("message.created", {"message": message}))
    assert "it stands before it" in complaint(files_and_texts_keep_their_order, story.closed(stored(NOTES)))


# FIL-06


def test_uploads_are_announced_and_withdrawn() -> None:
    """Too late, never, for ever, and where the desk takes none."""
    rule = capabilities_are_announced
    talk = Files().announces()
    talk.act("say", said(ADA, "hello")).shows("hello").delivered()
    assert holds(rule, talk.announces(allowed=False).closed())
    in_vain = Files().announces().announces(allowed=False)
    in_vain.act("end", ended()).callback("agent_ended_chat").delivered()
    assert holds(rule, in_vain.closed())
    late = Files()
    late.act("say", said(ADA, "hello")).shows("hello").delivered()
    assert "not told by then" in complaint(rule, late.closed())
    talk = Files().announces()
    talk.act("say", said(ADA, "hello")).shows("hello").delivered()
    assert "the last word is that they can" in complaint(rule, talk.closed())
    none = Files(capabilities={"files": False}).announces()
    none.act("say", said(ADA, "hello")).shows("hello").delivered()
    assert "takes none" in complaint(rule, none.announces(allowed=False).closed())


def test_changes_of_the_desk_are_told() -> None:
    """The last announcement before the next message is what counts."""
    rule = capabilities_are_announced
    change = {"allow_file_uploads": False, "allow_multiple_file_uploads": False, "allowed_file_upload_types": None}
    for told in (True, False):
        talk = Files().announces()
        talk.act("set_capabilities", ("capabilities.updated", change)).act("say", said(ADA, "none"))
        if told:
            talk.announces(allowed=False)
        talk.shows("none").delivered()
        trace = talk.announces(allowed=False).closed()
        assert holds(rule, trace) if told else "no files" in complaint(rule, trace)
