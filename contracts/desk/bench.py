"""What a probe works with: a wire, conversations of its own, and calls that are right for each operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.adapter import DeskDriver
from contracts.desk.contract import Operation, load
from contracts.desk.wire import NONE, OWN, Answer, Token, Wire

BODIES: Mapping[str, Mapping[str, Any]] = {
    "sendMessageToAgent": {"text": "A message with a token that may not be right."},
    "endChat": {},
    "updateState": {"locale": "de"},
    "userTyping": {"typing": True},
    "userReadMessages": {},
    "answerScreenShare": {"answer": "declined"},
}
"""A right body for each operation of a conversation that has one."""
FILE = ("notes.txt", b"Some bytes \x00\xff.\n", "text/plain")
FUNCTIONS: Mapping[str, str] = {
    "updateState": "update_state",
    "userTyping": "user_typing",
    "userReadMessages": "user_read_messages",
    "uploadFile": "files",
    "getFile": "files",
    "answerScreenShare": "screen_share",
    "getAvailability": "are_any_agents_online",
}
"""The capability that says whether an optional operation is offered."""


class CannotProbe(Exception):
    """A probe cannot do what it is for, because the desk does not let it begin; the text says what came."""


@dataclass(frozen=True)
class Bench:
    """One probe's workplace. ``capabilities`` is the desk's answer, empty when it gave none."""

    wire: Wire
    driver: DeskDriver | None
    capabilities: Mapping[str, Any]
    api_key: str | None = None

    def offers(self, operation: str) -> bool:
        """Tell whether the desk says that it has an operation; what is a must have, it has."""
        function = FUNCTIONS.get(operation)
        functions = self.capabilities.get("functions") or {}
        return function is None or bool(functions.get(function))

    def transports(self) -> tuple[str, ...]:
        """Return how the desk says that events can be had."""
        return tuple(self.capabilities.get("transports") or ())

    def limit(self, name: str) -> Any:
        """Return one of the desk's limits, or ``None``."""
        return (self.capabilities.get("limits") or {}).get(name)

    def user_token(self, user_id: str) -> Token:
        """Return the token with which this user may start: one of its own where there is an API key, else none."""
        if self.api_key is None:
            return NONE
        answer = self.wire.request(
            "createToken", token=Token("api_key"), body={"user_id": user_id}, headers={"X-Api-Key": self.api_key}
        )
        return Token("user", str(answer.body["token"])) if answer.ok else NONE

    def start(
        self, user_id: str = "probe-user", *, purpose: str = "prepare", key: str | None = None, **body: Any
    ) -> Answer:
        """Start a conversation; return what came."""
        headers = {"Idempotency-Key": key} if key is not None else None
        token = self.user_token(user_id)
        return self.wire.request(
            "startChat", token=token, body={"user_id": user_id, **body}, headers=headers, purpose=purpose
        )

    def chat(self, user_id: str = "probe-user") -> str:
        """Return the id of a new conversation.

        Raises:
            CannotProbe: the desk gave none.
        """
        answer = self.start(user_id)
        if not answer.ok or not self.wire.chats:
            raise CannotProbe(f"no conversation could be started: {answer.status} {answer.error or answer.body}")
        return str(answer.body["conversation"]["id"])

    def say(self, chat: str, text: str, *, purpose: str = "prepare", message_id: str | None = None) -> Answer:
        """Send a message with the conversation's own token."""
        body = {"text": text} if message_id is None else {"text": text, "message_id": message_id}
        return self.wire.request("sendMessageToAgent", chat, body=body, purpose=purpose)

    def upload(self, chat: str, *, purpose: str = "prepare") -> str | None:
        """Upload a file; return its id, or ``None`` when the desk does not take it."""
        answer = self.wire.request("uploadFile", chat, files={"file": FILE}, purpose=purpose)
        return str(answer.body["id"]) if answer.ok and isinstance(answer.body, Mapping) else None

    def call(
        self, operation: str, chat: str, *, token: Token = OWN, file_id: str | None = None, purpose: str
    ) -> Answer:
        """Make a call that is right in all but, perhaps, its token."""
        files = {"file": FILE} if operation == "uploadFile" else None
        return self.wire.request(
            operation,
            chat,
            token=token,
            body=BODIES.get(operation),
            files=files,
            file_id=file_id,
            query={"after": 0, "wait": 0} if operation == "pollEvents" else None,
            purpose=purpose,
        )

    def guarded(self) -> list[Operation]:
        """Return the offered operations that a conversation's token opens, the end last; the stream is another's."""
        found = [
            operation
            for operation in load().operations.values()
            if operation.of_conversation and operation.id != "streamEvents" and self.offers(operation.id)
        ]
        return sorted(found, key=lambda operation: operation.id == "endChat")


@dataclass(frozen=True)
class Probe:
    """A fixed program of requests. ``aims`` are the requirements it exercises; ``needs`` say where it can run:
    ``driver:<fault or operation>``, ``api_key``, or a transport or function that the desk declares. ``settings`` are
    asked of a driver that makes the desk."""

    name: str
    aims: tuple[str, ...]
    needs: tuple[str, ...]
    run: Callable[[Bench], None]
    settings: Mapping[str, Any] = field(default_factory=dict)

    def missing(self, bench: Bench) -> str | None:
        """Return why the probe cannot run on this bench, or ``None``."""
        return next((why for need in self.needs if (why := _missing(need, bench))), None)


def probe(
    *aims: str, needs: tuple[str, ...] = (), settings: Mapping[str, Any] | None = None
) -> Callable[[Callable[[Bench], None]], Probe]:
    """Declare a probe; the decorated function's name becomes its name."""

    def declare(run: Callable[[Bench], None]) -> Probe:
        return Probe(run.__name__, aims, needs, run, settings or {})

    return declare


def _missing(need: str, bench: Bench) -> str | None:
    if need.startswith("driver:"):
        name = need.removeprefix("driver:")
        offered = bench.driver.describe() if bench.driver is not None else {}
        known = {*offered.get("faults", ()), *offered.get("operations", ()), *offered.get("actions", ())}
        return None if name in known else f"the driver cannot {name}"
    functions = bench.capabilities.get("functions") or {}
    declared = need in bench.transports() or functions.get(need)
    return None if declared else f"the desk does not declare {need}"
