"""Random commands drive the desk; after each the rules of the table and of the log must hold.

The machine keeps no model of the desk. It looks at the events as a client would and judges them by the rules that a
client relies on, and it plays the accepted commands once more on a twin: a refusal or a replay that left a trace would
show there.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from mockdesk.core.actions import parse_action
from mockdesk.core.clock import VirtualClock
from mockdesk.core.desk import Desk, DeskSettings, MessageDraft, StartRequest
from mockdesk.core.errors import DeskError, ForeignToken
from mockdesk.core.events import (
    AgentJoined,
    AgentLeft,
    AgentRead,
    AgentTyping,
    ConversationEndedEvent,
    Event,
    MessageCreated,
    QueueUpdated,
    TransferStarted,
)

AGENTS = ("ada", "bob", "cyd", "nobody")
QUEUES = ("default", "sales")
Command = Callable[[Desk, VirtualClock], Any]

agents = st.sampled_from(AGENTS)
texts = st.sampled_from(["", " ", "hello", "héllo \U0001f600", "x" * 41])
keys = st.sampled_from([None, "k1", "k2"])
positions = st.none() | st.integers(0, 30)

actions = st.one_of(
    st.fixed_dictionaries(
        {
            "action": st.sampled_from(["offer", "decline", "join", "leave", "request_screen", "end_screen"]),
            "agent": agents,
        }
    ),
    st.fixed_dictionaries(
        {"action": st.just("join"), "agent": st.fixed_dictionaries({"id": st.sampled_from(["dee", "eve"])})}
    ),
    st.fixed_dictionaries({"action": st.just("say"), "agent": agents, "text": texts}),
    st.fixed_dictionaries({"action": st.just("say"), "by": st.just("system"), "text": texts}),
    st.fixed_dictionaries({"action": st.just("typing"), "agent": agents, "typing": st.booleans()}),
    st.fixed_dictionaries({"action": st.just("read"), "agent": agents, "up_to_seq": positions}),
    st.fixed_dictionaries({"action": st.just("transfer"), "agent": agents}, optional={"to_agent": agents}),
    st.fixed_dictionaries({"action": st.just("transfer"), "agent": agents, "to_queue": st.sampled_from(QUEUES)}),
    st.fixed_dictionaries({"action": st.just("leave"), "agent": agents, "reason": st.just("transferred")}),
    st.fixed_dictionaries({"action": st.just("end")}, optional={"agent": agents}),
    st.fixed_dictionaries({"action": st.just("set_capabilities"), "allow_file_uploads": st.booleans()}),
    st.fixed_dictionaries({"action": st.just("update_queue"), "message": texts}),
)


class Witness:
    """What a client of one conversation sees, and the rules it relies on."""

    def __init__(self) -> None:
        self.last_seq = 0
        self.present: set[str] = set()
        self.transfer: TransferStarted | None = None
        self.handing_on: str | None = None
        self.position: int | None = None
        self.ended = False

    def see(self, event: Event) -> None:
        """Judge one event."""
        assert not self.ended, "nothing after the end"
        assert event.seq == self.last_seq + 1, "positions grow by one"
        self.last_seq = event.seq
        body = event.body
        if self.handing_on is not None:
            assert isinstance(body, AgentLeft) or body.type == "screen_share.ended"
        if isinstance(body, AgentTyping | AgentRead):
            assert body.agent_id in self.present, "an agent acts between join and leave only"
        elif isinstance(body, MessageCreated) and body.message.role == "agent":
            assert body.message.author_id in self.present, "an agent speaks between join and leave only"
            assert body.message.seq == event.seq
        elif isinstance(body, AgentJoined):
            self._joined(body)
        elif isinstance(body, AgentLeft):
            self._left(body)
        elif isinstance(body, TransferStarted):
            self._transferred(body)
        elif isinstance(body, QueueUpdated):
            self.position = body.position
        elif isinstance(body, ConversationEndedEvent):
            assert body.agent_id is None or body.agent_id in self.present
            self.ended = True

    def _joined(self, body: AgentJoined) -> None:
        assert body.agent.id not in self.present, "nobody joins twice"
        self.present.add(body.agent.id)
        self.position = None
        if body.transfer_id is not None:
            assert self.transfer is not None
            assert body.transfer_id == self.transfer.transfer_id
            self.handing_on = self.transfer.from_agent_id if self.transfer.from_agent_id in self.present else None
        self.transfer = None

    def _left(self, body: AgentLeft) -> None:
        assert body.agent_id in self.present, "nobody leaves who is not there"
        if self.handing_on is not None:
            assert (body.agent_id, body.reason) == (self.handing_on, "transferred")
        self.handing_on = None
        self.present.discard(body.agent_id)

    def _transferred(self, body: TransferStarted) -> None:
        assert body.from_agent_id in self.present
        if self.transfer is not None:
            assert body.transfer_id == self.transfer.transfer_id, "a further attempt keeps the id"
            assert body.attempt == self.transfer.attempt + 1
        else:
            assert body.attempt == 1
        self.transfer = body


def new_desk(options: dict[str, Any]) -> tuple[Desk, VirtualClock]:
    """Return a seeded desk and its clock."""
    known = [{"id": name, "nickname": name.title()} for name in AGENTS[:3]]
    base = {
        "seed": 3,
        "agents": known,
        "queues": {"sales": {"seconds_per_conversation": 30}},
        "max_text_characters": 40,
    }
    clock = VirtualClock()
    return Desk(DeskSettings.from_dict(base | options), clock), clock


class DeskMachine(RuleBasedStateMachine):
    """Drives a desk with random commands of both sides, the clock, and its keeper."""

    conversations: Bundle[str] = Bundle("conversations")

    @initialize(
        queue_timeout=st.sampled_from([None, 20]),
        idle_timeout=st.sampled_from([None, 45]),
        event_retention=st.sampled_from([1, 5, 1000]),
        files_accepted_at_once=st.booleans(),
    )
    def open(self, queue_timeout: float | None, idle_timeout: float | None, **options: Any) -> None:
        """Open a desk with a listener that sees every event."""
        self.options = options | {"queue_timeout_seconds": queue_timeout, "idle_timeout_seconds": idle_timeout}
        self.desk, self.clock = new_desk(self.options)
        self.accepted: list[Command] = []
        self.tokens: dict[str, str] = {}
        self.seen: dict[str, Witness] = {}
        self.desk.subscribe(lambda conversation_id, event: self.witness(conversation_id).see(event))

    def witness(self, conversation_id: str) -> Witness:
        """Return what is known of a conversation from its events."""
        return self.seen.setdefault(conversation_id, Witness())

    def snapshot(self) -> Any:
        """Return everything of the desk that a command could change."""
        keeper = (self.desk.transcript(), self.desk.queues(), self.desk.agents())
        return deepcopy((self.desk.truths(), keeper, {one: self.desk.token_expires_at(one) for one in self.alive()}))

    def alive(self) -> list[str]:
        """Return the ids of the conversations that were not removed."""
        return [conversation.id for conversation in self.desk.conversations()]

    def run(self, command: Command) -> Any:
        """Run a command. A refusal must be a DeskError and change nothing."""
        before = self.snapshot()
        try:
            result = command(self.desk, self.clock)
        except DeskError:
            assert self.snapshot() == before, "a refusal changes nothing"
            return None
        if getattr(result, "replayed", False):
            self.only_counted(before)
        else:
            self.accepted.append(command)
        assert self.desk.failures == ()
        return result

    def only_counted(self, before: Any) -> None:
        """A replay changes nothing but the number of start requests."""
        after = self.snapshot()
        for truths in (before[0], after[0]):
            for truth in truths:
                truth["start_requests"] = 0
        assert after == before

    # The user's side

    @rule(
        target=conversations,
        user=st.sampled_from(["u1", "u2"]),
        queue=st.sampled_from([*QUEUES, "none"]),
        key=keys,
    )
    def start(self, user: str, queue: str, key: str | None) -> str:
        """Start, perhaps again."""
        started = self.run(lambda desk, _: desk.start(StartRequest(user, queue=queue), key))
        if started is None:
            return "conv_none"
        assert self.tokens.setdefault(started.conversation.id, started.token) == started.token
        return str(started.conversation.id)

    @rule(
        one=conversations,
        text=texts,
        message_id=st.sampled_from([None, "m1", "m2"]),
        files=st.sampled_from([(), ("f",)]),
    )
    def send(self, one: str, text: str, message_id: str | None, files: tuple[str, ...]) -> None:
        """Send, perhaps again."""
        self.run(lambda desk, _: desk.send(one, MessageDraft(text, message_id, files)))

    @rule(one=conversations, typing=st.booleans(), position=positions)
    def type_and_read(self, one: str, typing: bool, position: int | None) -> None:
        """Type, then read."""
        self.run(lambda desk, _: desk.user_typing(one, typing))
        self.run(lambda desk, _: desk.user_read(one, position))

    @rule(one=conversations, user=st.sampled_from([None, "u1", "u3"]))
    def change_state(self, one: str, user: str | None) -> None:
        """Become somebody else."""
        self.run(lambda desk, _: desk.update_state(one, {"user_id": user, "locale": "de"}))

    @rule(one=conversations, verdict=st.sampled_from(["accepted", "rejected", "pending"]))
    def upload(self, one: str, verdict: str) -> None:
        """Upload a file, use it, and decide about it."""
        file = self.run(lambda desk, _: desk.upload_file(one, "a.txt", "text/plain", b"abc"))
        file_id = file.id if file is not None else "file_none"
        self.run(lambda desk, _: desk.send(one, MessageDraft("", None, (file_id,))))
        action = {"action": "set_file_state", "file_id": file_id, "state": verdict}
        self.run(lambda desk, _: desk.act(one, parse_action(action)))

    @rule(one=conversations, answer=st.sampled_from(["accepted", "declined", "cancelled", "ended", "maybe"]))
    def answer_screen(self, one: str, answer: str) -> None:
        """Answer a request for the screen, or one that was never made."""
        self.run(lambda desk, _: desk.answer_screen_share(one, None, answer))

    @rule(one=conversations)
    def end(self, one: str) -> None:
        """End as the user."""
        self.run(lambda desk, _: desk.end(one, "done"))

    # The agents' side and the keeper's

    @rule(one=conversations, action=actions)
    def act(self, one: str, action: dict[str, Any]) -> None:
        """Act as an agent; what is returned is what the log got."""
        before = self.witness(one).last_seq
        events = self.run(lambda desk, _: desk.act(one, parse_action(action)))
        if events:
            assert events[-1].seq == self.desk.conversation(one).log.last_seq
            assert all(event.seq > before for event in events)

    @rule(seconds=st.sampled_from([0, 1, 15, 30, 60]))
    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.run(lambda _, clock: clock.advance(seconds))

    @rule(agent=agents, online=st.booleans(), queues=st.sampled_from([[], ["sales"]]))
    def set_agent(self, agent: str, online: bool, queues: list[str]) -> None:
        """Change the roster."""
        self.run(lambda desk, _: desk.set_agent({"id": agent, "online": online, "queues": queues}))

    @rule(agent=agents)
    def remove_agent(self, agent: str) -> None:
        """Take an agent away."""
        self.run(lambda desk, _: desk.remove_agent(agent))

    @rule(queue=st.sampled_from(QUEUES), opened=st.booleans())
    def set_queue(self, queue: str, opened: bool) -> None:
        """Open or close a queue."""
        self.run(lambda desk, _: desk.set_queue(queue, {"open": opened}))

    @rule(one=conversations)
    def remove(self, one: str) -> None:
        """Forget a conversation."""
        self.run(lambda desk, _: desk.remove(one))

    # What always holds

    @invariant()
    def queues_are_dense(self) -> None:
        """Places in a queue are 1..n without a gap, and known to those who stand there."""
        for name, queue in self.desk.queues().items():
            inside = [one for one in self.desk.conversations() if one.queue == name and one.position is not None]
            assert sorted(one.position or 0 for one in inside) == list(range(1, queue["length"] + 1))
            assert all(one.state.value in ("waiting", "transferring") for one in inside)

    @invariant()
    def presence_fits_the_state(self) -> None:
        """What a client saw is what the desk has."""
        for one in self.desk.conversations():
            witness = self.witness(one.id)
            assert witness.last_seq == one.log.last_seq
            assert witness.ended == one.ended
            assert witness.handing_on is None
            if one.ended:
                assert not one.agents
                assert one.position is None
                continue
            assert witness.present == set(one.agents)
            assert one.state.value != "waiting" or not one.agents
            assert one.state.value != "connected" or one.agents
            assert one.position is None or witness.position == one.position

    @invariant()
    def tokens_open_their_own_only(self) -> None:
        """A token opens its conversation and no other."""
        for owner in self.alive():
            for one in self.alive():
                try:
                    assert self.desk.authorize(one, self.tokens[owner]).id == owner == one
                except ForeignToken:
                    assert owner != one

    @invariant()
    def no_token_is_told(self) -> None:
        """Neither the transcript nor the truth nor the journal holds a token."""
        told = self.desk.transcript() + json.dumps(self.desk.truths())
        told += json.dumps([entry.to_data() for entry in self.desk.journal.entries()])
        assert not any(token in told for token in self.tokens.values())

    def teardown(self) -> None:
        """The accepted commands alone give the same desk: refusals and replays left nothing behind."""
        if not hasattr(self, "desk"):
            return
        twin, clock = new_desk(self.options)
        for command in self.accepted:
            command(twin, clock)
        assert twin.digest() == self.desk.digest()
        for truth, other in zip(twin.truths(), self.desk.truths(), strict=True):
            assert truth | {"start_requests": 0} == other | {"start_requests": 0}


TestDeskMachine = DeskMachine.TestCase
TestDeskMachine.settings = settings(
    max_examples=100, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@pytest.mark.long
class TestDeskMachineLong(DeskMachine.TestCase):  # type: ignore[misc,valid-type]
    """The same, for a long night."""


TestDeskMachineLong.settings = settings(TestDeskMachine.settings, max_examples=3000, stateful_step_count=80)
