"""Sharing the screen: an agent asks, the user answers once, and either side may stop.

The host's question blocks until the user has answered, so it is asked in a thread of its own, outside of the gate's
turn: messages go on meanwhile. An answer that comes after the request was withdrawn, or after the chat, is not sent.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from typing import Any, get_args

from byosd_reference import reading
from byosd_reference.desk_side import UserApi
from byosd_reference.errors import DeskError
from byosd_reference.gate import Gate
from byosd_reference.settings import Deadline, TimeLimits
from byosd_reference.workers import Workers
from contracts.adapter import Callback, ScreenShareState

log = logging.getLogger("byosd_reference")


class ScreenShare:
    """The request that is open, or the sharing that goes on; never more than one."""

    def __init__(self, gate: Gate, host: Callback, api: UserApi, times: TimeLimits, workers: Workers) -> None:
        self._gate = gate
        self._host = host
        self._api = api
        self._times = times
        self._workers = workers
        self._wire = threading.Lock()  # one answer after the other: "ended" never overtakes "accepted"
        self._lock = threading.Lock()
        self._current: str | None = None
        self._accepted = False

    def requested(self, data: Mapping[str, Any]) -> None:
        """An agent asks."""
        request_id = reading.text(data, "request_id")
        with self._lock:
            if request_id is None or request_id == self._current or self._gate.closed:
                return
            self._current, self._accepted = request_id, False
        self._workers.start("screen-share", lambda: self._ask_the_user(request_id))

    def ended(self, data: Mapping[str, Any]) -> None:
        """The agent, or the desk, withdrew the request or stopped the sharing."""
        if self._take_away(reading.text(data, "request_id")) and data.get("by") != "user":
            self._gate.call(self._host.screen_share_ended)

    def stop(self) -> None:
        """The user stopped sharing: tell the desk, once.

        Raises:
            DeskError: the desk could not be told.
        """
        with self._wire:
            with self._lock:
                request_id = self._current if self._accepted else None
            if request_id is not None and self._take_away(request_id):
                self._api.answer_screen_share(request_id, "ended", Deadline(self._times.other))

    def _take_away(self, request_id: str | None) -> bool:
        with self._lock:
            if request_id is None or request_id != self._current:
                return False
            self._current, self._accepted = None, False
            return True

    def _ask_the_user(self, request_id: str) -> None:
        answer = self._users_answer()
        with self._wire:
            if not self._note_answer(request_id, answer):
                return
            try:
                self._api.answer_screen_share(request_id, answer, Deadline(self._times.other))
            except DeskError as error:
                log.warning("the answer about the screen was lost: %s", error)

    def _note_answer(self, request_id: str, answer: ScreenShareState) -> bool:
        """Return whether the request is still open, and with it whether the desk wants the answer."""
        with self._lock:
            if self._current != request_id or self._gate.closed:
                return False
            self._accepted = answer == "accepted"
            if not self._accepted:
                self._current = None
            return True

    def _users_answer(self) -> ScreenShareState:
        if self._gate.closed:
            return "cancelled"
        try:
            answer = self._host.screen_share_request()
        except Exception as error:
            log.warning("the host's screen_share_request raised %s", type(error).__name__)
            return "cancelled"
        return answer if answer in get_args(ScreenShareState) else "cancelled"
