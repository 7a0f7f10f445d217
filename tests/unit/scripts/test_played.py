"""A played session as a script: what is exported passes the check and plays the same again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockdesk.core.actions import parse_action
from mockdesk.core.clock import VirtualClock
from mockdesk.core.desk import Desk
from mockdesk.core.drafts import MessageDraft, StartRequest
from mockdesk.core.errors import DeskError, UnknownConversation, UnknownPosition
from mockdesk.core.events import AgentJoined, AgentLeft, AgentRead, AgentTyping, Event, MessageCreated
from mockdesk.core.faults import Fault
from mockdesk.core.player import ScriptPlayer
from mockdesk.core.settings import DeskSettings
from mockdesk.scripts import check_text, load_builtin, parse_script
from mockdesk.scripts.played import played_script

Act = tuple[str, Any]
SETTINGS: Mapping[str, Any] = {"seed": 1, "queues": {"default": {}, "sales": {}}, "journal_limit": 5_000}
ADA = {"id": "ada", "nickname": "Ada {1}"}
BOB = {"id": "bob: yes", "nickname": None}


class Session:
    """A desk, one user, and acts that are played at it; a refused one is left out, as a person would see."""

    def __init__(self, **more: Any) -> None:
        self.clock = VirtualClock()
        self.desk = Desk(DeskSettings.from_dict({**SETTINGS, **more}), self.clock)
        self.chat = ""

    def start(self) -> Session:
        """Begin."""
        self.chat = self.desk.start(StartRequest("user-1", "Eva")).conversation.id
        return self

    def play(self, acts: list[Act], *, only_the_user: bool = False) -> Session:
        """Do one after the other; ``only_the_user``: what the agents did is left to a script."""
        for kind, value in acts:
            try:
                self._do(kind, value, only_the_user)
            except DeskError:
                continue
        return self

    def _do(self, kind: str, value: Any, only_the_user: bool) -> None:
        if kind == "advance":
            self.clock.advance(value)
        elif kind == "send":
            self.desk.send(self.chat, MessageDraft(value))
        elif kind == "type":
            self.desk.user_typing(self.chat, value)
        elif kind == "act" and not only_the_user:
            self.desk.act(self.chat, parse_action(value))
        elif kind == "disconnect" and not only_the_user:
            self.desk.remove_agent(value)

    @property
    def script(self) -> str:
        """What was played."""
        return played_script(self.desk, self.chat)

    @property
    def of_agents(self) -> list[tuple[float, str, Any]]:
        """The agents' side of the transcript; ids that the desk draws are left out."""
        return [(event.time, event.type, _without_ids(event)) for event in self.desk.events_after(self.chat)]


def _without_ids(event: Event) -> Any:
    data = event.body.to_data()
    if isinstance(event.body, MessageCreated):
        data["message"] = {key: value for key, value in data["message"].items() if key != "id"}
    return {key: value for key, value in data.items() if key not in ("transfer_id", "request_id")}


def again(session: Session, acts: list[Act]) -> Session:
    """Play the exported script at a new desk, with the same user at the same moments."""
    copy = Session()
    copy.desk.install_script(ScriptPlayer(parse_script(session.script)))
    return copy.start().play(acts, only_the_user=True)


def told_by_agents(session: Session) -> list[tuple[float, str, Any]]:
    """Leave out the news of the queue: they depend on the roster, which a script declares beforehand."""
    return [event for event in session.of_agents if event[1] != "queue.updated"]


agents = st.sampled_from(["ada", "ada", "bob: yes", ADA, BOB])
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["{text}", "}{", "on", "1e3", "10:30", "", "- a", "# b", "\x00\x7f\u2028\ufeff", "null", "é\U0001f600", " x "]
)
items = st.lists(
    st.fixed_dictionaries({"type": st.sampled_from(["link", "image", "poll"]), "url": texts})
    | st.fixed_dictionaries({"type": st.just("poll"), "choices": st.lists(texts, max_size=2)}),
    max_size=2,
)


