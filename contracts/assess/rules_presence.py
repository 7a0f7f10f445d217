"""Evidence for userTyping and userReadMessages."""

from __future__ import annotations

from contracts.assess import vocabulary as v
from contracts.assess.evidence import (
    AGAINST,
    AGAINST_AGENT,
    OF_CONVERSATION,
    WHICH_CONVERSATION,
    Function,
    Rule,
    Seen,
    hit,
)
from contracts.assess.shape import Shape
from contracts.assess.words import words
from contracts.requirement import Guide


def _tells(shape: Shape) -> bool:
    return shape.writes


def typing_noun(shape: Shape, seen: Seen) -> str | None:
    """Find a path that ends in a word for typing."""
    return shape.last.has(v.TYPING) if _tells(shape) else None


def typing_field(shape: Shape, seen: Seen) -> str | None:
    """Find that typing is among what a request can tell."""
    if not _tells(shape) or typing_noun(shape, seen):
        return None
    for field in shape.operation.request.fields:
        in_values = [word for value in field.values for word in words(value)]
        if set(words(field.name)) & v.TYPING or set(in_values) & v.TYPING:
            return field.shown()
    return None


def typing_named(shape: Shape, seen: Seen) -> str | None:
    """Find a word for typing in the name."""
    return shape.operation.operation_id if _tells(shape) and set(shape.id_words) & v.TYPING else None


def typing_told(shape: Shape, seen: Seen) -> str | None:
    """Find a first sentence that tells of typing."""
    return hit(shape.summary_words & (v.TYPING | {"type"}))


TYPING = Function(
    Guide.USER_TYPING,
    (
        Rule("typing", "path", 4, "its path says {}", typing_noun, leads=True),
        Rule("typing among what can be sent", "request", 2, "typing can be told in {}", typing_field, leads=True),
        Rule("name", "name", 2, "its name says so: {}", typing_named, leads=True),
        Rule("description", "description", 1, "its description says {}", typing_told),
        *OF_CONVERSATION,
        AGAINST_AGENT,
        *AGAINST,
    ),
    (WHICH_CONVERSATION,),
    "say in a mapping file which operation tells that the user types",
)


def read_noun(shape: Shape, seen: Seen) -> str | None:
    """Find a path that ends in a word for reading."""
    return shape.last.has(v.READ) if _tells(shape) else None


def read_field(shape: Shape, seen: Seen) -> str | None:
    """Find a field that tells up to where was read."""
    if not _tells(shape) or read_noun(shape, seen):
        return None
    for field in shape.operation.request.fields:
        own = set(words(field.name))
        if own & v.READ_FIELD and own & v.POSITION:
            return field.shown()
    return None


def read_named(shape: Shape, seen: Seen) -> str | None:
    """Find a name that says that messages were read."""
    own = set(shape.id_words)
    says = own & {"read", "seen", "receipt"} and own & (v.MESSAGE | v.TALK | {"mark"})
    return shape.operation.operation_id if _tells(shape) and says else None


def read_told(shape: Shape, seen: Seen) -> str | None:
    """Find a first sentence that tells of reading."""
    return hit(shape.summary_words & {"read", "seen", "receipt"}) if _tells(shape) else None


READ = Function(
    Guide.USER_READ_MESSAGES,
    (
        Rule("reading", "path", 4, "its path says {}", read_noun, leads=True),
        Rule(
            "position that was read",
            "request",
            4,
            "takes the position up to which was read: {}",
            read_field,
            leads=True,
        ),
        Rule("name", "name", 2, "its name says so: {}", read_named),
        Rule("description", "description", 1, "its description says {}", read_told),
        *OF_CONVERSATION,
        AGAINST_AGENT,
        *AGAINST,
    ),
    (WHICH_CONVERSATION,),
    "say in a mapping file which operation tells that the user has read",
)
