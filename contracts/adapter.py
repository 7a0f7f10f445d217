"""What an adapter author reads first: the functions web chat calls, the callbacks it offers, and the desk's driver.

An **adapter** (integration) is built by a factory (:class:`AdapterFactory`) and has the functions of
:class:`ServiceDesk`. Names are the host's, in snake_case; types carry the 2023 names (``estimated_wait_time``). A
method returns when the host's promise would resolve and raises where it would reject.

A **driver** is the other side of the wire: it plays the agents, tells what the desk really has, injects faults and
moves the clock. It speaks built-in values only, so that a driver shares no class with this suite.

All of it stands in one file, although that is long: whoever writes an adapter or a driver reads this and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum
from typing import Any, Literal, NotRequired, Protocol, TypedDict, runtime_checkable

Json = None | bool | int | float | str | list[Any] | dict[str, Any]
"""Any JSON value."""


class ErrorType(IntEnum):
    """The kinds of ``set_error_status`` (host fact: CONNECTING ends the chat, DISCONNECTED locks the input)."""

    CONNECTING = 1
    DISCONNECTED = 2


class AgentProfile(TypedDict):
    """Who an agent is. ``id`` is stable and non-empty; ``nickname`` is what the user sees."""

    id: str
    nickname: str
    profile_picture_url: NotRequired[str]


class AgentAvailability(TypedDict, total=False):
    """Where the user stands in the queue. The host shows the first present of wait (minutes), position, message."""

    estimated_wait_time: int
    position_in_queue: int
    message: str


class ConnectingError(TypedDict):
    """The chat could not be made, or was lost before an agent joined. The host calls no ``end_chat`` after it."""

    type: Literal[ErrorType.CONNECTING]
    message_to_user: NotRequired[str]
    log_info: NotRequired[Any]


class DisconnectedError(TypedDict):
    """The connection to the desk was lost (``is_disconnected`` true) or is back (false)."""

    type: Literal[ErrorType.DISCONNECTED]
    is_disconnected: bool
    log_info: NotRequired[Any]


ErrorStatus = ConnectingError | DisconnectedError


class Capabilities(TypedDict, total=False):
    """What the widget may offer to the user; sent with ``update_capabilities``."""

    allow_file_uploads: bool
    allow_multiple_file_uploads: bool
    allowed_file_upload_types: str


class ChatState(TypedDict, total=False):
    """The host's session: ``update_state`` gets a full or partial one."""

    session_id: str | None
    user_id: str | None
    locale: str


class FileUpload(TypedDict):
    """A file the user chose. ``content`` is its bytes, ``status`` the host's word for it (``edit``, ``upload`` ...)."""

    id: str
    name: str
    content_type: str
    content: bytes
    status: NotRequired[str]


class AdditionalData(TypedDict, total=False):
    """The third argument of ``send_message_to_agent``."""

    files_to_upload: list[FileUpload]


ConnectMessage = Mapping[str, Any]
"""The message whose ``output.generic`` holds the ``connect_to_agent`` item; ``context.global.system.user_id`` names
the user (facts of the host)."""

MessageToUser = str | Mapping[str, Any]
"""A plain text, or ``{"output": {"generic": [{"response_type": "text", "text": ...}]}}``."""

ScreenShareState = Literal["accepted", "declined", "cancelled", "ended"]
"""What became of a request to share the screen."""


class Timer(Protocol):
    """A timer that can be given up."""

    def cancel(self) -> None:
        """Give the timer up; harmless when it has fired."""


class WaitableEvent(Protocol):
    """What ``threading.Event`` offers."""

    def is_set(self) -> bool:
        """Tell whether the event has happened."""

    def set(self) -> None:
        """Make the event happen."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the event, at most ``timeout`` wall seconds."""


class Clock(Protocol):
    """Time as the adapter sees it, in seconds. In a run of the suite it is the desk's time and moves by command."""

    def now(self) -> float:
        """Return the present time in seconds since the epoch."""

    def wait(self, event: WaitableEvent, seconds: float) -> bool:
        """Wait until ``event`` is set or ``seconds`` have gone by; return whether the event is set."""

    def call_later(self, seconds: float, function: Callable[[], None]) -> Timer:
        """Call ``function`` once after ``seconds``, from any thread, unless the timer is cancelled before."""


class Callback(Protocol):
    """What the adapter may call on the host. Calls are made one at a time, from any thread."""

    def update_capabilities(self, capabilities: Capabilities) -> None:
        """Tell what the widget may offer (files)."""

    def update_agent_availability(self, availability: AgentAvailability) -> None:
        """Tell how long the user will wait; shown only while connecting."""

    def agent_joined(self, profile: AgentProfile) -> None:
        """Tell that an agent has joined."""

    def agent_read_messages(self) -> None:
        """Tell that the agent has read everything so far."""

    def agent_typing(self, is_typing: bool) -> None:
        """Show or hide the typing indicator; the host does not clear it by itself."""

    def send_message_to_user(self, message: MessageToUser, agent_id: str | None) -> None:
        """Show a message of the agent ``agent_id`` (``None``: the desk itself)."""

    def begin_transfer_to_another_agent(self, profile: AgentProfile | None = None) -> None:
        """Tell that another agent takes over; ``agent_joined`` must follow."""

    def agent_left_chat(self) -> None:
        """Tell that the agent left; the chat stays open."""

    def agent_ended_chat(self) -> None:
        """Tell that the desk ended the chat. The host calls ``end_chat`` back inside this call."""

    def set_error_status(self, error: ErrorStatus) -> None:
        """Report a failed connect, or the loss and the return of the connection."""

    def set_file_upload_status(self, file_id: str, is_error: bool = False, error_message: str | None = None) -> None:
        """Tell the final status of one file."""

    def screen_share_request(self) -> ScreenShareState:
        """Ask the user to share the screen; blocks until they answered or the chat ended."""

    def screen_share_ended(self) -> None:
        """Tell that the agent stopped the screen sharing."""

    def persisted_state(self) -> Mapping[str, Any]:
        """Return what was kept over a page reload."""

    def update_persisted_state(self, state: Mapping[str, Any], merge: bool = True) -> None:
        """Keep ``state`` over a page reload; it must be JSON and hold no token."""


