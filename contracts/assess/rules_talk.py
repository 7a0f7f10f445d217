"""Evidence for sendMessageToAgent and endChat."""

from __future__ import annotations

from contracts.assess import vocabulary as v
from contracts.assess.document import Body
from contracts.assess.evidence import (
    AGAINST,
    AGAINST_AGENT,
    OF_CONVERSATION,
    WHICH_CONVERSATION,
    Essential,
    Function,
    Rule,
    Seen,
    hit,
    names_conversation,
    same_conversation,
)
from contracts.assess.shape import Shape
from contracts.assess.words import words
from contracts.requirement import Guide

SAYING = frozenset({"send", "say", "post"})
NOT_SAID = v.READ | v.TYPING | v.END


# sendMessageToAgent ---
def _adds(shape: Shape) -> bool:
    return shape.method in ("POST", "PUT")


def message_noun(shape: Shape, seen: Seen) -> str | None:
    """Find a collection of messages to which one is added."""
    makes = (shape.method == "POST" and not shape.on_item) or shape.method == "PUT"
    return shape.last.has(v.MESSAGE) if makes and not set(shape.last.words) & v.TYPING else None


def loose_noun(shape: Shape, seen: Seen) -> str | None:
    """Find the same where the word for a message means much else too."""
    if shape.method != "POST" or shape.on_item or message_noun(shape, seen) or set(shape.last.words) & NOT_SAID:
        return None
    return shape.last.has(v.LOOSE_MESSAGE)


def send_action(shape: Shape, seen: Seen) -> str | None:
    """Find a path that ends in the bare action, or in the action and what is sent: ``send``, ``sendText``."""
    own = frozenset(shape.last.words)
    bare = own - v.MESSAGE - v.TALK <= SAYING
    talk = shape.talk or same_conversation(shape, seen)
    return shape.last.has(SAYING) if _adds(shape) and talk and bare else None


def send_named(shape: Shape, seen: Seen) -> str | None:
    """Find a name that says that a message is sent."""
    own = frozenset(shape.id_words)
    says = own & v.SEND and own & (v.MESSAGE | v.LOOSE_MESSAGE)
    return shape.operation.operation_id if _adds(shape) and says else None


def send_told(shape: Shape, seen: Seen) -> str | None:
    """Find a first sentence that says so."""
    said = shape.summary_words
    return hit(said & v.MESSAGE) if said & v.SEND or "say" in said else None


def text_of(body: Body) -> str | None:
    """Return the field of a body that holds a text, or ``None``."""
    for field in body.fields:
        own = words(field.name)
        if own and own[-1] in v.TEXT_FIELD and (not field.types or "string" in field.types):
            return field.shown()
    if any(name.startswith("text/plain") for name in body.media) and body.described:
        return "the whole body"
    return None


def text_sent(shape: Shape, seen: Seen) -> str | None:
    """Find the text among the fields of the request, or among the parameters."""
    found = text_of(shape.operation.request)
    if found is None:
        wanted = [one.name for one in shape.operation.parameters if set(words(one.name)[-1:]) & v.TEXT_FIELD]
        found = next((f"{name} (parameter)" for name in wanted), None)
    return found


def from_and_to(shape: Shape, seen: Seen) -> str | None:
    """Find that it is addressed to somebody, as a letter is, and names no conversation."""
    own = shape.request_words
    to, sender = own & {"to", "recipient", "receiver", "addressee"}, own & {"from", "sender", "source"}
    return hit(to | sender) if to and not names_conversation(shape, seen) else None


def no_conversation(shape: Shape, seen: Seen) -> str | None:
    """Find that it names no conversation."""
    return None if names_conversation(shape, seen) else "it names none"


SEND = Function(
    Guide.SEND_MESSAGE_TO_AGENT,
    (
        Rule("message collection", "path", 4, "adds to {}s", message_noun, leads=True),
        Rule("loosely named collection", "path", 2, "adds to {}s", loose_noun, leads=True),
        Rule("sending action", "path", 4, "the path ends in the action {}", send_action, leads=True),
        Rule("name", "name", 2, "its name says so: {}", send_named),
        Rule("description", "description", 1, "its description says that a {} is sent", send_told),
        Rule("text", "request", 2, "the text: {}", text_sent),
        *OF_CONVERSATION,
        Rule("addressed", "request", -4, "addressed to somebody, not to a conversation ({})", from_and_to),
        Rule("no conversation", "parameter", -3, "belongs to no conversation: {}", no_conversation),
        AGAINST_AGENT,
        *AGAINST,
    ),
    (
        Essential("the text", text_sent, lambda shape: not shape.operation.request.described),
        WHICH_CONVERSATION,
    ),
    "say in a mapping file which operation takes what the user wrote, or describe its request with the text",
)


