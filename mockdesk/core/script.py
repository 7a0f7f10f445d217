"""What a script is: agents, queues, and rules of a trigger with steps; or a Python generator function.

Values only; :mod:`mockdesk.core.player` plays them. A script written in Python yields the same steps::

    def play(chat):
        yield Join(AgentProfile("ada", "Ada"))
        text = yield until_message()
        yield Say("ada", f"you said {text}")
        yield End("ada")

A rule's steps and a generator function are played by the same machine: both are programs that yield steps.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeAlias

from mockdesk.core.actions import Action
from mockdesk.core.agents import RosterAgent
from mockdesk.core.faults import Fault
from mockdesk.core.linear_pattern import LinearPattern
from mockdesk.core.script_template import Template
from mockdesk.core.settings import QueueSettings
from mockdesk.lazy_dataclass import lazy_dataclass

if TYPE_CHECKING:
    from mockdesk.core.script_chat import Chat


@lazy_dataclass(frozen=True)
class Do:
    """A step of a rule: an action of an agent.

    With ``in_charge`` the agent is the one in charge when the step is played. ``texts`` names the action's fields whose
    value is a template.
    """

    action: Action
    in_charge: bool = False
    texts: tuple[tuple[str, Template], ...] = ()


@lazy_dataclass(frozen=True)
class Inject:
    """Install a fault. Unless its operation belongs to no conversation, it strikes this conversation only."""

    fault: Fault


@lazy_dataclass(frozen=True)
class Wait:
    """Go on at whichever comes first: seconds (or a pair to draw from), so many user's messages, a signal.

    What came is the result of yielding it: the text of the last message, the signal's name, or ``None`` when the time
    was up.
    """

    seconds: float | tuple[float, float] | None = None
    messages: int | None = None
    signal: str | None = None


@lazy_dataclass(frozen=True)
class Repeat:
    """Play the steps several times."""

    times: int
    steps: tuple[Step, ...]


Step: TypeAlias = Do | Inject | Wait | Repeat
"""What a rule consists of."""

Yielded: TypeAlias = Do | Inject | Wait | Action
"""What a generator function may yield: a step, or an agent's action as it is."""

Program: TypeAlias = Generator[Yielded, Any, None]
PlayFunction: TypeAlias = "Callable[[Chat], Program]"


def pause(seconds: float) -> Wait:
    """Wait for some seconds of the desk's time."""
    return Wait(seconds=seconds)


def until_message(count: int = 1, seconds: float | None = None) -> Wait:
    """Wait for ``count`` messages of the user; yields the text of the last, or ``None`` after ``seconds``."""
    return Wait(messages=count, seconds=seconds)


def until_signal(name: str, seconds: float | None = None) -> Wait:
    """Wait for a signal; yields its name, or ``None`` after ``seconds``."""
    return Wait(signal=name, seconds=seconds)


@lazy_dataclass(frozen=True)
class OnStarted:
    """The conversation has been started."""


@lazy_dataclass(frozen=True)
class OnTyping:
    """The user began to type."""


@lazy_dataclass(frozen=True)
class OnRead:
    """The user has read."""


@lazy_dataclass(frozen=True)
class OnEnded:
    """The conversation has ended; only faults can follow."""


@lazy_dataclass(frozen=True)
class OnIdle:
    """For so many seconds the user has neither written nor typed, while an agent was there. Once per such period."""

    seconds: float


@lazy_dataclass(frozen=True)
class OnSignal:
    """Somebody gave a signal."""

    name: str


@lazy_dataclass(frozen=True)
class OnMessage:
    """The user has written something that fits everything that is set; nothing set: anything.

    ``equals`` and ``contains`` hold alternatives; the case of letters counts only with ``case_sensitive``. ``equals``
    does not mind blanks around the message. ``nth`` counts the user's messages from 1.
    """

    equals: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    matches: LinearPattern | None = None
    case_sensitive: bool = False
    nth: int | None = None

    @property
    def unconditional(self) -> bool:
        """Whether any message fits."""
        return not self.equals and not self.contains and self.matches is None and self.nth is None

    def fits(self, text: str, number: int) -> bool:
        """Tell whether the user's message, the ``number``-th, fits."""
        return (
            self.nth in (None, number)
            and (not self.equals or self._fold(text.strip()) in map(self._fold, map(str.strip, self.equals)))
            and (not self.contains or any(self._fold(part) in self._fold(text) for part in self.contains))
            and (self.matches is None or self.matches.search(text))
        )

    def _fold(self, text: str) -> str:
        return text if self.case_sensitive else text.casefold()


On: TypeAlias = OnStarted | OnMessage | OnTyping | OnRead | OnIdle | OnSignal | OnEnded
"""What a rule can react to."""


@lazy_dataclass(frozen=True)
class Rule:
    """What to do on what. With ``once`` it is played at most once in a conversation."""

    on: On
    steps: tuple[Step, ...]
    once: bool = False


@lazy_dataclass(frozen=True)
class Script:
    """What the agents do. Of the rules that fit, the first is played. With ``play``, a generator function runs from the
    start of each conversation instead of rules. ``seed`` is for desks that have none of their own. ``source`` is the
    text that the script was read from, if it was: positions in it are kept by stores."""

    name: str
    description: str = ""
    seed: int | None = None
    agents: tuple[RosterAgent, ...] = ()
    queues: Mapping[str, QueueSettings] = field(default_factory=dict)
    rules: Sequence[Rule] = ()
    play: PlayFunction | None = None
    source: str | None = field(default=None, compare=False, repr=False)

    @cached_property
    def key(self) -> str | None:
        """What tells two scripts apart: the digest of the text; ``None`` for one that was not read from a text."""
        return key_of(self.source)


def key_of(source: str | None) -> str | None:
    """Return the key of the script of a text."""
    return None if source is None else sha256(source.encode()).hexdigest()


def play_steps(steps: tuple[Step, ...]) -> Program:
    """Return the program of a rule: its steps one by one, with the repeated ones repeated."""
    for step in steps:
        if isinstance(step, Repeat):
            for _ in range(step.times):
                yield from play_steps(step.steps)
        else:
            yield step
