# ruff: noqa: D102  (the class says in what it differs; the method is where it does)
"""What may vary in messages is not judged: correct adapters that show or send them otherwise come out clean."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any

from contracts.adapter import AdapterFactory
from tests.suite.defects.spoiled import Ear, Spoiled, factory, told_by


class LineEnds(Ear):
    """Writes every line end as LF."""

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        plain = message.replace("\r\n", "\n").replace("\r", "\n") if isinstance(message, str) else message
        self.host.send_message_to_user(plain, agent_id)


class Objects(Ear):
    """Shows every message as an object of the host's, also a plain text."""

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        if isinstance(message, str):
            message = {"output": {"generic": [{"response_type": "text", "text": message}]}}
        self.host.send_message_to_user(message, agent_id)


class ItemByItem(Ear):
    """Shows the parts of a rich message one by one."""

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        if isinstance(message, str):
            self.host.send_message_to_user(message, agent_id)
            return
        for item in message["output"]["generic"]:
            with suppress(Exception):  # the host may fail over one, and still wants to hear the others
                self.host.send_message_to_user({"output": {"generic": [item]}}, agent_id)


class ItemsAsTexts(Ear):
    """Shows rich items as texts with their addresses."""

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        if not isinstance(message, str):
            texts = [" ".join(str(part) for part in item.values()) for item in message["output"]["generic"]]
            generic = [message["output"]["generic"][0], *({"response_type": "text", "text": text} for text in texts)]
            message = {"output": {"generic": generic}}
        self.host.send_message_to_user(message, agent_id)


class NamesTheDesk(Ear):
    """Shows what the desk itself says under an id for the desk."""

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        self.host.send_message_to_user(message, agent_id or "the-desk")


class RefusesNothing(Spoiled):
    """Rejects an empty text instead of passing over it."""

    def send_message_to_agent(self, message: Any, message_id: str, additional_data: Any = None) -> None:
        if not message["input"]["text"] and not (additional_data or {}).get("files_to_upload"):
            raise ValueError("there is nothing to send")
        super().send_message_to_agent(message, message_id, additional_data)


VARIANTS: Mapping[str, AdapterFactory] = MappingProxyType(
    {
        "line_ends": told_by(LineEnds),
        "objects": told_by(Objects),
        "item_by_item": told_by(ItemByItem),
        "items_as_texts": told_by(ItemsAsTexts),
        "names_the_desk": told_by(NamesTheDesk),
        "refuses_nothing": factory(RefusesNothing),
    }
)
"""Correct adapters, by name."""
