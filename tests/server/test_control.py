"""The control of a desk, in process and over HTTP: the same operations, the same answers, the same refusals."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from mockdesk import DeskControl
from mockdesk.control_client import ControlClient
from mockdesk.core import errors
from mockdesk.core.actions import ACTION_NAMES
from mockdesk.core.faults import REQUEST_KINDS, STREAM_KINDS
from tests.server.conftest import Control
from tests.server.support import ADA, Desk, drain, receive

BOB = {"id": "bob", "nickname": "Bob"}


def test_both_have_the_same_operations() -> None:
    """A test that moves from one to the other must not have to be rewritten."""

    def public(kind: type) -> dict[str, list[str]]:
        members = {name: getattr(kind, name) for name in dir(kind) if not name.startswith("_")}
        functions = {name: value for name, value in members.items() if inspect.isfunction(value)}
        return {name: list(inspect.signature(value).parameters) for name, value in functions.items()}

    of_client, of_desk = public(ControlClient), public(DeskControl)
    extra = {"check", "close", "make_desk", "remove_desk"}
    assert of_desk.pop("secrets") == ["self"]  # in process only: over HTTP nobody gets them
    assert {name: value for name, value in of_client.items() if name not in extra} == of_desk


def test_describe(control: Control, desk: Desk) -> None:
    """A tool sees what it can do before it tries."""
    told = control.describe()
    assert (told["name"], told["clock"]["kind"], told["script"]) == (desk.control.name, "virtual", None)
    assert set(told["actions"]) == set(ACTION_NAMES)
    assert set(told["faults"]) == {*REQUEST_KINDS, *STREAM_KINDS}
    assert (control.name, control.path) == (desk.control.name, desk.control.path)


def test_every_action_of_an_agent(control: Control, desk: Desk) -> None:
    """Whatever the core knows can be done by hand."""
    user = desk.start()
    file = user.call("POST", "/files", files={"file": ("a", b"x")}).json()["id"]

    def act(action: str, **more: Any) -> list[str]:
        events = control.act(user.conversation_id, {"action": action, **more})["events"]
        return [event["type"] for event in events]

    assert act("update_queue", position=4, estimated_wait_seconds=60, message="soon") == ["queue.updated"]
    assert act("offer", agent=ADA) == []
    assert act("decline", agent="ada") == []
    assert act("join", agent="ada") == ["agent.joined"]
    assert act("typing", agent="ada", typing=False) == ["agent.typing"]
    assert act("say", agent="ada", text="a", items=[{"type": "image", "url": "x"}]) == ["message.created"]
    assert act("say", by="system", text="the desk itself") == ["message.created"]
    assert act("read", agent="ada", up_to_seq=1) == ["agent.read"]
    assert act("request_screen", agent="ada") == ["screen_share.requested"]
    assert act("end_screen", agent="ada") == ["screen_share.ended"]
    assert act("set_file_state", file_id=file, state="rejected", message="no") == ["file.updated"]
    assert act("set_capabilities", allow_file_uploads=False) == ["capabilities.updated"]
    assert act("transfer", agent="ada", to_agent=BOB, reason="better") == ["transfer.started"]
    assert act("join", agent="bob") == ["agent.joined", "agent.left"]
    assert act("leave", agent="bob", reason="disconnected") == ["agent.left"]
    assert act("join", agent="ada") == ["agent.joined"]
    assert act("end", agent="ada", reason="done") == ["conversation.ended"]
    assert user.poll()["ended"] is True


@pytest.mark.parametrize(
    ("action", "refusal"),
    [
        ({"action": "join", "agent": "nobody"}, errors.UnknownAgent),
        ({"action": "say", "agent": ADA, "text": "a"}, errors.AgentNotPresent),
        ({"action": "jion", "agent": ADA}, errors.InvalidRequest),
        ({"action": "say", "agent": ADA, "txt": "a"}, errors.InvalidRequest),
        ({}, errors.InvalidRequest),
    ],
)
def test_refused_actions(control: Control, desk: Desk, action: dict[str, Any], refusal: type[Exception]) -> None:
    """A refusal has the same type and words on either way."""
    user = desk.start()
    with pytest.raises(refusal) as caught:
        control.act(user.conversation_id, action)
    assert isinstance(caught.value, errors.DeskError)
    assert caught.value.detail
    if refusal is errors.InvalidRequest:
        assert caught.value.errors
    with pytest.raises(errors.UnknownConversation):
        control.act("conv_none", {"action": "join", "agent": ADA})
    control.act(user.conversation_id, {"action": "join", "agent": ADA})
    with pytest.raises(errors.AgentAlreadyPresent):
        control.act(user.conversation_id, {"action": "join", "agent": ADA})
    user.call("POST", "/end")
    with pytest.raises(errors.ConversationEnded):
        control.act(user.conversation_id, {"action": "say", "agent": ADA, "text": "a"})


def test_truth(control: Control, desk: Desk) -> None:
    """What the desk really has: without tokens, oldest first."""
    first, second = desk.start(user_id="a"), desk.start(user_id="b")
    second.send("hello", message_id="m")
    truths = control.conversations()
    assert [truth["user_id"] for truth in truths] == ["a", "b"]
    assert truths[1] == control.conversation(second.conversation_id)
    assert truths[1]["messages"][0]["client_message_id"] == "m"
    assert first.token not in str(truths)
    control.remove_conversation(first.conversation_id)
    with pytest.raises(errors.UnknownConversation):
        control.conversation(first.conversation_id)


def test_agents_and_queues(control: Control, desk: Desk) -> None:
    """The roster and the queues can be changed while users wait, and they hear of it."""
    user = desk.start()
    with user.stream() as stream:
        assert receive(stream)["data"]["agents_online"] is None
        made = control.set_agent("a/b c", {"nickname": "A", "queues": ["default"]})
        assert made["online"] is True
        assert receive(stream)["data"]["agents_online"] == 1
        queue = control.set_queue("default", {"seconds_per_conversation": 90})
        assert (queue["open"], queue["length"]) == (True, 1)
        assert receive(stream)["data"]["estimated_wait_seconds"] == 90
        assert [agent["id"] for agent in control.agents()] == ["a/b c"]
        control.remove_agent("a/b c")
        assert control.agents() == []
    control.set_queue("sales", {"open": False})
    assert control.queues()["sales"]["open"] is False
    with pytest.raises(errors.UnknownAgent):
        control.remove_agent("a/b c")
    with pytest.raises(errors.InvalidRequest):
        control.set_agent("x", {"nickname": 1})
    with pytest.raises(errors.InvalidRequest):
        control.set_agent("x", {"id": "y"})


def test_clock(control: Control, desk: Desk) -> None:
    """The clock is read and moved; it does not go back, and a virtual one has no speed."""
    begin = control.now()
    assert control.clock() == {
        "kind": "virtual",
        "now": begin,
        "time": "2024-01-01T00:00:00.000Z",
        "speed": None,
        "next_due": None,
    }
    assert control.advance(1.5)["now"] == begin + 1.5
    assert control.advance(to_next=True)["now"] == begin + 1.5
    with pytest.raises(errors.InvalidRequest):
        control.advance(-1)
    with pytest.raises(errors.InvalidRequest):
        control.advance()
    with pytest.raises(errors.ClockNotVirtual):
        control.set_speed(2)
    assert control.now() == begin + 1.5


def test_speed(new_desk: Callable[..., Desk]) -> None:
    """A running clock goes at any speed; 0 is a pause, after which what is due still comes."""
    desk = new_desk(clock="scaled", queue_timeout_seconds=3600)
    user = desk.start()
    assert desk.control.set_speed(0)["speed"] == 0
    assert desk.control.now() == desk.control.now()
    assert desk.control.set_speed(5)["speed"] == 5
    desk.control.set_speed(100_000)
    assert desk.control.wait({"kind": "event", "type": "conversation.ended"})["matched"]
    assert user.poll()["ended"] is True
    with pytest.raises(errors.InvalidRequest):
        desk.control.set_speed(-1)
    with pytest.raises(errors.ClockNotVirtual):
        ControlClient(desk.url).advance(1)


def test_faults(control: Control, desk: Desk) -> None:
    """Faults are installed, listed, removed; a wrong one is refused with the field named."""
    fault_id = control.inject({"kind": "status", "operation": "endChat", "status": 500, "count": 3})
    (listed,) = control.faults()
    assert (listed["id"], listed["remaining"]) == (fault_id, 3)
    control.remove_fault(fault_id)
    with pytest.raises(errors.NotFound):
        control.remove_fault(fault_id)
    with pytest.raises(errors.InvalidRequest):
        control.inject({"kind": "sttus"})
    control.inject({"kind": "reset"})
    control.clear_faults()
    assert control.faults() == []
    assert control.release() == 0


def test_wait_for_the_journal(control: Control, desk: Desk) -> None:
    """Instead of sleeping: a count, a position, a time limit; what matches is an empty difference."""
    user = desk.start()
    user.send("one")
    match = {"kind": "request", "operation": "sendMessageToAgent", "body": {"text": "one"}}
    found = control.wait(match)
    assert (found["matched"], found["count"]) == (True, 1)
    assert found["entries"][0]["conversation_id"] == user.conversation_id
    assert control.wait(match, 1, 0.01, after=found["entries"][0]["position"])["matched"] is False
    assert control.wait({"kind": "request", "no_such_key": None}, 1, 0.01)["matched"] is False


def test_wait_wakes_when_it_happens(control: Control, desk: Desk) -> None:
    """A wait that only looks once, or only at its end, would be a sleep."""
    from concurrent.futures import ThreadPoolExecutor

    user = desk.start()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(control.wait, {"kind": "event", "type": "message.created"}, 3, 30.0)
        for text in ("a", "b", "c"):
            user.send(text)
        assert waiting.result(5)["matched"] is True


def test_reset(control: Control, desk: Desk) -> None:
    """A desk as new: time, faults, conversations, journal; the settings stay."""
    user = desk.start()
    begin = control.now()
    control.advance(60)
    control.inject({"kind": "hold_events"})
    control.inject({"kind": "status", "operation": "startChat", "count": None})
    with user.stream() as stream:
        control.reset()
        assert drain(stream)[1] == 4404
    assert (control.conversations(), control.faults(), control.now()) == ([], [], begin)
    assert desk.start().poll()["next"] == 1


def test_transcript_and_digest(control: Control, desk: Desk) -> None:
    """The same on either way."""
    desk.start().send("a")
    assert (control.transcript(), control.digest()) == (desk.control.transcript(), desk.control.digest())


def test_census(control: Control, desk: Desk) -> None:
    """What is open, by conversation."""
    user = desk.start()
    assert control.census() == {"streams": {}, "polls": {}, "requests": 0}
    with user.stream(), user.stream():
        assert control.census()["streams"] == {user.conversation_id: 2}
