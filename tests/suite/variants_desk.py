"""Correct desks that do things otherwise than the mock: no requirement may blame them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from itertools import count
from types import MappingProxyType
from typing import Any

from contracts.adapter import DeskDriver
from mockdesk.core.actions import Say
from tests.suite.defects.broken_desk import Fault, FaultyHere

OpenDesk = Callable[[], AbstractContextManager[DeskDriver]]
KEY = "a-key-of-the-account"


class OtherDesk(FaultyHere):
    """A driver whose desks have settings of their own, beside those that a program asks for."""

    def __init__(self, spoil: Callable[[Any], None], settings: Mapping[str, Any], options: Mapping[str, Any]) -> None:
        super().__init__(Fault(spoil))
        self._settings, self._options = settings, options

    def new_desk(self, settings: dict[str, Any] | None = None) -> dict[str, Any]:
        """Make a desk of this kind the present one."""
        told = super().new_desk({**self._settings, **(settings or {})})
        return {**told, "options": {**told["options"], **self._options}}


def as_it_is(desk: Any) -> None:
    """Change nothing."""


def other_desk(
    spoil: Callable[[Any], None] = as_it_is, *, options: Mapping[str, Any] | None = None, **settings: Any
) -> OpenDesk:
    """Return what opens a driver of a desk that differs by its core, or by its settings."""

    @contextmanager
    def opened() -> Iterator[DeskDriver]:
        driver = OtherDesk(spoil, settings, options or {})
        try:
            yield driver
        finally:
            driver.close()

    return opened


def counts_its_ids(desk: Any) -> None:
    """Ids are numbers, or look like paths and times."""
    numbers = count(4711)
    desk._state.identifiers.new = lambda kind: f"{next(numbers)}" if kind != "msg" else f"{next(numbers)}:é~1.0"


def knows_no_200(desk: Any) -> None:
    """What was made before is answered with 201 once more, not with 200."""
    start, send = desk.start, desk.send
    desk.start = lambda *arguments, **more: replace(start(*arguments, **more), replayed=False)
    desk.send = lambda *arguments, **more: replace(send(*arguments, **more), replayed=False)


def greets_everybody(desk: Any) -> None:
    """The desk itself says something before any agent comes."""
    start = desk.start

    def with_greeting(request: Any, *arguments: Any, **more: Any) -> Any:
        started = start(request, *arguments, **more)
        if not started.replayed:
            desk.act(started.conversation.id, Say(None, "Welcome. Somebody will be with you soon."))
        return started

    desk.start = with_greeting


class WithMore:
    """An event with fields that this suite does not know."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def to_envelope(self) -> dict[str, Any]:
        """Return the envelope with a field more in it, and one more in its data."""
        envelope: dict[str, Any] = self._inner.to_envelope()
        return {**envelope, "trace_id": "00-4bf9", "data": {**envelope["data"], "vendor": {"channel": "web"}}}


def tells_more(desk: Any) -> None:
    """Each event carries what a later version of the contract may bring."""
    events_after = desk.events_after
    desk.events_after = lambda conversation_id, after=0: tuple(
        WithMore(one) for one in events_after(conversation_id, after)
    )


NO_TYPING = {"user_typing": False, "user_read_messages": False}
MUST_HAVE_ONLY = {
    **NO_TYPING,
    "update_state": False,
    "are_any_agents_online": False,
    "files": False,
    "screen_share": False,
}

VARIANTS: Mapping[str, OpenDesk] = MappingProxyType(
    {
        "desk_counts_its_ids": other_desk(counts_its_ids),
        "desk_knows_no_200": other_desk(knows_no_200),
        "desk_greets": other_desk(greets_everybody),
        "desk_tells_more": other_desk(tells_more),
        "desk_without_typing_and_receipts": other_desk(capabilities=NO_TYPING, rich_items=[]),
        "desk_of_must_haves": other_desk(capabilities=MUST_HAVE_ONLY, transports=["websocket", "long_poll"]),
        "desk_with_accounts": other_desk(api_keys=[KEY], require_user_token=True, options={"api_key": KEY}),
        "desk_of_short_texts": other_desk(max_text_characters=300, typing_expires_seconds=3.0),
        "desk_knows_the_wait": other_desk(queues={"default": {"seconds_per_conversation": 90.0, "agents_online": 1}}),
        "desk_takes_files_at_once": other_desk(files_accepted_at_once=True, max_file_bytes=4096),
    }
)
"""Correct desks, by name."""
