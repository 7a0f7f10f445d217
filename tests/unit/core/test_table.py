"""The transition table says what the contract says."""

from __future__ import annotations

import pytest

from mockdesk.core.errors import ConversationEnded, DeskError
from mockdesk.core.table import TABLE, State, Trigger, next_state

NEEDS_AN_AGENT = (
    Trigger.SAY,
    Trigger.TYPING,
    Trigger.READ,
    Trigger.TRANSFER,
    Trigger.LEAVE,
    Trigger.LEAVE_LAST,
    Trigger.AGENT_END,
    Trigger.REQUEST_SCREEN,
    Trigger.END_SCREEN,
)


def test_every_trigger_has_a_cell_for_every_state() -> None:
    """A hole would be a crash in the middle of a command."""
    assert set(TABLE) == set(Trigger)
    assert {len(row) for row in TABLE.values()} == {len(State)}


@pytest.mark.parametrize("trigger", [one for one in Trigger if one is not Trigger.USER_END])
def test_nothing_happens_after_the_end(trigger: Trigger) -> None:
    """``conversation.ended`` is the last event ever, whoever asks for more."""
    with pytest.raises(ConversationEnded):
        next_state(State.ENDED, trigger)


def test_the_user_may_end_again() -> None:
    """The host calls ``endChat`` inside ``agentEndedChat``: the second end must be harmless."""
    assert next_state(State.ENDED, Trigger.USER_END) is State.ENDED


@pytest.mark.parametrize("trigger", NEEDS_AN_AGENT)
def test_nobody_acts_while_the_user_waits(trigger: Trigger) -> None:
    """In ``waiting`` there is no agent, so none can be shown to the user."""
    with pytest.raises(DeskError) as refused:
        next_state(State.WAITING, trigger)
    assert refused.value.code == "agent_not_present"


@pytest.mark.parametrize("state", [State.WAITING, State.CONNECTED, State.TRANSFERRING])
def test_a_join_connects_from_everywhere(state: State) -> None:
    """Somebody who joins ends the waiting and completes a transfer."""
    assert next_state(state, Trigger.JOIN) is State.CONNECTED


def test_a_refusal_names_the_command_and_the_state() -> None:
    """Whoever reads the refusal must see at once what did not fit."""
    with pytest.raises(DeskError, match="an agent's message is refused: the conversation is waiting"):
        next_state(State.WAITING, Trigger.SAY)
