"""What the user does besides writing: typing and reading. Nice to have: a failure is noted and bothers nobody."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from byosd_reference.desk_side import DeskCapabilities, UserApi
from byosd_reference.errors import DeskError
from byosd_reference.settings import Deadline, TimeLimits

log = logging.getLogger("byosd_reference")

RENEWAL_SECONDS = 1.0
"""The desk is told that the user types at most this often, by the injected clock (requirement PRS-13)."""


class Attention:
    """Tells the desk that the user types, stopped typing, or has read."""

    def __init__(
        self, api: UserApi, times: TimeLimits, capabilities: DeskCapabilities, now: Callable[[], float]
    ) -> None:
        self._api = api
        self._times = times
        self._capabilities = capabilities
        self._now = now
        self._lock = threading.Lock()  # held during a request: "stopped" never overtakes "types"
        self._typing = False
        self._last_told = float("-inf")

    def user_typing(self, is_typing: bool) -> None:
        """Tell that the user types, at most once a second; or that they stopped, if the desk thinks they type."""
        if not self._capabilities.user_typing:
            return
        with self._lock:
            if is_typing and self._now() - self._last_told < RENEWAL_SECONDS:
                return
            if not is_typing and not self._typing:
                return
            self._typing = is_typing
            if is_typing:
                self._last_told = self._now()
            _attempt(lambda: self._api.typing(is_typing, Deadline(self._times.other)))

    def user_read(self, up_to_seq: int) -> None:
        """Tell that the user has read everything that was shown."""
        if self._capabilities.user_read_messages:
            _attempt(lambda: self._api.read(up_to_seq, Deadline(self._times.other)))


def _attempt(ask: Callable[[], None]) -> None:
    try:
        ask()
    except DeskError as error:
        log.warning("%s", error)
