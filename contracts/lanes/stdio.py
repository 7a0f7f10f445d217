"""The stdio lane: a target ``exec:COMMAND`` is an adapter in any language that speaks JSON lines.

The protocol is described in docs/adapter-protocol.md. The command is started once for each
adapter that the suite builds, without a shell.
"""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any, cast

from contracts.adapter import Callback, Clock, DeskDriver
from contracts.clock import SuiteClock, WallClock
from contracts.lanes.python_object import BadTarget
from contracts.lanes.stdio_peer import Limits, Peer
from contracts.lanes.stdio_process import LineProcess
from contracts.page import PageClock
from contracts.timing import Takes

PREFIX = "exec:"
PARAMETERS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "get_name": (),
        "start_chat": ("connect_message", "start_chat_options"),
        "end_chat": ("info",),
        "send_message_to_agent": ("message", "message_id", "additional_data"),
        "update_state": ("state",),
        "are_any_agents_online": ("connect_message",),
        "user_typing": ("is_typing",),
        "user_read_messages": (),
        "files_selected_for_upload": ("uploads",),
        "screen_share_stop": (),
        "reconnect": (),
    }
)
"""The functions of the host's interface and the names of their parameters."""


class StdioAdapter:
    """An adapter in a process of its own. It has exactly the functions that its ``ready`` message declares."""

    def __init__(self, peer: Peer, functions: Sequence[str], clock: Clock) -> None:
        self._peer = peer
        self._clock = clock
        if isinstance(clock, SuiteClock):
            clock.barriers.append(peer.ping)
        for name in functions:
            setattr(self, name, partial(self._call, name))

    def _call(self, name: str, *arguments: Any) -> Any:
        return self._peer.call(name, dict(zip(PARAMETERS[name], arguments, strict=False)))

    def check(self) -> None:
        """See :class:`contracts.lanes.supervised.Supervised`."""
        self._peer.check()

    def listen(self, take: Callable[[str, str], None]) -> None:
        """See :class:`contracts.lanes.supervised.Supervised`."""
        self._peer.listen(take)

    def dismiss(self) -> None:
        """See :class:`contracts.lanes.supervised.Supervised`."""
        self._forget()
        self._peer.bye()

    def kill(self) -> None:
        """See :class:`contracts.lanes.supervised.Supervised`."""
        self._forget()
        self._peer.kill()

    def _forget(self) -> None:
        if isinstance(self._clock, SuiteClock) and self._peer.ping in self._clock.barriers:
            self._clock.barriers.remove(self._peer.ping)


class StdioFactory:
    """Builds adapters by starting a command: an :class:`contracts.adapter.AdapterFactory`."""

    def __init__(self, command: Sequence[str], limits: Limits | None = None) -> None:
        self._command = tuple(command)
        self._limits = limits or Limits()

    def __call__(
        self,
        desk_url: str,
        callback: Callback,
        *,
        clock: Clock,
        options: Mapping[str, Any],
        persisted_state: Mapping[str, Any] | None = None,
    ) -> Any:
        """Start the command, shake hands, and return the adapter, a :class:`StdioAdapter`.

        Raises:
            SubjectCrashed: the process ended or did not answer.
            Miswired: it broke the protocol, or speaks another version.
        """
        clock = clock.underlying if isinstance(clock, PageClock) else clock  # a page's process ends with it
        peer = Peer(partial(LineProcess, self._command), clock, callback, self._limits)
        try:
            ready = peer.hello(desk_url, options, persisted_state)
        except BaseException:
            peer.kill()
            raise
        return StdioAdapter(peer, ready["functions"], clock)

    def takes(self, driver: DeskDriver) -> Takes:
        """Start the command once, with a desk that nothing is asked of, and return what its ``ready`` says of time.

        Raises:
            SubjectCrashed, Miswired: as when an adapter is built.
        """
        desk = driver.new_desk({})
        peer = Peer(partial(LineProcess, self._command), WallClock(), cast("Callback", _Nobody()), self._limits)
        try:
            ready = peer.hello(desk["desk_url"], {**desk.get("options", {}), "timeout_scale": 1.0}, None)
            peer.bye()
        finally:
            peer.kill()
        return Takes(ready["clock"])


class _Nobody:
    """The host of an adapter that is only asked how it is."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda **_: None


def parse(target: str) -> list[str]:
    """Return the words of the command in ``exec:COMMAND``.

    Raises:
        BadTarget: it has none, its quotes do not match, or there is no such program.
    """
    try:
        command = shlex.split(target.removeprefix(PREFIX))
    except ValueError as error:
        raise BadTarget(f"{target!r}: {error}; quote the command as in a shell") from error
    if not command:
        raise BadTarget(f"{target!r} names no command; write exec:COMMAND, e.g. 'exec:node adapter.mjs'")
    if shutil.which(command[0]) is None:
        raise BadTarget(f"{target!r}: there is no program {command[0]!r}; is it installed, or the path wrong?")
    return command
