"""Programs: what the suite does to a subject, as data. A program is made by the state machine or stands in a scenario,
is written into replay files, and is played by :class:`contracts.session.Session`.

A step is ``{"do": <word>, "user": "u1", ...}``. The words:

=================== ============================================================================================
user's side         ``start`` {minimal?: bool, queue?, topic?, message_to_agent?, session_history_key?,
                    additional_data?}, ``send`` {text, message_id?, files?}, ``type`` {is_typing}, ``read``, ``end``,
                    ``availability`` {queue?}, ``state`` {changes}, ``name``, ``select_files`` {files},
                    ``stop_sharing``: calls of the host. ``wait: false`` makes the call and goes on without its
                    outcome; ``settle`` waits for all such calls, and for what should be shown of what the desk did by
                    itself. ``in_vain: true`` tells the model that a start must fail.
                    A file is {id, name, content_type, content | content_base64 | size}; ``size`` makes that many
                    bytes. ``screen_share`` {answer: accepted, declined, cancelled or wait}: how the host will answer
                    the next requests for the screen; ``answer_screen_share`` {answer} answers one that waits
page                ``unload`` {lingering?}: the page goes away, its adapter with it, and the desk sees the stream
                    break off, unless it lingers; ``reload`` {lingering?, reconnects?: n}: unload if need be, then a
                    new page: the factory with the persisted state, ``get_name``, and where an agent had joined
                    ``reconnect`` (n times at once); ``host_raises`` {callback, count?}: the host's callback of this
                    name raises the next time, or so many times
agents' side        ``act`` {action, agent?, text? ...}: one action in the driver's words (docs/driver.md) in the
                    user's present chat. ``agent`` is a name of :data:`AGENTS` or a profile; ``file`` is the name of an
                    uploaded file. The session waits for the callback that should follow, unless the chat's events are
                    held or its stream is cut
queues              ``queue`` {name?, open?, agents_online?, seconds_per_conversation?}: the desk gets a queue, or one
                    changes (absent name: ``default``); everybody who waits there is told
wire                ``fault`` {fault: {...}}: the conversation is filled in if the fault says ``"conversation_id":
                    true``; ``clear`` all faults; ``hold`` / ``release`` {count?} of the chat's events; ``drop``
                    {code?: int (absent: EOF), outage?: bool, silent?: bool} cuts the stream, with an outage the desk
                    refuses it until ``restore``; a silent one stays open and nothing comes; with
                    {expire: true} the chat's token expires; ``await`` {operation
                    | match | held: true, count?, timeout?}: wait until the desk has received such requests, has such
                    entries in its journal, or has a request that waits for its answer (wall seconds, default 1);
                    ``await`` {over: true}: until the chat is over for the host
clock               ``advance`` {seconds, patiently?: from timer to timer, with the time for the adapter to act on each}
suite               ``count_objects``: note how many objects the adapter has made that are still there
=================== ============================================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

AGENTS: Mapping[str, Mapping[str, Any]] = {
    "ada": {"id": "agent-ada", "nickname": "Ada"},
    "bob": {"id": "agent-bob", "nickname": "Bob"},
    "cleo": {"id": "agent-cleo", "nickname": "Cleo", "profile_picture_url": "https://example.com/cleo.png"},
}
"""The agents of the programs: short name to profile."""


@dataclass(frozen=True)
class Step:
    """One step of a program."""

    do: str
    user: str = "u1"
    args: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the step as JSON."""
        return {"do": self.do, "user": self.user, **self.args}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Step:
        """Return the step that :meth:`to_json` wrote.

        Raises:
            ValueError: the value has no ``do``.
        """
        if not isinstance(value, Mapping) or not isinstance(value.get("do"), str):
            raise ValueError(f"a step is an object with a text 'do', not {value!r}")
        rest = {key: item for key, item in value.items() if key not in ("do", "user")}
        return cls(value["do"], value.get("user", "u1"), rest)

    def __str__(self) -> str:
        words = " ".join(f"{key}={value!r}" for key, value in self.args.items())
        return f"{self.user} {self.do} {words}".strip()


Program = tuple[Step, ...]


def step(do: str, user: str = "u1", **args: Any) -> Step:
    """Write a step: ``step("send", text="hello")``."""
    return Step(do, user, args)


def act(action: str, agent: str | None = None, user: str = "u1", **args: Any) -> Step:
    """Write an agent's step: ``act("say", "ada", text="hello")``."""
    return Step("act", user, {"action": action, **({"agent": agent} if agent else {}), **args})


@dataclass(frozen=True)
class Scenario:
    """A named program that surely exercises the requirements it aims at; played before the generated ones.

    ``slow``: it waits for answers that do not come, or says very much; a brief verification does without it if it can.
    """

    name: str
    aims: tuple[str, ...]
    program: Program
    settings: Mapping[str, Any] = field(default_factory=dict)
    slow: bool = False


def scenario(
    *aims: str, settings: Mapping[str, Any] | None = None, slow: bool = False
) -> Callable[[Callable[[], Iterable[Step]]], Scenario]:
    """Declare a scenario; the decorated generator's name becomes its name. ``settings`` are the desk's."""

    def declare(make: Callable[[], Iterable[Step]]) -> Scenario:
        return Scenario(make.__name__, aims, tuple(make()), settings or {}, slow)

    return declare
