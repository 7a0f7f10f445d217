"""Evidence for the event channel: how what happens at the desk comes to the user's side."""

from __future__ import annotations

from contracts.assess import vocabulary as v
from contracts.assess.document import Body, Field
from contracts.assess.evidence import (
    AGAINST_READING,
    Essential,
    Function,
    Rule,
    Seen,
    hit,
    names_conversation,
    same_conversation,
)
from contracts.assess.rules_talk import text_of
from contracts.assess.shape import Shape
from contracts.assess.words import words
from contracts.requirement import Guide

HOOK_METHOD = "WEBHOOK"
"""The method of the operations that stand for webhooks and callbacks."""
LISTED = v.MESSAGE | v.LOOSE_MESSAGE | v.HAPPENING | frozenset({"transcript", "history"})


def _of_talk(shape: Shape, seen: Seen) -> bool:
    return bool(shape.talk or names_conversation(shape, seen) or (shape.name_words | shape.summary_words) & v.TALK)


def _reads(shape: Shape) -> bool:
    if shape.method == "GET":
        return True
    return shape.method == "POST" and bool(
        (set(shape.last.words) | set(shape.id_words)) & (v.READING - {"read", "list"})
    )


def socket(shape: Shape, seen: Seen) -> str | None:
    """Find that the operation becomes a WebSocket."""
    if not _of_talk(shape, seen):
        return None
    if shape.operation.upgrades:
        return "it switches protocols"
    said = shape.text_words | shape.name_words
    return "its description" if shape.method == "GET" and said & {"websocket", "wss"} and _receives(shape) else None


def _receives(shape: Shape) -> bool:
    return bool(set(shape.last.words) & (v.SOCKET | LISTED | v.HOOK) or set(shape.id_words) & v.SOCKET)


def socket_address(shape: Shape, seen: Seen) -> str | None:
    """Find the address of a stream in the answer."""
    if not _of_talk(shape, seen):
        return None
    return next((field.shown() for field in shape.operation.answer.fields if _is_socket_address(field)), None)


def _is_socket_address(field: Field) -> bool:
    own = frozenset(words(field.name))
    if field.types and "string" not in field.types:
        return False
    if own & v.SOCKET and (own & v.ADDRESS or field.format in ("uri", "url")):
        return True
    about = frozenset(words(field.description))
    return bool(own & v.ADDRESS) and bool(about & {"websocket", "wss", "socket"})


def server_sent(shape: Shape, seen: Seen) -> str | None:
    """Find an answer of server-sent events."""
    media = shape.operation.answer.media
    return "text/event-stream" if _of_talk(shape, seen) and any("event-stream" in one for one in media) else None


def long_poll(shape: Shape, seen: Seen) -> str | None:
    """Find that a read is held until something happens."""
    if not _of_talk(shape, seen) or not _reads(shape):
        return None
    waits = [one.name for one in shape.operation.parameters if set(words(one.name)) & v.WAITING and one.place != "path"]
    waits += [one.shown() for one in shape.operation.request.fields if set(words(one.name)) & v.WAITING]
    said = shape.text_words
    told = (
        {"long", "poll"} <= said
        or {"long", "polling"} <= said
        or "longpoll" in said
        or ("polling" in said and "wait" in said)
    )
    lists = bool(set(shape.last.words) & LISTED or shape.answer_words & LISTED)
    if (waits or told) and lists:
        return waits[0] if waits else "its description"
    return None


def listing(shape: Shape, seen: Seen) -> str | None:
    """Find a list of what was said or of what happened."""
    if shape.method != "GET" or shape.on_item or not _of_talk(shape, seen):
        return None
    return shape.last.has(LISTED)


def cursor(shape: Shape, seen: Seen) -> str | None:
    """Find that a list can be had from a position on."""
    if not listing(shape, seen):
        return None
    return next((one.name for one in shape.operation.parameters if set(words(one.name)) & v.CURSOR), None)


