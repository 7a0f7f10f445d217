"""A driver that is a person: every act of an agent is one instruction in the terminal.

Enter: it is done. ``s``: it cannot be done here, which is no failure. ``q``: stop; what was judged so far is reported.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any, TextIO

from contracts.driver_kit import DriverBase, Ledger, profile_of

NAME = "manual"
MOST_SCENARIOS = 8


class StoppedByPerson(BaseException):
    """The person who plays the agents has had enough."""


class NoTerminal(ValueError):
    """There is nobody to prompt."""


class Terminal:
    """Asks a person."""

    def __init__(self, source: TextIO | None = None, target: TextIO | None = None) -> None:
        """Use the terminal, or what is given.

        Raises:
            NoTerminal: standard input is no terminal.
        """
        if source is None and not sys.stdin.isatty():
            raise NoTerminal("a person plays the agents, and standard input is no terminal; run it in one")
        self._source = source or sys.stdin
        self._target = target or sys.stderr

    def say(self, text: str) -> None:
        """Print a line."""
        self._target.write(f"{text}\n")
        self._target.flush()

    def ask(self, question: str) -> str:
        """Return what the person typed.

        Raises:
            StoppedByPerson: they typed ``q``, or the input has ended.
        """
        self._target.write(f"{question} ")
        self._target.flush()
        line = self._source.readline()
        if not line or line.strip() == "q":
            raise StoppedByPerson
        return line.strip()


class ManualDriver(DriverBase):
    """What :class:`contracts.adapter.DeskDriver` asks for, by hand."""

    name = NAME
    actions = ("join", "say", "typing", "transfer", "leave", "end")

    def __init__(self, desk_url: str, terminal: Terminal) -> None:
        super().__init__(desk_url)
        self._terminal = terminal
        self._ledger = Ledger()
        self._profiles: dict[str, dict[str, Any]] = {}
        self._runs = 0
        self._asked = False
        terminal.say(
            f"You play the agents of the desk at {desk_url}. Do what each line says, then press Enter.\n"
            "s: it cannot be done here. q: stop."
        )

    def describe(self) -> dict[str, Any]:
        """Return what a person can do; ``by_hand`` keeps the programs few."""
        return {**super().describe(), "by_hand": MOST_SCENARIOS}

    def new_desk(self, settings: dict[str, Any] | None = None) -> dict[str, Any]:
        """Begin the next run."""
        self._ledger.forget()
        self._runs, self._asked = self._runs + 1, False
        self._terminal.say(f"\n--- run {self._runs}")
        return super().new_desk(settings)

    def conversations(self) -> list[dict[str, Any]]:
        """Ask once in a run for the conversation that is waiting."""
        if not self._asked:
            self._asked = True
            if self._done("A chat was started. Look for the new conversation at the desk."):
                self._ledger.open(f"run-{self._runs}")
        return self._ledger.truths()

    def act(self, conversation_id: str, action: dict[str, Any]) -> dict[str, Any]:
        """Prompt for one act and wait until it is done.

        Raises:
            NotImplementedError: it cannot be done.
            StoppedByPerson: nothing more is to be done.
        """
        action = {**action, **{key: self._known(action[key]) for key in ("agent", "to_agent") if action.get(key)}}
        instruction = INSTRUCTIONS.get(str(action["action"]))
        if instruction is None or (action["action"] == "say" and not action.get("agent")):
            raise NotImplementedError(f"nobody is asked to {action['action']}")
        if not self._done(f"[conversation of run {self._runs}] {instruction(action)}"):
            raise NotImplementedError("the person who plays the agents cannot do that at this desk")
        return {"events": self._ledger.note(conversation_id, action)}

    def _done(self, instruction: str) -> bool:
        return self._terminal.ask(f"{instruction}\n   Enter = done, s = cannot, q = stop:") != "s"

    def _known(self, agent: Any) -> dict[str, Any]:
        """Return an agent's profile as the desk has it; asked once for each agent."""
        wanted = profile_of(agent)
        known = self._profiles.get(wanted["id"])
        if known is None:
            name = wanted["nickname"]
            self._terminal.say(f"An agent is needed, called {name} from here on.")
            identity = self._terminal.ask(f"   The agent's id at the desk (Enter = {wanted['id']}):")
            nickname = self._terminal.ask(f"   The name that users see (Enter = {name}):")
            known = {"id": identity or wanted["id"], "nickname": nickname or name}
            self._profiles[wanted["id"]] = self._profiles[known["id"]] = known
        return known


def _name(action: Mapping[str, Any], key: str = "agent") -> str:
    return str(action[key]["nickname"]) if action.get(key) else "the desk"


TYPING = {True: "begin to type, and do not send it.", False: "delete what you have typed."}
INSTRUCTIONS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "join": lambda action: f"As {_name(action)}: accept the conversation.",
    "say": lambda action: f"As {_name(action)}: write exactly this and send it: {action['text']}",
    "typing": lambda action: f"As {_name(action)}: {TYPING[bool(action.get('typing', True))]}",
    "transfer": lambda action: f"As {_name(action)}: hand the conversation over to {_name(action, 'to_agent')}.",
    "leave": lambda action: f"As {_name(action)}: leave the conversation, and let it go on without you.",
    "end": lambda action: f"As {_name(action)}: end the conversation.",
}
"""One instruction for each action that a person is asked for."""
