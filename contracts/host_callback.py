"""The callback object that an adapter gets: it records what it is told and lets the host model react to it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn, TypeVar

from contracts.adapter import ScreenShareState
from contracts.host import Host
from contracts.messages import json_size, texts_of, types_of
from contracts.page import Page
from contracts.trace import Entry

R = TypeVar("R")
OBJECTS = frozenset({"capabilities", "availability", "profile", "error", "state"})
"""Arguments that are objects with fields; where one is optional, ``None`` is none."""


def checked(callback: Callable[..., R]) -> Callable[..., R]:
    """Refuse arguments that the interface does not have: the wrong number, or something else than an object."""
    signature = inspect.signature(callback)

    @functools.wraps(callback)
    def check(self: HostCallback, *args: Any, **kwargs: Any) -> R:
        try:
            bound = signature.bind(self, *args, **kwargs).arguments
        except TypeError as error:
            self.refuse(callback.__name__, str(error), args, kwargs)
        for name in OBJECTS & bound.keys():
            optional = signature.parameters[name].default is None
            if not isinstance(bound[name], Mapping) and not (optional and bound[name] is None):
                self.refuse(callback.__name__, f"{name} is a {type(bound[name]).__name__}, not an object", args, kwargs)
        return callback(self, *args, **kwargs)

    return check


class HostCallback:
    """The callback object that the adapter of one page gets. Unknown names are recorded, too, and then refused."""

    def __init__(self, host: Host, page: Page) -> None:
        self._host = host
        self._page = page

    @contextmanager
    def _called(self, name: str, **data: Any) -> Iterator[Entry]:
        """Record a callback of a page that is there; in the block the host reacts to it."""
        self._page.check()
        entry = self._host.record(name, **data)
        yield entry
        self._host.fail_if_asked(entry)

    def refuse(self, name: str, why: str, args: tuple[Any, ...], keywords: Mapping[str, Any]) -> NoReturn:
        """Refuse a callback of a page that is there.

        Raises:
            TypeError: always.
        """
        self._page.check()
        self._host.refuse(name, why, args, keywords)

    def _tell(self, name: str, **data: Any) -> None:
        with self._called(name, **data):
            pass

    @checked
    def update_capabilities(self, capabilities: Mapping[str, Any]) -> None:
        """See :class:`contracts.adapter.Callback`."""
        self._tell("update_capabilities", capabilities=capabilities)

    @checked
    def update_agent_availability(self, availability: Mapping[str, Any]) -> None:
        """See :class:`contracts.adapter.Callback`."""
        self._tell("update_agent_availability", availability=availability)

    @checked
    def agent_joined(self, profile: Mapping[str, Any]) -> None:
        """See :class:`contracts.adapter.Callback`."""
        self._tell("agent_joined", profile=profile)

    @checked
    def agent_read_messages(self) -> None:
        """See :class:`contracts.adapter.Callback`."""
        self._tell("agent_read_messages")

    @checked
    def agent_typing(self, is_typing: bool) -> None:
        """See :class:`contracts.adapter.Callback`."""
        self._tell("agent_typing", is_typing=is_typing)

    @checked
    def send_message_to_user(self, message: Any, agent_id: str | None) -> None:
        """See :class:`contracts.adapter.Callback`."""
        self._tell(
            "send_message_to_user",
            message=message,
            agent_id=agent_id,
            texts=texts_of(message),
            types=types_of(message),
        )

    @checked
    def begin_transfer_to_another_agent(self, profile: Mapping[str, Any] | None = None) -> None:
        """See :class:`contracts.adapter.Callback`."""
        self._tell("begin_transfer_to_another_agent", profile=profile)

    @checked
    def agent_left_chat(self) -> None:
        """See :class:`contracts.adapter.Callback`."""
        self._tell("agent_left_chat")

    @checked
    def agent_ended_chat(self) -> None:
        """See :class:`contracts.adapter.Callback`."""
        with self._called("agent_ended_chat") as entry:
            self._host.agent_ended(entry)

    @checked
    def set_error_status(self, error: Mapping[str, Any]) -> None:
        """See :class:`contracts.adapter.Callback`."""
        with self._called("set_error_status", error=error):
            self._host.errored(error)

    @checked
    def set_file_upload_status(self, file_id: str, is_error: bool = False, error_message: str | None = None) -> None:
        """See :class:`contracts.adapter.Callback`."""
        self._tell("set_file_upload_status", file_id=file_id, is_error=is_error, error_message=error_message)

    @checked
    def screen_share_request(self) -> ScreenShareState:
        """See :class:`contracts.adapter.Callback`."""
        with self._called("screen_share_request") as entry:
            return self._host.screen_asked(entry)

    @checked
    def screen_share_ended(self) -> None:
        """See :class:`contracts.adapter.Callback`."""
        self._tell("screen_share_ended")

    @checked
    def persisted_state(self) -> Mapping[str, Any]:
        """See :class:`contracts.adapter.Callback`."""
        self._page.check()
        return dict(self._host.kept)

    @checked
    def update_persisted_state(self, state: Mapping[str, Any], merge: bool = True) -> None:
        """See :class:`contracts.adapter.Callback`."""
        kept = {**(self._host.kept if merge else {}), **state}
        with self._called("update_persisted_state", state=state, merge=merge, size=json_size(kept)):
            self._host.kept = kept

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)

        def unknown(*args: Any, **kwargs: Any) -> None:
            self._page.check()
            self._host.record(name, args=list(args), keywords=kwargs)
            raise AttributeError(f"the host has no callback {name!r}")

        return unknown
