"""The user's side: what is idempotent, what is kept, and what is told to observers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mockdesk.core.desk import MessageDraft, StartRequest
from mockdesk.core.drafts import Context
from mockdesk.core.errors import ForeignToken, InvalidRequest, InvalidToken, MissingToken, NotFound
from mockdesk.core.happenings import (
    FileUploaded,
    ScreenShareAnswered,
    Started,
    StateChanged,
    UserEnded,
    UserRead,
    UserSent,
    UserTyped,
)
from tests.unit.core.bench import Bench, MakeBench


def test_the_same_key_gives_the_same_conversation_and_token(bench: Bench) -> None:
    """A client that lost the answer must not leave an orphan in the queue (LIF-19)."""
    request = StartRequest("user", context=Context(topic="bill"))
    first = bench.desk.start(request, "key")
    again = bench.desk.start(request, "key")
    assert (again.conversation.id, again.token, again.expires_at) == (
        first.conversation.id,
        first.token,
        first.expires_at,
    )
    assert (first.replayed, again.replayed) == (False, True)
    assert len(bench.desk.conversations()) == 1
    assert bench.desk.truths()[0]["start_requests"] == 2
    assert [happening for _, happening in bench.happenings] == [Started()]


def test_without_a_key_each_start_is_a_new_one(bench: Bench) -> None:
    """Two windows of one user are two conversations, with two tokens."""
    first, second = bench.desk.start(StartRequest("user")), bench.desk.start(StartRequest("user"))
    assert first.conversation.id != second.conversation.id
    assert first.token != second.token


def test_a_removed_conversation_frees_its_key(bench: Bench) -> None:
    """A replay could not give what is no longer there."""
    first = bench.desk.start(StartRequest("user"), "key")
    bench.desk.remove(first.conversation.id)
    second = bench.desk.start(StartRequest("user"), "key")
    assert not second.replayed
    assert second.conversation.id != first.conversation.id


def test_the_same_message_id_stores_a_message_once(bench: Bench) -> None:
    """A retry must not show a text twice (MSG-07), also when the chat ended in between: the desk has the text."""
    one = bench.start()
    first = bench.desk.send(one, MessageDraft("hello", "m1"))
    bench.desk.end(one)
    again = bench.desk.send(one, MessageDraft("hello", "m1"))
    assert again.message == first.message
    assert (first.replayed, again.replayed) == (False, True)
    assert len(bench.desk.messages(one)) == 1


@pytest.mark.parametrize("text", [" ", "x" * 4000, "\U0001f600" * 4000, "<b>&amp;</b>", "a\u0000b", "\u202e\u0301"])
def test_a_text_is_stored_as_written(bench: Bench, text: str) -> None:
    """Nothing is trimmed, escaped or counted in bytes (MSG-01, LIM-01)."""
    one = bench.start()
    message = bench.desk.send(one, MessageDraft(text)).message
    assert message.text == text
    assert bench.last(one)["message"]["text"] == text
    assert message.seq == bench.desk.conversation(one).log.last_seq


def test_a_message_can_be_files_only(bench: Bench) -> None:
    """The host sends an empty text with files (FIL-04)."""
    one = bench.start()
    file = bench.desk.upload_file(one, "a/../b.txt", "text/plain", b"\x00\xff")
    bench.send(one, "", file_ids=(file.id,))
    assert bench.last(one)["message"]["file_ids"] == [file.id]
    assert bench.desk.file(one, file.id).content == b"\x00\xff"
    assert bench.desk.file(one, file.id).name == "a/../b.txt"


def test_a_file_of_the_greatest_size_is_taken(make_bench: MakeBench) -> None:
    """The declared limit itself is allowed (LIM-01)."""
    bench = make_bench(max_file_bytes=3)
    assert bench.desk.upload_file(bench.start(), "a", "text/plain", b"abc").to_data()["size"] == 3


def test_files_of_another_conversation_cannot_be_sent(bench: Bench) -> None:
    """Files are isolated like everything else of a conversation (SEC-01)."""
    one, other = bench.start(), bench.start("else")
    file = bench.desk.upload_file(one, "a.txt", "text/plain", b"a")
    with pytest.raises(InvalidRequest) as refused:
        bench.send(other, "see", file_ids=(file.id,))
    assert refused.value.errors[0].pointer == "/file_ids/0"


def test_a_file_is_pending_until_somebody_decides(bench: Bench, make_bench: MakeBench) -> None:
    """Each file ends in exactly one final state (FIL-02)."""
    one = bench.start()
    file = bench.desk.upload_file(one, "a.txt", "text/plain", b"abc")
    assert file.to_data() == {
        "id": file.id,
        "name": "a.txt",
        "content_type": "text/plain",
        "size": 3,
        "state": "pending",
    }
    bench.act(one, "set_file_state", file_id=file.id, state="rejected", message="too small")
    assert bench.last(one) == {"file_id": file.id, "state": "rejected", "message": "too small"}
    trusting = make_bench(files_accepted_at_once=True)
    two = trusting.start()
    assert trusting.desk.upload_file(two, "a.txt", "text/plain", b"").state == "accepted"
    assert trusting.last(two)["state"] == "accepted"


def test_a_changed_user_writes_under_the_new_name(bench: Bench) -> None:
    """Earlier messages keep their author, later ones carry the new one (STA-05)."""
    one = bench.start()
    bench.send(one)
    bench.desk.update_state(one, {"user_id": "new", "locale": "de", "session_id": "s::1"})
    bench.send(one)
    assert [message.author_id for message in bench.desk.messages(one)] == ["user", "new"]
    truth = bench.desk.truth(one)
    assert (truth["user_id"], truth["context"]) == ("new", {"locale": "de", "session_id": "s::1"})
    assert truth["state_changes"][0]["locale"] == "de"


def test_the_context_is_kept_as_it_came(bench: Bench) -> None:
    """Opaque keys must survive unchanged, or the agent's side cannot look them up (STA-03, STA-04)."""
    context = {
        "session_history_key": "a::b::c?&#/ü",
        "topic": "bill",
        "message_to_agent": "hello\n",
        "additional_data": {"x": [1, None, {"y": 2.5}]},
    }
    started = bench.desk.start(StartRequest.from_dict({"user_id": "user", "user_name": "U", "context": context}))
    assert started.conversation.context.to_data() == context
    assert started.conversation.to_data()["user_name"] == "U"