@runtime_checkable
class ServiceDesk(Protocol):
    """The functions every adapter must have. ``start_chat`` may be called again for each new chat on one object."""

    def get_name(self) -> str:
        """Return a name of 1 to 40 characters."""

    def start_chat(self, connect_message: ConnectMessage, start_chat_options: Mapping[str, Any] | None = None) -> None:
        """Make a conversation at the desk; return when it can be used, raise when none can be had."""

    def end_chat(self, info: Mapping[str, Any] | None = None) -> None:
        """End the conversation; harmless when it has ended. The host gives up after 5 s."""

    def send_message_to_agent(
        self, message: Mapping[str, Any], message_id: str, additional_data: AdditionalData | None = None
    ) -> None:
        """Hand ``message["input"]["text"]`` to the desk; returning is the receipt that the desk has it."""


class OptionalServiceDesk(Protocol):
    """The nice-to-have functions and later additions. Which of them an adapter offers is seen from its methods."""

    def update_state(self, state: ChatState) -> None:
        """Take note of a changed session, user or locale; never raises."""

    def are_any_agents_online(self, connect_message: ConnectMessage) -> bool | None:
        """Tell whether an agent is there; ``None`` when unknown. Has no effect on the desk."""

    def user_typing(self, is_typing: bool) -> None:
        """Tell the desk that the user types, or stopped."""

    def user_read_messages(self) -> None:
        """Tell the desk that the user has read everything so far."""

    def files_selected_for_upload(self, uploads: Sequence[FileUpload]) -> None:
        """Validate chosen files; nothing is uploaded."""

    def screen_share_stop(self) -> None:
        """Tell the desk that the user stopped sharing."""

    def reconnect(self) -> bool:
        """Take up the chat of before a page reload; return whether it goes on."""


class AdapterFactory(Protocol):
    """Builds an adapter. Building starts nothing: no request, no thread, no callback but ``update_capabilities``.

    ``options`` are the adapter's own settings. The suite gives ``timeout_scale`` (multiplies every wall-clock socket
    time-out, so that silence costs little), ``token_store``, and whatever the driver returned for the desk.
    ``token_store`` is the page's session storage: a dict of text to text, one for each user, empty at first, that
    outlives a page reload and is read by nobody else. It is the place for what must not stand in the persisted state:
    tokens. ``persisted_state`` is given after a reload: what the page before told with ``update_persisted_state``.
    """

    def __call__(
        self,
        desk_url: str,
        callback: Callback,
        *,
        clock: Clock,
        options: Mapping[str, Any],
        persisted_state: Mapping[str, Any] | None = None,
    ) -> ServiceDesk:
        """Return a new adapter for the desk at ``desk_url``."""


class DeskDriver(Protocol):
    """The other side of the wire, in built-in values.

    Each operation is optional: ``describe()["operations"]`` lists what there is; the others raise
    ``NotImplementedError``.
    """

    def describe(self) -> dict[str, Any]:
        """Return ``{"name", "operations": [...], "actions": [...], "faults": [...], "clock": "virtual"|"real"|None,
        "thread_prefix"?: str}``; ``actions`` are the agent actions that :meth:`act` knows."""

    def new_desk(self, settings: dict[str, Any] | None = None) -> dict[str, Any]:
        """Make an empty, isolated desk the present one; return ``{"desk_url", "options": {...}}`` for an adapter."""

    def conversations(self) -> list[dict[str, Any]]:
        """Return what the desk really has, oldest first (the shape is in docs/driver.md)."""

    def act(self, conversation_id: str, action: dict[str, Any]) -> dict[str, Any]:
        """Do as an agent does, e.g. ``{"action": "say", "agent": "ada", "text": "hello"}``; return when the events have
        been written to every stream that is not held."""

    def set_queue(self, name: str, queue: dict[str, Any]) -> dict[str, Any]:
        """Make a queue, or change what is named of it: ``{"open"?: bool, "agents_online"?: int | None,
        "seconds_per_conversation"?: number | None}``; return it when everybody who waits there has been told."""

    def inject(self, fault: dict[str, Any]) -> str:
        """Install a fault; return its id."""

    def release(self, conversation_id: str | None = None, count: int | None = None) -> int:
        """Let held events (or requests) go, ``count`` or all; return how many went."""

    def clear_faults(self) -> None:
        """Remove every fault and release what is held."""

    def now(self) -> float:
        """Return the desk's time in seconds since the epoch."""

    def advance(self, seconds: float) -> None:
        """Move the desk's clock; return when all that fell due has been delivered."""

    def census(self) -> dict[str, Any]:
        """Return ``{"streams": {conversation_id: open streams}, "polls": {conversation_id: n}, "requests": n}``."""

    def journal(self, after: int = 0) -> list[dict[str, Any]]:
        """Return what came in and went out since position ``after``."""

    def secrets(self) -> list[dict[str, Any]]:
        """Return every credential that the present desk has issued or knows: ``[{"kind": "conversation token", "value":
        "..."}]``. The suite looks for them where none may be, and writes them nowhere."""

    def wait(self, match: dict[str, Any], count: int = 1, timeout: float = 5.0) -> bool:
        """Wait (wall seconds) until ``count`` journal entries match; return whether they came."""

    def close(self) -> None:
        """Stop whatever the driver started."""
