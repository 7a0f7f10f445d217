"""Control of one desk, in process: the same operations as the control API over HTTP, in built-in values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockdesk.core.actions import ACTION_NAMES, parse_action
from mockdesk.core.clock import VirtualClock
from mockdesk.core.errors import ClockNotVirtual, FieldError, InvalidRequest
from mockdesk.core.faults import REQUEST_KINDS, STREAM_KINDS, Fault
from mockdesk.core.limit_errors import LimitReached
from mockdesk.core.player import ScriptPlayer
from mockdesk.server.control_looking import DeskLooking
from mockdesk.server.desks import DESK_PATH, OWN
from mockdesk.server.scripting import ScriptSource, player_for
from mockdesk.server.snapshot import clock_of, script_of


class DeskControl(DeskLooking):
    """What can be done to a desk from the other side of the wire. Every refusal is a ``DeskError``.

    Conversations may go by any name that a dialect has for them, such as the session id of the polling desk.
    """

    @property
    def name(self) -> str:
        """The desk's name; empty for the server's own."""
        return self._host.name

    @property
    def path(self) -> str:
        """The desk's path below the server's URL."""
        return "" if self._host.name == OWN else f"{DESK_PATH}{self._host.name}"

    def describe(self) -> dict[str, Any]:
        """Return what this is: name, clock, what actions and faults there are."""
        return {
            "name": self._host.name,
            "clock": self.clock(),
            "script": self.script(),
            "conversations": self._count(),
            "actions": list(ACTION_NAMES),
            "faults": [*REQUEST_KINDS, *STREAM_KINDS],
        }

    def _count(self) -> int:
        with self._host.use() as desk:
            return len(desk.conversations())

    # Conversations and agents

    def conversations(self) -> list[dict[str, Any]]:
        """Return what the desk really has, oldest first."""
        with self._host.use() as desk:
            return desk.truths()

    def conversation(self, conversation_id: str) -> dict[str, Any]:
        """Return what the desk really has of one conversation."""
        with self._host.use() as desk:
            return desk.truth(self._host.resolve(conversation_id))

    def remove_conversation(self, conversation_id: str) -> None:
        """Forget a conversation; its streams are closed with 4404."""
        with self._host.use() as desk:
            desk.remove(self._host.resolve(conversation_id))
        self._host.await_delivery()

    def act(self, conversation_id: str, action: Mapping[str, Any]) -> dict[str, Any]:
        """Do as an agent does; return ``{"events": [...]}`` when they were written to the open streams."""
        with self._host.use() as desk:
            events = desk.act(self._host.resolve(conversation_id), parse_action(action))
        self._host.await_delivery()
        return {"events": [event.to_envelope() for event in events]}

    def agents(self) -> list[dict[str, Any]]:
        """Return the roster."""
        with self._host.use() as desk:
            return [agent.to_data() for agent in desk.agents()]

    def set_agent(self, agent_id: str, agent: Mapping[str, Any]) -> dict[str, Any]:
        """Add or replace an agent: nickname, profile_picture_url, queues, online."""
        if agent.get("id", agent_id) != agent_id:
            raise InvalidRequest("the id does not fit the path", [FieldError("/id", f"must be {agent_id!r}")])
        with self._host.use() as desk:
            made = desk.set_agent({**agent, "id": agent_id}).to_data()
        self._host.await_delivery()
        return made

    def remove_agent(self, agent_id: str) -> None:
        """Take an agent off the roster, and out of every conversation."""
        with self._host.use() as desk:
            desk.remove_agent(agent_id)
        self._host.await_delivery()

    def queues(self) -> dict[str, dict[str, Any]]:
        """Return every queue by name."""
        with self._host.use() as desk:
            return desk.queues()

    def set_queue(self, name: str, queue: Mapping[str, Any]) -> dict[str, Any]:
        """Make a queue or change what is named of it."""
        with self._host.use() as desk:
            made = desk.set_queue(name, queue)
        self._host.await_delivery()
        return made

    def secrets(self) -> list[dict[str, str]]:
        """Return every credential that the desk knows or has issued, as ``{"kind", "value"}``.

        In this process only, and tokens only with :attr:`ServerOptions.keep_credentials`: over HTTP nobody gets them.
        """
        keys = [{"kind": "API key", "value": key} for key in self._host.settings.api_keys]
        return [*keys, *self._host.credentials]

    # Scripts

    def script(self) -> dict[str, Any] | None:
        """Return the installed script, ``None``: nobody plays the agents."""
        with self._host.lock:
            return script_of(self._host)

    def install_script(self, source: ScriptSource | None) -> dict[str, Any] | None:
        """Let a script play the agents: a built-in's name, a path, or a script as a dict; ``None``: nobody.

        Raises:
            UnknownScript, InvalidScript: there is none of this name, or it has mistakes.
        """
        player = None if source is None else player_for(source)
        with self._host.use() as desk:
            desk.install_script(player)
        self._host.await_delivery()
        return self.script()

    def signal(self, name: str, conversation_id: str | None = None) -> int:
        """Give the installed script a signal, in one conversation or in all; return how many were told."""
        with self._host.use() as desk:
            player = desk.script
            one = None if conversation_id is None else self._host.resolve(conversation_id)
            told = player.signal(name, one) if isinstance(player, ScriptPlayer) else 0
        self._host.await_delivery()
        return told

    # Time

    def clock(self) -> dict[str, Any]:
        """Return ``{"kind", "now", "time", "speed", "next_due"}``."""
        with self._host.lock:
            return clock_of(self._host)

    def now(self) -> float:
        """Return the desk's time, seconds since the epoch."""
        return self._host.clock.now()

    def advance(self, seconds: float | None = None, to_next: bool = False) -> dict[str, Any]:
        """Move the virtual clock by ``seconds``, or to the next timer; return the clock when all due was delivered.

        Raises:
            ClockNotVirtual: the clock runs by itself.
            InvalidRequest: neither or both were given, or the seconds are not 0 or more, or beyond all dates.
            LimitReached: very many timers were due on the way; the clock stands where it came to.
        """
        if (seconds is None) == (not to_next):
            raise InvalidRequest("say seconds, or to_next: true", [FieldError("/seconds", "is required")])
        if seconds is not None and not 0 <= seconds <= 1e12:
            raise InvalidRequest("time does not go back", [FieldError("/seconds", "must be 0 or more")])
        try:
            self._host.advance(self._until_next() if seconds is None else seconds)
        except ValueError:
            errors = [FieldError("/seconds", "must not lead beyond the year 9999")]
            raise InvalidRequest("time ends with the year 9999", errors) from None
        return self.clock()

    def _until_next(self) -> float:
        with self._host.lock:
            due = self._host.clock.next_due()
            return 0.0 if due is None else max(0.0, due - self._host.clock.now())

    def set_speed(self, speed: float) -> dict[str, Any]:
        """Let the running clock go ``speed`` times as fast; 0: it stands still until it is given a speed again.

        Raises:
            ClockNotVirtual: the clock is virtual, it has no speed.
            InvalidRequest: the speed is less than 0, or more than can be meant.
        """
        if not 0 <= speed <= 1e6:
            raise InvalidRequest("a clock runs forward", [FieldError("/speed", "must be 0 to 1000000")])
        with self._host.use():
            if isinstance(self._host.clock, VirtualClock):
                raise ClockNotVirtual("this desk's clock is virtual: advance it")
            self._host.clock.set_speed(speed)
            self._host.desk.memory.note(None)
            self._host.wake()
        return self.clock()

    # Faults

    def faults(self) -> list[dict[str, Any]]:
        """Return the installed faults, with what is left of them."""
        with self._host.use() as desk:
            return desk.faults.list()

    def inject(self, fault: Mapping[str, Any]) -> str:
        """Install a fault and return its id; one that strikes at once has struck, after all that was due before."""
        wanted = Fault.from_dict(self._resolved(fault))
        self._host.await_delivery()
        with self._host.use() as desk:
            self._require_holds()
            fault_id = desk.inject(wanted)
            if wanted.kind == "hold_events" and wanted.first_match == 0:
                self._host.holds.remember(fault_id, wanted.conversation_id)
        self._host.await_delivery()
        return fault_id

    def _require_holds(self) -> None:
        """Refuse one more fault where very many holds are remembered."""
        held, most = len(self._host.holds.to_data()), self._host.settings.limits.faults
        if held >= most:
            raise LimitReached(f"{held} faults hold events already: release them")

    def remove_fault(self, fault_id: str) -> None:
        """Remove one fault; what a hold kept back goes.

        Raises:
            NotFound: there is none of this id (any more).
        """
        self._host.remove_fault(fault_id)

    def clear_faults(self) -> None:
        """Remove every fault and let everything go that is held."""
        with self._host.use() as desk:
            desk.faults.clear()
        self._host.release()

    def release(self, conversation_id: str | None = None, count: int | None = None) -> int:
        """Let held events and requests go, ``count`` of them or all; return how many went."""
        return self._host.release(None if conversation_id is None else self._host.resolve(conversation_id), count)

    def reset(self) -> None:
        """Begin anew with the same settings and script."""
        self._host.reset()
        self.install_script(self._host.settings.script)
