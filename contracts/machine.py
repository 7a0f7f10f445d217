"""The state machine that makes programs: user, agents, wire and clock, in any order that makes sense.

Each rule plays one step in a session at once. Rules choose among what the model (contracts.model) allows; nothing is
judged before the sequence is over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import SkipTest

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from contracts.lanes.supervised import SubjectCrashed
from contracts.model import UserModel
from contracts.program import Program, Step, act, step
from contracts.session import Session
from contracts.smoke import Miswired
from contracts.strategies import close_codes, refusals, rich_items, texts, waits
from contracts.trace import Trace

USERS = ("u1", "u2")
MAX_STEPS = 25
"""Steps in a sequence; longer ones find little more and are hard to read."""


class StopGenerating(SkipTest):
    """Ends the generation of sequences; Hypothesis hands a skip through at once, without shrinking."""


@contextmanager
def _no_second_try() -> Iterator[None]:
    """Let what ends the verification through at once: Hypothesis would play the sequence again."""
    try:
        yield
    except (SubjectCrashed, Miswired) as error:
        raise StopGenerating(str(error)) from error


class ChatMachine(RuleBasedStateMachine):
    """Plays generated sequences. A subclass says how a session is opened and who gets the traces."""

    def open_session(self) -> Session:
        """Return a fresh session."""
        raise NotImplementedError

    def hand_over(self, program: Program, trace: Trace) -> None:
        """Take a finished sequence; may raise :class:`StopGenerating`."""
        raise NotImplementedError

    def __init__(self) -> None:
        super().__init__()
        self.users = {user: UserModel() for user in USERS}
        self.steps: list[Step] = []
        self.session = self.open_session()
        self.session.__enter__()

    def can(self, word: str) -> list[str]:
        """Return the users for whom a step makes sense; the second user comes only beside the first."""
        able = [user for user in USERS if self.users[user].can(word)]
        return [user for user in able if user == "u1" or self.users["u1"].started]

    def play(self, *steps: Step) -> None:
        """Play steps in the session and in the model."""
        for one in steps:
            self.steps.append(one)
            with _no_second_try():
                self.session.perform(one)
            self.users[one.user].follow(one)
            if one.do == "restore":  # all faults of the desk are removed, those of the other user, too
                for model in self.users.values():
                    model.held = False

    def pick(self, data: st.DataObject, word: str) -> tuple[str, UserModel]:
        """Draw a user for whom the step makes sense."""
        user = data.draw(st.sampled_from(self.can(word)))
        return user, self.users[user]

    def teardown(self) -> None:
        """Finish the session and hand the trace over."""
        try:
            with _no_second_try():
                trace = self.session.finish()
        finally:
            self.session.__exit__(None, None, None)
        if self.steps:
            self.hand_over(tuple(self.steps), trace)

    # user

    @precondition(lambda self: self.can("start"))
    @rule(data=st.data(), minimal=st.booleans())
    def start(self, data: st.DataObject, minimal: bool) -> None:
        """The user asks for an agent; half of the time one comes at once."""
        user, _ = self.pick(data, "start")
        self.play(step("start", user, **({"minimal": True} if minimal else {})))
        if data.draw(st.booleans()):
            self.play(act("join", data.draw(st.sampled_from(["ada", "bob", "cleo"])), user))

    @precondition(lambda self: self.can("send"))
    @rule(data=st.data(), text=texts())
    def send(self, data: st.DataObject, text: str) -> None:
        """The user writes."""
        self.play(step("send", self.pick(data, "send")[0], text=text))

    @precondition(lambda self: self.can("send"))
    @rule(data=st.data(), several=st.lists(texts(), min_size=2, max_size=3), status=st.none() | refusals())
    def send_at_once(self, data: st.DataObject, several: list[str], status: int | None) -> None:
        """The user writes several texts without waiting; perhaps the desk refuses the first of them."""
        user = self.pick(data, "send")[0]
        if status is not None:
            fault = {"kind": "status", "operation": "sendMessageToAgent", "status": status, "conversation_id": True}
            self.play(step("fault", user, fault=fault))
        self.play(*(step("send", user, text=text, wait=False) for text in several), step("settle", user))

    @precondition(lambda self: self.can("send") and all(model.reachable for model in self.users.values()))
    @rule(data=st.data(), first=texts(), second=texts())
    def send_beside_a_slow_one(self, data: st.DataObject, first: str, second: str) -> None:
        """The desk takes its time over a text, and the user writes on."""
        user = self.pick(data, "send")[0]
        slow = {"kind": "hold", "operation": "sendMessageToAgent", "conversation_id": True, "nth": 1, "count": 1}
        self.play(step("fault", user, fault=slow), step("send", user, text=first, wait=False))
        self.play(step("send", user, text=second, wait=False), step("clear", user), step("settle", user))

    @precondition(lambda self: self.can("user_typing"))
    @rule(data=st.data(), is_typing=st.booleans())
    def user_types(self, data: st.DataObject, is_typing: bool) -> None:
        """The user starts or stops typing."""
        self.play(step("type", self.pick(data, "user_typing")[0], is_typing=is_typing))

    @precondition(lambda self: self.can("user_typing"))
    @rule(data=st.data())
    def user_reads(self, data: st.DataObject) -> None:
        """The user has read everything."""
        self.play(step("read", self.pick(data, "user_typing")[0]))

    @precondition(lambda self: self.can("end"))
    @rule(data=st.data(), again=st.booleans())
    def user_ends(self, data: st.DataObject, again: bool) -> None:
        """The user ends the chat, perhaps twice."""
        user, _ = self.pick(data, "end")
        self.play(*[step("end", user)] * (2 if again else 1))

    # agents

    @precondition(lambda self: self.can("join"))
    @rule(data=st.data(), greeting=st.none() | texts())
    def join(self, data: st.DataObject, greeting: str | None) -> None:
        """An agent accepts, perhaps with a greeting."""
        user, model = self.pick(data, "join")
        agent = data.draw(st.sampled_from(model.absent()))
        self.play(act("join", agent, user))
        if greeting is not None:
            self.play(act("say", agent, user, text=greeting))

    @precondition(lambda self: self.can("say"))
    @rule(data=st.data(), several=st.lists(texts(), min_size=1, max_size=3))
    def say(self, data: st.DataObject, several: list[str]) -> None:
        """An agent writes."""
        user, model = self.pick(data, "say")
        agent = data.draw(st.sampled_from(model.present))
        self.play(*(act("say", agent, user, text=text) for text in several))

    @precondition(lambda self: self.can("say"))
    @rule(data=st.data(), items=st.lists(rich_items(), min_size=1, max_size=2), text=texts())
    def say_richly(self, data: st.DataObject, items: list[dict[str, str]], text: str) -> None:
        """An agent sends a picture, a link, or something that nobody knows."""
        user, model = self.pick(data, "say")
        self.play(act("say", model.present[0], user, text=text, items=items))

    @precondition(lambda self: self.can("typing"))
    @rule(data=st.data(), typing=st.booleans(), then=st.sampled_from(["nothing", "text", "pause"]))
    def agent_types(self, data: st.DataObject, typing: bool, then: str) -> None:
        """An agent types, or stops; perhaps the text follows, perhaps nothing for a long time."""
        user, model = self.pick(data, "typing")
        agent = data.draw(st.sampled_from(model.present))
        self.play(act("typing", agent, user, typing=typing))
        if then == "text":
            self.play(act("say", agent, user, text="Here is what I typed."))
        elif then == "pause":
            self.play(step("advance", seconds=7.0))

    @precondition(lambda self: self.can("read"))
    @rule(data=st.data())
    def agent_reads(self, data: st.DataObject) -> None:
        """An agent has read everything."""
        user, model = self.pick(data, "read")
        self.play(act("read", model.present[0], user))

    @precondition(lambda self: self.can("transfer"))
    @rule(data=st.data(), declined=st.booleans(), last_words=st.booleans())
    def transfer(self, data: st.DataObject, declined: bool, last_words: bool) -> None:
        """An agent hands over to another, who may decline first; the first may still write."""
        user, model = self.pick(data, "transfer")
        giver, taker = model.present[0], data.draw(st.sampled_from(model.absent()))
        self.play(act("transfer", giver, user, to_agent=taker))
        if declined:
            self.play(act("offer", taker, user), act("decline", taker, user))
            return
        if last_words:
            self.play(act("say", giver, user, text="I hand you over now."))
        self.play(act("join", taker, user))

    @precondition(lambda self: self.can("leave"))
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        """An agent leaves; the chat stays open."""
        user, model = self.pick(data, "leave")
        self.play(act("leave", data.draw(st.sampled_from(model.present)), user))

    @precondition(lambda self: self.can("agent_end"))
    @rule(data=st.data(), last_words=st.booleans())
    def agent_ends(self, data: st.DataObject, last_words: bool) -> None:
        """An agent ends the chat, perhaps right after a last text."""
        user, model = self.pick(data, "agent_end")
        if last_words:
            self.play(act("say", model.present[0], user, text="Goodbye."))
        self.play(act("end", model.present[0], user))

    # wire

    @precondition(lambda self: self.can("hold"))
    @rule(data=st.data())
    def hold(self, data: st.DataObject) -> None:
        """Events are under way and do not arrive yet."""
        self.play(step("hold", self.pick(data, "hold")[0]))

    @precondition(lambda self: self.can("release"))
    @rule(data=st.data(), count=st.sampled_from([None, None, 1, 2]))
    def release(self, data: st.DataObject, count: int | None) -> None:
        """Held events arrive, some or all."""
        self.play(step("release", self.pick(data, "release")[0], **({"count": count} if count else {})))

    @precondition(lambda self: self.can("frame"))
    @rule(data=st.data(), kind=st.sampled_from(["duplicate", "garbage_frame", "unknown_type"]))
    def disturb(self, data: st.DataObject, kind: str) -> None:
        """A frame comes twice, or one that nobody understands comes in between."""
        user, _ = self.pick(data, "frame")
        extra = {"nth": 1, "count": 1, "times": 2} if kind == "duplicate" else {}
        self.play(step("fault", user, fault={"kind": kind, "conversation_id": True, **extra}))

    @precondition(lambda self: self.can("drop"))
    @rule(data=st.data(), code=close_codes(), outage=st.booleans())
    def drop(self, data: st.DataObject, code: int | None, outage: bool) -> None:
        """The stream breaks; perhaps the desk is away for a while."""
        user, _ = self.pick(data, "drop")
        cut: dict[str, Any] = {"outage": outage} if code is None else {"outage": outage, "code": code}
        self.play(step("drop", user, **cut))

    @precondition(lambda self: self.can("restore"))
    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        """The desk can be reached again."""
        self.play(step("restore", self.pick(data, "restore")[0]))

    @rule(seconds=waits())
    def advance(self, seconds: float) -> None:
        """Time goes by."""
        self.play(step("advance", seconds=seconds))


def generate(
    open_session: Callable[[], Session],
    hand_over: Callable[[Program, Trace], None],
    *,
    sequences: int,
    seed_value: int,
    steps: int = MAX_STEPS,
) -> None:
    """Make ``sequences`` sequences of at most ``steps`` rules and hand each over; stops early on StopGenerating.

    Raises:
        SubjectCrashed, Miswired: an adapter's process failed.
    """

    class Machine(ChatMachine):
        def open_session(self) -> Session:
            return open_session()

        def hand_over(self, program: Program, trace: Trace) -> None:
            hand_over(program, trace)

    chosen = settings(
        max_examples=sequences,
        stateful_step_count=steps,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(seed(seed_value)(Machine), settings=chosen)
    except StopGenerating as stop:
        if isinstance(stop.__cause__, (SubjectCrashed, Miswired)):
            raise stop.__cause__ from None
