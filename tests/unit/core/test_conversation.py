"""The agents' side of one conversation, event by event."""

from __future__ import annotations

import pytest

from mockdesk.core.errors import DeskError
from tests.unit.core.bench import Bench


def test_a_chat_from_start_to_end(bench: Bench) -> None:
    """The happy path is what everybody builds on."""
    one = bench.start()
    assert bench.state(one) == "waiting"
    bench.act(one, "join", agent="ada")
    bench.send(one, "hello")
    bench.act(one, "typing", agent="ada")
    bench.act(one, "say", agent="ada", text="hi")
    bench.act(one, "end", agent="ada", reason="done")
    assert bench.types(one) == [
        "queue.updated",
        "agent.joined",
        "message.created",
        "agent.typing",
        "message.created",
        "conversation.ended",
    ]
    assert bench.last(one) == {"by": "agent", "agent_id": "ada", "reason": "done"}


def test_typing_tells_how_long_it_is_good_for(bench: Bench) -> None:
    """The desk sends no stop by itself, so a client needs the time after which typing is over."""
    one = bench.connected()
    bench.act(one, "typing", agent="ada")
    assert bench.last(one) == {"agent_id": "ada", "typing": True, "expires_in_seconds": 5.0}
    bench.act(one, "typing", agent="ada", typing=False)
    assert bench.last(one) == {"agent_id": "ada", "typing": False, "expires_in_seconds": None}


def test_an_offer_is_seen_by_drivers_only(bench: Bench) -> None:
    """Offers and declines while waiting are no events (two-stage joins must not look like joins)."""
    one = bench.start()
    assert bench.act(one, "offer", agent="ada") == ()
    assert bench.desk.truth(one)["offers"] == ["ada"]
    assert bench.act(one, "decline", agent="ada") == ()
    assert bench.desk.truth(one)["offers"] == []
    bench.act(one, "offer", agent="bob")
    bench.act(one, "join", agent="bob")
    assert bench.desk.truth(one)["offers"] == []


def test_a_profile_makes_an_agent_known(bench: Bench) -> None:
    """Scripts bring their own agents; the roster learns them, and a known agent keeps its queues."""
    one = bench.start()
    bench.desk.set_agent({"id": "ada", "queues": ["sales"], "online": False})
    bench.act(one, "join", agent={"id": "zoe", "nickname": None, "profile_picture_url": "https://pictures.example/z"})
    assert bench.last(one)["agent"] == {
        "id": "zoe",
        "nickname": None,
        "profile_picture_url": "https://pictures.example/z",
    }
    bench.act(one, "join", agent={"id": "ada", "nickname": "Ada L."})
    ada = next(agent for agent in bench.desk.agents() if agent.id == "ada")
    assert (ada.profile.nickname, ada.queues, ada.online) == ("Ada L.", ("sales",), False)
    assert "zoe" in [agent.id for agent in bench.desk.agents()]


def test_a_refused_profile_is_not_remembered(bench: Bench) -> None:
    """A refusal changes nothing, the roster included."""
    one = bench.connected()
    for action in ("join", "offer"):
        with pytest.raises(DeskError):
            bench.act(one, action, agent={"id": "ada", "nickname": "Somebody else"})
    with pytest.raises(DeskError):
        bench.act(one, "transfer", agent="ada", to_agent={"id": "ada", "nickname": "Somebody else"})
    assert bench.desk.agents()[0].profile.nickname == "Ada"


def test_the_desk_itself_can_speak_and_end(bench: Bench) -> None:
    """Messages of the system have an author who is no agent (MSG-04)."""
    one = bench.start()
    bench.act(one, "say", by="system", text="you are important to us")
    assert bench.last(one)["message"]["author"] == {"role": "system", "id": "system"}
    bench.act(one, "end", reason="closing time")
    assert bench.last(one) == {"by": "system", "agent_id": None, "reason": "closing time"}


def test_rich_items_reach_the_user_with_fields_nobody_knows(bench: Bench) -> None:
    """Unknown kinds must not lose their fields or their fallback on the way (MSG-10)."""
    one = bench.connected()
    items = [{"type": "image", "url": "https://a.example/b.png", "alt": "b"}, {"type": "card", "text": "x", "stars": 3}]
    bench.act(one, "say", agent="ada", items=items)
    assert bench.last(one)["message"]["items"] == items


def test_receipts_of_an_agent_never_go_back(bench: Bench) -> None:
    """A receipt covers what came before it, so an older one says nothing new."""
    one = bench.connected()
    bench.act(one, "read", agent="ada")
    assert bench.last(one) == {"agent_id": "ada", "up_to_seq": 2}
    bench.act(one, "read", agent="ada", up_to_seq=1)
    assert bench.last(one)["up_to_seq"] == 2


