"""The functions that web chat calls: the table of the host, one method each.

Read this module first, then ``starting`` (how a chat is made), ``chat`` (how it lives and ends), ``stream`` (how events
arrive, whatever the network does) and ``translator`` (what the host is told about them).

A method returns when the host's promise would resolve, and raises where it would reject: returning is a promise kept.

Which functions an adapter has says what its desk can do: :class:`BasicServiceDesk` has what is asked of every one, and
a small class each adds what a desk may lack. :class:`ReferenceServiceDesk` has them all.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

from byosd_reference import reading
from byosd_reference.attempt import Attempt
from byosd_reference.chat import Chat
from byosd_reference.errors import ChatRunning, InvalidMessage, NoChat
from byosd_reference.escalation import queue_of, start_request, state_of
from byosd_reference.resuming import Resumption
from byosd_reference.settings import Deadline
from byosd_reference.starting import ChatStart
from byosd_reference.surroundings import Surroundings
from contracts.adapter import AdditionalData, ChatState, ConnectMessage, FileUpload


class BasicServiceDesk:
    """The integration of one widget with one desk: what any desk can be asked for, whatever its shape.

    It makes one chat at a time, and any number one after the other.
    """

    def __init__(self, around: Surroundings, desk_url: str, persisted_state: Mapping[str, Any] | None) -> None:
        self._around = around
        self._desk_url = desk_url
        self._persisted_state = persisted_state
        self._lock = threading.Lock()
        self._current: Chat | Attempt | None = None
        self._state: dict[str, str] = {}

    # --- must have ---------------------------------------------------------------------------------------------------

    def get_name(self) -> str:
        """Return a name of 1 to 40 characters."""
        return "byosd reference"

    def start_chat(self, connect_message: ConnectMessage, start_chat_options: Mapping[str, Any] | None = None) -> None:
        """Make a chat; return when it can be used.

        Raises:
            ChatRunning: there is one already.
            DeskError: no chat can be had. The desk keeps none, and the host is told in no other way.
        """
        with self._lock:
            self._refuse_second_chat()
            state, user_name = dict(self._state), self._around.settings.user_name
            request = start_request(connect_message, start_chat_options, state, user_name)
            start = ChatStart(self._around, self._desk_url, request)
            self._current = start
        try:
            chat = start.run()
        except BaseException:
            self._take_place(start, None)
            raise
        self._take_place(start, chat)
        chat.begin([])
        self._tell_what_changed(chat, state)

    def end_chat(self, info: Mapping[str, Any] | None = None) -> None:
        """End the chat; harmless when there is none. Returns when the desk knows.

        Raises:
            DeskError: the desk could not be told; on this side the chat is over all the same.
        """
        current = self._current
        if current is not None:
            current.end(None)

    def send_message_to_agent(
        self, message: Mapping[str, Any], message_id: str, additional_data: AdditionalData | None = None
    ) -> None:
        """Hand a message to the desk; returning is the receipt. An empty text without files is not sent.

        Raises:
            NoChat: no chat is running.
            IntegrationError: the desk does not have the message, or did not say so in time.
        """
        text = reading.part(message, "input").get("text", "")
        if not isinstance(text, str):
            raise InvalidMessage("the message has no text")
        uploads = reading.items(additional_data, "files_to_upload")
        self._running_chat().outbox.send(text, message_id, uploads)

    # --- nice to have, and a later addition --------------------------------------------------------------------------

    def are_any_agents_online(self, connect_message: ConnectMessage) -> bool | None:
        """Tell whether an agent is there, in the queue that the message asks for; ``None`` when the desk cannot tell.

        Raises:
            DeskError: the desk did not say; the host takes that as "offline".
        """
        deadline = Deadline(self._around.settings.times.other)
        return self._around.desk(self._desk_url).availability(queue_of(connect_message), deadline)

    def user_typing(self, is_typing: bool) -> None:
        """Tell the desk that the user types, or stopped. Never raises: nobody misses it."""
        chat = self._chat_or_none()
        if chat is not None:
            chat.attention.user_typing(is_typing)

    def reconnect(self) -> bool:
        """Take up the chat of before a page reload; return whether it goes on. It does only with a ``token_store``."""
        with self._lock:
            if self._current is not None and not self._current.is_over:
                return True
            persisted_state, self._persisted_state = self._persisted_state, None
            resumption = Resumption(self._around, self._desk_url, persisted_state)
            self._current = resumption
        chat = resumption.run()
        self._take_place(resumption, chat)
        if chat is not None:
            chat.begin(resumption.agents)
        return chat is not None

    # --- the one chat ------------------------------------------------------------------------------------------------

    def _take_place(self, attempt: Attempt, chat: Chat | None) -> None:
        with self._lock:
            if self._current is attempt:
                self._current = chat

    def _tell_what_changed(self, chat: Chat, state: Mapping[str, str]) -> None:
        """Tell the desk what the host changed while the chat was made."""
        with self._lock:
            change = {name: value for name, value in self._state.items() if state.get(name) != value}
        if change:
            chat.outbox.update_state(change)

    def _refuse_second_chat(self) -> None:
        if self._current is not None and not self._current.is_over:
            raise ChatRunning("a chat is running already")

    def _chat_or_none(self) -> Chat | None:
        chat = self._current
        return chat if isinstance(chat, Chat) and not chat.is_over else None

    def _running_chat(self) -> Chat:
        chat = self._chat_or_none()
        if chat is None:
            raise NoChat("no chat is running")
        return chat


# --- what a desk may lack: a function that nobody can keep is not there, and so the host does not offer it ------------


class TellsState(BasicServiceDesk):
    """For desks that take note of a changed session, user or locale."""

    def update_state(self, state: ChatState) -> None:
        """Take note of a changed session, user or locale: for the running chat and for the next one."""
        change = state_of(state)
        with self._lock:
            self._state.update(change)
            chat = self._current
        if isinstance(chat, Chat) and not chat.is_over and change:
            chat.outbox.update_state(change)


class TellsReading(BasicServiceDesk):
    """For desks that want to know what the user has read."""

    def user_read_messages(self) -> None:
        """Tell the desk that the user has read everything so far. Never raises: nobody misses it."""
        chat = self._chat_or_none()
        if chat is not None:
            chat.attention.user_read(chat.last_seq)


class SendsFiles(BasicServiceDesk):
    """For desks that take files."""

    def files_selected_for_upload(self, uploads: Sequence[FileUpload]) -> None:
        """Tell the user at once which of the chosen files cannot be sent. Nothing is sent."""
        chat = self._chat_or_none()
        if chat is not None:
            chat.files.chosen(uploads)


class SharesScreen(BasicServiceDesk):
    """For desks whose agents may see the user's screen."""

    def screen_share_stop(self) -> None:
        """Tell the desk that the user stopped sharing; harmless when nothing is shared.

        Raises:
            DeskError: the desk could not be told.
        """
        chat = self._chat_or_none()
        if chat is not None:
            chat.screen_share.stop()


class ReferenceServiceDesk(TellsState, TellsReading, SendsFiles, SharesScreen):
    """The integration with a desk that has the canonical API: it has all functions of the host."""
