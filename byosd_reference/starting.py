"""Making a chat: everything or nothing.

The start asks what the desk offers, makes a conversation, and opens its event stream; only then it is a chat. Whatever
fails on the way, the host hears of it once, as the exception of ``start_chat``, and the desk keeps no conversation that
nobody will use. Where it is unclear whether the desk made one (the answer got lost), the same start is asked for once
more, under the same idempotency key, just to learn which conversation to end.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from byosd_reference.attempt import Attempt
from byosd_reference.chat import Chat
from byosd_reference.desk_side import DeskConversation
from byosd_reference.errors import DeskError
from byosd_reference.escalation import STATE_NAMES
from byosd_reference.events import log
from byosd_reference.settings import Deadline
from byosd_reference.surroundings import Surroundings


class ChatStart(Attempt):
    """One attempt to make a chat."""

    def __init__(self, around: Surroundings, desk_url: str, request: Mapping[str, Any]) -> None:
        super().__init__(around, desk_url)
        self._request = request
        self._key = str(uuid.uuid4())

    def run(self) -> Chat:
        """Return the chat.

        Raises:
            DeskError: no chat can be had; the desk has none either, as far as it can be told.
            ChatEnded: the user called it off.
        """
        try:
            return self._make(Deadline(self._times.start))
        except DeskError:
            self._check()
            raise
        finally:
            self._done.set()

    def _make(self, deadline: Deadline) -> Chat:
        self._desk.prepare(self._request["user_id"], deadline)
        self._check()
        conversation = self._make_conversation(deadline)
        return self._open(Chat(self._around, conversation, self._state()), conversation, deadline)

    def _make_conversation(self, deadline: Deadline) -> DeskConversation:
        try:
            return self._ask(deadline)
        except DeskError as error:
            if error.uncertain:
                self._undo(Deadline(self._times.undo))
            raise

    def _ask(self, deadline: Deadline) -> DeskConversation:
        return self._desk.start(self._request, self._key, deadline)

    def _undo(self, deadline: Deadline) -> None:
        """Learn which conversation the desk made, if any, and end it."""
        try:
            conversation = self._ask(deadline)
        except DeskError as error:
            log.warning("the desk may keep a conversation that nobody uses: %s", error)
        else:
            self._end_at_desk(conversation, deadline)

    def _state(self) -> dict[str, str]:
        """Return what the conversation knows of the host's state: later messages need not tell it again."""
        known = {**self._request.get("context", {}), "user_id": self._request["user_id"]}
        return {name: known[name] for name in STATE_NAMES if name in known}
