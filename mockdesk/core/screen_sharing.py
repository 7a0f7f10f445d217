"""Screen sharing: an agent asks, the user answers, either side (or the agent's leave) ends it."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from mockdesk.core.actions import EndScreen, RequestScreen
from mockdesk.core.conversation import Conversation, ScreenShare, ScreenState
from mockdesk.core.errors import FieldError, IllegalInState, InvalidRequest
from mockdesk.core.events import Role, ScreenShareEnded, ScreenShareRequested
from mockdesk.core.happenings import ScreenShareAnswered
from mockdesk.core.state import DeskState
from mockdesk.core.table import Trigger

ANSWERS = ("accepted", "declined", "cancelled", "ended")


def request(state: DeskState, conversation: Conversation, action: RequestScreen) -> None:
    """Ask to see the user's screen; one request at a time."""
    state.require_function("screen_share")
    following = conversation.after(Trigger.REQUEST_SCREEN)
    agent_id = state.present_agent(conversation, action.agent)
    if conversation.screen_share is not None and conversation.screen_share.open:
        raise IllegalInState("the screen has been asked for already")
    conversation.state = following
    share = ScreenShare(state.identifiers.new("screen"), agent_id)
    conversation.screen_share = share
    state.emit(conversation, ScreenShareRequested(share.request_id, agent_id))


def end(state: DeskState, conversation: Conversation, action: EndScreen) -> None:
    """Take the request back, or stop the sharing."""
    following = conversation.after(Trigger.END_SCREEN)
    state.present_agent(conversation, action.agent)
    if conversation.screen_share is None or not conversation.screen_share.open:
        raise IllegalInState("there is no screen sharing to end")
    conversation.state = following
    close(state, conversation, "agent")


def answer(state: DeskState, conversation: Conversation, request_id: str | None, word: str) -> None:
    """Take the user's answer to a request, or the end of the sharing (``ended``)."""
    state.require_function("screen_share")
    if word not in ANSWERS:
        raise InvalidRequest(f"{word!r} is no answer", [FieldError("/answer", f"must be one of: {', '.join(ANSWERS)}")])
    following = conversation.after(Trigger.USER_SCREEN)
    share = _answered(conversation, request_id, word)
    conversation.state = following
    if word == "ended":
        close(state, conversation, "user")
    else:
        conversation.screen_share = replace(share, state=cast(ScreenState, word))
    state.happened(conversation, ScreenShareAnswered(share.request_id, word))


def _answered(conversation: Conversation, request_id: str | None, word: str) -> ScreenShare:
    share = conversation.screen_share
    wanted = "accepted" if word == "ended" else "requested"
    if share is None or share.state != wanted or request_id not in (None, share.request_id):
        raise IllegalInState(f"there is no screen sharing that could be {word}")
    return share


def close(state: DeskState, conversation: Conversation, by: Role) -> None:
    """End the open request or sharing, if there is one, and say so. Never refuses."""
    share = conversation.screen_share
    if share is not None and share.open:
        conversation.screen_share = replace(share, state="ended")
        state.emit(conversation, ScreenShareEnded(share.request_id, by))
