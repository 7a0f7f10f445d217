"""Evidence for areAnyAgentsOnline and updateState."""

from __future__ import annotations

from contracts.assess import vocabulary as v
from contracts.assess.document import Field
from contracts.assess.evidence import (
    AGAINST,
    AGAINST_AGENT,
    AGAINST_READING,
    OF_CONVERSATION,
    WHICH_CONVERSATION,
    Essential,
    Function,
    Rule,
    Seen,
    hit,
    names_conversation,
)
from contracts.assess.shape import Shape
from contracts.assess.words import words
from contracts.requirement import Guide

ASKING = frozenset({"query", "search", "check", "availability", "status", "get"})
LIVE = frozenset({"available", "online", "open", "availability", "logged", "ready", "free", "idle", "active"})


# areAnyAgentsOnline ---
def _asks(shape: Shape) -> bool:
    if shape.method == "GET":
        return True
    return shape.method == "POST" and bool(shape.last.has(ASKING) or set(shape.id_words) & {"get", "query", "check"})


def availability_noun(shape: Shape, seen: Seen) -> str | None:
    """Find a name for availability together with somebody or something that can be available."""
    if not _asks(shape) or shape.inside:
        return None
    own = frozenset(word for segment in shape.segments for word in segment.words) | frozenset(shape.id_words)
    somebody = own | shape.parameter_words | shape.answer_words
    named = "online" in shape.last.words or own & v.AVAILABILITY
    return hit(own & v.AVAILABILITY) if named and somebody & v.PLACES else None


def agents_with_state(shape: Shape, seen: Seen) -> str | None:
    """Find a list of agents with what each of them does now."""
    if shape.method != "GET" or shape.on_item or shape.inside or not shape.last.has(v.AGENT):
        return None
    return listed_state(shape)


def tells_of_agents(shape: Shape, seen: Seen) -> str | None:
    """Find that an answer counts agents who are there, or says that they are, whatever the operation is called."""
    if not _asks(shape) or names_conversation(shape, seen) or availability_noun(shape, seen):
        return None
    for field in shape.operation.answer.fields:
        own = frozenset(words(field.name))
        if own & v.AGENT and own & LIVE and (not field.types or field.types & {"integer", "number", "boolean"}):
            return field.shown()
    return None


def listed_state(shape: Shape) -> str | None:
    """Return the field of a list that tells whether somebody in it is available."""
    for field in shape.operation.answer.fields:
        if field.in_list and set(words(field.name)) & v.STATUS_FIELD:
            return field.shown()
    return None


def information(shape: Shape, seen: Seen) -> str | None:
    """Find what tells whether somebody is there: yes or no, how many, who, or how long it takes."""
    fields = shape.operation.answer.fields
    return next((text for field in fields if (text := _tells(field)) is not None), None) or _of_list(shape)


def _of_list(shape: Shape) -> str | None:
    found = listed_state(shape)
    return f"a list, {found}" if found else None


def _tells(field: Field) -> str | None:
    own = frozenset(words(field.name))
    if "boolean" in field.types and own & LIVE:
        return f"yes or no, {field.shown()}"
    if own & {"wait", "waittime", "estimatedwaittime", "eta"} or (own & {"position"} and own & v.QUEUE):
        return f"how long it takes, {field.shown()}"
    numeric = not field.types or field.types & {"integer", "number"}
    if numeric and ((own & (v.AGENT | LIVE) and own & (v.COUNT | LIVE | v.AGENT)) or (own & v.COUNT and own & v.AGENT)):
        return f"how many, {field.shown()}"
    values = frozenset(word for value in field.values for word in words(value))
    if own & v.STATUS_FIELD and values & LIVE and not field.in_list:
        return f"a state, {field.shown()}"
    outer = frozenset(word for name in field.names[:-1] for word in words(name))
    if own & v.COUNT and outer & {"stat", "statistic", "observation", "realtime", "metric"}:
        return f"statistics, {field.shown()}"
    return None


def availability_told(shape: Shape, seen: Seen) -> str | None:
    """Find a first sentence that tells of somebody being there, or of a wait."""
    said = shape.summary_words
    return hit(said & (v.AGENT | LIVE | {"wait"})) if said & (LIVE | {"wait", "many"}) else None


