"""What can be judged of a desk through a mapping: what it does not declare is left out, with the reason. Pure.

Requirements of desks that are not named here are judged by requests of openapi.yaml itself, which a desk of another
shape does not take.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

from contracts.mapping.model import Mapped
from contracts.mapping.template import names_in
from contracts.requirement import Requirement, Subject

POSITIONS = "positions"
SENT_ID = "ids of what was sent"
SENT_POSITION = "positions of what was sent"
TOLD_ID = "ids of messages"
KEY = "idempotency keys"
CLIENT_ID = "the client's message ids"
TOKEN = "tokens of conversations"
OWN_TEXTS = "the user's own texts"
STATE = "the state of a conversation"
RESUME = "reading from a position"
ITEMS = "rich items"
SHAPE = "openapi.yaml"

REASONS: Mapping[str, str] = MappingProxyType(
    {
        POSITIONS: "the mapping declares no position of events (events.position)",
        SENT_ID: "the mapping picks no desk_message_id from the answer to a send",
        SENT_POSITION: "the mapping picks no desk_position from the answer to a send",
        TOLD_ID: "the mapping picks no id of messages",
        KEY: "the mapping sends no {idempotency_key} with a start",
        CLIENT_ID: "the mapping sends no {message_id} with a message",
        TOKEN: "the mapping picks no token at the start, or sends none",
        OWN_TEXTS: "nobody tells what the desk has of the user: no driver, no listMessages, no rule with own",
        STATE: "nobody tells the state of a conversation: no driver, no getConversation",
        RESUME: "the mapping cannot poll from any {position}",
        ITEMS: "the mapping picks no items of messages",
        SHAPE: "it judges answers by openapi.yaml, and this desk has another shape",
    }
)
NEEDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "LIF-12": (),
        "LIF-19": (KEY,),
        "MSG-01": (OWN_TEXTS,),
        "MSG-07": (CLIENT_ID, SENT_ID, OWN_TEXTS),
        "MSG-08": (SENT_ID, TOLD_ID, OWN_TEXTS),
        "MSG-11": (),
        "ORD-03": (POSITIONS,),
        "ORD-06": (POSITIONS,),
        "ORD-07": (POSITIONS, SENT_POSITION, RESUME),
        "MSG-10": (ITEMS,),
        "ERR-06": (),
        "SEC-03": (TOKEN,),
        "SEC-04": (TOKEN,),
        "SEC-08": (STATE,),
    }
)
"""What a requirement needs to be judged through a mapping."""


def lacking(mapping: Mapped, requirement: Requirement, have: Collection[str]) -> str | None:
    """Return why a requirement cannot be judged of the desk that the mapping describes, or ``None``.

    ``have`` are the capabilities of the mapping's adapter and of the driver.
    """
    if requirement.id not in NEEDS:
        return REASONS[SHAPE] if requirement.subject is Subject.DESK else None
    there = {*declared(mapping), *have, *((OWN_TEXTS, STATE) if "driver:conversations" in have else ())}
    return next((_reason(need) for need in NEEDS[requirement.id] if need not in there), None)


def _reason(need: str) -> str:
    return REASONS.get(need) or f"the driver does not offer the {need.replace(':', ' ')}"


def declared(mapping: Mapped) -> Iterator[str]:
    """Yield what a mapping declares of its desk."""
    functions, events = mapping.functions, mapping.events
    start, send = functions["startChat"], functions["sendMessageToAgent"]
    picked = {name for step in send.steps for name in step.pick}
    told = [rule[kind] for rule in events.rules for kind in ("own", "message", "notice") if kind in rule]
    if events.position is not None:
        yield POSITIONS
    if "desk_message_id" in picked:
        yield SENT_ID
    if "desk_position" in picked:
        yield SENT_POSITION
    if all("id" in one for one in told):
        yield TOLD_ID
    if "idempotency_key" in start.names():
        yield KEY
    if "message_id" in send.names():
        yield CLIENT_ID
    if sends_tokens(mapping):
        yield TOKEN
    if "listMessages" in functions or any("own" in rule for rule in events.rules):
        yield OWN_TEXTS
    if "getConversation" in functions:
        yield STATE
    if events.transport == "websocket" or resumable(mapping):
        yield RESUME
    if any("items" in rule.get("message", {}) for rule in events.rules):
        yield ITEMS


def sends_tokens(mapping: Mapped) -> bool:
    """Tell whether a conversation has a token that goes with requests."""
    picked = {name for step in mapping.functions["startChat"].steps for name in step.pick}
    used = {name for function in mapping.functions.values() for name in function.names()} | set(
        names_in(mapping.headers)
    )
    return "token" in picked and "token" in used


def resumable(mapping: Mapped) -> bool:
    """Tell whether events can be asked for from any position."""
    return mapping.events.position is not None and "position" in mapping.events.names()
