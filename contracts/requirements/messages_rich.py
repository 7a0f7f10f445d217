"""MSG, rich items: pictures, videos, links and errors in an agent's message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.readings_messages import agent_name, due_at, message_callbacks, normal, quoted
from contracts.requirement import Guide, Judgement, Judgements, Level, Subject, judged, requirement
from contracts.trace import Entry, Trace
from contracts.views import Chat, chats


@requirement("MSG-10", level=Level.MAY, subject=Subject.BOTH, guide=(Guide.EVENTS,), needs=("action:say",))
def rich_items_never_vanish(trace: Trace) -> Judgements:
    """A rich item is shown in a form that the host knows, or as text, and never vanishes.

    What: each image, video, link, error or other item of an agent's message appears: something shown to the user
    holds its address, title or text, in a response type that the host knows. An item of an unknown kind is shown by
    its text.
    Why: the agent sees that the picture or link was sent; a user who sees nothing cannot even ask for it.
    Seen: rests on the host's response types: what it does not know it shows as nothing.
    """
    for chat in chats(trace):
        for message in chat.agent_messages:
            due = due_at(chat, message["seq"]) if message.get("items") else None
            for item in message.get("items") or []:
                if due is not None and _visible_parts(item):
                    yield _item_shown(chat, message, item, due)


KNOWN_TYPES = frozenset(
    [
        "text",
        "image",
        "video",
        "audio",
        "iframe",
        "option",
        "button",
        "card",
        "carousel",
        "grid",
        "table",
        "user_defined",
        "inline_error",
    ]
)
"""Response types that the host draws."""


def _visible_parts(item: Mapping[str, Any]) -> list[str]:
    return [normal(str(item[key])) for key in ("url", "text", "title", "alt") if item.get(key)]


def _item_shown(chat: Chat, message: Mapping[str, Any], item: Mapping[str, Any], due: int) -> Judgement:
    parts = _visible_parts(item)
    holding = [
        entry
        for entry in message_callbacks(chat)
        for generic in _generic(entry)
        if generic.get("response_type") in KNOWN_TYPES
        and any(part in text for part in parts for text in _strings(generic))
    ]
    return judged(
        bool(holding),
        due,
        f"the {item.get('type')} in {agent_name(chat, message['author'].get('id'))}'s message (event {message['seq']}) "
        f"is shown by one of {', '.join(map(quoted, parts))}, in a response type that the host knows",
        "nothing that was shown holds it in such a form",
        chat.key,
    )


def _generic(entry: Entry) -> list[Mapping[str, Any]]:
    message = entry.data.get("message")
    if isinstance(message, str):
        return [{"response_type": "text", "text": message}]
    output = message.get("output") if isinstance(message, Mapping) else None
    items = output.get("generic") if isinstance(output, Mapping) else None
    return [item for item in items or [] if isinstance(item, Mapping)]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield normal(value)
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _strings(part)
