"""What a desk bears, and what it forgets, after a restart: nothing that comes back is refused, and all of it counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mockdesk.core.clock import VirtualClock
from mockdesk.core.conversation import KEPT_STATE_CHANGES
from mockdesk.core.desk import Desk, DeskSettings, MessageDraft, StartRequest
from mockdesk.core.drafts import Context
from mockdesk.core.errors import DeskError, InvalidToken, UnknownConversation
from mockdesk.core.limit_errors import ConversationFull, DeskFull, LimitReached, QueueFull
from mockdesk.core.limits import DeskLimits
from mockdesk.core.player import ScriptPlayer
from mockdesk.core.settings import QueueSettings
from mockdesk.scripts import parse_script
from mockdesk.store.desk_settings import read_settings_text, settings_text
from tests.unit.store.keeping import Keeping

USER = StartRequest("u", user_name="Jane", context=Context(locale="de"))


class Bench:
    """A desk with a store, which is restarted now and then."""

    def __init__(self, **settings: Any) -> None:
        self.settings = DeskSettings(seed=1, **settings)
        self.clock = VirtualClock()
        self.desk = Desk(self.settings, self.clock)
        self.keeping = Keeping()
        self.keeping.watch(self.desk)

    def start(self) -> str:
        """Start a conversation and return its id."""
        return self.desk.start(USER).conversation.id

    def limit(self, **limits: int) -> None:
        """Bear something else from the next restart on."""
        self.settings = replace(self.settings, limits=replace(DeskLimits(), **limits))

    def restart(self) -> Desk:
        """Write down what is new, and bring everything back."""
        self.keeping.save(self.desk, self.clock)
        self.desk, self.clock, said = self.keeping.again(self.settings)
        assert said == []
        return self.desk

    def rows(self, table: str) -> int:
        """Return how many rows a table of the store has."""
        (found,) = self.keeping.connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()
        return int(found)


def test_what_comes_back_is_counted() -> None:
    """A desk that restarts again and again must not come to keep more than it may."""
    bench = Bench(event_retention=5)
    one, other = bench.start(), bench.start()
    for number in range(10):
        bench.desk.send(one, MessageDraft(f"{number}" * 50))
    bench.desk.upload_file(one, "a.txt", "text/plain", b"x" * 1_000)
    bench.desk.update_state(other, {"locale": "de", "user_id": "u"})
    before = bench.desk.kept.bytes
    assert bench.restart().kept.bytes == before
    for removed in (one, other):
        bench.desk.remove(removed)
    assert (bench.desk.kept.bytes, bench.restart().kept.bytes) == (0, 0)


def test_no_limit_refuses_what_was_there() -> None:
    """Whoever starts with a smaller limit loses nothing; only what is new has to wait."""
    bench = Bench(queues={name: QueueSettings() for name in ("default", "a", "b", "c")}, api_keys=("key",))
    ones = [bench.start() for _ in range(4)]
    for _ in range(3):
        bench.desk.send(ones[0], MessageDraft("hello"))
        bench.desk.upload_file(ones[0], "a.txt", "text/plain", b"x")
        bench.desk.create_token("key", "u")
    for name in ("ada", "eve", "bob"):
        bench.desk.set_agent({"id": name})
    bench.keeping.save(bench.desk, bench.clock)
    before = bench.desk.truths()
    small = {"conversations": 1, "waiting": 1, "messages": 1, "files": 1, "agents": 1, "queues": 1, "user_tokens": 1}
    bench.limit(**small, kept_bytes=1)
    desk = bench.restart()
    assert desk.truths() == before
    assert len(desk.queues()) == 4
    assert [agent.id for agent in desk.agents()] == ["ada", "eve", "bob"]
    assert desk.set_queue("c", {"open": False})["open"] is False
    refused: list[tuple[type[DeskError], Any]] = [
        (QueueFull, lambda: desk.start(USER)),
        (ConversationFull, lambda: desk.send(ones[0], MessageDraft("more"))),
        (ConversationFull, lambda: desk.upload_file(ones[0], "b.txt", "text/plain", b"x")),
        (DeskFull, lambda: desk.send(ones[1], MessageDraft("more"))),
        (DeskFull, lambda: desk.create_token("key", "u")),
        (LimitReached, lambda: desk.set_agent({"id": "new"})),
        (LimitReached, lambda: desk.set_queue("new", {})),
    ]
    for kind, command in refused:
        with pytest.raises(kind):
            command()
    desk.end(ones[0])
    assert bench.restart().conversation(ones[0]).ended


def test_a_full_roster_does_not_stop_a_script_from_going_on() -> None:
    """Its agents are on the roster already, and are put back when it goes."""
    script = parse_script(
        "name: s\nagents: [{id: ada}]\nrules: [{on: started, steps: [join, {wait: 5}, {say: late}]}]\n"
    )
    bench = Bench()
    bench.keeping.script = script
    bench.keeping.watch(bench.desk)
    bench.desk.set_agent({"id": "eve"})
    bench.desk.install_script(ScriptPlayer(script))
    one = bench.start()
    bench.limit(agents=1)
    desk = bench.restart()
    bench.clock.advance(5)
    assert [message.text for message in desk.messages(one)] == ["late"]
    desk.install_script(None)
    assert [(agent.id, agent.online) for agent in desk.agents()] == [("eve", True), ("ada", False)]


def test_ended_conversations_are_removed_after_a_restart_too() -> None:
    """Else a desk that restarts each night would forget nothing, ever."""
    bench = Bench(forget_ended_after_seconds=100)
    ended, open_one = bench.start(), bench.start()
    bench.desk.end(ended)
    bench.clock.advance(60)
    desk = bench.restart()
    bench.clock.advance(39)
    assert desk.conversation(ended).ended
    bench.clock.advance(1)
    with pytest.raises(UnknownConversation):
        desk.conversation(ended)
    assert [one.id for one in bench.restart().conversations()] == [open_one]
    assert bench.rows("conversation") == 1


def test_what_should_be_gone_goes_at_the_first_occasion() -> None:
    """The setting can be new, and the time long over."""
    bench = Bench()
    ended = bench.start()
    bench.desk.end(ended)
    bench.clock.advance(1_000)
    bench.settings = replace(bench.settings, forget_ended_after_seconds=100)
    bench.restart()
    bench.clock.advance(0)
    assert bench.desk.conversations() == ()
    bench.restart()
    assert bench.rows("conversation") == 0


def test_tokens_that_are_forgotten_leave_the_store() -> None:
    """Of users who came once, and of conversations that are gone, a store would otherwise grow for ever."""
    bench = Bench(api_keys=("key",), token_ttl_seconds=100, limits=DeskLimits(user_tokens=2, removed_tokens=2))
    first = [bench.desk.create_token("key", "u").token for _ in range(2)]
    bench.restart()
    with pytest.raises(DeskFull):
        bench.desk.create_token("key", "u")
    bench.clock.advance(100)
    second = bench.desk.create_token("key", "u").token
    assert (bench.restart()._state.tokens.check(second, bench.clock.now()).user_id, bench.rows("token")) == ("u", 1)
    with pytest.raises(InvalidToken):
        bench.desk._state.tokens.check(first[0], 0.0)


def test_tokens_of_removed_conversations_are_remembered_for_some_time() -> None:
    """A restart changes nothing about which of them are 404 and which are 401."""
    bench = Bench(limits=DeskLimits(removed_tokens=2))
    tokens = []
    for _ in range(4):
        started = bench.desk.start(USER)
        tokens.append((started.conversation.id, started.token))
        bench.keeping.save(bench.desk, bench.clock)
        bench.clock.advance(1)
    for one, _ in tokens[:2]:
        bench.desk.remove(one)
    desk = bench.restart()
    for one, token in tokens[:2]:
        with pytest.raises(UnknownConversation):
            desk.authorize(one, token)
    desk.remove(tokens[2][0])
    desk = bench.restart()
    with pytest.raises(InvalidToken):
        desk.authorize(*tokens[0])
    with pytest.raises(UnknownConversation):
        desk.authorize(*tokens[1])
    assert desk.authorize(*tokens[3]).id == tokens[3][0]
    assert bench.rows("token") == 3


def test_only_the_latest_changes_of_the_state_are_kept() -> None:
    """A page that changes its state each second must not fill the store."""
    bench = Bench()
    one = bench.start()
    for number in range(KEPT_STATE_CHANGES + 5):
        bench.desk.update_state(one, {"session_id": f"s{number}"})
        if number % 400 == 0:
            bench.keeping.save(bench.desk, bench.clock)
    before, kept = bench.desk.truths(), bench.desk.kept.bytes
    assert bench.restart().truths() == before
    assert bench.desk.kept.bytes == pytest.approx(kept, abs=200), "only the context was weighed anew"
    assert bench.rows("change") == KEPT_STATE_CHANGES
    for number in range(3):
        bench.desk.update_state(one, {"session_id": f"again{number}"})
        before = bench.desk.truths()
        assert bench.restart().truths() == before
    assert bench.rows("change") == KEPT_STATE_CHANGES
    assert bench.desk.truth(one)["state_changes"][-1]["session_id"] == "again2"


def test_a_key_of_a_start_is_not_in_the_store() -> None:
    """Whoever has it has the token; a start that comes again needs its digest only."""
    bench = Bench()
    started = bench.desk.start(USER, "the-key-of-this-start")
    desk = bench.restart()
    again = desk.start(USER, "the-key-of-this-start")
    assert (again.replayed, again.token, again.conversation.id) == (True, started.token, started.conversation.id)
    written = "\n".join(bench.keeping.connection.iterdump())
    assert started.token in written
    assert "the-key-of-this-start" not in written


def test_limits_are_kept_with_a_named_desk() -> None:
    """Its maker is not there to tell them again."""
    settings = DeskSettings(limits=DeskLimits(messages=3, journal_bytes=17), forget_ended_after_seconds=5.5)
    assert read_settings_text(settings_text(settings, None)).settings == settings
