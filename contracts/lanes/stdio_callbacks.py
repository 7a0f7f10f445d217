"""Callbacks of an adapter on stdio: made on the host in the order in which they come, answered when it returns."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from contracts.adapter import Callback
from contracts.lanes.stdio_messages import in_json
from contracts.lanes.supervised import SubjectCrashed
from contracts.page import PageGone
from contracts.smoke import Miswired

MAY_LAST = frozenset({"agent_ended_chat", "screen_share_request"})
"""Callbacks inside which the host calls the adapter back, or asks the user: others go on meanwhile."""
HEAD_START = 0.2
"""So long (wall seconds) a callback that may last is waited for: the host has begun it before the next one."""


class Callbacks:
    """Makes the callbacks that the adapter writes; called by the thread that reads them."""

    def __init__(self, callback: Callback, send: Callable[[Mapping[str, Any]], None]) -> None:
        self._callback = callback
        self._send = send
        self._begun: dict[int, threading.Event] = {}

    def take(self, message: Mapping[str, Any]) -> None:
        """Make the callback of a ``callback`` message and answer it; one that may last gets a thread of its own."""
        if message["name"] not in MAY_LAST:
            self._make(message)
            return
        begun = threading.Event()
        name = f"contracts-callback-{message['name']}"
        threading.Thread(target=self._make_aside, args=(message, begun), name=name, daemon=True).start()
        begun.wait(HEAD_START)

    def note_nested_call(self) -> None:
        """Take note that this thread, inside a callback, calls the adapter: the host has begun the callback."""
        begun = self._begun.get(threading.get_ident())
        if begun is not None:
            begun.set()

    def _make_aside(self, message: Mapping[str, Any], begun: threading.Event) -> None:
        self._begun[threading.get_ident()] = begun
        try:
            self._make(message)
        finally:
            del self._begun[threading.get_ident()]
            begun.set()

    def _make(self, message: Mapping[str, Any]) -> None:
        answer: dict[str, Any]
        try:
            value = getattr(self._callback, message["name"])(**message["arguments"])
            answer = {"type": "returned", "id": message["id"], "value": in_json(value)}
        except PageGone:
            return
        except Exception as error:
            answer = {"type": "raised", "id": message["id"], "message": f"{type(error).__name__}: {error}"}
        with suppress(SubjectCrashed, Miswired):  # nobody is left to hear it
            self._send(answer)
