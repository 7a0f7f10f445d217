"""A script at work in one conversation.

The rules:

1. What comes from the user goes into an inbox. One program runs at a time; while it runs, the inbox waits.
2. A program that waits for messages or a signal takes them from the inbox first, so nothing that came early is lost.
3. With no program running, the oldest entry of the inbox is offered to the rules; the first rule that fits gives the
   next program. What fits no rule is dropped.
4. Playing goes on until the program waits or nothing is left to do. More than ``STEPS_AT_ONE_INSTANT`` steps without
   anything coming and without time going by are a loop: the script is stopped in this conversation.
5. The end of the conversation ends the program and every timer, also when a step of the program made it; then the rule
   for ``ended`` has its turn.
"""

from __future__ import annotations

from typing import Any, cast

from mockdesk.core.clock import Timer
from mockdesk.core.desk import Desk
from mockdesk.core.errors import DeskError
from mockdesk.core.script import (
    OnEnded,
    OnIdle,
    OnMessage,
    OnRead,
    OnSignal,
    OnStarted,
    OnTyping,
    Script,
    Wait,
)
from mockdesk.core.script_chat import Chat
from mockdesk.core.script_choice import RuleChoice, ScriptRules
from mockdesk.core.script_inbox import INBOX_LIMIT, Came, IdleTimers, Inbox, Occasion
from mockdesk.core.script_pace import STEPS_AT_ONE_INSTANT, Draws, Pace
from mockdesk.core.script_place import SavedPlace, SavedWait, TimersToSet, saved_timer
from mockdesk.core.script_program import FunctionProgram, RuleProgram, RunningProgram
from mockdesk.core.script_steps import PreparedStep, describe, refusal
from mockdesk.core.scrub import scrub
from mockdesk.core.weight import weight_of


