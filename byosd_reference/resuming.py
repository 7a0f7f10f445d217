"""Taking up a chat after a page reload.

The page is new, the conversation is not. What the host persisted says which one it was and how far it was shown; the
``token_store`` has the token. Then the stream is opened behind the last event that the user saw, so nothing is shown
twice and nothing is missed. Whatever is missing or fails: the chat is over, here and, if it can be told, at the desk.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from byosd_reference.attempt import Attempt
from byosd_reference.chat import Chat
from byosd_reference.desk_side import DeskConversation
from byosd_reference.errors import ChatEnded, DeskError
from byosd_reference.events import log
from byosd_reference.memory import Remembered
from byosd_reference.settings import Deadline
from byosd_reference.surroundings import Surroundings
from contracts.adapter import AgentProfile


class Resumption(Attempt):
    """One attempt to take up a chat."""

    def __init__(self, around: Surroundings, desk_url: str, persisted_state: Mapping[str, Any] | None) -> None:
        super().__init__(around, desk_url)
        self._remembered = self._remember(persisted_state)

    @property
    def agents(self) -> list[AgentProfile]:
        """Whom the host knows from before."""
        return self._remembered.agents if self._remembered else []

    def run(self) -> Chat | None:
        """Return the chat that goes on, or ``None`` when there is none."""
        conversation = self._conversation()
        try:
            if self._remembered is not None and conversation is not None:
                return self._take_up(self._remembered, conversation, Deadline(self._times.start))
        except (DeskError, ChatEnded) as error:
            log.warning("the chat could not be taken up: %s", error)
        finally:
            self._done.set()
        self._forget()
        return None

    def _take_up(self, remembered: Remembered, conversation: DeskConversation, deadline: Deadline) -> Chat:
        try:
            state = conversation.look(deadline)
        except DeskError:
            self._end_at_desk(conversation, Deadline(self._times.undo))
            raise
        chat = Chat(self._around, conversation, state, remembered.last_seq)
        return self._open(chat, conversation, deadline)

    def _remember(self, persisted_state: Mapping[str, Any] | None) -> Remembered | None:
        if persisted_state is None:
            try:
                persisted_state = self._around.host.persisted_state()
            except Exception as error:
                log.warning("the host's persisted_state raised %s", type(error).__name__)
        return Remembered.from_state(persisted_state)

    def _conversation(self) -> DeskConversation | None:
        store, remembered = self._around.settings.token_store, self._remembered
        if remembered is None or store is None:
            return None
        token = store.get(remembered.conversation_id)
        return self._desk.known(remembered.conversation_id, token, remembered.kept) if token else None

    def _forget(self) -> None:
        """Clear what was persisted, if anything was: it can never be taken up again."""
        if self._remembered is None:
            return
        if self._around.settings.token_store is not None:
            self._around.settings.token_store.pop(self._remembered.conversation_id, None)
        try:
            self._around.host.update_persisted_state({}, False)
        except Exception as error:
            log.warning("the host's update_persisted_state raised %s", type(error).__name__)
