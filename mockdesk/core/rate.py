"""How many messages a user may send: a sliding window of a minute on the desk's clock, for each user by itself."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable

from mockdesk.core.errors import RateLimited

WINDOW_SECONDS = 60.0
KEPT_USERS = 1_000
"""So many users may always be remembered."""


class MessageRate:
    """Counts the accepted messages of each user. ``most`` in a minute; ``None``: any number."""

    def __init__(self, most: int | None, now: Callable[[], float]) -> None:
        self._most = most
        self._now = now
        self._sent: dict[str, deque[float]] = defaultdict(deque)
        self._look_at = KEPT_USERS

    def __len__(self) -> int:
        return len(self._sent)

    def _forget_quiet_users(self) -> None:
        """Forget who has sent nothing for a minute, now and then: each time that as many more are known."""
        if len(self._sent) < self._look_at:
            return
        begin = self._now() - WINDOW_SECONDS
        for user_id in [name for name, sent in self._sent.items() if sent[-1] <= begin]:
            del self._sent[user_id]
        self._look_at = max(KEPT_USERS, 2 * len(self._sent))

    def check(self, user_id: str) -> None:
        """Refuse a user who has sent as many as a minute allows; changes nothing.

        Raises:
            RateLimited: says after how many seconds the next one is accepted.
        """
        if self._most is None:
            return
        now = self._now()
        recent = [moment for moment in self._sent.get(user_id, ()) if moment > now - WINDOW_SECONDS]
        if len(recent) >= self._most:
            wait = recent[-self._most] + WINDOW_SECONDS - now
            raise RateLimited(f"{self._most} messages in a minute are allowed to a user", wait)

    def note(self, user_id: str) -> None:
        """Count a message that was accepted."""
        self.put(user_id, self._now())

    def put(self, user_id: str, moment: float) -> None:
        """Count a message that was accepted at a time; a user's messages come in the order of time."""
        if self._most is not None:
            if user_id not in self._sent:
                self._forget_quiet_users()
            sent = self._sent[user_id]
            sent.append(moment)
            while len(sent) > self._most:
                sent.popleft()