def subscription(shape: Shape, seen: Seen) -> str | None:
    """Find that one can have events of conversations sent to an address."""
    if shape.method not in ("POST", "PUT") or not shape.last.has(v.HOOK):
        return None
    if not shape.request_words & (v.ADDRESS | {"callback", "target"}):
        return None
    about = shape.all_words
    return shape.last.has(v.HOOK) if about & v.TALK and about & v.MESSAGE else None


def hook(shape: Shape, seen: Seen) -> str | None:
    """Find that the desk itself tells of what agents say and do."""
    if shape.method != HOOK_METHOD:
        return None
    about = shape.text_words | shape.name_words
    return shape.operation.path if about & (v.TALK | v.AGENT) and about & (v.MESSAGE | v.AGENT) else None


def _author(body: Body) -> str | None:
    fields = [field for field in body.fields if field.path]
    return next((field.shown() for field in fields if frozenset(words(field.name)) & v.AUTHOR_FIELD), None)


def text_here(shape: Shape, seen: Seen) -> str | None:
    """Find the text of a message in what comes."""
    return text_of(shape.operation.answer) if shape.operation.answer.described else None


def author_here(shape: Shape, seen: Seen) -> str | None:
    """Find in what comes who wrote it."""
    return _author(shape.operation.answer)


def text_known(shape: Shape, seen: Seen) -> str | None:
    """Find the text of a message here, or in a list of the same conversation."""
    return text_here(shape, seen) or seen.text_in or None


def author_known(shape: Shape, seen: Seen) -> str | None:
    """Find who wrote it here, or in a list of the same conversation."""
    return author_here(shape, seen) or seen.author_in or None


def agent_events(shape: Shape, seen: Seen) -> str | None:
    """Find that more comes than what was said: agents who join, type, leave."""
    one = shape.operation
    names = [word for field in one.answer.fields for text in (field.name, *field.values) for word in words(text)]
    hooks = [word for hook in one.hooks for word in words(f"{hook.name} {hook.text}")]
    asked = [word for field in one.request.fields for text in field.values for word in words(text)]
    told = [word for field in one.answer.fields for word in words(field.description)]
    return hit((shape.text_words | frozenset([*names, *hooks, *asked, *told])) & v.AGENT_EVENT)


def _opaque(shape: Shape) -> bool:
    """Tell whether the document cannot say what comes: frames of a socket, or an answer that is not described."""
    return not shape.operation.answer.described or bool(socket_address(shape, Seen()))


EVENTS = Function(
    Guide.EVENTS,
    (
        Rule("WebSocket", "answer", 6, "a WebSocket ({})", socket, leads=True),
        Rule(
            "address of a stream",
            "answer",
            6,
            "the answer gives the address of a stream: {}",
            socket_address,
            leads=True,
        ),
        Rule("server-sent events", "answer", 6, "a stream of server-sent events ({})", server_sent, leads=True),
        Rule("long poll", "parameter", 5, "a long poll ({})", long_poll, leads=True),
        Rule("listing", "path", 2, "a list of {}s that can be asked for again", listing, leads=True),
        Rule("cursor", "parameter", 2, "from a position on ({})", cursor),
        Rule("subscription", "path", 3, "a {} that is told of messages in conversations", subscription, leads=True),
        Rule("webhook", "name", 4, "the desk calls {}", hook, leads=True),
        Rule("names conversation", "parameter", 1, "says which conversation: {}", names_conversation),
        Rule(
            "same conversation", "path", 1, "the same kind of conversation that can be started ({})", same_conversation
        ),
        Rule("text", "answer", 1, "what was said: {}", text_here),
        Rule("author", "answer", 1, "who said it: {}", author_here),
        Rule("agents' doings", "answer", 1, "more than messages ({})", agent_events),
        *AGAINST_READING,
    ),
    (
        Essential("the text of a message", text_known, _opaque),
        Essential("who wrote it", author_known, _opaque),
    ),
    "say in a mapping file how events come, or describe what the stream, the poll or the webhook carries",
)


def pulls_or_pushes(shape: Shape, seen: Seen) -> bool:
    """Tell whether events come by themselves to whoever asks: by a socket, a stream or a long poll."""
    return any(test(shape, seen) for test in (socket, socket_address, server_sent, long_poll))
