"""What making a chat and taking one up have in common: an open stream or nothing, and the user may call it off."""

from __future__ import annotations

import threading

from byosd_reference.chat import Chat
from byosd_reference.desk_side import DeskConversation
from byosd_reference.errors import ChatEnded, DeskError
from byosd_reference.events import log
from byosd_reference.retrying import once_more
from byosd_reference.settings import Deadline
from byosd_reference.surroundings import Surroundings


class Attempt:
    """On the way to a chat. It holds the integration's one place meanwhile, so there is never a second one."""

    is_over = False
    """An attempt is not over: it becomes a chat, or nothing."""

    def __init__(self, around: Surroundings, desk_url: str) -> None:
        self._around = around
        self._times = around.settings.times
        self._desk = around.desk(desk_url)
        self._lock = threading.Lock()
        self._called_off = False
        self._opening: Chat | None = None
        self._made: Chat | None = None
        self._done = threading.Event()

    def end(self, reason: str | None) -> None:
        """Call it off, and wait until it is undone; end the chat if it has just been made."""
        with self._lock:
            self._called_off = True
            opening, made = self._opening, self._made
        if made is not None:
            made.end(reason)
            return
        self._desk.cut()
        if opening is not None:
            opening.abandon(Deadline(self._times.settle))
        self._done.wait(self._times.end)

    def _open(self, chat: Chat, conversation: DeskConversation, deadline: Deadline) -> Chat:
        """Open the chat's stream and return the chat; if that fails, end the conversation at the desk."""
        self._opening = chat
        try:
            self._check()
            chat.open_stream(deadline.within(self._times.other))
            self._hand_over(chat)
        except (DeskError, ChatEnded):
            undo = Deadline(self._times.undo)
            chat.abandon(undo)
            self._end_at_desk(conversation, undo)
            raise
        return chat

    def _hand_over(self, chat: Chat) -> None:
        """From here on, whoever wants to call it off ends the chat."""
        with self._lock:
            self._check()
            self._made = chat

    def _check(self) -> None:
        if self._called_off:
            raise ChatEnded("the chat was called off")

    def _end_at_desk(self, conversation: DeskConversation, deadline: Deadline) -> None:
        try:
            once_more(lambda: conversation.api.end("the chat could not be opened", deadline), deadline)
        except DeskError as error:
            log.warning("the desk keeps a conversation that nobody uses: %s", error)
