"""Random commands drive the desk; after each the rules of the table and of the log must hold.

The machine keeps no model of the desk. It looks at the events as a client would and judges them by the rules that a
client relies on, and it plays the accepted commands once more on a twin: a refusal or a replay that left a trace would
show there.

It is longer than a module should be: Hypothesis wants every rule of one state machine in one class.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

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

AGENTS = ("ada", "bob")
STRANGERS = ("nobody", "zoe")
QUEUES = ("default", "sales")
MOST = 3
"""How many conversations there are at once: few, so that much happens to each."""

Command = Callable[[Desk, VirtualClock], Any]

PRESENT = "whoever is present"
"""Stands for an agent of the conversation, so that not most of the actions are refused."""

agents = st.sampled_from([PRESENT, PRESENT, PRESENT, *AGENTS, *STRANGERS])
newcomers = st.sampled_from([*AGENTS, *STRANGERS])
profiles = st.fixed_dictionaries(
    {"id": st.sampled_from([*AGENTS, "zoe"]), "nickname": st.sampled_from(["A", "B", None])}
)
texts = st.sampled_from(["", " ", "hello", "héllo \U0001f600", "x" * 41])
positions = st.none() | st.integers(0, 30)


def action(name: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy for an action of this name."""
    return st.fixed_dictionaries({"action": st.just(name), **fields})