def action(name: str, **more: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy for an action."""
    return st.fixed_dictionaries({"action": st.just(name), **more})


actions = st.one_of(
    action("join", agent=agents),
    action("say", agent=agents, text=texts, items=items),
    action("say", by=st.just("system"), text=texts),
    action("typing", agent=agents, typing=st.booleans()),
    action("read", agent=agents, up_to_seq=st.none() | st.integers(0, 5)),
    action("transfer", agent=agents, to_agent=agents, reason=st.none() | texts),
    action("transfer", agent=agents, to_queue=st.sampled_from(["sales", None])),
    action("leave", agent=agents, reason=st.sampled_from(["left", "disconnected", "transferred"])),
    action("offer", agent=agents),
    action("decline", agent=agents),
    action("request_screen", agent=agents),
    action("end_screen", agent=agents),
    action("set_capabilities", allow_file_uploads=st.booleans()),
    action("end", agent=agents, reason=st.none() | texts),
    action("end", by=st.just("system")),
)
acts = st.lists(
    st.one_of(
        st.tuples(st.just("act"), actions),
        st.tuples(st.just("act"), action("join", agent=st.sampled_from([ADA, BOB]))),
        st.tuples(st.just("advance"), st.integers(0, 90) | st.floats(0, 90, allow_subnormal=False)),
        st.tuples(st.just("send"), texts.filter(bool)),
        st.tuples(st.just("type"), st.booleans()),
    ),
    max_size=25,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts)
def test_a_played_session_plays_again(played: list[Act]) -> None:
    """Whatever a person does in the console, the script file does: same words, same agents, same moments."""
    session = Session().start().play([("act", {"action": "join", "agent": ADA}), *played])
    assert check_text(session.script) == []
    replay = again(session, played)
    assert told_by_agents(replay) == told_by_agents(session)
    assert played_script(replay.desk, replay.chat).splitlines()[3:] == session.script.splitlines()[3:]


def test_the_script_waits_for_what_the_user_said() -> None:
    """A replay against a slower user must answer after the question, not before it."""
    session = Session().start()
    session.play([("advance", 2), ("act", {"action": "join", "agent": ADA}), ("advance", 5), ("send", "one")])
    session.play([("send", "two"), ("advance", 1.5), ("act", {"action": "say", "agent": "ada", "text": "both"})])
    steps = parse_script(session.script).rules[0].steps
    copy = Session()
    copy.desk.install_script(ScriptPlayer(parse_script(session.script)))
    copy.start().play([("advance", 100), ("send", "one"), ("advance", 100), ("send", "two"), ("advance", 1.5)])
    last = copy.desk.events_after(copy.chat)[-1]
    assert isinstance(last.body, MessageCreated)
    assert (last.body.message.text, len(steps)) == ("both", 5)


def test_faults_and_disconnected_agents_are_steps_too() -> None:
    """What was done to the wire, and an agent who vanished, belong to the session."""
    session = Session().start().play([("act", {"action": "join", "agent": ADA})])
    session.desk.inject(Fault("status", "sendMessageToAgent", session.chat, count=2, status=503, until_seconds=9))
    session.desk.inject(Fault("eof", nth=2))
    session.play([("disconnect", "ada"), ("act", {"action": "join", "agent": BOB})])
    copy = again(session, [])
    assert [fault["kind"] for fault in copy.desk.faults.list()] == ["status", "eof"]
    assert [fault["conversation_id"] for fault in copy.desk.faults.list()] == [copy.chat, copy.chat]
    bodies = [event.body for event in copy.desk.events_after(copy.chat)]
    assert [type(body) for body in bodies if isinstance(body, AgentJoined | AgentLeft)] == [
        AgentJoined, AgentLeft, AgentJoined,
    ]  # fmt: skip
    assert AgentLeft("ada", "disconnected") in bodies


def test_what_a_script_played_can_be_exported_too() -> None:
    """A session that began with a script and went on by hand is one session."""
    session = Session()
    session.desk.install_script(ScriptPlayer(load_builtin("happy-path")))
    user: list[Act] = [("advance", 30), ("send", "hello"), ("advance", 60)]
    session.start().play(user)
    assert told_by_agents(again(session, user)) == told_by_agents(session)
    kinds = {type(event.body) for event in session.desk.events_after(session.chat)}
    assert {AgentJoined, AgentTyping, MessageCreated} <= kinds
    assert AgentRead not in kinds or "read" in session.script


def test_long_sessions_and_long_waits() -> None:
    """The limits of a script file are no limits of a session."""
    many: list[Act] = [("act", {"action": "typing", "agent": "ada"}), ("advance", 1)] * 1_001
    session = Session(journal_limit=50_000).start()
    session.play([("act", {"action": "join", "agent": ADA}), ("advance", 40_000_000), *many])
    assert check_text(session.script) == []
    copy = again(session, [("advance", 40_000_000 + 2_000)])
    assert told_by_agents(copy) == told_by_agents(session)


def test_decisions_about_files_are_left_out_and_named() -> None:
    """A file has another id in another session; a script that silently lacked a step would mislead."""
    session = Session().start()
    file = session.desk.upload_file(session.chat, "a", "text/plain", b"x")
    session.play([("act", {"action": "set_file_state", "file_id": file.id, "state": "accepted"})])
    assert "set_file_state: accepted" in session.script
    assert parse_script(session.script).rules == ()


def test_a_journal_without_the_beginning_is_refused() -> None:
    """Half a session would play something that never happened."""
    session = Session(journal_limit=20).start().play([("act", {"action": "join", "agent": ADA})])
    assert check_text(session.script) == []
    session.play([("act", {"action": "typing", "agent": "ada"})] * 20)
    with pytest.raises(UnknownPosition):
        played_script(session.desk, session.chat)
    with pytest.raises(UnknownConversation):
        played_script(session.desk, "conv_none")
