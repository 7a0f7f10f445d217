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
from contracts.requirements.screen_sharing import a_request_has_one_answer, screen_is_shared_once
from contracts.trace import Side, Trace
from tests.suite.requirements.build import ADA, Story, broken_by, complaint, ended, holds, joined, said, unexercised

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


# FIL-07 and FIL-08


def asks(answer: str | None = "accepted", times: int = 1) -> Files:
    """Return a chat in which Ada has asked for the screen; the host was asked so often, and has answered."""
    story = Files()
    story.act("request_screen", ("screen_share.requested", {"request_id": "s1", "agent_id": "agent-ada"}))
    for _ in range(times):
        call = story.add(Side.CALLBACK, "screen_share_request", running=True)
        if answer is not None:
            story.add(Side.CALLBACK, "returned", call, answer=answer)
    story.act("say", said(ADA, "well?")).shows("well?").delivered()
    return story


def answered(*words: str) -> list[Kind]:
    """Return what the desk has received."""
    return [{"operation": "answerScreenShare", "request_id": "s1", "answer": word} for word in words]


def test_a_request_for_the_screen_is_asked_and_answered_once() -> None:
    """Not at all, twice, otherwise."""
    rule = screen_is_shared_once
    assert holds(rule, asks().closed(requests=answered("accepted")))
    assert "was not called" in complaint(rule, asks(times=0).closed(requests=[]))
    assert "time 2" in broken_by(rule, asks(times=2).closed(requests=answered("accepted")))[0].actual
    assert "accepted, accepted" in complaint(rule, asks().closed(requests=answered("accepted", "accepted")))
    assert "received accepted" in complaint(rule, asks("declined").closed(requests=answered("accepted")))
    assert "received nothing" in complaint(rule, asks("declined").closed(requests=[]))
    assert unexercised(rule, Files().closed(requests=[]))


def test_a_stop_is_told_once_where_something_is_shared() -> None:
    """A stop of nothing is not told, a stop of something is."""
    rule = screen_is_shared_once
    stopped = asks().host("screen_share_stop")
    assert holds(rule, stopped.closed(requests=answered("accepted", "ended")))  # type: ignore[attr-defined]
    stopped = asks().host("screen_share_stop")
    assert "told 0 times" in complaint(rule, stopped.closed(requests=answered("accepted")))  # type: ignore[attr-defined]
    declined = asks("declined").host("screen_share_stop")
    trace = declined.closed(requests=answered("declined", "ended"))  # type: ignore[attr-defined]
    assert "nothing went on" in complaint(rule, trace)


def test_what_is_over_is_not_accepted() -> None:
    """The agent has taken the request back, or the chat has ended, before the user answers."""
    story = taken_back()
    story.callback("screen_share_ended").delivered()
    story.add(Side.CALLBACK, "returned", request_of(story), answer="accepted")
    assert "is not accepted" in complaint(screen_is_shared_once, story.closed(requests=answered("accepted")))


def test_what_crosses_on_the_wire_is_nobodys_fault() -> None:
    """The adapter has not heard yet that the agent took the request back."""
    story = taken_back()
    story.add(Side.CALLBACK, "returned", request_of(story), answer="accepted")
    story.callback("screen_share_ended").delivered()
    assert holds(screen_is_shared_once, story.closed(requests=answered("accepted")))


def taken_back() -> Any:
    """Ada asks for the screen, and takes it back before the user has answered."""
    story = asks(answer=None)
    story.act("end_screen", ("screen_share.ended", {"request_id": "s1", "by": "agent"}))
    return story


def request_of(story: Any) -> int:
    """Return where the user was asked."""
    return int(next(entry.index for entry in story.entries if entry.kind == "screen_share_request"))


def test_an_agents_stop_is_told_once() -> None:
    """Too often is as wrong as never."""
    rule = screen_is_shared_once
    for times, word in ((0, "called 0 times"), (1, None), (2, "called 2 times")):
        story = asks()
        story.act("end_screen", ("screen_share.ended", {"request_id": "s1", "by": "agent"}))
        for _ in range(times):
            story.callback("screen_share_ended")
        story.act("say", said(ADA, "enough")).shows("enough").delivered()
        trace = story.closed(requests=answered("accepted"))
        assert holds(rule, trace) if word is None else word in complaint(rule, trace)


def test_nothing_is_asked_after_the_end() -> None:
    """The host would refuse; an adapter that asks has not noticed the end."""
    story = Files()
    story.act("request_screen", ("screen_share.requested", {"request_id": "s1", "agent_id": "agent-ada"}))
    story.act("end", ended()).callback("agent_ended_chat")
    story.callback("screen_share_request", running=False)
    assert "no chat ran" in complaint(screen_is_shared_once, story.closed(requests=[]))


def screen(*answers: tuple[str, int], purpose: str = "screen.answer") -> Trace:
    """Return answers to a request of the conversation ``c1``, with the desk's statuses."""
    story = Story()
    for word, status in answers:
        request = {"path": "/v1", "body": {"answer": word}, "query": {}, "headers": {}}
        data = {"conversation_id": "c1", "token": "own", "headers": {}, "request": request, "purpose": purpose}
        story.add(Side.WIRE, "exchange", operation="answerScreenShare", status=status, body=None, **data)
    return story.trace()


def test_a_desk_takes_one_answer() -> None:
    """A no stays a no; a sharing ends once; what nobody asked is not answered."""
    rule = a_request_has_one_answer
    assert holds(rule, screen(("accepted", 204), ("declined", 409), ("ended", 204), ("ended", 409)))
    assert holds(rule, screen(("accepted", 409), purpose="screen.unasked"))
    assert "after 'declined'" in complaint(rule, screen(("declined", 204), ("accepted", 204)))
    assert "after 'declined'" in complaint(rule, screen(("declined", 204), ("ended", 204)))
    assert "where nothing was asked" in complaint(rule, screen(("accepted", 204), purpose="screen.unasked"))
    assert "it got 500" in complaint(rule, screen(("accepted", 500)))
    assert unexercised(rule, screen(("accepted", 204), purpose="token.own"))
