"""The transition table of a conversation.

The rules of this table, and there are no others:

1. A conversation is in exactly one of four states: the columns.
2. Everything that happens to it is one of the triggers: the rows. Where a command has different outcomes depending on
   who is present, it has one trigger for each (``LEAVE`` and ``LEAVE_LAST``), so that a cell is never an "if".
3. A cell is the next state, or the refusal that is raised, in which case nothing changes.
4. The table says *when*; *who* is asked after it: an agent acts only while present (``agent_not_present``) and joins
   only while not (``agent_already_present``).
5. In ``waiting`` nobody is present. ``ended`` is final: its whole column is refusals, but for the user's own end, which
   may be repeated.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from mockdesk.core.errors import AgentNotPresent, ConversationEnded, DeskError, IllegalInState, NoTransfer


class State(StrEnum):
    """Where a conversation stands."""

    WAITING = "waiting"
    CONNECTED = "connected"
    TRANSFERRING = "transferring"
    ENDED = "ended"


class Trigger(StrEnum):
    """What can happen to a conversation. The value is the command's name in words."""

    USER_SEND = "the user's message"
    USER_TYPING = "the user's typing"
    USER_READ = "the user's read receipt"
    USER_STATE = "the user's change of state"
    USER_UPLOAD = "the user's upload"
    USER_SCREEN = "the user's answer about the screen"
    USER_END = "the user's end"

    OFFER = "an offer"
    DECLINE = "a declined offer"
    DECLINE_TARGET = "the transfer's target declines, an agent is present"
    DECLINE_TARGET_ALONE = "the transfer's target declines, nobody is present"
    JOIN = "an agent's join"
    SAY = "an agent's message"
    TYPING = "an agent's typing"
    READ = "an agent's read receipt"
    TRANSFER = "a transfer"
    LEAVE = "an agent's leave, others stay"
    LEAVE_LAST = "the last agent's leave"
    AGENT_END = "an agent's end"
    REQUEST_SCREEN = "a request for the screen"
    END_SCREEN = "an agent's end of screen sharing"

    DESK_SAY = "the desk's own message"
    DESK_QUEUE = "news of the queue"
    DESK_FILE = "a decision about a file"
    DESK_CAPABILITIES = "a change of capabilities"
    DESK_END = "the desk's end"


Outcome: TypeAlias = State | type[DeskError]

_W, _C, _T, _E = State.WAITING, State.CONNECTED, State.TRANSFERRING, State.ENDED
_over, _absent, _illegal, _none = ConversationEnded, AgentNotPresent, IllegalInState, NoTransfer

# fmt: off
TABLE: Mapping[Trigger, tuple[Outcome, Outcome, Outcome, Outcome]] = MappingProxyType({
    #                               waiting   connected  transferring  ended
    Trigger.USER_SEND:             (_W,       _C,        _T,           _over),
    Trigger.USER_TYPING:           (_W,       _C,        _T,           _over),
    Trigger.USER_READ:             (_W,       _C,        _T,           _over),
    Trigger.USER_STATE:            (_W,       _C,        _T,           _over),
    Trigger.USER_UPLOAD:           (_W,       _C,        _T,           _over),
    Trigger.USER_SCREEN:           (_illegal, _C,        _T,           _over),
    Trigger.USER_END:              (_E,       _E,        _E,           _E),

    Trigger.OFFER:                 (_W,       _C,        _T,           _over),
    Trigger.DECLINE:               (_W,       _C,        _T,           _over),
    Trigger.DECLINE_TARGET:        (_none,    _none,     _C,           _over),
    Trigger.DECLINE_TARGET_ALONE:  (_none,    _none,     _W,           _over),
    Trigger.JOIN:                  (_C,       _C,        _C,           _over),
    Trigger.SAY:                   (_absent,  _C,        _T,           _over),
    Trigger.TYPING:                (_absent,  _C,        _T,           _over),
    Trigger.READ:                  (_absent,  _C,        _T,           _over),
    Trigger.TRANSFER:              (_absent,  _T,        _T,           _over),
    Trigger.LEAVE:                 (_absent,  _C,        _T,           _over),
    Trigger.LEAVE_LAST:            (_absent,  _W,        _T,           _over),
    Trigger.AGENT_END:             (_absent,  _E,        _E,           _over),
    Trigger.REQUEST_SCREEN:        (_absent,  _C,        _T,           _over),
    Trigger.END_SCREEN:            (_absent,  _C,        _T,           _over),

    Trigger.DESK_SAY:              (_W,       _C,        _T,           _over),
    Trigger.DESK_QUEUE:            (_W,       _illegal,  _T,           _over),
    Trigger.DESK_FILE:             (_W,       _C,        _T,           _over),
    Trigger.DESK_CAPABILITIES:     (_W,       _C,        _T,           _over),
    Trigger.DESK_END:              (_E,       _E,        _E,           _over),
})
# fmt: on

_COLUMN: Mapping[State, int] = MappingProxyType({state: column for column, state in enumerate(State)})


def next_state(state: State, trigger: Trigger) -> State:
    """Return the state that follows, or raise the refusal that the table names."""
    outcome = TABLE[trigger][_COLUMN[state]]
    if isinstance(outcome, State):
        return outcome
    raise outcome(f"{trigger.value} is refused: the conversation is {state.value}")
