"""The mock's driver for the contract suite: the agents' side, the wire's faults and the clock, in built-in values.

The suite finds it by the entry point ``mockdesk`` of the group ``byosd.drivers`` and imports nothing of the mock. The
values are described in docs/driver.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, Protocol

from mockdesk.control_client import ControlClient
from mockdesk.dialects.registry import CANONICAL, DIALECTS
from mockdesk.dialects.seam import Shape
from mockdesk.server.control import DeskControl
from mockdesk.server.desks import CLOCK_KINDS, ClockKind
from mockdesk.server.options import ServerOptions
from mockdesk.server.running import RunningServer
from mockdesk.server.tiers import TierName
from mockdesk.server.wsgi import THREAD_PREFIX

OPERATIONS = (
    "new_desk",
    "conversations",
    "act",
    "set_queue",
    "inject",
    "release",
    "clear_faults",
    "now",
    "advance",
    "census",
    "journal",
    "wait",
)
"""What the driver can do besides ``describe`` and ``close``; in this process ``secrets``, too."""


_PARTS: Mapping[str, Callable[[Mapping[str, Any]], bool]] = MappingProxyType(
    {
        "action:say.items": lambda action: bool(action.get("items")),
        "action:typing.stop": lambda action: action.get("action") == "typing" and action.get("typing") is False,
    }
)
"""Parts of actions that a shape may lack, and whether an action has one."""


class Backend(Protocol):
    """Where the driver's desks are: in this process, or behind a URL."""

    control: DeskControl | ControlClient

    def new_desk(self, settings: Mapping[str, Any], clock: ClockKind) -> str:
        """Make a desk the present one, forget the one before, and return the new one's base URL."""

    def close(self) -> None:
        """Stop what was started."""


class InProcess:
    """Desks of a server in this process."""

    def __init__(self, server: TierName = "embedded") -> None:
        options = ServerOptions(keep_credentials=True)
        self._server = RunningServer(clock="virtual", options=options, server=server).start()
        self.control: DeskControl | ControlClient = self._server.control()
        self._present: str | None = None

    def new_desk(self, settings: Mapping[str, Any], clock: ClockKind) -> str:
        """Make a desk the present one, forget the one before, and return the new one's base URL."""
        control = self._server.new_desk(settings, clock=clock)
        if self._present is not None:
            self._server.remove_desk(self._present)
        self.control, self._present = control, control.name
        return self._server.desk_url(control)

    def close(self) -> None:
        """Stop the server."""
        self._server.stop()


class OverHttp:
    """Desks of a server elsewhere, through its control API."""

    def __init__(self, desk_url: str) -> None:
        root = desk_url.partition("/desks/")[0]
        self._root = ControlClient(root)
        self.control: DeskControl | ControlClient = ControlClient(desk_url)
        self.control.check()
        self._present: str | None = None

    def new_desk(self, settings: Mapping[str, Any], clock: ClockKind) -> str:
        """Make a desk the present one, forget the one before, and return the new one's base URL."""
        control = self._root.make_desk(settings, clock=clock)
        self._forget()
        self.control, self._present = control, control.url.rpartition("/")[2]
        return control.url

    def close(self) -> None:
        """Forget the desk that was made; the server goes on."""
        self._forget()
        self._root.close()

    def _forget(self) -> None:
        if self._present is not None:
            self._root.remove_desk(self._present)
            self._present = None