anybody = st.one_of(newcomers, profiles)
joining = action("join", agent=anybody)
moving = st.one_of(
    action("transfer", agent=agents, to_agent=anybody),
    action("transfer", agent=agents, to_queue=st.sampled_from([None, *QUEUES])),
    action("decline", agent=newcomers),
)
speaking = st.one_of(
    action("say", agent=agents, text=texts),
    action("typing", agent=agents, typing=st.booleans()),
    action("read", agent=agents, up_to_seq=positions),
)
leaving = st.one_of(
    action("leave", agent=agents),
    action("leave", agent=agents, reason=st.just("transferred")),
    action("offer", agent=newcomers),
    action("request_screen", agent=agents),
    action("end_screen", agent=agents),
)
others = st.one_of(
    action("say", by=st.just("system"), text=texts),
    action("end", agent=agents),
    action("end"),
    action("set_capabilities", allow_file_uploads=st.booleans()),
    action("update_queue", message=texts),
)
work = st.lists(st.one_of(joining, joining, moving, moving, speaking, leaving), min_size=3, max_size=8)
"""What agents do with a conversation in one go, so that transfers get somewhere before the user goes."""


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
        self.position = None
        if body.transfer_id is not None:
            assert self.transfer is not None
            assert body.transfer_id == self.transfer.transfer_id
            self.handing_on = self.transfer.from_agent_id if self.transfer.from_agent_id in self.present else None
        self.transfer = None
        self.present.add(body.agent.id)

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
    known = [{"id": name, "nickname": name.title()} for name in AGENTS]
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
        target=conversations,
        queue_timeout=st.sampled_from([None, None, 20]),
        idle_timeout=st.sampled_from([None, None, 45]),
        event_retention=st.sampled_from([1, 5, 1000]),
        files_accepted_at_once=st.booleans(),
    )
    def open(self, queue_timeout: float | None, idle_timeout: float | None, **options: Any) -> str:
        """Open a desk with a listener that sees every event, and let the first user come."""
        self.options = options | {"queue_timeout_seconds": queue_timeout, "idle_timeout_seconds": idle_timeout}
        self.desk, self.clock = self.new_desk()
        self.accepted: list[Command] = []
        self.tokens: dict[str, str] = {}
        self.keys: dict[str, tuple[str, str]] = {}
        self.seen: dict[str, Witness] = {}
        self.desk.subscribe(lambda conversation_id, event: self.witness(conversation_id).see(event))
        started = self.run(lambda desk, _: desk.start(StartRequest("u0")))
        self.tokens[started.conversation.id] = started.token
        return str(started.conversation.id)

    def new_desk(self) -> tuple[Desk, VirtualClock]:
        """Return an empty desk and its clock."""
        return new_desk(self.options)

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

    def act(self, one: str, action: dict[str, Any]) -> None:
        """Act as an agent; what is returned is what the log got."""
        before, present = self.witness(one).last_seq, sorted(self.witness(one).present)
        if action.get("agent") == PRESENT:
            action = action | {"agent": present[0] if present else "ada"}
        events = self.run(lambda desk, _: desk.act(one, parse_action(action)))
        if events:
            assert events[-1].seq == self.desk.conversation(one).log.last_seq
            assert all(event.seq > before for event in events)

    # The user's side

    @precondition(lambda self: len(self.desk.conversations()) < MOST)
    @rule(
        target=conversations,
        user=st.sampled_from(["u1", "u2"]),
        queue=st.sampled_from([*QUEUES, "none"]),
        connect=st.booleans(),
    )
    def start(self, user: str, queue: str, connect: bool) -> Any:
        """Start, and perhaps let an agent join at once."""
        started = self.run(lambda desk, _: desk.start(StartRequest(user, queue=queue)))
        if started is None:
            return multiple()
        one = started.conversation.id
        assert one not in self.tokens
        self.tokens[one] = started.token
        if connect:
            self.act(one, {"action": "join", "agent": "ada"})
        return one

    @precondition(lambda self: len(self.desk.conversations()) < MOST)
    @rule(target=conversations, user=st.sampled_from(["u1", "u2"]), key=st.sampled_from(["k1", "k2"]))
    def start_with_key(self, user: str, key: str) -> Any:
        """Start with a key: once for each key, and for one user only."""
        owner = self.keys.get(key)
        started = self.run(lambda desk, _: desk.start(StartRequest(user), key))
        if owner is not None and owner[0] in self.alive():
            assert (started is not None) == (owner[1] == user), "another request with the same key is refused"
            assert started is None or (started.conversation.id, started.replayed) == (owner[0], True)
        if started is None or started.replayed:
            assert started is None or self.tokens[started.conversation.id] == started.token
            return multiple()
        self.keys[key] = (started.conversation.id, user)
        self.tokens[started.conversation.id] = started.token
        return started.conversation.id

    @rule(
        one=conversations,
        text=texts,
        message_id=st.sampled_from([None, "m1", "m2"]),
        files=st.sampled_from([(), ("f",)]),
    )
    def send(self, one: str, text: str, message_id: str | None, files: tuple[str, ...]) -> None:
        """Send, perhaps again: what is accepted is what was sent, once for each id."""
        sent = self.run(lambda desk, _: desk.send(one, MessageDraft(text, message_id, files)))
        if sent is not None:
            assert (sent.message.text, sent.message.file_ids) == (text, files)
            stored = self.desk.messages(one)
            assert stored.count(sent.message) == 1
            assert message_id is None or sum(each.client_message_id == message_id for each in stored) == 1

    @rule(one=conversations, typing=st.booleans(), position=positions, user=st.sampled_from([None, "u1", "u3"]))
    def tell(self, one: str, typing: bool, position: int | None, user: str | None) -> None:
        """Type, read, become somebody else."""
        self.run(lambda desk, _: desk.user_typing(one, typing))
        self.run(lambda desk, _: desk.user_read(one, position))
        self.run(lambda desk, _: desk.update_state(one, {"user_id": user, "locale": "de"}))

    @rule(one=conversations, verdict=st.sampled_from(["accepted", "rejected", "pending"]))
    def upload(self, one: str, verdict: str) -> None:
        """Upload a file, use it, and decide about it."""
        file = self.run(lambda desk, _: desk.upload_file(one, "a.txt", "text/plain", b"abc"))
        file_id = file.id if file is not None else "file_none"
        self.run(lambda desk, _: desk.send(one, MessageDraft("", None, (file_id,))))
        self.act(one, {"action": "set_file_state", "file_id": file_id, "state": verdict})

    @rule(one=conversations, agent=agents, answer=st.sampled_from(["accepted", "declined", "ended", "maybe"]))
    def share_screen(self, one: str, agent: str, answer: str) -> None:
        """Ask for the screen, answer, perhaps stop."""
        self.act(one, {"action": "request_screen", "agent": agent})
        self.run(lambda desk, _: desk.answer_screen_share(one, None, answer))

    # The agents' side

    @rule(one=conversations, work=work)
    def work(self, one: str, work: list[dict[str, Any]]) -> None:
        """Join, speak, hand on, decline, leave."""
        for action in work:
            self.act(one, action)

    @rule(one=conversations, action=others, by_user=st.booleans())
    def speak_or_end(self, one: str, action: dict[str, Any], by_user: bool) -> None:
        """Do the rest of what the desk can do, or end as the user."""
        if by_user and action["action"] == "end":
            self.run(lambda desk, _: desk.end(one, "done"))
        else:
            self.act(one, action)

    # The keeper's side

    @rule(seconds=st.sampled_from([0, 1, 15, 30, 60]))
    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.run(lambda _, clock: clock.advance(seconds))

    @rule(
        agent=newcomers,
        online=st.booleans(),
        queues=st.sampled_from([[], ["sales"]]),
        gone=st.booleans(),
        queue=st.sampled_from(QUEUES),
        opened=st.sampled_from([True, True, False]),
    )
    def keep(self, agent: str, online: bool, queues: list[str], gone: bool, queue: str, opened: bool) -> None:
        """Change an agent, or take one away; open or close a queue."""
        if gone:
            self.run(lambda desk, _: desk.remove_agent(agent))
        else:
            self.run(lambda desk, _: desk.set_agent({"id": agent, "online": online, "queues": queues}))
        self.run(lambda desk, _: desk.set_queue(queue, {"open": opened}))

    @precondition(lambda self: len(self.desk.conversations()) == MOST)
    @rule(one=consumes(conversations))
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
            assert one.state.value != "transferring" or witness.transfer is not None
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
        twin, clock = self.new_desk()
        for command in self.accepted:
            command(twin, clock)
        assert twin.digest() == self.desk.digest()
        for truth, other in zip(twin.truths(), self.desk.truths(), strict=True):
            assert truth | {"start_requests": 0} == other | {"start_requests": 0}


TestDeskMachine = DeskMachine.TestCase
TestDeskMachine.settings = settings(
    max_examples=30, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@pytest.mark.all
class TestDeskMachineMore(DeskMachine.TestCase):  # type: ignore[misc,valid-type]
    """The same, for CI."""


TestDeskMachineMore.settings = settings(TestDeskMachine.settings, max_examples=150)


@pytest.mark.long
class TestDeskMachineLong(DeskMachine.TestCase):  # type: ignore[misc,valid-type]
    """The same, for a long night."""


TestDeskMachineLong.settings = settings(TestDeskMachine.settings, max_examples=2000, stateful_step_count=80)
