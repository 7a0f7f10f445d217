"""The bodies and queries that the guest API reads. Keys that nobody knows are passed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mockdesk.core.drafts import Context, StartRequest
from mockdesk.core.errors import FieldError, InvalidRequest, MalformedJson
from mockdesk.core.reading import Fields, read_json, read_text
from mockdesk.dialects.bodies import parse_json
from mockdesk.dialects.genesys.members import INFO_NAMES, MemberInfo
from mockdesk.dialects.genesys.settings import ADDITIONAL_DATA
from mockdesk.dialects.seam import Request

QUEUE = "QUEUE"
"""The only kind of target; any case will do, as clients in the wild write it in lower case, too."""


@dataclass(frozen=True)
class CreateRequest:
    """What a guest wants. ``queue`` is ``None`` where the routing target is none."""

    organization_id: str
    deployment_id: str
    queue: str | None
    info: MemberInfo
    auth_token: str | None = field(repr=False)


def read_create(fields: Fields) -> CreateRequest:
    """Read the body of a new conversation."""
    found = CreateRequest(
        fields.text("organizationId", 1),
        fields.text("deploymentId", 1),
        fields.checked("routingTarget", None, _queue_of) if fields.has("routingTarget") else None,
        fields.object_of("memberInfo", _read_info),
        fields.optional_text("memberAuthToken", 1),
    )
    fields.rest()
    return found


def _queue_of(target: Any) -> str | None:
    if not isinstance(target, Mapping):
        return None
    kind, address = target.get("targetType"), target.get("targetAddress")
    is_queue = isinstance(kind, str) and kind.upper() == QUEUE
    return address if is_queue and isinstance(address, str) and address else None


def _read_info(fields: Fields) -> MemberInfo:
    name = fields.text("displayName", 1)
    texts = {one: fields.optional_text(one) for one in INFO_NAMES}
    custom: Mapping[str, str] = {}
    if fields.take("customFields") is not None:
        custom = fields.checked("customFields", custom, _texts)
    fields.rest()
    return MemberInfo(name, {one: text for one, text in texts.items() if text is not None}, custom)


def _texts(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise ValueError("must be an object of texts")
    return {read_text(name): read_text(text) for name, text in value.items()}


def start_request(queue: str, info: MemberInfo, names: Mapping[str, str]) -> StartRequest:
    """Return what the core is asked for: custom fields that have a meaning there, and the rest as additional data.

    The guest's id is the custom field ``userId``, or else the display name, as integrations fill it in.
    """
    known = {names[one]: text for one, text in info.custom_fields.items() if one in names}
    data: dict[str, Any] = {one: text for one, text in info.custom_fields.items() if one not in names}
    data |= _object_in(known.pop(ADDITIONAL_DATA, None))
    user_id, user_name = known.pop("user_id", None), known.pop("user_name", None)
    full_name = " ".join(info.more[one] for one in ("firstName", "lastName") if one in info.more)
    name = user_name or full_name or (info.display_name if user_id else None)
    context = Context(**known, additional_data=data or None)
    return StartRequest(user_id or info.display_name or "", name or None, queue, context)


def _object_in(text: str | None) -> dict[str, Any]:
    """Return the object that a text holds as JSON; any other text under the name that it came with."""
    try:
        value = read_json(parse_json((text or "{}").encode()))
    except (MalformedJson, ValueError):
        value = text
    return value if isinstance(value, dict) else {ADDITIONAL_DATA: value}


def read_message(fields: Fields) -> str:
    """Read the body of a message. Its ``bodyType`` may be anything: what the vendor does with it is not known."""
    text = fields.text("body")
    fields.rest()
    return text


def read_number(request: Request, name: str, usual: int, most: int) -> int:
    """Return a query parameter from 1 to ``most``; an empty one counts as absent.

    Raises:
        InvalidRequest: it is none.
    """
    given = request.argument(name)
    if given is None:
        return usual
    if not (given.isascii() and given.isdigit() and len(given) <= 6 and 1 <= int(given) <= most):
        raise wrong(name, f"must be a whole number from 1 to {most}")
    return int(given)


def read_choice(request: Request, name: str, choices: tuple[str, ...]) -> str:
    """Return a query parameter that is one of several words, in any case; the first one when it is absent.

    Raises:
        InvalidRequest: it is none of them.
    """
    given = request.argument(name)
    if given is None:
        return choices[0]
    if given.lower() not in choices:
        raise wrong(name, f"must be one of: {', '.join(choices)}")
    return given.lower()


def wrong(name: str, detail: str) -> InvalidRequest:
    """Return the refusal of a query parameter."""
    return InvalidRequest(f"{name} {detail}", [FieldError(f"/{name}", detail)])
