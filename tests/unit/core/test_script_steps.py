"""What the journal tells of a script's steps, and what that weighs."""

from __future__ import annotations

import pytest

from mockdesk.core.actions import Join, Say, Typing
from mockdesk.core.agents import RosterAgent
from mockdesk.core.clock import VirtualClock
from mockdesk.core.desk import Desk
from mockdesk.core.drafts import StartRequest
from mockdesk.core.events import AgentProfile, AgentTyping, MessageCreated
from mockdesk.core.faults import Fault
from mockdesk.core.script import Do, Inject, Script, Wait, Yielded
from mockdesk.core.script_chat import Chat
from mockdesk.core.script_steps import PreparedStep, PreparedSteps
from mockdesk.core.script_template import Template
from mockdesk.core.settings import DeskSettings
from mockdesk.core.weight import weight_of

AGENTS = tuple(RosterAgent(AgentProfile(name)) for name in ("ada", "bob"))

STEPS: tuple[Yielded, ...] = (
    Do(Say("ada", "hello")),
    Join("ada"),
    Inject(Fault.from_dict({"kind": "delay", "seconds": 1})),
    Wait(5),
    Wait((0.5, 1.5)),
    Wait(None, 2, "order arrived"),
)


@pytest.mark.parametrize("step", STEPS, ids=repr)
def test_a_step_weighs_what_is_told_of_it(step: Yielded) -> None:
    """It is weighed once for all conversations; if both differed, the journal would take more than its limit."""
    prepared = PreparedSteps("menu").of(step)
    assert prepared.told["script"] == "menu"
    assert prepared.weight == weight_of(prepared.told)


def test_steps_are_prepared_once() -> None:
    """What is equal at every play is done once for all conversations; what may not be yielded is refused each time."""
    steps = PreparedSteps("menu")
    assert [steps.of(step) for step in STEPS] == [steps.of(step) for step in STEPS]
    for _ in range(2):
        with pytest.raises(TypeError, match="it yielded 3"):
            steps.of(3)


def test_a_prepared_step_follows_who_is_in_charge_and_what_was_said() -> None:
    """The filled-in action is kept for the next time only where it would come out the same."""
    desk = Desk(DeskSettings(agents=AGENTS), VirtualClock())
    typing = PreparedStep("menu", Do(Typing(""), in_charge=True))
    text = ("text", Template.parse("{user_name}, {agent}"))
    answer = PreparedStep("menu", Do(Say(""), in_charge=True, texts=(text,)))
    for user, agent in (("Ann", "ada"), ("Bea", "ada"), ("Cleo", "bob")):
        conversation = desk.start(StartRequest(user, user)).conversation
        desk.act(conversation.id, Join(agent))
        chat = Chat(desk, Script("menu"), conversation)
        for step in (typing, answer):
            step.perform(desk, chat)
        bodies = [event.body for event in conversation.log.after(0)][-2:]
        assert bodies[0] == AgentTyping(agent, True, desk.settings.typing_expires_seconds)
        assert isinstance(bodies[1], MessageCreated)
        assert bodies[1].message.text == f"{user}, {agent}"
        told = [entry.data for entry in desk.journal.read(kinds={"command"}).entries][-2:]
        assert [(one["action"], one["agent"]) for one in told] == [("typing", agent), ("say", agent)]
