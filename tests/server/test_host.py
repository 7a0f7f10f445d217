"""A desk's host and its readers, without a network: what depends on who is faster cannot be seen over real sockets."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from mockdesk.core.clock import VirtualClock
from mockdesk.core.desk import Desk
from mockdesk.core.drafts import MessageDraft, StartRequest
from mockdesk.core.settings import DeskSettings
from mockdesk.dialects.canonical_feed import CanonicalFeed
from mockdesk.dialects.feeds import EXPIRED, REMOVED
from mockdesk.dialects.seam import Finish
from mockdesk.server.census import census
from mockdesk.server.connections import SocketConnection
from mockdesk.server.delivery import Reader
from mockdesk.server.events import LongPoll
from mockdesk.server.host import STOPPED, DeskHost
from mockdesk.server.options import ServerOptions
from mockdesk.server.steps import LONG_POLL, WEBSOCKET, ReaderRequest, Write
from tests.server.support import PATIENCE


class Wire:
    """A desk with one conversation, and a connection whose other end the test holds."""

    def __init__(self) -> None:
        self.host = DeskHost("", DeskSettings(), VirtualClock(), ServerOptions())
        self.ours, self.theirs = socket.socketpair()
        with self.host.use() as desk:
            self.started = desk.start(StartRequest("u1"))

    def reader(self, transport: str, after: int = 0) -> Reader:
        """Return a new reader of the conversation on the connection."""
        feed = CanonicalFeed(self.host.desk, self.started.conversation.id, self.started.token)
        wanted = ReaderRequest(feed, after, transport, SocketConnection(self.ours), 1)
        return self.host.open_reader(wanted)


@pytest.fixture
def wire() -> Iterator[Wire]:
    """A desk and a connection."""
    made = Wire()
    yield made
    made.ours.close()
    made.theirs.close()


def test_time_moves_only_when_all_was_written(wire: Wire) -> None:
    """An advance that overtook the delivery of what was due before would end tokens before their events were sent."""
    reader, begin = wire.reader(WEBSOCKET), wire.host.clock.now()
    with ThreadPoolExecutor(1) as pool:
        moving = pool.submit(wire.host.advance, 5)
        with wire.host.lock:
            assert reader.next_step() is not None
            assert wire.host.clock.now() == begin
            while reader.next_step() is not None:
                pass
            while not moving.done():
                reader.wait(0.01)
    assert wire.host.clock.now() == begin + 5


def test_the_census_looks_at_the_sockets(wire: Wire) -> None:
    """A client that is gone is not counted, though its thread has not noticed yet."""
    for transport, kind in ((WEBSOCKET, "streams"), (LONG_POLL, "polls")):
        wire.reader(transport)
        assert census(wire.host)[kind] == {wire.started.conversation.id: 1}
    wire.theirs.close()
    assert census(wire.host) == {"streams": {}, "polls": {}, "requests": 0}


def test_a_poll_ends_when_its_client_is_gone(wire: Wire) -> None:
    """Else a client that polls and gives up would pile up threads."""
    poll = LongPoll(wire.reader(LONG_POLL, after=1), 30)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(poll.collect)
        wire.theirs.close()
        waiting.result(PATIENCE)
    assert poll.cut


def test_a_stop_ends_what_begins_after_it(wire: Wire) -> None:
    """A request that was already on its way when the desk stopped must not wait for ever."""
    wire.host.stop()
    assert wire.reader(WEBSOCKET).next_step() == STOPPED
    with wire.host.pending(SocketConnection(wire.ours)):
        assert wire.theirs.recv(1) == b""


def test_the_cause_ends_with_the_use_of_the_desk(wire: Wire) -> None:
    """One failed request must not claim all later entries; nor one inside another those of the outer."""
    journal = wire.host.journal
    with wire.host.use(3):
        with pytest.raises(RuntimeError), wire.host.use(4):
            raise RuntimeError
        assert journal.cause == 3
    assert journal.cause is None


def test_a_reset_within_the_use_of_a_desk_leaves_no_cause(wire: Wire) -> None:
    """The journal is another one then, and begins without one; so does the schedule of faults."""
    with wire.host.use(3) as desk:
        desk.faults.install({"kind": "status"})
        wire.host.reset()
    assert wire.host.journal is wire.host.desk.journal
    assert wire.host.journal.cause is None
    assert not wire.host.may_strike


@pytest.mark.parametrize(("ended", "code"), [(Desk.expire_token, EXPIRED), (Desk.remove, REMOVED)])
def test_a_backlog_is_not_read_on_when_it_may_not_be(wire: Wire, ended: Callable[[Desk, str], None], code: int) -> None:
    """What was fetched before the end of the token, or the removal of the conversation, must not be told after it."""
    conversation_id = wire.started.conversation.id
    with wire.host.use() as desk:
        for number in range(3):
            desk.send(conversation_id, MessageDraft(f"number {number}"))
    reader = wire.reader(LONG_POLL)
    with wire.host.lock:
        assert isinstance(reader.next_step(), Write)
        ended(wire.host.desk, conversation_id)
        step = reader.next_step()
    assert isinstance(step, Finish)
    assert step.code == code
