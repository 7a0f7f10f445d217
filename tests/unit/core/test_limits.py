"""What a desk bears: each limit has its answer, nothing is lost at it, and the desk goes on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mockdesk.core.clock import VirtualClock
from mockdesk.core.desk import Desk, DeskSettings, StartRequest
from mockdesk.core.drafts import Context
from mockdesk.core.errors import DeskError, ExpiredToken, InvalidRequest, InvalidToken, UnknownConversation
from mockdesk.core.faults import MOST_TIMES, Fault
from mockdesk.core.limit_errors import ConversationFull, DeskFull, LimitReached, QueueFull
from mockdesk.core.limits import DeskLimits, rows_of
from mockdesk.core.player import ScriptPlayer
from mockdesk.core.script import Script
from tests.unit.core.bench import Bench, MakeBench

Try = Callable[[Bench, str], object]


def _start(bench: Bench, one: str) -> object:
    return bench.start()


def _send(bench: Bench, one: str) -> object:
    return bench.send(one, "x" * 100)


def _say(bench: Bench, one: str) -> object:
    return bench.act(one, "say", agent="ada", text="x" * 100)


def _upload(bench: Bench, one: str) -> object:
    return bench.desk.upload_file(one, "a", "text/plain", b"x" * 100)


def _context(bench: Bench, one: str) -> object:
    return bench.desk.start(StartRequest("u", context=Context(additional_data={"a": "x" * 100_000})))


def _transfer(bench: Bench, one: str) -> object:
    return bench.act(one, "transfer", agent="ada", to_queue="sales")


def _profile(bench: Bench, one: str) -> object:
    return bench.act(one, "join", agent={"id": "somebody new"})


REACHED: list[tuple[str, dict[str, int], type[DeskError], Try]] = [
    ("conversations", {"conversations": 1}, DeskFull, _start),
    ("kept: messages", {"kept_bytes": 8_000}, DeskFull, lambda bench, one: [_send(bench, one) for _ in range(99)]),
    (
        "kept: agents' messages",
        {"kept_bytes": 8_000},
        DeskFull,
        lambda bench, one: [_say(bench, one) for _ in range(99)],
    ),
    ("kept: files", {"kept_bytes": 8_000}, DeskFull, lambda bench, one: [_upload(bench, one) for _ in range(99)]),
    ("kept: contexts", {"kept_bytes": 50_000}, DeskFull, _context),
    (
        "kept: states",
        {"kept_bytes": 8_000},
        DeskFull,
        lambda bench, one: [bench.desk.update_state(one, {"locale": "x" * 900}) for _ in range(99)],
    ),
    ("messages", {"messages": 3}, ConversationFull, lambda bench, one: [_send(bench, one) for _ in range(4)]),
    ("agents' messages", {"messages": 3}, ConversationFull, lambda bench, one: [_say(bench, one) for _ in range(4)]),
    ("files", {"files": 3}, ConversationFull, lambda bench, one: [_upload(bench, one) for _ in range(4)]),
    ("waiting", {"waiting": 1}, QueueFull, lambda bench, one: [_start(bench, one) for _ in range(2)]),
    (
        "waiting after a transfer",
        {"waiting": 1},
        QueueFull,
        lambda bench, one: [bench.start(queue="sales"), _transfer(bench, one)],
    ),
    ("agents", {"agents": 3}, LimitReached, lambda bench, one: bench.desk.set_agent({"id": "new"})),
    ("agents who come with an action", {"agents": 3}, LimitReached, _profile),
    ("queues", {"queues": 2}, LimitReached, lambda bench, one: bench.desk.set_queue("new", {})),
    ("faults", {"faults": 2}, LimitReached, lambda bench, one: [bench.desk.inject(Fault("status")) for _ in range(3)]),
    (
        "tokens",
        {"user_tokens": 2},
        DeskFull,
        lambda bench, one: [bench.desk.create_token("key", "u") for _ in range(3)],
    ),
]


@pytest.mark.parametrize(("what", "limits", "refusal", "attempt"), REACHED, ids=[row[0] for row in REACHED])
def test_a_limit_has_its_answer(
    make_bench: MakeBench, what: str, limits: dict[str, int], refusal: type[DeskError], attempt: Try
) -> None:
    """At the limit there is a refusal with a code; what was there before stays, can be read and can be ended."""
    bench = make_bench(limits=limits, queues={"sales": {}}, api_keys=["key"])
    one = bench.connected()
    bench.send(one, "before")
    with pytest.raises(refusal):
        attempt(bench, one)
    before = (bench.desk.truths(), bench.desk.kept.bytes)
    with pytest.raises(refusal):
        attempt(bench, one)
    after = (bench.desk.truths(), bench.desk.kept.bytes)
    assert len(after[0]) == len(before[0])
    assert bench.desk.messages(one)[0].text == "before"
    bench.desk.end(one)
    assert bench.state(one) == "ended"


def test_a_repeated_message_is_answered_although_nothing_more_fits(make_bench: MakeBench) -> None:
    """The answer to a message that the desk has must not get lost at the limit."""
    bench = make_bench(limits={"messages": 1})
    one = bench.start()
    bench.send(one, message_id="m")
    bench.send(one, message_id="m")
    with pytest.raises(ConversationFull):
        bench.send(one, message_id="n")


def test_room_is_given_back(make_bench: MakeBench) -> None:
    """What is removed counts no longer, to the byte."""
    bench = make_bench(limits={"conversations": 1})
    assert bench.desk.kept.bytes == 0
    for _ in range(3):
        one = bench.connected()
        bench.send(one)
        bench.desk.upload_file(one, "a", "text/plain", b"x" * 50)
        bench.desk.end(one)
        assert bench.desk.kept.bytes > 4_000
        bench.desk.remove(one)
        assert bench.desk.kept.bytes == 0


def test_events_count_until_the_oldest_are_dropped(make_bench: MakeBench) -> None:
    """An agent who types for weeks takes no more room than the events that are kept."""
    bench = make_bench(event_retention=10)
    one = bench.connected()
    for _ in range(20):
        bench.act(one, "typing", agent="ada", typing=True)
    before = bench.desk.kept.bytes
    for _ in range(200):
        bench.act(one, "typing", agent="ada", typing=True)
    assert bench.desk.kept.bytes == before


def test_expired_tokens_of_users_make_room(make_bench: MakeBench) -> None:
    """A site's server that asks for tokens for weeks is not refused because of those that are over."""
    bench = make_bench(limits={"user_tokens": 2}, api_keys=["key"], token_ttl_seconds=10.0)
    for _ in range(5):
        for _ in range(2):
            bench.desk.create_token("key", "u")
        bench.clock.advance(10)