# endChat ---
def _of_talk(shape: Shape, seen: Seen) -> bool:
    return bool(shape.talk or names_conversation(shape, seen) or shape.name_words & v.TALK)


def end_action(shape: Shape, seen: Seen) -> str | None:
    """Find a path that ends in the action of ending."""
    return shape.last.has(v.END) if shape.method != "GET" and not shape.on_item and _of_talk(shape, seen) else None


def delete_conversation(shape: Shape, seen: Seen) -> str | None:
    """Find that a conversation is deleted."""
    words_of_talk = v.TALK | seen.talk | (v.LOOSE_TALK if shape.speaks_of_talk else frozenset())
    if shape.method != "DELETE" or shape.last.has(v.MEMBER):
        return None
    return shape.last.has(words_of_talk) if names_conversation(shape, seen) else None


def delete_member(shape: Shape, seen: Seen) -> str | None:
    """Find that a member is taken out of a conversation."""
    if shape.method != "DELETE" or not shape.on_item or not names_conversation(shape, seen):
        return None
    return shape.last.has(v.MEMBER)


def _on_conversation(shape: Shape, seen: Seen) -> bool:
    nouns = v.TALK | v.LOOSE_TALK | v.MEMBER | frozenset({"state", "status"})
    return shape.writes and bool(shape.last.has(nouns)) and names_conversation(shape, seen) is not None


def state_field(shape: Shape, seen: Seen) -> str | None:
    """Find a field of the request in which a state means the end."""
    if not _on_conversation(shape, seen):
        return None
    for field in shape.operation.request.fields:
        own = words(field.name)
        if own and own[-1] in ("state", "status"):
            said = frozenset(word for value in field.values for word in words(value)) or frozenset(
                words(field.description)
            )
            if ended := hit(said & v.ENDED):
                return f"{field.shown()}, {ended}"
    return None


def open_state(shape: Shape, seen: Seen) -> str | None:
    """Find a state that can be set, of which the values are not told."""
    if not _on_conversation(shape, seen) or state_field(shape, seen):
        return None
    fields = shape.operation.request.fields
    return next(
        (one.shown() for one in fields if words(one.name)[-1:] in (("state",), ("status",)) and not one.values), None
    )


def end_named(shape: Shape, seen: Seen) -> str | None:
    """Find a name that says that a conversation is ended or left."""
    own = frozenset(shape.id_words)
    says = own & (v.END | v.REMOVE) and own & (v.TALK | v.MEMBER | v.LOOSE_TALK) and not own & v.MESSAGE
    return shape.operation.operation_id if says and shape.method != "GET" else None


def end_told(shape: Shape, seen: Seen) -> str | None:
    """Find a first sentence that says so."""
    return hit(shape.summary_words & (v.END | v.REMOVE)) if shape.method != "GET" else None


def erases(shape: Shape, seen: Seen) -> str | None:
    """Find that it is there to erase what was said."""
    return hit(shape.text_words & {"gdpr", "purge", "erase", "permanently", "irreversible", "irreversibly"})


END = Function(
    Guide.END_CHAT,
    (
        Rule("ending action", "path", 5, "the path ends in the action {}", end_action, leads=True),
        Rule("delete the conversation", "verb", 4, "DELETE of a {}", delete_conversation, leads=True),
        Rule("remove the member", "verb", 4, "DELETE of a {} of the conversation", delete_member, leads=True),
        Rule("state that ends", "request", 5, "sets a state that means the end: {}", state_field, leads=True),
        Rule("state", "request", 2, "sets a state of which the values are not told: {}", open_state, leads=True),
        Rule("name", "name", 2, "its name says so: {}", end_named),
        Rule("description", "description", 1, "its description says {}", end_told),
        *OF_CONVERSATION,
        Rule("erases", "description", -3, "it erases rather than ends ({})", erases),
        AGAINST_AGENT,
        *AGAINST,
    ),
    (WHICH_CONVERSATION,),
    "say in a mapping file which operation ends the conversation for the user",
)
