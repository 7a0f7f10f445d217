"""What is over is forgotten: a mock that runs for weeks must not keep what nobody can ask for any more."""

from __future__ import annotations

import gc
from collections.abc import Callable

from websockets.sync.client import connect

from mockdesk.core.clock import ScheduledCall, VirtualClock
from mockdesk.dialects.genesys.conversation import GuestConversation
from tests.hard.fuzz.places import GUEST, call
from tests.server.support import Desk


def counted(kind: type, belongs: Callable[[object], bool] = lambda one: True) -> int:
    """Return how many objects of a kind there are."""
    gc.collect()
    found = [one for one in gc.get_objects() if issubclass(type(one), kind)]  # isinstance would wake dead proxies
    return sum(map(belongs, found))


def test_calls_that_were_given_up_go_while_time_stands_still() -> None:
    """Each long poll gives a timer up; on a clock that nobody moves they were kept for ever."""
    clock, before = VirtualClock(), counted(ScheduledCall)
    kept = clock.call_later(1, lambda: None)
    for _ in range(5_000):
        clock.call_later(30, lambda: None).cancel()
    assert counted(ScheduledCall) - before < 200
    assert clock.next_due() == kept.due


def test_calls_are_made_in_order_after_many_were_given_up() -> None:
    """Clearing away must change neither order nor number of what is left."""
    clock, made = VirtualClock(), []
    for number in range(500):
        timer = clock.call_later(500 - number, lambda number=number: made.append(number))  # type: ignore[misc]
        if number % 3:
            timer.cancel()
    clock.advance(1_000)
    assert made == [number for number in reversed(range(500)) if number % 3 == 0]


def test_a_removed_conversation_leaves_no_record(desk: Desk) -> None:
    """For each of its events the place in the journal was kept."""
    user = desk.start()
    user.send("Hello")
    records = desk.control._host.records
    assert records._events.find(user.conversation_id, 1) is not None
    desk.control.remove_conversation(user.conversation_id)
    assert len(records._events) == 0


def test_a_removed_guest_conversation_is_forgotten(desk: Desk) -> None:
    """The timer of its next heartbeat kept everything that was ever said in it."""
    url = f"{desk.url}/genesys"
    setup = call(url, "GET", "/setup")
    create = {
        "organizationId": setup["org_id"],
        "deploymentId": setup["deployment_id"],
        "routingTarget": {"targetType": "QUEUE", "targetAddress": setup["queue_target"]},
        "memberInfo": {"displayName": "Max"},
    }
    made = call(url, "POST", GUEST, body=create)

    def is_it(one: object) -> bool:
        return isinstance(one, GuestConversation) and one.id == made["id"]

    with connect(made["eventStreamUri"], proxy=None):
        assert counted(GuestConversation, is_it) == 1
    desk.control.remove_conversation(made["id"])
    deadline = 200
    while counted(GuestConversation, is_it) and deadline:
        deadline -= 1  # the stream's thread is just ending
    assert counted(GuestConversation, is_it) == 0
