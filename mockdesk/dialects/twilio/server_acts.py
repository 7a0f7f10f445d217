"""What a server does in a conversation. One for every REST API that has conversations."""

from __future__ import annotations

from mockdesk.core.actions import Join, Leave, Read, Say
from mockdesk.core.events import AgentProfile
from mockdesk.dialects.twilio.conversation import FlexConversation
from mockdesk.dialects.twilio.model import Model
from mockdesk.dialects.twilio.participants import Participant
from mockdesk.dialects.twilio.refusals import BAD_PARAMETER, NO_PARTICIPANT, NOT_FOUND, VendorError
from mockdesk.dialects.twilio.rest import whole_number
from mockdesk.dialects.twilio.telling import message_sid

PARTICIPANT_EXISTS = 50433


def participant(conversation: FlexConversation, name: str) -> Participant:
    """Return the participant of an identity or sid.

    Raises:
        VendorError: there is none.
    """
    found = conversation.participant_of(name)
    if found is None:
        raise VendorError(404, NO_PARTICIPANT, "Participant not found")
    return found


def operation_of_adding(model: Model, name: str) -> str:
    """Return the contract's word for adding somebody to the conversation of a sid or unique name."""
    found = model.find(name)
    return "startChat" if found is not None and found.customer is None else "addParticipant"


def add(model: Model, conversation: FlexConversation, identity: str, attributes: str, exists: int) -> Participant:
    """Let an agent join, or the customer begin: who is in the roster, or comes second, is an agent.

    Raises:
        VendorError: the identity takes part already; ``exists`` is the vendor's code for that.
        DeskError: the core refuses it.
    """
    if conversation.participant_of(identity) is not None:
        raise VendorError(409, exists, "Participant already exists")
    if any(agent.id == identity for agent in model.desk.agents()):
        model.desk.act(conversation.sid, Join(identity))
    elif conversation.customer is None:
        model.begin(conversation, model.wish(conversation, identity, attributes))
    else:
        model.desk.act(conversation.sid, Join(AgentProfile(identity)))
    return participant(conversation, identity)


def remove(model: Model, conversation: FlexConversation, gone: Participant) -> None:
    """Take somebody out.

    Raises:
        DeskError: the core refuses it.
    """
    if gone.is_agent:
        model.desk.act(conversation.sid, Leave(gone.identity))
    else:
        model.leave(conversation, gone.identity)


def say(model: Model, conversation: FlexConversation, author: str | None, text: str, attributes: str) -> int:
    """Say something as the customer or an agent who takes part, as anybody else: as the desk. Return the index.

    Raises:
        DeskError: the core refuses the message.
    """
    speaker = None if author is None else conversation.participant_of(author)
    if speaker is not None and not speaker.is_agent:
        model.send(conversation, text, model.new_sid("RQ"), attributes)
    else:
        model.desk.act(conversation.sid, Say(None if speaker is None else speaker.identity, text))
    return len(conversation.messages) - 1


def update(
    model: Model, conversation: FlexConversation, changed: Participant, read_up_to: str | None, attributes: str | None
) -> None:
    """Move somebody's read horizon, and change what is told of them; ``None`` changes nothing.

    Raises:
        VendorError: there is no message of this index.
        DeskError: the core refuses it.
    """
    if read_up_to is not None:
        read(model, conversation, changed, read_up_to)
    if attributes is not None:
        model.describe(conversation, changed, attributes)


def index_of(conversation: FlexConversation, sid: str) -> int:
    """Return the index of a message.

    Raises:
        VendorError: there is none of this sid.
    """
    for index in range(len(conversation.messages)):
        if message_sid(conversation, index) == sid:
            return index
    raise VendorError(404, NOT_FOUND, "Message not found")


def read(model: Model, conversation: FlexConversation, reader: Participant, given: str) -> None:
    """Move somebody's read horizon to the message of an index, given as a text.

    Raises:
        VendorError: there is no such message.
        DeskError: the core refuses it.
    """
    index = whole_number(given)
    if index is None or index >= len(conversation.messages):
        raise VendorError(400, BAD_PARAMETER, "the index is no message's")
    seq = conversation.messages[index].seq
    if reader.is_agent:
        model.desk.act(conversation.sid, Read(reader.identity, seq))
    else:
        model.desk.user_read(conversation.sid, seq)
