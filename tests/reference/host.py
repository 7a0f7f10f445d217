"""The host of web chat as the tests need it: it records what it is told, and reacts as web chat does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.adapter import ScreenShareState

PATIENCE = 5.0
"""Wall seconds that a test waits for what must come; only a failing test pays them."""


def error_of(function: Callable[..., Any], *arguments: Any) -> BaseException | None:
    """Call ``function`` and return what it raised, if it did."""
    try:
        function(*arguments)
    except Exception as error:
        return error
    return None


@dataclass(frozen=True)
class Said:
    """One callback: its name, its arguments, and the thread it came on."""

    name: str
    arguments: tuple[Any, ...]
    thread: str = field(compare=False, default="")


class RecordingHost:
    """The callback object of web chat. It calls ``end_chat`` back inside ``agent_ended_chat``, as web chat does."""

    NOTES = ("update_persisted_state", "update_capabilities")
    """Callbacks that concern no chat in particular; :meth:`talk` leaves them out."""

    def __init__(self) -> None:
        self.desk: Any = None
        self.said: list[Said] = []
        self.kept: dict[str, Any] = {}
        self.inner_end: list[BaseException | None] = []
        self.reactions: dict[str, Callable[..., Any]] = {}
        self.screen_answer: ScreenShareState = "accepted"
        self._changed = threading.Condition()
        self._inside: int | None = None
        self.overlapped = False

    def names(self) -> list[str]:
        """Return the names of all callbacks so far."""
        with self._changed:
            return [said.name for said in self.said]

    def talk(self) -> list[tuple[Any, ...]]:
        """Return the callbacks that concern the chat, as tuples of name and arguments."""
        with self._changed:
            return [(said.name, *said.arguments) for said in self.said if said.name not in self.NOTES]

    def calls(self, name: str) -> list[tuple[Any, ...]]:
        """Return the arguments of each call of ``name``."""
        with self._changed:
            return [said.arguments for said in self.said if said.name == name]

    def texts(self) -> list[Any]:
        """Return what was shown to the user."""
        return [arguments[0] for arguments in self.calls("send_message_to_user")]

    def await_call(self, name: str, count: int = 1) -> tuple[Any, ...]:
        """Wait until ``name`` has been called ``count`` times; return the arguments of that call."""

        def came() -> bool:
            return sum(said.name == name for said in self.said) >= count

        with self._changed:
            assert self._changed.wait_for(came, PATIENCE), f"{name} came less than {count} times: {self.said}"
        return self.calls(name)[count - 1]

    def await_text(self, text: str) -> None:
        """Wait until ``text`` was shown: everything before it has then been consumed."""
        with self._changed:
            came = self._changed.wait_for(lambda: any(text in said.arguments for said in self.said), PATIENCE)
        assert came, f"{text!r} was not shown: {self.said}"

    def _record(self, name: str, *arguments: Any) -> Any:
        me = threading.get_ident()
        with self._changed:
            alone = name == "screen_share_request" or self._inside in (None, me)
            self.overlapped |= not alone
            before, self._inside = self._inside, me if name != "screen_share_request" else self._inside
            self.said.append(Said(name, arguments, threading.current_thread().name))
            self._changed.notify_all()
        try:
            return self.reactions[name](*arguments) if name in self.reactions else None
        finally:
            if name != "screen_share_request":
                self._inside = before

    def update_capabilities(self, capabilities: Mapping[str, Any]) -> None:
        """See the protocol."""
        self._record("update_capabilities", capabilities)

    def update_agent_availability(self, availability: Mapping[str, Any]) -> None:
        """See the protocol."""
        self._record("update_agent_availability", availability)

    def agent_joined(self, profile: Mapping[str, Any]) -> None:
        """See the protocol."""
        self._record("agent_joined", profile)

    def agent_read_messages(self) -> None:
        """See the protocol."""
        self._record("agent_read_messages")

    def agent_typing(self, is_typing: bool) -> None:
        """See the protocol."""
        self._record("agent_typing", is_typing)

    def send_message_to_user(self, message: Any, agent_id: str | None) -> None:
        """See the protocol."""
        self._record("send_message_to_user", message, agent_id)

    def begin_transfer_to_another_agent(self, profile: Mapping[str, Any] | None = None) -> None:
        """See the protocol."""
        self._record("begin_transfer_to_another_agent", profile)

    def agent_left_chat(self) -> None:
        """See the protocol."""
        self._record("agent_left_chat")

    def agent_ended_chat(self) -> None:
        """See the protocol."""
        self._record("agent_ended_chat")
        self.inner_end.append(error_of(self.desk.end_chat))

    def set_error_status(self, error: Mapping[str, Any]) -> None:
        """See the protocol."""
        self._record("set_error_status", error)

    def set_file_upload_status(self, file_id: str, is_error: bool = False, error_message: str | None = None) -> None:
        """See the protocol."""
        self._record("set_file_upload_status", file_id, is_error, error_message)

    def screen_share_request(self) -> ScreenShareState:
        """See the protocol."""
        answer = self._record("screen_share_request")
        return self.screen_answer if answer is None else answer

    def screen_share_ended(self) -> None:
        """See the protocol."""
        self._record("screen_share_ended")

    def persisted_state(self) -> Mapping[str, Any]:
        """See the protocol."""
        return dict(self.kept)

    def update_persisted_state(self, state: Mapping[str, Any], merge: bool = True) -> None:
        """See the protocol."""
        self.kept = {**(self.kept if merge else {}), **state}
        self._record("update_persisted_state", state, merge)
