"""Starting a chat at the polling desk, and what its integration offers."""

from __future__ import annotations

from typing import Any

import pytest

from byosd_reference.errors import AnswerLost, DeskError, DeskRefused, InvalidMessage, NotOffered
from byosd_reference.poll import connect
from byosd_reference.poll.desk import start_body
from byosd_reference.settings import Deadline
from contracts.adapter import ServiceDesk
from tests.reference.host import error_of
from tests.reference.poll.conftest import Visit
from tests.reference.support import await_no_threads, connect_message

CONTEXT = {
    "session_id": "s::1",
    "locale": "de",
    "topic": "Billing",
    "message_to_agent": "Charged twice.",
    "session_history_key": "a::b/c?d",
    "additional_data": {"order": ["4711"]},
}


def test_it_has_the_functions_that_can_be_kept(visit: Visit) -> None:
    """A function that the desk cannot keep would be a promise that nobody keeps."""
    assert isinstance(visit.adapter, ServiceDesk)
    for name in ("are_any_agents_online", "user_typing", "reconnect"):
        assert hasattr(visit.adapter, name)
    for name in ("update_state", "user_read_messages", "files_selected_for_upload", "screen_share_stop"):
        assert not hasattr(visit.adapter, name)


def test_what_the_desk_lacks_is_refused_honestly(visit: Visit) -> None:
    """Nobody asks for it; if somebody does, nothing pretends to be done."""
    visit.start()
    chat: Any = visit.adapter._current
    deadline = Deadline(1)
    for error in (
        error_of(chat._api.update_state, {}, deadline),
        error_of(chat._api.read, 1, deadline),
        error_of(chat._api.upload, "n", b"", "", deadline),
        error_of(chat._api.answer_screen_share, "r", "accepted", deadline),
    ):
        assert isinstance(error, NotOffered)


def test_the_desk_learns_who_comes_and_why() -> None:
    """What the bot knows spares the user from telling it again (STA-03)."""
    request = {"user_id": "user-7", "user_name": "Grace", "queue": "billing", "context": CONTEXT}
    assert start_body(request, "key-1") == {
        "from": "user-7",
        "name": "Grace",
        "queue": "billing",
        "key": "key-1",
        "about": {
            "topic": "Billing",
            "note": "Charged twice.",
            "history": "a::b/c?d",
            "session": "s::1",
            "locale": "de",
            "more": {"order": ["4711"]},
        },
    }
    assert start_body({"user_id": "user-7"}, "key-1") == {"from": "user-7", "key": "key-1"}


def test_the_queue_comes_from_the_connect_message(visit: Visit) -> None:
    """The bot knows whom the user should talk to (AVL-05)."""
    message = connect_message(transfer_info={"target": {"byosd": {"queue": "a/b"}}})
    assert visit.adapter.are_any_agents_online(message) is True
    visit.adapter.start_chat(message)
    assert visit.desk.of("queue")[0].path == "/poll/queues/a%2Fb"
    assert visit.desk.of("start")[0].body["queue"] == "a/b"


@pytest.mark.parametrize(
    ("answer", "online"),
    [
        ((200, {"agents": 3}), True),
        ((200, {"agents": 0}), False),
        ((200, {"agents": None}), None),
        ((200, {"agents": True}), None),
        ((200, {"agents": -1}), None),
        ((200, {}), None),
        ((200, b"<html>"), None),
        ((404, {"error": "not_found"}), None),
    ],
    ids=str,
)
def test_availability_is_yes_no_or_unknown(visit: Visit, answer: Any, online: bool | None) -> None:
    """What the desk does not say is not guessed (AVL-01, AVL-03)."""
    visit.desk.reply("queue", answer)
    assert visit.adapter.are_any_agents_online(connect_message()) is online


@pytest.mark.parametrize("answer", [(500, None), (200, b"{"), (201, {"chat": "c"}), (201, {"session": "s"})], ids=str)
def test_a_start_with_a_lost_answer_is_found_and_ended(visit: Visit, answer: Any) -> None:
    """The same key finds the chat that nobody will use (LIF-05)."""
    visit.desk.reply("start", answer)
    assert isinstance(error_of(visit.adapter.start_chat, connect_message()), DeskError)
    first, second = visit.desk.of("start")
    assert first.body == second.body
    assert [request.session for request in visit.desk.of("end")] == ["s0"]
    assert visit.host.said == []
    await_no_threads()


@pytest.mark.parametrize("token", [None, "", "two words", "line\nbreak"])
def test_a_token_that_no_header_can_hold_is_none(visit: Visit, token: str | None) -> None:
    """It would go out as something else."""
    visit.desk.reply("start", *[(201, {"chat": "c", "token": token, "session": "s"})] * 2)
    assert isinstance(error_of(visit.adapter.start_chat, connect_message()), AnswerLost)


def test_a_closed_queue_is_not_asked_again(visit: Visit) -> None:
    """It has certainly made no chat, so there is nothing to undo."""
    visit.desk.reply("start", (503, {"error": "closed", "text": "come back tomorrow"}))
    error = error_of(visit.adapter.start_chat, connect_message())
    assert isinstance(error, DeskRefused)
    assert len(visit.desk.of("start")) == 1


@pytest.mark.parametrize("answer", [(500, None), (404, {"error": "over"}), (200, b"<html>")], ids=str)
def test_a_start_whose_first_poll_fails_leaves_nothing(visit: Visit, answer: Any) -> None:
    """Without its events a chat is of no use (LIF-03, LIF-17)."""
    visit.desk.reply("events", answer)
    assert isinstance(error_of(visit.adapter.start_chat, connect_message()), DeskError)
    assert len(visit.desk.of("end")) == 1
    assert visit.host.said == []
    await_no_threads()


def test_a_text_that_is_too_long_is_not_sent(visit: Visit) -> None:
    """The desk said at the start how long one may be (LIM-02)."""
    visit.start()
    assert isinstance(error_of(visit.say, "x" * 51), InvalidMessage)
    visit.say("x" * 50)
    assert [request.body["text"] for request in visit.desk.of("send")] == ["x" * 50]


@pytest.mark.parametrize("answer", [(500, None), (201, b"{"), (201, {})], ids=str)
def test_a_message_whose_answer_is_lost_goes_out_again_under_its_key(visit: Visit, answer: Any) -> None:
    """The desk stores it once (MSG-05, MSG-07)."""
    visit.start()
    visit.desk.reply("send", answer)
    visit.say("hello", "m-7")
    first, second = visit.desk.of("send")
    assert first.body == second.body == {"text": "hello", "key": "m-7"}


def test_messages_leave_a_desk_alone_that_asks_for_it(visit: Visit) -> None:
    """Until then they are refused here, with that reason (ERR-09)."""
    visit.start()
    visit.desk.reply("send", (429, {"error": "rate"}, {"Retry-After": "7"}))
    for _ in range(2):
        assert isinstance(error_of(visit.say, "hello"), DeskRefused)
    assert len(visit.desk.of("send")) == 1
    visit.clock.advance(7)
    visit.say("hello")


@pytest.mark.parametrize("answer", [(404, {"error": "over"}), (204, None)], ids=str)
def test_an_end_of_what_is_over_is_as_good(visit: Visit, answer: Any) -> None:
    """The agent may have been faster (LIF-08)."""
    visit.start()
    visit.desk.reply("end", answer)
    visit.adapter.end_chat()


def test_an_address_that_is_none_is_refused() -> None:
    """A mistake in the options should not look like an outage of the desk."""
    with pytest.raises(ValueError, match="http"):
        connect("desk.example/poll", None, clock=None, options={})  # type: ignore[arg-type]
