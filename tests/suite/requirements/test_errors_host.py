"""Each requirement of what the host is told of faults, and of a host that fails itself, on small traces."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.requirements.errors_host import (
    callbacks_are_those_of_the_interface,
    failing_host_is_survived,
    loss_before_join_is_told_once,
    one_fault_one_report,
)
from contracts.trace import Side
from tests.suite.requirements.build import ADA, Story, broken_by, complaint, ended, holds, joined, said, unexercised

CONNECTING = {"type": 1}
LOST = {"type": 2, "is_disconnected": True}
BACK = {"type": 2, "is_disconnected": False}
REFUSED = {"kind": "status", "operation": "startChat", "status": 503, "count": None}


def error(story: Story, told: dict[str, Any]) -> Story:
    """The adapter tells an error."""
    return story.callback("set_error_status", error=told)


def failed_start(reason: str | None = "DeskRefused: 503") -> Story:
    """A start that the desk refused; ``None``: it resolved nevertheless."""
    return Story().suite("fault", fault=REFUSED).start(reason)


def without_conversation(story: Story) -> Any:
    """Return the trace of a story whose chats the desk does not have."""
    trace = story.trace()
    return type(trace)(tuple(entry for entry in trace if entry.kind != "truth"), trace.about)


def waiting() -> Story:
    """A user who waits, and whose desk goes away."""
    return Story().start().suite("drop", code=None, outage=True)


def test_a_failed_start_rejects_and_nothing_else() -> None:
    """ERR-01: one CONNECTING may stand for it; no loss follows, and it does not resolve without a conversation."""
    rule = loss_before_join_is_told_once
    assert holds(rule, without_conversation(failed_start()))
    assert holds(rule, without_conversation(error(failed_start(None), CONNECTING)))
    assert holds(rule, failed_start(None).trace())
    assert "set_error_status was called as well" in complaint(rule, without_conversation(error(failed_start(), LOST)))
    assert "the desk has no conversation" in complaint(rule, without_conversation(failed_start(None)))
    assert unexercised(rule, Story().start().trace())


def test_who_waits_is_told_once_that_the_desk_is_gone() -> None:
    """ERR-01: after ten minutes somebody must say so, once; a shorter outage need not be told."""
    rule = loss_before_join_is_told_once
    for told in (CONNECTING, LOST):
        assert holds(rule, error(waiting().advance(60), told).trace())
    assert "nothing was told" in complaint(rule, waiting().advance(700).trace())
    assert unexercised(rule, waiting().advance(30).trace())
    twice = error(error(waiting().advance(60), LOST), CONNECTING)
    assert "after the one error nothing is told" in complaint(rule, twice.trace())
    tidied = error(waiting(), CONNECTING).callback("update_persisted_state", state={}, merge=False, size=2)
    assert holds(rule, tidied.trace())


def test_a_declared_limit_counts() -> None:
    """ERR-01: an adapter that says how long it tries is held to that."""
    story = waiting().advance(90)
    story.about["reconnect_limit_seconds"] = 60
    assert "nothing was told" in complaint(loss_before_join_is_told_once, story.trace())


def test_a_start_that_rejects_is_told_by_that_alone() -> None:
    """ERR-02: the host shows an error for the rejection by itself."""
    rule = one_fault_one_report
    assert holds(rule, failed_start().trace())
    assert "set_error_status was called as well" in complaint(rule, error(failed_start(), CONNECTING).trace())
    assert unexercised(rule, Story().start().trace())


def test_a_send_that_rejects_is_told_by_that_alone() -> None:
    """ERR-02: nothing broke, so no loss is told; where a stream broke, both are right."""
    rule = one_fault_one_report
    refused = Story().start().suite("fault", fault={**REFUSED, "operation": "sendMessageToAgent"})
    assert holds(rule, refused.send("x", "DeskRefused").trace())
    assert "set_error_status was called as well" in complaint(rule, error(refused, LOST).trace())
    cut = error(Story().start().suite("drop", code=None, outage=True), LOST).send("x", "DeskRefused")
    assert holds(rule, cut.trace())


def test_a_send_that_is_cut_off_may_take_the_stream_along() -> None:
    """ERR-02: where requests travel over the connection of the events, the loss is one, and both reports are right."""

    def cut_off(**more: Any) -> Any:
        story = Story().start().suite("fault", fault={"kind": "reset", "operation": "sendMessageToAgent"})
        error(story, LOST).send("x", "AnswerLost")
        told = {"operation": "sendMessageToAgent", "conversation_id": "c1", **more}
        story.add(Side.DESK, "requests", requests=[told])
        return story.trace()

    assert "set_error_status was called as well" in complaint(one_fault_one_report, cut_off())
    assert broken_by(one_fault_one_report, cut_off(in_stream=True)) == []


def test_a_loss_is_told_once() -> None:
    """ERR-02: neither twice as a loss, nor as an error and an end."""
    rule = one_fault_one_report
    cut = Story().start().act("join", joined(ADA)).callback("agent_joined", profile=ADA)
    cut.suite("drop", code=None, outage=True)
    assert holds(rule, error(cut, LOST).trace())
    assert "told 2 times" in complaint(rule, error(cut, LOST).trace())
    again = error(Story().start().suite("drop", code=None, outage=True), LOST)
    again = error(again, CONNECTING).callback("agent_ended_chat")
    assert "2 ends were told" in complaint(rule, again.trace())
    assert holds(rule, error(error(Story().start().suite("drop", code=None), LOST), BACK).trace())


def host_raised(callback: str = "agent_joined") -> Story:
    """A chat in which the host raised out of a callback."""
    story = Story().start().act("join", joined(ADA))
    index = story.add(Side.CALLBACK, callback, profile=ADA)
    story.add(Side.CALLBACK, "returned", index, raised="HostRaised: the host failed")
    return story


def test_a_failing_host_stops_nothing() -> None:
    """ERR-08 is exercised by what is said after the host raised."""
    rule = failing_host_is_survived
    later = host_raised().act("say", said(ADA, "Later"))
    assert holds(rule, later.shows("Later").delivered().trace())
    assert "'Later'" in complaint(rule, host_raised().act("say", said(ADA, "Later")).delivered().trace())
    assert "set_error_status was called" in complaint(rule, error(host_raised(), LOST).trace())
    dead = host_raised().suite("unhandled", error="HostRaised: the host failed", thread="reader")
    assert "ended the thread reader" in complaint(rule, dead.trace())
    assert unexercised(rule, host_raised().trace())


def test_an_end_of_the_desk_after_the_host_raised_is_no_fault() -> None:
    """ERR-08 blames only ends that nobody made."""
    story = host_raised().act("end", ended()).callback("agent_ended_chat")
    assert not broken_by(failing_host_is_survived, story.trace())


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("agent_joined", {"profile": {**ADA, "further": 1}}),
        ("agent_typing", {"is_typing": False}),
        ("send_message_to_user", {"message": "x", "agent_id": None}),
        ("send_message_to_user", {"message": {"output": {"generic": [{"response_type": "x"}]}}, "agent_id": "a"}),
        ("begin_transfer_to_another_agent", {"profile": None}),
        ("set_error_status", {"error": LOST}),
        ("set_error_status", {"error": {"type": 1, "message_to_user": "No."}}),
        ("update_agent_availability", {"availability": {"estimated_wait_time": 2.5, "message": None}}),
        ("update_capabilities", {"capabilities": {"allow_file_uploads": True}}),
        ("set_file_upload_status", {"file_id": "f", "is_error": False, "error_message": None}),
        ("update_persisted_state", {"state": {}, "merge": False, "size": 2}),
        ("agent_left_chat", {}),
    ],
)
def test_arguments_of_the_interface(name: str, data: dict[str, Any]) -> None:
    """ERR-10 holds for what contracts.adapter declares."""
    assert holds(callbacks_are_those_of_the_interface, Story().start().callback(name, **data).trace())


@pytest.mark.parametrize(
    ("name", "data", "said_of_it"),
    [
        ("agentJoined", {"args": [], "keywords": {}}, "agentJoined was called"),
        ("agent_joined", {"profile": {"id": 7, "nickname": "Ada"}}, "profile.id is 7"),
        ("agent_joined", {"profile": {"id": "7"}}, "profile.nickname is None"),
        ("begin_transfer_to_another_agent", {"profile": {"id": None}}, "profile.id is None"),
        ("agent_typing", {"is_typing": 1}, "is_typing is 1"),
        ("send_message_to_user", {"message": {"text": "x"}, "agent_id": None}, "output.generic"),
        ("send_message_to_user", {"message": "x", "agent_id": 5}, "agent_id is 5"),
        ("set_error_status", {"error": {"type": 3}}, "error.type is 3"),
        ("set_error_status", {"error": {"type": True}}, "error.type is True"),
        ("set_error_status", {"error": {"type": 2, "isDisconnected": True}}, "error.is_disconnected is None"),
        ("update_agent_availability", {"availability": {"estimated_wait_time": "5"}}, "estimated_wait_time is '5'"),
        ("update_agent_availability", {"availability": {"positionInQueue": 2}}, "no field that the host knows"),
        ("set_file_upload_status", {"file_id": "f", "is_error": None}, "is_error is None"),
        ("update_persisted_state", {"state": {}, "merge": "no"}, "merge is 'no'"),
    ],
)
def test_arguments_of_other_interfaces(name: str, data: dict[str, Any], said_of_it: str) -> None:
    """ERR-10 names the argument and what it was."""
    story = Story().start().callback(name, **data)
    assert said_of_it in complaint(callbacks_are_those_of_the_interface, story.trace())


def test_refused_arguments_are_told() -> None:
    """ERR-10: the host could not even take them."""
    told = {"callback": "send_message_to_user", "why": "missing a required argument: 'agent_id'", "args": ["x"]}
    story = Story().start().suite("refused", **told, keywords={})
    assert "missing a required argument" in complaint(callbacks_are_those_of_the_interface, story.trace())
