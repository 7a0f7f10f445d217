# ruff: noqa: D102  (the class says what the fault is; the method is where it is put)
"""Faulty adapters that mix users up, or obey what somebody writes."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, ClassVar

from contracts.messages import texts_of
from tests.suite.defect import Defect
from tests.suite.defects.spoiled import Ear, Spoiled, factory, told_by


class OneChannelForAll(Spoiled):
    """Every user has the same identity, so that the second one writes into the first one's conversation."""

    channels: ClassVar[dict[str, Any]] = {}

    def spoil(self, chat: Any) -> None:
        first = self.channels.setdefault(self.desk_url, chat)
        if first is not chat and not first.is_over:
            chat.outbox._api = first.outbox._api


class OneListenerForAll(Spoiled):
    """One listener gets the messages of all conversations and does not look at the conversation's id."""

    class ear(Ear):
        """Shows a message to everybody."""

        def send_message_to_user(self, message: Any, agent_id: Any) -> None:
            for host in self.adapter.everybody[self.adapter.desk_url]:
                host.send_message_to_user(message, agent_id)

    everybody: ClassVar[dict[str, list[Any]]] = defaultdict(list)

    def built(self) -> None:
        ear: Any = self.host
        self.everybody[self.desk_url].append(ear.host)


class OneAgentForAll(Spoiled):
    """Who joins one conversation is told to everybody who waits."""

    class ear(Ear):
        """Tells a joining to everybody."""

        def agent_joined(self, profile: Any) -> None:
            for host in self.adapter.everybody[self.adapter.desk_url]:
                host.agent_joined(profile)

    everybody: ClassVar[dict[str, list[Any]]] = defaultdict(list)

    def built(self) -> None:
        ear: Any = self.host
        self.everybody[self.desk_url].append(ear.host)


class ObeysTheAgent(Ear):
    """A word of the desk's protocol ends the chat, whoever wrote it."""

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        self.host.send_message_to_user(message, agent_id)
        if "agent.end.conversation" in texts_of(message):
            self.host.agent_ended_chat()


class LeavesAtAWord(Ear):
    """The name of an event, written by an agent, is taken for the event."""

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        self.host.send_message_to_user(message, agent_id)
        if "agent.left" in texts_of(message):
            self.host.agent_left_chat()


class ObeysTheUser(Spoiled):
    """The text with which the adapter used to end conversations ends one also when the user writes it."""

    def send_message_to_agent(self, message: Any, message_id: str, additional_data: Any = None) -> None:
        super().send_message_to_agent(message, message_id, additional_data)
        if message["input"]["text"] == "End conversation":
            self.end_at_the_desk(self.chat)


ADAPTERS = (
    Defect("one_channel", "SEC-01", "all users share a channel", "B33", factory(OneChannelForAll)),
    Defect("one_listener", "SEC-01", "messages of all chats are shown to all", "B56", factory(OneListenerForAll)),
    Defect("one_agent", "SEC-01", "an agent is told to all who wait", "B56", factory(OneAgentForAll)),
    Defect("obeys_the_agent", "SEC-08", "an agent's word ends the chat", "B65", told_by(ObeysTheAgent)),
    Defect("leaves_at_a_word", "SEC-08", "an agent's word is a leaving", "B65", told_by(LeavesAtAWord)),
    Defect("obeys_the_user", "SEC-08", "the user's word ends the chat", "B65", factory(ObeysTheUser)),
)
