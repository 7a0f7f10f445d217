# ruff: noqa: D102  (the class says in what it differs; the method is where it does)
"""What may vary in messages is not judged: correct adapters that show or send them otherwise come out clean."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.adapter import AdapterFactory, DeskDriver
from contracts.run import Options, Verifier
from contracts.scenario_list import all_scenarios
from contracts.session import Subject
from tests.suite.defects.spoiled import Ear, Spoiled, factory, told_by


class LineEnds(Ear):
    """Writes every line end as LF."""

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        plain = message.replace("\r\n", "\n").replace("\r", "\n") if isinstance(message, str) else message
        self.host.send_message_to_user(plain, agent_id)


class OwnIds(Ear):
    """Knows agents by ids of its own."""

    def agent_joined(self, profile: Any) -> None:
        self.host.agent_joined({**profile, "id": f"own-{profile['id']}"})

    def begin_transfer_to_another_agent(self, profile: Any = None) -> None:
        self.host.begin_transfer_to_another_agent({**profile, "id": f"own-{profile['id']}"} if profile else None)

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        self.host.send_message_to_user(message, f"own-{agent_id}" if agent_id else None)


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


class NoTyping(Ear):
    """Does not show that an agent types."""

    def agent_typing(self, is_typing: bool) -> None:
        return


class RefusesNothing(Spoiled):
    """Rejects an empty text instead of passing over it."""

    def send_message_to_agent(self, message: Any, message_id: str, additional_data: Any = None) -> None:
        if not message["input"]["text"] and not (additional_data or {}).get("files_to_upload"):
            raise ValueError("there is nothing to send")
        super().send_message_to_agent(message, message_id, additional_data)


VARIANTS: dict[str, AdapterFactory] = {
    "line_ends": told_by(LineEnds),
    "own_ids": told_by(OwnIds),
    "objects": told_by(Objects),
    "item_by_item": told_by(ItemByItem),
    "items_as_texts": told_by(ItemsAsTexts),
    "names_the_desk": told_by(NamesTheDesk),
    "no_typing": told_by(NoTyping),
    "refuses_nothing": factory(RefusesNothing),
}


@pytest.mark.all
@pytest.mark.parametrize("name", VARIANTS)
def test_a_correct_way_to_show_or_send_messages_is_not_blamed(name: str, driver: DeskDriver) -> None:
    """A requirement must leave the integrator free where the guide does."""
    verifier = Verifier(Subject("adapter", name, VARIANTS[name]), driver, Options(select=("MSG", "ORD", "SEC")))
    judged = {one.id for one in verifier.requirements}
    for scenario in all_scenarios():
        if judged & set(scenario.aims):
            verifier.play(scenario.name, scenario.program, scenario.settings)
    found = {id: tally.findings[0] for id, tally in verifier.tallies.items() if tally.findings}
    assert not {id: (one.run.name, one.judgement.expected, one.judgement.actual) for id, one in found.items()}