def test_tokens_of_removed_conversations_are_forgotten_in_the_end(make_bench: MakeBench) -> None:
    """For some time 404 says that there was such a conversation; a desk that runs for weeks cannot know for ever."""
    bench = make_bench(limits={"removed_tokens": 2})
    started = [bench.desk.start(StartRequest("u")) for _ in range(3)]
    for one in started:
        bench.desk.remove(one.conversation.id)
    for one in started[1:]:
        with pytest.raises(UnknownConversation):
            bench.desk.authorize(one.conversation.id, one.token)
    with pytest.raises(InvalidToken):
        bench.desk.authorize(started[0].conversation.id, started[0].token)


def test_an_expired_token_stays_expired(make_bench: MakeBench) -> None:
    """Clients tell an expired token from one that never was; conversations keep theirs."""
    bench = make_bench(limits={"removed_tokens": 1}, token_ttl_seconds=5.0)
    one = bench.desk.start(StartRequest("u"))
    bench.clock.advance(5)
    with pytest.raises(ExpiredToken):
        bench.desk.authorize(one.conversation.id, one.token)


def test_keys_of_starts_go_with_their_conversations(make_bench: MakeBench) -> None:
    """An Idempotency-Key a start for weeks would be a leak; a removed conversation's key is free again."""
    bench = make_bench(limits={"conversations": 1})
    for number in range(5):
        started = bench.desk.start(StartRequest("u"), f"key-{number % 2}")
        assert bench.desk.start(StartRequest("u"), f"key-{number % 2}").replayed
        bench.desk.remove(started.conversation.id)


def test_a_fault_repeats_a_frame_so_often_and_no_more() -> None:
    """A billion copies of a frame would be made at once."""
    assert Fault.from_dict({"kind": "duplicate", "times": MOST_TIMES}).times == MOST_TIMES
    with pytest.raises(InvalidRequest):
        Fault.from_dict({"kind": "duplicate", "times": MOST_TIMES + 1})


def test_names_of_files_are_short(bench: Bench) -> None:
    """A name stands in headers and lists."""
    one = bench.start()
    with pytest.raises(InvalidRequest):
        bench.desk.upload_file(one, "x" * 256, "text/plain", b"")
    bench.desk.upload_file(one, "x" * 255, "text/plain", b"")


def test_a_script_that_brings_too_much_leaves_the_old_one_playing(make_bench: MakeBench) -> None:
    """A refused script must not take the agents away from those who are being served."""
    bench = make_bench(limits={"agents": 4})
    old = ScriptPlayer(Script("old"))
    bench.desk.install_script(old)
    agents = tuple(agent for agent in make_bench(agents=[{"id": "x"}, {"id": "y"}]).desk.agents())
    with pytest.raises(LimitReached):
        bench.desk.install_script(ScriptPlayer(Script("new", agents=agents)))
    assert bench.desk.script is old
    assert [agent.id for agent in bench.desk.agents()] == ["ada", "bob", "cyd"]


def test_ended_conversations_are_forgotten_when_that_was_asked_for(make_bench: MakeBench) -> None:
    """A mock that runs for weeks must not keep every talk that ever was; a test keeps all of them."""
    bench = make_bench(forget_ended_after_seconds=60.0)
    ended, going_on = bench.start(), bench.start()
    bench.desk.end(ended)
    bench.clock.advance(59)
    assert bench.state(ended) == "ended"
    bench.clock.advance(1)
    with pytest.raises(UnknownConversation):
        bench.desk.conversation(ended)
    assert bench.state(going_on) == "waiting"
    removed = bench.start()
    bench.desk.end(removed)
    bench.desk.remove(removed)
    bench.clock.advance(60)
    usual = make_bench()
    one = usual.start()
    usual.desk.end(one)
    usual.clock.advance(10_000_000)
    assert usual.state(one) == "ended"


def test_limits_are_settings() -> None:
    """They are read and refused like every other setting, and each row of the table says what happens."""
    settings = DeskSettings.from_dict({"limits": {"messages": 7}})
    assert (settings.limits.messages, settings.limits.files) == (7, DeskLimits().files)
    with pytest.raises(InvalidRequest, match="did you mean 'messages'"):
        DeskSettings.from_dict({"limits": {"mesages": 7}})
    with pytest.raises(InvalidRequest):
        DeskSettings.from_dict({"limits": {"messages": 0}})
    assert all(row.what and row.answer for row in rows_of(DeskLimits))
    assert Desk(settings, VirtualClock()).settings.limits.messages == 7