class MockDriver:
    """What ``contracts.adapter.DeskDriver`` asks for. ``dialect``: in which shape adapters see the desks."""

    def __init__(self, backend: Backend, dialect: str = CANONICAL) -> None:
        self._backend = backend
        self._dialect = dialect
        self._shape = Shape() if dialect == CANONICAL else DIALECTS[dialect].shape

    def describe(self) -> dict[str, Any]:
        """Return name, operations, actions, faults, clock, names of the mock's threads, and what the shape lacks."""
        told = self._backend.control.describe()
        lacks = self._shape.lacks
        return {
            "name": "mockdesk" if self._dialect == CANONICAL else f"mockdesk-{self._dialect}",
            "operations": [*OPERATIONS, *(["secrets"] if self._has_secrets() else [])],
            "actions": [action for action in told["actions"] if f"action:{action}" not in lacks],
            "faults": told["faults"],
            "clock": "virtual" if told["clock"]["kind"] == "virtual" else "real",
            "clocks": list(CLOCK_KINDS),
            "thread_prefix": THREAD_PREFIX,
            **({} if self._dialect == CANONICAL else {"lacks": dict(lacks), "truth": list(self._shape.truth)}),
            **({"rotating_ids": True} if self._shape.rotating else {}),
        }

    def new_desk(self, settings: dict[str, Any] | None = None) -> dict[str, Any]:
        """Make an empty, isolated desk the present one; the one before is gone.

        Its clock is virtual, unless ``settings["clock"]`` says ``{"kind": "system"}`` or
        ``{"kind": "scaled", "speed": 5}``.
        """
        chosen = dict(settings or {})
        clock = chosen.pop("clock", {"kind": "virtual"})
        url = self._backend.new_desk(chosen, clock["kind"])
        if clock["kind"] == "scaled":
            self._backend.control.set_speed(float(clock["speed"]))
        keys = list(chosen.get("api_keys") or []) if chosen.get("require_user_token") else []
        path = "" if self._dialect == CANONICAL else f"/{self._dialect}"
        options = {**self._shape.options, **({"api_key": keys[0]} if keys else {})}
        return {"desk_url": f"{url}{path}", "options": options}

    def conversations(self) -> list[dict[str, Any]]:
        """Return what the desk really has, oldest first."""
        return self._backend.control.conversations()

    def act(self, conversation_id: str, action: dict[str, Any]) -> dict[str, Any]:
        """Do as an agent does; return ``{"events": [...]}`` when they were written to every stream that is not held.

        Raises:
            NotImplementedError: this shape of desk cannot tell such a thing.
        """
        for part, is_meant in _PARTS.items():
            if part in self._shape.lacks and is_meant(action):
                raise NotImplementedError(self._shape.lacks[part])
        return self._backend.control.act(conversation_id, action)

    def set_queue(self, name: str, queue: dict[str, Any]) -> dict[str, Any]:
        """Make a queue or change what is named of it; return it when everybody who waits there has been told."""
        return self._backend.control.set_queue(name, queue)

    def inject(self, fault: dict[str, Any]) -> str:
        """Install a fault; return its id."""
        return self._backend.control.inject(fault)

    def release(self, conversation_id: str | None = None, count: int | None = None) -> int:
        """Let held events and requests go; return how many went."""
        return self._backend.control.release(conversation_id, count)

    def clear_faults(self) -> None:
        """Remove every fault and let go what is held."""
        self._backend.control.clear_faults()

    def now(self) -> float:
        """Return the desk's time, seconds since the epoch."""
        return self._backend.control.now()

    def advance(self, seconds: float) -> None:
        """Move the desk's clock; return when all that fell due was written."""
        self._backend.control.advance(seconds)

    def census(self) -> dict[str, Any]:
        """Return the open streams and polls of each conversation, and how many requests wait."""
        return self._backend.control.census()

    def journal(self, after: int = 0) -> list[dict[str, Any]]:
        """Return the journal's entries after a position."""
        entries: list[dict[str, Any]] = self._backend.control.journal(after)["entries"]
        return entries

    def _has_secrets(self) -> bool:
        return isinstance(self._backend.control, DeskControl)

    def secrets(self) -> list[dict[str, Any]]:
        """Return every credential of the present desk; in this process only: the control API gives none away.

        Raises:
            NotImplementedError: the desk is behind a URL.
        """
        if not isinstance(self._backend.control, DeskControl):
            raise NotImplementedError("a desk behind a URL does not give its credentials away")
        return list(self._backend.control.secrets())

    def wait(self, match: dict[str, Any], count: int = 1, timeout: float = 5.0) -> bool:
        """Wait (wall seconds) until ``count`` journal entries match; return whether they came."""
        return bool(self._backend.control.wait(match, count, timeout)["matched"])

    def close(self) -> None:
        """Stop what the driver has started."""
        self._backend.close()


def connect(
    options: Mapping[str, Any] | None = None, dialect: str = CANONICAL, server: TierName = "embedded"
) -> MockDriver:
    """Return a driver: of a server in this process, or with ``{"desk_url": url}`` of the one that runs there.

    ``dialect`` is the shape in which adapters see its desks, ``server`` how one in this process serves.

    Raises:
        ConnectionError: there is no control API at ``desk_url``.
        ValueError: an option is not known.
    """
    told = dict(options or {})
    desk_url = told.pop("desk_url", None)
    if told:
        raise ValueError(f"the mock's driver knows the option desk_url only, not {', '.join(sorted(told))}")
    return MockDriver(InProcess(server) if desk_url is None else OverHttp(str(desk_url)), dialect)


genesys = partial(connect, dialect="genesys")
"""The driver ``mockdesk-genesys``."""

poll = partial(connect, dialect="poll")
"""The driver ``mockdesk-poll``."""

twilio = partial(connect, dialect="twilio")
"""The driver ``mockdesk-twilio``."""

scale = partial(connect, server="scale")
"""The driver ``mockdesk-scale``: the desk on one event loop."""
