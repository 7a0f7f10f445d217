"""Evidence for startChat: something that makes a conversation with an agent."""

from __future__ import annotations

from contracts.assess import vocabulary as v
from contracts.assess.document import Field
from contracts.assess.evidence import AGAINST, Essential, Function, Rule, Seen, hit
from contracts.assess.shape import IDENTITY, Shape
from contracts.assess.words import words
from contracts.requirement import Guide

ENVELOPE = frozenset({"data", "result", "response", "payload", "body", "entity", "resource", "envelope", "item"})
WHO_AND_WHERE = v.QUEUE | frozenset(
    {"customer", "visitor", "user", "guest", "consumer", "deployment", "identity", "member"}
)
DOES_ELSE = v.END | v.SEND - v.START | v.REMOVE | v.READING | v.READ | v.HANDOVER | v.OTHER_WORK
PARTS = v.MESSAGE | v.LOOSE_MESSAGE | v.MEMBER | v.HOOK | v.TYPING | v.FREE_DATA


def _makes(shape: Shape) -> bool:
    return shape.method == "POST" and not shape.on_item


def clear_noun(shape: Shape, seen: Seen) -> str | None:
    """Find a collection of conversations to which one is added."""
    if not _makes(shape) or _part(shape) or set(shape.last.words) & (DOES_ELSE | PARTS):
        return None
    return shape.last.has(v.TALK)


def loose_noun(shape: Shape, seen: Seen) -> str | None:
    """Find the same where the word for a conversation means much else too."""
    if not _makes(shape) or _part(shape) or clear_noun(shape, seen) or not shape.speaks_of_talk:
        return None
    return None if set(shape.last.words) & DOES_ELSE else shape.last.has(v.LOOSE_TALK)


def _part(shape: Shape) -> bool:
    """Tell whether the path ends at, or goes through, a part of a conversation such as its messages."""
    return any(segment.has(PARTS) for segment in shape.segments if not segment.has(v.TALK))


def action(shape: Shape, seen: Seen) -> str | None:
    """Find a path that ends in the action of starting."""
    if not _makes(shape) or _part(shape) or not ((shape.name_words | shape.summary_words) & v.TALK):
        return None
    return shape.last.has(v.START)


def put_by_name(shape: Shape, seen: Seen) -> str | None:
    """Find that a conversation is put under an id of the client's."""
    if shape.method == "PUT" and shape.on_item and shape.last.has(v.TALK) and set(shape.id_words) & v.START:
        return shape.operation.operation_id
    return None


def named(shape: Shape, seen: Seen) -> str | None:
    """Find a name that says that a conversation is started."""
    own = frozenset(shape.id_words)
    return shape.operation.operation_id if own & v.START and own & (v.TALK | v.LOOSE_TALK) else None


def told(shape: Shape, seen: Seen) -> str | None:
    """Find a first sentence that says so."""
    said = shape.summary_words
    return hit(said & v.TALK) if said & v.START else None


def identity(shape: Shape, seen: Seen) -> str | None:
    """Find the id of the new conversation in the answer, or one that the client chose."""
    for field in shape.operation.answer.fields:
        if _is_identity(field):
            return f"{field.shown()} in the answer"
    if "location" in shape.operation.headers:
        return "the Location header of the answer"
    return shape.conversation[1] or None


def _is_identity(field: Field) -> bool:
    if field.in_list or not 1 <= len(field.names) <= 4 or "object" in field.types:
        return False
    own = frozenset(words(field.name))
    around = frozenset(word for name in field.names[:-1] for word in words(name))
    if own <= IDENTITY:
        return around <= ENVELOPE | v.TALK | v.LOOSE_TALK
    return bool(own & (v.TALK | v.LOOSE_TALK)) and own <= v.TALK | v.LOOSE_TALK | IDENTITY


def way_on(shape: Shape, seen: Seen) -> str | None:
    """Find what one goes on with: a token, or the address of a stream."""
    return hit(shape.answer_words & (frozenset({"token", "jwt"}) | v.SOCKET))


def who_and_where(shape: Shape, seen: Seen) -> str | None:
    """Find that the request says who the user is, or which queue it goes to."""
    return hit(shape.request_words & WHO_AND_WHERE)


def speaks_of_agents(shape: Shape, seen: Seen) -> str | None:
    """Find agents or queues anywhere in the operation."""
    return hit(shape.all_words & (v.AGENT | v.QUEUE))


def inside_another(shape: Shape, seen: Seen) -> str | None:
    """Find that it is made inside a conversation that is there already."""
    return hit(word for segment in shape.segments[:-1] if segment.item and (word := segment.has(v.TALK)))


START_CHAT = Function(
    Guide.START_CHAT,
    (
        Rule("collection of conversations", "path", 4, "POST to a collection of {}s", clear_noun, leads=True),
        Rule(
            "collection, loosely named",
            "path",
            3,
            "POST to {}s, and it speaks of chats or agents",
            loose_noun,
            leads=True,
        ),
        Rule("starting action", "path", 4, "the path ends in the action {}", action, leads=True),
        Rule(
            "put under the client's id", "verb", 3, "PUT under an id of the client's, named {}", put_by_name, leads=True
        ),
        Rule("name", "name", 2, "its name says so: {}", named),
        Rule("description", "description", 1, "its description says that it starts a {}", told),
        Rule("identity", "answer", 2, "the conversation's id: {}", identity),
        Rule("way on", "answer", 1, "the answer gives a {}", way_on),
        Rule("who and where to", "request", 1, "the request says who, or where to ({})", who_and_where),
        Rule("agents", "description", 1, "it speaks of agents or queues ({})", speaks_of_agents),
        Rule("inside another", "path", -5, "it makes something inside a {} that is there already", inside_another),
        *AGAINST,
    ),
    (Essential("an id of the conversation", identity, lambda shape: not shape.operation.answer.described),),
    "say in a mapping file which operation makes the conversation, or describe the answer with the conversation's id",
)
