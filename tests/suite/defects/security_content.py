# ruff: noqa: D102  (the class says what the fault is; the method is where it is put)
"""Faulty adapters that believe names, or let what somebody writes act."""

from __future__ import annotations

import re
from typing import Any

from byosd_reference.chat import Chat
from tests.suite.defect import Defect
from tests.suite.defects.spoiled import Ear, Spoiled, factory, told_by


class DropsTheUser(Ear):
    """Whoever is called User is taken for the user."""

    users: Any = ()

    def agent_joined(self, profile: Any) -> None:
        if profile["nickname"] == "User":
            self.users = {*self.users, profile["id"]}
        self.host.agent_joined(profile)

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        if agent_id not in self.users:
            self.host.send_message_to_user(message, agent_id)


class DropsWhoIsCalledAsTheUser(Ear):
    """Whoever is called as the user's id is taken for the user, and does not join."""

    def agent_joined(self, profile: Any) -> None:
        if not profile["nickname"].startswith("user-"):
            self.host.agent_joined(profile)


class SplitsLabels(Ear):
    """A text that looks like a label and words is attributed to the label."""

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        label, bar, _ = str(message).partition("|")
        self.host.send_message_to_user(message, label if bar and " " not in label else agent_id)


class KnowsNicknames(Ear):
    """Agents are told apart by their nicknames: the last one of a name is meant."""

    def __init__(self, host: Any, clock: Any) -> None:
        super().__init__(host, clock)
        self.ids: dict[str, str] = {}
        self.names: dict[str, str] = {}

    def agent_joined(self, profile: Any) -> None:
        self.ids[profile["nickname"]] = profile["id"]
        self.names[profile["id"]] = profile["nickname"]
        self.host.agent_joined(profile)

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        self.host.send_message_to_user(message, self.ids.get(self.names.get(agent_id, ""), agent_id))


class MakesMarkdown(Ear):
    """Links in HTML become links in markdown, wherever they lead."""

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        if isinstance(message, str):
            message = re.sub(r"<a href=\"([^\"]*)\">([^<]*)</a>", r"[\2](\1)", message)
        self.host.send_message_to_user(message, agent_id)


class EveryLinkIsAButton(Spoiled):
    """A link becomes a button, wherever it leads."""

    def spoil(self, chat: Chat) -> None:
        inner: Any = chat
        tell = inner._translator.tell

        def with_buttons(event: Any) -> None:
            tell(event)
            items = event.data.get("message", {}).get("items") or []
            buttons = [{"response_type": "button", "label": "See", "url": item["url"]} for item in items]
            if buttons:
                author = event.data["message"]["author"]["id"]
                self.host.send_message_to_user({"output": {"generic": buttons}}, author)

        inner._translator.tell = with_buttons


class EveryPicture(Spoiled):
    """The agent's picture is taken from wherever it is said to be."""

    def spoil(self, chat: Chat) -> None:
        inner: Any = chat
        handle = inner._translator._handlers["agent.joined"]

        def with_picture(data: Any) -> None:
            handle(data)
            self.host.begin_transfer_to_another_agent(dict(data["agent"]))

        inner._translator._handlers["agent.joined"] = with_picture


class WritesHtml(Spoiled):
    """What the user writes is put into HTML as it is."""

    def send_message_to_agent(self, message: Any, message_id: str, additional_data: Any = None) -> None:
        wrapped = {"input": {**message["input"], "text": f"<p>{message['input']['text']}</p>"}}
        super().send_message_to_agent(wrapped, message_id, additional_data)


ADAPTERS = (
    Defect("drops_the_user", "SEC-06", "who is called User is dropped", "B47", told_by(DropsTheUser)),
    Defect("drops_a_namesake", "SEC-06", "a namesake is the user", "B26", told_by(DropsWhoIsCalledAsTheUser)),
    Defect("splits_labels", "SEC-06", "identity is cut out of a text", "B47", told_by(SplitsLabels)),
    Defect("knows_nicknames", "SEC-06", "agents are known by nickname", "B26", told_by(KnowsNicknames)),
    Defect("makes_markdown", "SEC-07", "HTML links become markdown", "B68", told_by(MakesMarkdown)),
    Defect("every_link_a_button", "SEC-07", "any link becomes a button", "B68", factory(EveryLinkIsAButton)),
    Defect("every_picture", "SEC-07", "any address is a picture", "", factory(EveryPicture)),
    Defect("writes_html", "SEC-07", "the user's text is put into HTML", "B55", factory(WritesHtml)),
)
