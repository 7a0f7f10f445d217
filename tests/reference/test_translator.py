"""From events to callbacks, without a network: what no well-behaved desk sends, and what it must not break."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byosd_reference.desk_api import ConversationApi, Credentials
from byosd_reference.events import Event, parse_event
from byosd_reference.file_rules import FileRules
from byosd_reference.files import Files
from byosd_reference.gate import Gate
from byosd_reference.http_line import HttpLine
from byosd_reference.presence import Presence
from byosd_reference.screen_share import ScreenShare
from byosd_reference.settings import TimeLimits
from byosd_reference.translator import Translator
from byosd_reference.typing_indicator import TypingIndicator
from byosd_reference.workers import Workers
from tests.reference.clock import ManualClock
from tests.reference.host import RecordingHost
from tests.reference.support import await_no_threads, profile

TYPES = [
    "queue.updated",
    "agent.joined",
    "agent.typing",
    "agent.read",
    "agent.left",
    "transfer.started",
    "message.created",
    "file.updated",
    "screen_share.ended",
    "capabilities.updated",
    "something.new",
]


class Told:
    """A translator and the host that it tells."""

    def __init__(self) -> None:
        self.host = RecordingHost()
        self.clock = ManualClock()
        self.seq = 0
        gate, times, workers = Gate(), TimeLimits(0.1), Workers()
        api = ConversationApi(HttpLine("http://127.0.0.1:1"), Credentials("c", "ws://x", "t"), self.clock.now)
        typing = TypingIndicator(gate, self.host, self.clock)
        files = Files(gate, self.host, api, times, FileRules())
        self.screen = ScreenShare(gate, self.host, api, times, workers)
        presence = Presence(gate, self.host, typing)
        self.translator = Translator(gate, self.host, typing, presence, files, self.screen, lambda: None)

    def event(self, kind: str, **data: Any) -> None:
        """Let an event come."""
        self.seq += 1
        self.translator.tell(Event(self.seq, kind, data))

    def message(self, text: str, role: str | None = "agent", author_id: str | None = "ada") -> None:
        """Let a message come."""
        self.event("message.created", message={"text": text, "author": {"role": role, "id": author_id}})


@pytest.fixture
def told() -> Told:
    """A chat in which nothing has happened yet."""
    return Told()


def test_a_repeated_join_is_no_second_presence(told: Told) -> None:
    """Some desks repeat the state of an agent (PRS-05)."""
    told.event("agent.joined", agent=profile("ada"))
    told.event("agent.joined", agent=profile("ada"))
    assert told.host.names() == ["agent_joined"]


def test_who_speaks_is_there(told: Told) -> None:
    """A message before its writer's join must be neither lost nor nobody's (PRS-02, MSG-02, MSG-04)."""
    told.message("hello")
    told.event("agent.joined", agent=profile("ada"))
    assert told.host.talk() == [
        ("agent_joined", {"id": "ada", "nickname": "Agent"}),
        ("send_message_to_user", "hello", "ada"),
    ]


def test_who_has_left_may_still_be_heard(told: Told) -> None:
    """A message that was late keeps its author, and nobody joins for it (TRF-04)."""
    told.event("agent.joined", agent=profile("ada"))
    told.event("agent.left", agent_id="ada", reason="left")
    told.message("one more thing")
    assert told.host.talk()[-1] == ("send_message_to_user", "one more thing", "ada")
    assert told.host.names().count("agent_joined") == 1


@pytest.mark.parametrize(("role", "author_id"), [("system", "system"), ("agent", None), (None, "x"), ("bot", "x")])
def test_a_message_of_nobody_in_particular_is_the_desks(told: Told, role: str | None, author_id: str | None) -> None:
    """It is shown, and attributed to no agent (MSG-02, MSG-04)."""
    told.message("we are closing soon", role, author_id)
    assert told.host.talk() == [("send_message_to_user", "we are closing soon", None)]


def test_an_agent_without_an_id_joins_under_a_fixed_one(told: Told) -> None:
    """The host files profiles by id (PRS-04)."""
    told.event("agent.joined", agent={"nickname": "Ada"})
    assert told.host.talk() == [("agent_joined", {"id": "agent", "nickname": "Agent"})]


@pytest.mark.parametrize("event", ["agent.left", "agent.typing"])
def test_what_somebody_does_who_is_not_there_is_not_told(told: Told, event: str) -> None:
    """No leaving without a joining, no typing before it (ORD-08)."""
    told.event(event, agent_id="ada", typing=True, reason="left")
    assert told.host.said == []


def test_a_transfer_before_the_first_join_is_not_told(told: Told) -> None:
    """The user has met nobody yet (TRF-05)."""
    told.event("transfer.started", transfer_id="t", from_agent_id=None, to_agent=profile("bob"))
    told.event("agent.joined", agent=profile("bob"), transfer_id="t")
    assert told.host.names() == ["agent_joined"]


def test_a_leaving_by_transfer_without_a_transfer_is_a_leaving(told: Told) -> None:
    """If no notice said that the agent goes, this does (PRS-06)."""
    told.event("agent.joined", agent=profile("ada"))
    told.event("agent.left", agent_id="ada", reason="transferred")
    assert told.host.names()[-1] == "agent_left_chat"


def test_a_timer_that_cannot_be_cancelled_ends_no_new_typing(told: Told) -> None:
    """It may have fired already, and wait for its turn (PRS-08)."""
    told.event("agent.joined", agent=profile("ada"))
    told.event("agent.typing", agent_id="ada", typing=True)
    (old,) = told.clock._calls
    told.clock.advance(3)
    told.event("agent.typing", agent_id="ada", typing=True)
    assert old.function is not None
    old.function()
    assert told.host.calls("agent_typing") == [(True,)]


@pytest.mark.parametrize(("by", "times"), [("user", 0), ("agent", 1), ("system", 1)])
def test_only_the_others_end_of_the_sharing_is_told(told: Told, by: str, times: int) -> None:
    """The user knows what the user did, also in another window (FIL-07)."""
    told.screen._current = "s-1"
    told.event("screen_share.ended", request_id="s-1", by=by)
    assert told.host.names().count("screen_share_ended") == times


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["ada", "agent"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "role", "text"]), inner),
    max_leaves=6,
)
NAMES = [
    "agent",
    "agent_id",
    "typing",
    "message",
    "transfer_id",
    "to_agent",
    "position",
    "up_to_seq",
    "file_id",
    "state",
]


@settings(max_examples=200, deadline=None)
@given(events=st.lists(st.tuples(st.sampled_from(TYPES), st.dictionaries(st.sampled_from(NAMES), values)), max_size=6))
def test_no_event_whatever_it_holds_breaks_the_next_one(events: list[tuple[str, dict[str, Any]]]) -> None:
    """Missing, superfluous and wrong fields are skipped; the rest still works (ERR-05)."""
    told = Told()
    for kind, data in events:
        told.event(kind, **data)
    told.message("still here")
    assert told.host.texts()[-1] == "still here"
    await_no_threads()


@given(frame=st.text() | st.binary())
def test_any_frame_can_be_read(frame: str | bytes) -> None:
    """A frame is an event or it is not; nothing is raised (ERR-05)."""
    event = parse_event(frame)
    assert event is None or event.seq >= 1


def test_a_frame_as_deep_as_a_well_is_no_event() -> None:
    """The parser gives up on it, and the stream does not."""
    assert parse_event("[" * 100_000) is None