def test_the_end_is_idempotent(bench: Bench) -> None:
    """One event, however often the user ends; the first reason stays (LIF-12)."""
    one = bench.start()
    bench.desk.end(one, "first")
    before = bench.desk.transcript()
    conversation = bench.desk.end(one, "second")
    assert (conversation.ended_by, conversation.end_reason) == ("user", "first")
    assert bench.desk.transcript() == before
    assert bench.desk.truth(one)["end_calls"] == 2
    assert [told for _, told in bench.happenings if isinstance(told, UserEnded)] == [UserEnded("first")]


def test_what_the_user_does_is_told_to_observers(bench: Bench) -> None:
    """Scripts react to what is no event; the order is that of the doing."""
    one = bench.connected()
    bench.act(one, "request_screen", agent="ada")
    request_id = bench.last(one)["request_id"]
    bench.desk.user_typing(one, True)
    message = bench.desk.send(one, MessageDraft("hello")).message
    bench.desk.user_read(one)
    bench.desk.update_state(one, {"locale": "fr"})
    file = bench.desk.upload_file(one, "a", "text/plain", b"")
    bench.desk.answer_screen_share(one, request_id, "accepted")
    bench.desk.end(one)
    assert bench.happenings == [
        (one, Started()),
        (one, UserTyped(True)),
        (one, UserSent(message)),
        (one, UserRead(4)),
        (one, StateChanged({"locale": "fr"})),
        (one, FileUploaded(file)),
        (one, ScreenShareAnswered(request_id, "accepted")),
        (one, UserEnded(None)),
    ]


def test_receipts_of_the_user_never_go_back(bench: Bench) -> None:
    """A late request with an older position must not unread anything."""
    one = bench.connected()
    bench.desk.user_read(one)
    bench.desk.user_read(one, 1)
    truth = bench.desk.truth(one)
    assert (truth["user_read_seq"], truth["read_calls"]) == (2, 2)


@pytest.mark.parametrize("function", ["user_typing", "user_read_messages", "update_state", "files", "screen_share"])
def test_a_function_that_is_not_offered_is_not_found(make_bench: MakeBench, function: str) -> None:
    """What the capabilities deny must not work in secret."""
    bench = make_bench(capabilities={function: False})
    one = bench.connected()
    calls: dict[str, Callable[[], object]] = {
        "user_typing": lambda: bench.desk.user_typing(one, True),
        "user_read_messages": lambda: bench.desk.user_read(one),
        "update_state": lambda: bench.desk.update_state(one, {"locale": "de"}),
        "files": lambda: bench.desk.upload_file(one, "a", "text/plain", b""),
        "screen_share": lambda: bench.act(one, "request_screen", agent="ada"),
    }
    assert bench.desk.capabilities()["functions"][function] is False
    with pytest.raises(NotFound):
        calls[function]()


def test_a_start_can_need_the_token_of_its_user(make_bench: MakeBench) -> None:
    """With ``require_user_token`` nobody starts, or turns into, somebody else (SEC-04)."""
    bench = make_bench(require_user_token=True, api_keys=["secret"])
    token = bench.desk.create_token("secret", "user").token
    with pytest.raises(MissingToken):
        bench.desk.start(StartRequest("user"))
    with pytest.raises(ForeignToken):
        bench.desk.start(StartRequest("other"), user_token=token)
    started = bench.desk.start(StartRequest("user"), user_token=token)
    with pytest.raises(ForeignToken):
        bench.desk.update_state(started.conversation.id, {"user_id": "other"})
    with pytest.raises(InvalidToken):
        bench.desk.start(StartRequest("user"), user_token=started.token)


def test_a_bad_user_token_is_refused_also_where_none_is_needed(bench: Bench) -> None:
    """A wrong credential is an error of the client, never ignored."""
    with pytest.raises(InvalidToken):
        bench.desk.start(StartRequest("user"), user_token="made up")
