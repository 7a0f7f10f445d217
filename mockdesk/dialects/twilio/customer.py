"""What a customer does in a conversation. One for every face that a browser has."""

from __future__ import annotations

from mockdesk.core.errors import UnknownConversation
from mockdesk.dialects.twilio.conversation import FlexConversation
from mockdesk.dialects.twilio.model import Model
from mockdesk.dialects.twilio.participants import Participant
from mockdesk.dialects.twilio.refusals import BAD_PARAMETER, NO_CONVERSATION, NO_PARTICIPANT, VendorError

NOT_ALLOWED = 50403


def may_see(conversation: FlexConversation, identity: str) -> bool:
    """Tell whether an identity takes part in a conversation, or made it."""
    is_mine = identity in (conversation.customer, conversation.described.created_by)
    return is_mine or conversation.participant_of(identity) is not None


def visible(model: Model, name: str, identity: str) -> FlexConversation:
    """Return the conversation of a sid or unique name.

    Raises:
        UnknownConversation: there is none.
        VendorError: it is somebody else's.
    """
    found = model.find(name)
    if found is None:
        raise UnknownConversation("Conversation not found")
    if not may_see(found, identity):
        status = model.settings.guesses.foreign_conversation_status
        raise VendorError(status, NO_CONVERSATION, "Conversation not found")
    return found


def begun_id(model: Model, name: str, identity: str) -> str | None:
    """Return the id by which the core knows a conversation that this identity may see, ``None``: it knows none."""
    found = model.find(name)
    return model.begun(name) if found is not None and may_see(found, identity) else None


def require(conversation: FlexConversation, identity: str) -> Participant:
    """Return the participant of the conversation's customer.

    Raises:
        VendorError: the identity is not the customer's, or the customer has left.
    """
    participant = conversation.participant_of(identity)
    if conversation.customer != identity or participant is None:
        raise VendorError(404, NO_PARTICIPANT, "Participant not found")
    return participant


def join(model: Model, conversation: FlexConversation, identity: str, attributes: str = "{}") -> Participant:
    """Let an identity take part as the customer; who does so already goes on.

    Raises:
        VendorError: the conversation has another customer, or this one has left.
        DeskError: the core refuses the start.
    """
    if conversation.customer not in (None, identity):
        raise VendorError(403, NOT_ALLOWED, "only agents and one customer take part here")
    if conversation.customer is None:
        model.begin(conversation, model.wish(conversation, identity, attributes))
    participant = conversation.participant_of(identity)
    if participant is None:
        raise VendorError(404, NO_PARTICIPANT, "who has left does not come back")
    return participant


def leave(model: Model, conversation: FlexConversation, identity: str, name: str) -> None:
    """Take the participant of a name (identity or sid) out, who must be the identity that asks for it.

    Raises:
        VendorError: there is none, or it is somebody else.
    """
    participant = conversation.participant_of(name)
    if participant is None or participant.identity != identity:
        raise VendorError(404, NO_PARTICIPANT, "Participant not found")
    model.leave(conversation, identity)


def say(model: Model, conversation: FlexConversation, identity: str, key: str, text: str, attributes: str) -> int:
    """Say something; return the message's index. The same key again is the same message.

    Raises:
        VendorError: the identity takes no part.
        DeskError: the core refuses the message.
    """
    require(conversation, identity)
    message = model.send(conversation, text, key, attributes)
    return next(place for place, each in enumerate(conversation.messages) if each.id == message.id)


def read(model: Model, conversation: FlexConversation, identity: str, index: object) -> int:
    """Note that a customer has read up to a message; return how many are unread then. ``None`` moves nothing.

    Raises:
        VendorError: the identity takes no part, or there is no message of this index.
    """
    participant = require(conversation, identity)
    if index is not None:
        if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < len(conversation.messages):
            raise VendorError(400, BAD_PARAMETER, "the index is no message's")
        model.desk.user_read(conversation.sid, conversation.messages[index].seq)
    return unread(conversation, participant)


def unread(conversation: FlexConversation, participant: Participant | None) -> int:
    """Return how many messages a participant has not read."""
    last = -1 if participant is None or participant.last_read is None else participant.last_read
    return len(conversation.messages) - 1 - last