class Playing:
    """The script's side of a conversation, the ``number``-th of its player; ``received`` counts the user's messages."""

    def __init__(
        self, desk: Desk, script: Script, rules: ScriptRules, chat: Chat, draws: Draws, number: int, received: int = 0
    ) -> None:
        self.chat = chat
        self.number = number
        self._desk = desk
        self._clock, self._journal = desk.clock, desk.journal
        self._script = script
        self._draws = draws
        self._rules = RuleChoice(rules)
        self._received = received
        self._inbox = Inbox()
        self._idle_timers = IdleTimers(desk.clock, rules.idle_seconds, self._idle)
        self._program: RunningProgram | None = None
        self._cause: int | None = None
        self._result: Any = None
        self._wait: Wait | None = None
        self._messages_left = 0
        self._timer: Timer | None = None
        self._busy = self._ended = self._stopped = False
        self._pace = Pace()

    def saved(self) -> SavedPlace | None:
        """Return where the script stands, ``None`` for a Python function: nobody knows where that is."""
        if self._script.play is not None:
            return None
        program = cast(RuleProgram | None, self._program)
        return SavedPlace(
            script=self._script.key,
            number=self.number,
            received=self._received,
            draws=self._draws.made,
            said=(self.chat.text, self.chat.count),
            inbox=tuple(came.saved() for came in self._inbox.entries()),
            used=self._rules.used(),
            rule=None if program is None else program.saved(),
            wait=None if self._wait is None else SavedWait(self._messages_left, saved_timer(self._timer)),
            idle=self._idle_timers.saved(),
            stopped=self._stopped,
            pace=self._pace.saved(),
        )

    def go_on(self, place: SavedPlace, timers: TimersToSet) -> None:
        """Stand where a script stood that was saved; nothing is played by that."""
        self._received, self._stopped = place.received, place.stopped
        self.chat.text, self.chat.count = place.said
        self._draws.skip(place.draws)
        self._pace.go_on(place.pace)
        self._inbox = Inbox(map(Came.again, place.inbox))
        self._program = program = self._rules.go_on(place.used, place.rule)
        if program is not None and place.wait is not None:
            self._wait, self._messages_left = program.wait, place.wait.messages_left
            if place.wait.timer is not None:
                timers.add(place.wait.timer, self._set_timer)
        self._idle_timers.go_on(place.idle, timers)

    # What comes

    def started(self) -> None:
        """The conversation has begun."""
        self._put(OnStarted)

    def message(self, text: str) -> None:
        """The user has written."""
        self._received += 1
        self.restart_idleness()
        self._put(OnMessage, text, self._received)

    def typing(self) -> None:
        """The user has begun to type."""
        self.restart_idleness()
        self._put_if_a_rule_asks(OnTyping)

    def read(self) -> None:
        """The user has read."""
        self._put_if_a_rule_asks(OnRead)

    def signal(self, name: str) -> None:
        """Somebody gave a signal."""
        self._put(OnSignal, name)

    def ended(self) -> None:
        """The conversation is over."""
        self._drop_everything()
        self._ended = True
        self._put(OnEnded)

    def restart_idleness(self) -> None:
        """Count idleness from now: an agent has joined, or the user has done something while one is there."""
        if self.chat.agents and not self._stopped:
            self._idle_timers.restart()

    def stop(self) -> None:
        """Play no further; timers and programs are given up."""
        self._stopped = True
        self._drop_everything()

    def _idle(self, rule: int) -> None:
        if self.chat.agents:
            self._put(OnIdle, rule=rule)

    def _put_if_a_rule_asks(self, occasion: Occasion) -> None:
        if self._rules.asks_for(occasion):
            self._put(occasion)

    def _put(self, occasion: Occasion, text: str = "", number: int = 0, rule: int | None = None) -> None:
        if self._stopped:
            return
        self._desk.memory.note(self.chat.id)
        came = Came(occasion, text, number, rule, self._journal.cause)
        if not self._inbox.put(came):
            self._note({"failed": f"{INBOX_LIMIT} happenings wait for the script already", "dropped": came.name})
        if not self._busy:
            self._pace.begin()
        self._play()

    # Playing

    def _play(self) -> None:
        if self._busy:
            return
        self._busy = True
        try:
            while not self._stopped and self._something_to_do():
                self._step()
        finally:
            self._busy = False

    def _something_to_do(self) -> bool:
        if not self._ended and self.chat.ended:
            self._drop_everything()
        if self._wait is not None:
            return self._awaited_came(self._wait)
        return self._program is not None or self._begin_next()

    def _step(self) -> None:
        program = self._program
        if program is None:
            return
        if self._pace.step():
            self._fail(f"more than {STEPS_AT_ONE_INSTANT} steps at one instant: the script loops without waiting")
            return
        result, self._result = self._result, None
        try:
            step = program.send(result)
        except StopIteration:
            self._program = None
        except Exception as error:
            self._fail(f"the script raised {type(error).__name__}: {error}")
        else:
            self._do(step)

    def _do(self, step: PreparedStep) -> None:
        journal = self._journal
        before, journal.cause = journal.cause, self._cause
        journal.cause = journal.keep("script", self.chat.id, step.told, None, step.weight)
        try:
            if step.wait is None:
                self._result = step.perform(self._desk, self.chat)
            else:
                self._begin_wait(step.wait)
        except DeskError as error:
            self._result = ()
            self._note(describe(step.step) | refusal(error))
        finally:
            journal.cause = before

    def _fail(self, why: str) -> None:
        self._note({"failed": scrub(why)})
        self.stop()

    def _note(self, data: dict[str, Any], cause: int | None = None) -> int:
        told = {"script": self._script.name, **data}
        return self._journal.keep("script", self.chat.id, told, cause, weight_of(told))

    # Waiting

    def _begin_wait(self, wait: Wait) -> None:
        if self._ended:
            self._drop_everything()
            return
        self._wait, self._messages_left = wait, wait.messages or 0
        if wait.seconds is None or self._awaited_came(wait):
            return
        seconds = self._draws.uniform(*wait.seconds) if isinstance(wait.seconds, tuple) else wait.seconds
        if seconds > 0:
            self._set_timer(self._clock.now() + seconds)
        else:
            self._end_wait(None)

    def _set_timer(self, due: float) -> None:
        self._timer = self._clock.call_at(due, self._time_is_up)

    def _time_is_up(self) -> None:
        self._desk.memory.note(self.chat.id)
        self._pace.pass_time(self._clock.now())
        self._end_wait(None)
        self._play()

    def _awaited_came(self, wait: Wait) -> bool:
        signal = None if wait.signal is None else self._inbox.signal(wait.signal)
        if signal is not None:
            self._end_wait(signal.text)
            return True
        while self._messages_left > 0 and (message := self._inbox.message()) is not None:
            self._arrive_at(message)
            self._messages_left -= 1
            if self._messages_left == 0:
                self._end_wait(message.text)
                return True
        return False

    def _end_wait(self, result: str | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._wait, self._messages_left, self._result = None, None, 0, result

    # Rules

    def _begin_next(self) -> bool:
        while (came := self._inbox.oldest()) is not None:
            if came.occasion is OnMessage:
                self._arrive_at(came)
            self._program, self._result = self._program_for(came), None
            if self._program is not None:
                return True
        return False

    def _arrive_at(self, message: Came) -> None:
        self.chat.text, self.chat.count = message.text, message.number

    def _program_for(self, came: Came) -> RunningProgram | None:
        if self._script.play is not None:
            if came.occasion is not OnStarted:
                return None
            self._cause = self._note({"on": came.name}, came.cause)
            return FunctionProgram(self._script.name, self._script.play, self.chat)
        program = self._rules.next(came)
        if program is not None:
            self._cause = self._note({"rule": program.index, "on": came.name}, came.cause)
        return program

    # The end

    def _drop_everything(self) -> None:
        self._idle_timers.cancel()
        self._inbox.clear()
        self._end_wait(None)
        program, self._program = self._program, None
        try:
            if program is not None:
                program.close()
        except Exception as error:
            self._note({"failed": f"the script did not stop: {type(error).__name__}: {error}"})
