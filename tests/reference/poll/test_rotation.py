"""One id for polls, messages, typing and the end, while it rotates (ORD-05)."""

from __future__ import annotations

from typing import Any

import pytest

from byosd_reference.errors import DeskError, DeskRefused
from byosd_reference.poll.session_api import MOST_STALE
from tests.reference.host import error_of
from tests.reference.poll.conftest import Visit, said

STALE: tuple[int, Any] = (409, {"error": "stale_session", "text": "a newer id was used"})


def test_messages_and_the_end_go_under_the_newest_id(visit: Visit) -> None:
    """An old id would be refused, and the user's words with it."""
    visit.start()
    for number in range(3):
        visit.tell(said(f"agent {number}"))
        visit.host.await_text(f"agent {number}")
        visit.desk.await_request("events", number + 3)
        visit.say(f"user {number}", f"m-{number}")
    visit.adapter.end_chat()
    newest = visit.desk.of("events")[-1].session
    assert [request.session for request in visit.desk.of("end")] == [newest]
    assert [request.body for request in visit.desk.of("send")] == [
        {"text": f"user {number}", "key": f"m-{number}"} for number in range(3)
    ]
    assert {request.token for request in visit.desk.requests} == {None, "canary-token"}


@pytest.mark.parametrize("operation", ["send", "typing", "end"])
def test_a_call_under_a_stale_id_is_made_again(visit: Visit, operation: str) -> None:
    """The desk has done nothing, and a newer id is known: the user need not hear of it."""
    visit.start()
    chat: Any = visit.adapter._current
    sessions = chat._api._sessions
    newest = sessions.present
    sessions._present, sessions._next = "s0", newest  # as if the call had begun before the newest came
    {
        "send": lambda: visit.say("hello"),
        "typing": lambda: visit.adapter.user_typing(True),
        "end": visit.adapter.end_chat,
    }[operation]()
    assert [request.session for request in visit.desk.of(operation)] == ["s0", newest]


def test_an_id_that_is_stale_without_a_newer_one_is_a_refusal(visit: Visit) -> None:
    """Asking again under the same id would never end."""
    visit.start()
    visit.desk.reply("send", STALE)
    error = error_of(visit.say, "hello")
    assert isinstance(error, DeskRefused)
    assert (error.status, error.code) == (409, "stale_session")
    assert len(visit.desk.of("send")) == 1


def test_a_desk_that_calls_every_id_stale_is_asked_a_few_times(visit: Visit) -> None:
    """A new id may come with each answer, so the number of attempts is bounded."""
    visit.start()
    chat: Any = visit.adapter._current
    visit.desk.reply("send", *[STALE] * (MOST_STALE + 5))
    fresh = iter(f"new-{number}" for number in range(99))
    chat._api._sessions.instead_of = lambda stale: next(fresh)
    assert isinstance(error_of(visit.say, "hello"), DeskError)
    assert len(visit.desk.of("send")) == MOST_STALE + 1


def test_while_a_batch_is_shown_a_message_goes_under_the_id_before(visit: Visit) -> None:
    """It is as good, and after a reload it still gives what was not shown."""
    visit.start()
    before = visit.desk.of("events")[-1].session
    visit.host.reactions["send_message_to_user"] = lambda *arguments: visit.say("from within")
    visit.tell(said("one"))
    visit.desk.await_request("send")
    assert visit.desk.of("send")[0].session == before
    visit.desk.await_request("events", 3)
    visit.host.reactions.clear()
    visit.say("later", "m-2")
    assert visit.desk.of("send")[-1].session == visit.desk.of("events")[-1].session != before


def test_what_a_batch_tells_again_is_not_shown_twice(visit: Visit) -> None:
    """The wire tells everything at least once (MSG-03, REC-04)."""
    visit.start()
    visit.tell(said("once"))
    visit.host.await_text("once")
    visit.tell({**said("once"), "id": 2}, said("then"))
    visit.host.await_text("then")
    assert visit.host.texts() == ["once", "then"]
