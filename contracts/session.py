"""A session plays one program against one subject over a real desk, and records the trace.

``perform`` plays a step, ``finish`` brings the run to its end: what is held is released, a cut stream is restored, a
last message marks that everything before it has been consumed, open chats are ended, the clock goes on for 30 s so that
forgotten timers show, and a census is taken.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from contracts.adapter import DeskDriver
from contracts.census import ThreadCensus, unhandled_recorded
from contracts.chat_state import ChatState
from contracts.clock import SuiteClock, WallClock
from contracts.deadlines import Deadlines, Patience
from contracts.driver_kit import is_never_offered
from contracts.evidence import Evidence
from contracts.expectations import Expectations
from contracts.finish import finish
from contracts.host import CALL_THREAD, Host
from contracts.idle_polls import let_a_poller_ask
from contracts.lanes.python_object import PythonLane
from contracts.lanes.supervised import Supervised
from contracts.open_page import open_page
from contracts.page import Page
from contracts.page_steps import PAGE_WORDS
from contracts.program import Program, Step
from contracts.steps import WORDS
from contracts.subject import DEFAULT_TIMEOUT_SCALE, Subject
from contracts.timing import LONGEST_WAIT, Kind, Takes, Time, time_for
from contracts.trace import Recorder, Side, Trace
from contracts.unasked import unasked_events
from contracts.wire_faults import Wire


class Session:
    """One run of one program. Use it as a context manager; ``trace`` holds the result after :meth:`finish`."""

    def __init__(
        self,
        subject: Subject,
        driver: DeskDriver,
        *,
        settings: Mapping[str, Any] | None = None,
        timeout_scale: float = DEFAULT_TIMEOUT_SCALE,
        about: Mapping[str, Any] | None = None,
        deadlines: Deadlines | None = None,
        time: Time | None = None,
    ) -> None:
        self.subject = subject
        self.driver = driver
        self.settings = dict(settings or {})
        self.time = time or time_for(Takes.SUITE, driver.describe())
        clock = {"clock": dict(self.time.desk_clock)} if self.time.desk_clock else {}
        self.desk = driver.new_desk({**self.settings, **clock})
        self.description = driver.describe()
        self.clock = self._make_clock()
        self.began = driver.now()
        self.recorder = Recorder(self.clock.now)
        self.deadlines = deadlines or Deadlines()
        self.patience = Patience(timeout_scale, deadlines=self.deadlines)
        self.lane = PythonLane()
        self.hosts: dict[str, Host] = {}
        self.chats: dict[str, ChatState] = {}
        self.pages: list[Page] = []
        self.wire = Wire(self)
        self.evidence = Evidence(self)
        self._about = {
            "subject": subject.kind,
            "timeout_scale": timeout_scale,
            "reconnect_limit_seconds": subject.options.get("reconnect_limit_seconds"),
            "desk": self.description,
            "settings": self.settings,
            "time": self.time.to_json(),
            "inputs_watched": bool(getattr(self.lane, "watches_inputs", False)),
            **(about or {}),
        }
        self._census = ThreadCensus(self.description.get("thread_prefix"))
        self._exit = ExitStack()
        self._words = {**WORDS, **PAGE_WORDS, **self.wire.words(), **subject.words}

    def _make_clock(self) -> SuiteClock | WallClock:
        if self.time.kind is Kind.VIRTUAL:
            return SuiteClock(self.driver)
        return WallClock(self.time.speed)

    def __enter__(self) -> Session:
        self._exit.enter_context(unhandled_recorded(self.recorder))
        self._exit.enter_context(self.evidence.captured())
        return self

    def __exit__(self, *_: object) -> None:
        for host in self.hosts.values():
            host.screen.cancel()
        for process in self._processes():
            process.kill()
        patience = self.deadlines.of("threads of old pages", 3.0, 0.05)
        self.deadlines.note("threads of old pages", self._census.await_accepted(patience))
        self.lane.close()
        self._exit.close()

    def trace(self) -> Trace:
        """Return what was recorded so far."""
        entries = self.evidence.masked(self.recorder.snapshot())
        return Trace(entries, {**self._about, "functions": self._functions()})

    def _functions(self) -> list[str]:
        constructed = [e for e in self.recorder.snapshot() if e.side is Side.HOST and e.kind == "constructed"]
        return list(constructed[0].data["functions"]) if constructed else []

    def play(self, program: Program) -> Trace:
        """Play a whole program, finish, and return the trace."""
        for step in program:
            self.perform(step)
        return self.finish()

    def perform(self, step: Step) -> None:
        """Play one step; one that does not apply is recorded as impossible.

        Raises:
            ValueError: the word is unknown.
            SubjectCrashed, Miswired: an adapter's process has failed.
        """
        word = self._words.get(step.do)
        if word is None:
            raise ValueError(f"no step {step.do!r}; known: {', '.join(sorted(self._words))}")
        try:
            word(self, step)
        except NotImplementedError as error:  # an operation that the driver does not offer
            self.impossible(step, str(error) or "the driver cannot do that", lacking=True)
        self._check_processes()

    # what steps share

    def host(self, user: str) -> Host:
        """Return the host of a user; builds the adapter at the first use."""
        if user not in self.hosts:
            host = self.hosts[user] = Host(self.recorder, user, self.patience, self.lane.invoke)
            host.idle = self._move_idle_time
            self.build(host)
        return self.hosts[user]

    def _move_idle_time(self) -> None:
        """Jump to the time for which a call of the host waits, if one does: nobody else would move the clock."""
        if isinstance(self.clock, SuiteClock) and (due := self.clock.next_wait_of(CALL_THREAD)) is not None:
            self.advance(max(0.0, due - self.clock.now()))

    def build(self, host: Host, persisted_state: Mapping[str, Any] | None = None) -> None:
        """Open a page for a user, with what an earlier page left.

        Raises:
            Miswired: the factory raised, or an adapter's process broke the protocol.
            SubjectCrashed: an adapter's process did not shake hands.
        """
        open_page(self, host, persisted_state)

    def throw_away(self, host: Host) -> None:
        """Close a user's page: the adapter is gone as far as one process can make it so (see contracts.page)."""
        if host.page is not None:
            host.page.leave()
        if isinstance(host.adapter, Supervised):
            host.adapter.kill()
        host.adapter = host.page = None
        self._census.accept_present()

    def _processes(self) -> list[Supervised]:
        return [host.adapter for host in self.hosts.values() if isinstance(host.adapter, Supervised)]

    def _check_processes(self) -> None:
        for process in self._processes():
            process.check()

    def record_wire(self, user: str, report: Mapping[str, Any]) -> None:
        """Take one report of the wire into the trace."""
        assert self.subject.annotate is not None
        data = {key: value for key, value in self.subject.annotate(report).items() if key != "kind"}
        chat = self.hosts[user].chat if user in self.hosts else None
        self.recorder.add(Side.WIRE, report["kind"], user=user, chat=chat, **data)

    def chat(self, user: str) -> ChatState | None:
        """Return the user's present (or last) chat, with its conversation looked up, or ``None``."""
        key = self.host(user).chat
        if key is None:
            return None
        state = self.chats.setdefault(key, ChatState(key, Expectations(self.recorder, self.deadlines, user, key)))
        if state.conversation_id is None:
            state.conversation_id = self._find_conversation(user)
        return state

    def _find_conversation(self, user: str) -> str | None:
        taken = {state.conversation_id for state in self.chats.values()}
        free = [truth for truth in self.driver.conversations() if truth["id"] not in taken]
        own = [truth for truth in free if truth.get("user_id") == self.host(user).user_id]
        if not own and len(self.hosts) == 1:
            own = free
        return str(own[-1]["id"]) if own else None

    def impossible(self, step: Step, why: str, *, lacking: bool = False) -> None:
        """Record that a step did not apply; ``lacking``: because the driver does not offer what it takes."""
        chat = self.hosts[step.user].chat if step.user in self.hosts else None
        more = {"lacking": True} if lacking else {}
        self.recorder.add(Side.SUITE, "impossible", user=step.user, chat=chat, step=step.to_json(), why=why, **more)

    # what agents do, and time

    def act(self, user: str, state: ChatState, action: dict[str, Any]) -> bool:
        """Do as an agent does in a chat; wait for what should follow. Returns whether the desk accepted it."""
        assert state.conversation_id is not None
        entry = self.recorder.add(Side.DESK, "act", user=user, chat=state.key, **action)
        outcome: dict[str, Any]
        try:
            events = self.driver.act(state.conversation_id, action).get("events", [])
            outcome = {"ok": True, "error": None, "events": events}
        except NotImplementedError as error:
            outcome = {"ok": False, "error": str(error) or "the driver cannot do that", "events": []}
            never = is_never_offered(error, self.description)
            self.impossible(Step("act", user, action), outcome["error"], lacking=never)
        except Exception as error:
            outcome = {"ok": False, "error": f"{type(error).__name__}: {error}", "events": []}
        self.recorder.add(Side.DESK, "done", user=user, chat=state.key, call=entry.index, **outcome)
        if outcome["ok"]:
            if outcome["events"] and outcome["events"][0]["seq"] > state.seen + 1:
                self.look(user, state)  # what the desk said by itself counts among what is shown
            self._follow(user, state, outcome["events"])
            self.settle(user, state)
        return bool(outcome["ok"])

    def look(self, user: str, state: ChatState) -> None:
        """Take note of what the desk did in a chat by itself, so that it is waited for: time-outs, changed queues."""
        self._follow(user, state, unasked_events(self.driver, state.conversation_id, state.seen))

    def _follow(self, user: str, state: ChatState, events: Sequence[Mapping[str, Any]]) -> None:
        for event in events:
            state.seen = max(state.seen, event["seq"])
            if event["type"] == "agent.joined":
                state.agents.append(event["data"]["agent"]["id"])
            elif event["type"] == "agent.left" and event["data"]["agent_id"] in state.agents:
                state.agents.remove(event["data"]["agent_id"])
            elif event["type"] == "conversation.ended":
                state.ended = True
        if self.hosts[user].running or any(event["type"] == "conversation.ended" for event in events):
            state.expectations.note(events)

    def settle(self, user: str, state: ChatState) -> None:
        """Wait for what the chat should show by now, unless its events cannot reach the adapter."""
        unreachable = state.held or state.cut or state.away
        if not unreachable and not self._user_ended(state) and not self._starting(user):
            let_a_poller_ask(self, state)
            state.expectations.settle(lambda: let_a_poller_ask(self, state))

    def _starting(self, user: str) -> bool:
        return any(call.entry.kind == "start_chat" and not call.settled.is_set() for call in self.hosts[user].pending)

    def _user_ended(self, state: ChatState) -> bool:
        return any(
            e.side is Side.HOST and e.kind == "end_chat" and e.chat == state.key and not e.data.get("inside")
            for e in self.recorder.snapshot()
        )

    def advance(self, seconds: float, *, patiently: bool = False) -> None:
        """Let time go by: move the clock if it can be moved, else wait, but not longer than :data:`LONGEST_WAIT`.

        Where nobody plays the agents nothing would come of it, and nothing is waited for.
        """
        if isinstance(self.clock, WallClock):
            if "act" not in self.description.get("operations", ()):
                return
            seconds = min(seconds, LONGEST_WAIT * self.clock.speed)
        self.recorder.add(Side.SUITE, "advance", seconds=seconds)
        if isinstance(self.clock, SuiteClock):
            (self.clock.advance_patiently if patiently else self.clock.advance)(seconds)
        else:
            self.clock.wait(threading.Event(), seconds)
        self.recorder.add(Side.SUITE, "advanced", seconds=seconds)

    # the end

    def finish(self) -> Trace:
        """Bring the run to its end and return the trace.

        Raises:
            SubjectCrashed, Miswired: an adapter's process failed; what the run was like is not to be judged.
        """
        finish(self)
        self._check_processes()
        for process in self._processes():
            process.dismiss()
        return self.trace()

    def left_over_threads(self) -> list[str]:
        """Return the names of threads that the run left behind."""
        threads = self._census.left_over(self.deadlines.of("threads", 3.0, 0.1))
        self.deadlines.note("threads", not threads)
        return threads
