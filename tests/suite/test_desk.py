"""A desk is verified over HTTP as a user does it: with the mock's driver attached, and without any driver."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event
from typing import Any, cast

import pytest

from contracts.desk.probe_transports import polls_that_wait
from contracts.desk.subject import desk_subject, further_checks
from contracts.desk.undriven import UndrivenDesk
from contracts.desk.wire import Answer
from contracts.drivers import open_driver
from contracts.run import verify
from contracts.verdict import Conclusion, Verdict
from contracts.verification import Options
from mockdesk.server.running import RunningServer


@pytest.fixture
def url() -> Iterator[str]:
    """The address of a running mock whose clock is the machine's, as ``mockdesk serve`` starts it."""
    with RunningServer(port=0, clock="system") as server:
        yield server.url


class BusyDesk:
    """A bench and its wire, before a desk where an agent joins while nobody has asked for it."""

    driver = None

    def __init__(self) -> None:
        self.wire = self
        self.log = [{"seq": 1, "type": "queue.updated"}]
        self.asked: list[tuple[str, int]] = []
        self.joined = Event()

    def chat(self, user_id: str) -> str:
        """The one conversation."""
        return "c1"

    def call(self, operation: str, chat: str, *, purpose: str) -> Answer:
        """What has happened so far."""
        return Answer(200, {}, {"events": self.log, "next": 1})

    def say(self, chat: str, text: str, *, purpose: str) -> Answer:
        """Send when the agent has joined."""
        assert self.joined.wait(5.0)
        self.log.append({"seq": 3, "type": "message.created"})
        return Answer(201, {}, {"seq": 3})

    def request(self, operation: str, chat: str, *, query: dict[str, Any], timeout: float, purpose: str) -> Answer:
        """Poll; the first poll that waits sees the agent join."""
        self.asked.append((purpose, query["after"]))
        if purpose == "poll.waiting" and len(self.log) == 1:
            self.log.append({"seq": 2, "type": "agent.joined"})
            found = self.log[1:2]
            self.joined.set()
        else:
            found = [event for event in self.log if event["seq"] > query["after"]]
        return Answer(200, {}, {"events": found, "next": found[-1]["seq"] if found else query["after"]})


def test_agents_who_come_by_themselves_disturb_no_poll() -> None:
    """A real desk's agents join while the suite polls: that answers a waiting poll, and the message comes after it."""
    desk = BusyDesk()
    polls_that_wait.run(cast("Any", desk))
    assert desk.asked == [("poll.at_once", 1), ("poll.idle", 1), ("poll.waiting", 1), ("poll.waiting", 2)]


@pytest.mark.all
def test_the_mock_conforms_with_its_driver(url: str) -> None:
    """What the mock teaches must be what the contract says; every requirement of desks is exercised."""
    driver = open_driver("mockdesk", {"desk_url": url})
    try:
        done = verify(desk_subject(url), driver, Options(sequences=10), further=further_checks)
    finally:
        driver.close()
    assert [one.requirement.id for one in done.results if one.verdict is not Verdict.PASS] == []
    assert done.conclusion is Conclusion.CONFORMANT


@pytest.mark.all
def test_a_desk_without_a_driver_is_judged_as_far_as_it_can_be(url: str) -> None:
    """A vendor begins without a driver: nothing is blamed or called good that needs an agent; the reason is said."""
    done = verify(desk_subject(url), UndrivenDesk(url), Options(sequences=3), further=further_checks)
    assert done.conclusion is Conclusion.CONFORMANT, [(r.requirement.id, r.verdict) for r in done.results]
    skipped = [one for one in done.results if one.verdict is Verdict.SKIP]
    assert {"LIF-11", "ORD-08", "REC-04"} <= {one.requirement.id for one in skipped}
    assert all(one.reason for one in skipped)
    assert sum(one.verdict is Verdict.PASS for one in done.results) > 10