def of_a_queue(shape: Shape, seen: Seen) -> str | None:
    """Find that it asks about a queue, a skill, a department or agents."""
    own = frozenset(word for segment in shape.segments for word in segment.words) | shape.parameter_words
    return hit(own & (v.QUEUE | v.AGENT | {"department"}))


AVAILABILITY = Function(
    Guide.ARE_ANY_AGENTS_ONLINE,
    (
        Rule("availability", "path", 3, "its names say {}", availability_noun, leads=True),
        Rule(
            "agents with their state", "answer", 3, "lists agents with what they do: {}", agents_with_state, leads=True
        ),
        Rule(
            "agents who are there",
            "answer",
            3,
            "tells of agents who are there: {}",
            tells_of_agents,
            leads=True,
        ),
        Rule("information", "answer", 3, "tells it as {}", information),
        Rule("description", "description", 1, "its description says {}", availability_told),
        Rule("of a queue or agents", "path", 1, "asks about {}", of_a_queue),
        *AGAINST_READING,
    ),
    (
        Essential(
            "whether somebody is there (yes or no, a count, a list, a wait)",
            information,
            lambda shape: not shape.operation.answer.described,
        ),
    ),
    "say in a mapping file which operation tells whether somebody is there, and which field of its answer",
)


# updateState ---
def state_noun(shape: Shape, seen: Seen) -> str | None:
    """Find a part of a conversation that holds who or where the user is."""
    if not shape.writes or shape.on_item or not names_conversation(shape, seen):
        return None
    return shape.last.has(v.STATE_NOUN) if not shape.last.has(v.TALK) else None


def state_of_item(shape: Shape, seen: Seen) -> str | None:
    """Find that the conversation, or the user's membership in it, is written with something that says who or where."""
    nouns = v.TALK | v.MEMBER | seen.talk | (v.LOOSE_TALK if shape.speaks_of_talk else frozenset())
    if not shape.writes or not shape.on_item or not names_conversation(shape, seen) or not shape.last.has(nouns):
        return None
    return named_state(shape, seen) or free_data(shape, seen)


def state_named(shape: Shape, seen: Seen) -> str | None:
    """Find a name that says that the user's side changed, on an operation that takes session, user or locale."""
    own = set(shape.id_words) | set(shape.last.words)
    says = own & {"update", "change", "set"} and own & (v.STATE_NOUN | v.CUSTOMER)
    return hit(own & (v.STATE_NOUN | v.CUSTOMER)) if shape.writes and says and named_state(shape, seen) else None


def named_state(shape: Shape, seen: Seen) -> str | None:
    """Find session, user or locale among the request's fields."""
    return hit(shape.request_words & v.STATE_FIELD)


def free_data(shape: Shape, seen: Seen) -> str | None:
    """Find a place for data of one's own."""
    return hit(shape.request_words & v.FREE_DATA)


def some_state(shape: Shape, seen: Seen) -> str | None:
    """Find session, user or locale, or else a place for data of one's own."""
    return named_state(shape, seen) or free_data(shape, seen)


def state_told(shape: Shape, seen: Seen) -> str | None:
    """Find a first sentence that tells of changing them."""
    said = shape.summary_words
    wanted = said & (v.STATE_FIELD | v.FREE_DATA)
    return hit(wanted) if said & {"update", "change", "changed", "set", "replace", "tell"} else None


STATE = Function(
    Guide.UPDATE_STATE,
    (
        Rule("part of the conversation", "path", 3, "writes the conversation's {}", state_noun, leads=True),
        Rule(
            "the conversation itself",
            "path",
            3,
            "changes the conversation or the user in it ({})",
            state_of_item,
            leads=True,
        ),
        Rule("changing action", "name", 3, "its name says that the {} changes", state_named, leads=True),
        Rule("session, user or locale", "request", 2, "has fields for {}", named_state),
        Rule("data of one's own", "request", 1, "takes free data ({})", free_data),
        Rule("description", "description", 1, "its description says {}", state_told),
        *OF_CONVERSATION,
        AGAINST_AGENT,
        *AGAINST,
    ),
    (
        Essential(
            "a field for session, user or locale", some_state, lambda shape: not shape.operation.request.described
        ),
        WHICH_CONVERSATION,
    ),
    "say in a mapping file which operation takes a changed session, user or locale",
)