def test_screen_sharing_from_request_to_end(bench: Bench) -> None:
    """Each side can stop it, and the user is told once."""
    one = bench.connected()
    bench.act(one, "request_screen", agent="ada")
    request = bench.last(one)
    bench.desk.answer_screen_share(one, request["request_id"], "accepted")
    assert bench.desk.truth(one)["screen_share"] == {**request, "state": "accepted"}
    bench.act(one, "end_screen", agent="ada")
    assert bench.last(one) == {"request_id": request["request_id"], "by": "agent"}
    bench.act(one, "request_screen", agent="ada")
    bench.desk.answer_screen_share(one, None, "accepted")
    bench.desk.answer_screen_share(one, None, "ended")
    assert bench.last(one)["by"] == "user"


@pytest.mark.parametrize("answer", ["declined", "cancelled"])
def test_a_refused_screen_can_be_asked_for_again(bench: Bench, answer: str) -> None:
    """One answer for each request (FIL-07): a refusal closes the request and makes no event."""
    one = bench.connected()
    bench.act(one, "request_screen", agent="ada")
    before = bench.types(one)
    bench.desk.answer_screen_share(one, None, answer)
    assert bench.types(one) == before
    with pytest.raises(DeskError):
        bench.desk.answer_screen_share(one, None, "accepted")
    bench.act(one, "request_screen", agent="ada")


def test_screen_sharing_ends_with_its_agent(bench: Bench) -> None:
    """Nobody looks at a screen after leaving."""
    one = bench.connected()
    bench.act(one, "request_screen", agent="ada")
    ended, left = bench.act(one, "leave", agent="ada")
    assert (ended.type, ended.body.to_data()["by"], left.type) == ("screen_share.ended", "system", "agent.left")


def test_the_end_cancels_a_pending_request_for_the_screen(bench: Bench) -> None:
    """``conversation.ended`` is the last event, so the cancelling is seen in the state only."""
    one = bench.connected()
    bench.act(one, "request_screen", agent="ada")
    bench.desk.end(one)
    assert bench.types(one)[-1] == "conversation.ended"
    assert bench.desk.truth(one)["screen_share"]["state"] == "cancelled"


def test_capabilities_change_for_one_conversation(bench: Bench) -> None:
    """A desk can withdraw uploads in the middle of a talk; what is not named stays."""
    one, other = bench.start(), bench.start("else")
    bench.act(one, "set_capabilities", allowed_file_upload_types="image/*,.pdf")
    bench.act(one, "set_capabilities", allow_multiple_file_uploads=False)
    assert bench.last(one) == {
        "allow_file_uploads": True,
        "allow_multiple_file_uploads": False,
        "allowed_file_upload_types": "image/*,.pdf",
    }
    bench.desk.upload_file(one, "a.PDF", "application/pdf", b"")
    bench.desk.upload_file(other, "a.exe", "application/x-msdownload", b"")
    with pytest.raises(DeskError) as refused:
        bench.desk.upload_file(one, "a.exe", "application/x-msdownload", b"")
    assert refused.value.code == "unsupported_media_type"


def test_news_of_the_queue_can_be_told_freely(bench: Bench) -> None:
    """A desk may say less or more than it knows; what is not given is what the queue says."""
    one = bench.start()
    bench.act(one, "update_queue", estimated_wait_seconds=90, message="busy")
    assert bench.last(one) == {
        "queue": "default",
        "position": 1,
        "estimated_wait_seconds": 90,
        "agents_online": 3,
        "message": "busy",
    }


def test_an_agent_taken_off_the_roster_leaves_everywhere(bench: Bench) -> None:
    """A lost agent is seen as disconnected, and a transfer to the agent as declined."""
    one, two, three = bench.connected(), bench.connected("bob"), bench.start()
    bench.act(two, "transfer", agent="bob", to_agent="ada")
    bench.act(three, "offer", agent="ada")
    bench.desk.remove_agent("ada")
    assert bench.last(one) == {"agent_id": "ada", "reason": "disconnected"}
    assert [bench.state(each) for each in (one, two, three)] == ["waiting", "connected", "waiting"]
    assert bench.desk.truth(three)["offers"] == []


def test_act_returns_what_it_caused_in_this_conversation(bench: Bench) -> None:
    """A driver reads the effect of an action from its answer; news for others in the queue are not part of it."""
    one, other = bench.start(), bench.start("else")
    events = bench.act(one, "join", agent="ada")
    assert [event.type for event in events] == ["agent.joined"]
    assert bench.types(other) == ["queue.updated", "queue.updated"]
