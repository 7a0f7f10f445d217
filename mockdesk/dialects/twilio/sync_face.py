"""Sync's REST inside twilsock: roots, items with paging, and subscriptions. Clients only read objects here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

from mockdesk.core.errors import MethodNotAllowed, NotFound
from mockdesk.dialects.bodies import json_or_none
from mockdesk.dialects.routing import Route, Router
from mockdesk.dialects.seam import Answer, Prepared, Request
from mockdesk.dialects.twilio.conversation import FlexConversation
from mockdesk.dialects.twilio.customer import may_see
from mockdesk.dialects.twilio.model import Model
from mockdesk.dialects.twilio.objects import PATHS, SyncObject
from mockdesk.dialects.twilio.refusals import BAD_PARAMETER, NO_OBJECT, VendorError, answer
from mockdesk.dialects.twilio.session import TwilsockSession
from mockdesk.dialects.twilio.session_lists import SessionLists
from mockdesk.dialects.twilio.users import User

Handler: TypeAlias = Callable[["SyncFace", TwilsockSession, Request, Mapping[str, str]], Prepared]
MOST_ITEMS, USUAL_ITEMS, MOST_SUBSCRIPTIONS = 100, 50, 100


class SyncFace:
    """Answers what clients ask of ``cds.*``."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._session_lists = SessionLists(model)

    def prepare(self, session: TwilsockSession, request: Request) -> Prepared:
        """Understand a request."""
        with suppress(NotFound, MethodNotAllowed):
            return self._session_lists.prepare(session, request)
        handler, parameters = ROUTER.find(request.method, request.path)
        return handler(self, session, request, parameters)

    def root(self, session: TwilsockSession, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """One object."""

        def run() -> Answer:
            one = self._allowed(session, parameters)
            told = one.to_root(request.base_url)
            if request.argument("Include") == "items" and one.kind != "document":
                told["items"] = [one.to_item(name, request.base_url) for name in _ordered(one)]
            return answer(told)

        return Prepared("openObject", self._conversation_id(parameters), run)

    def items(self, session: TwilsockSession, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """A page of a list's or map's items."""

        def run() -> Answer:
            return answer(_page(self._allowed(session, parameters), request))

        is_messages = parameters["kind"] == "Lists"
        return Prepared("listMessages" if is_messages else "listItems", self._conversation_id(parameters), run)

    def subscriptions(self, session: TwilsockSession, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Begin or end to hear of objects. To hear of a conversation's is to open the stream of its events."""
        body = json_or_none(request)

        def run() -> Answer:
            if not isinstance(body, dict) or body.get("action") not in ("establish", "cancel"):
                raise VendorError(400, BAD_PARAMETER, "action must be establish or cancel")
            self._subscribe(session, body)
            milliseconds = self._model.settings.guesses.estimated_delivery_ms
            told = {"max_batch_size": MOST_SUBSCRIPTIONS, "ttl_in_s": 86_400}
            return answer({**told, "estimated_delivery_in_ms": milliseconds})

        opened = self._opened_by(body)
        return Prepared("subscribe" if opened is None else "streamEvents", opened, run)

    def _opened_by(self, body: Any) -> str | None:
        """Return the conversation of which somebody wants to hear, ``None``: of none that the desk has."""
        wanted = body.get("requests") if isinstance(body, dict) and body.get("action") == "establish" else None
        asked = [one for one in wanted if isinstance(one, dict)] if isinstance(wanted, list) else []
        owners = (self._owner(str(one.get("object_type")), str(one.get("object_sid"))) for one in asked)
        return next((owner for owner in owners if owner is not None), None)

    def _subscribe(self, session: TwilsockSession, body: Mapping[str, Any]) -> None:
        wanted = body.get("requests")
        known: dict[str, tuple[str, int]] = {}
        for one in wanted if isinstance(wanted, list) else ():
            if not isinstance(one, dict):
                continue
            sid, kind, last = (one.get(name) for name in ("object_sid", "object_type", "last_event_id"))
            found = self._found(session, str(kind), str(sid))
            if found is not None or body["action"] == "cancel":
                known[str(sid)] = (str(kind), last if isinstance(last, int) else 0)
            else:
                session.fail(str(sid), str(kind), NO_OBJECT.get(str(kind), 54100), body.get("correlation_id"))
        act = session.subscribe if body["action"] == "establish" else session.unsubscribe
        act(known, body.get("correlation_id"))

    def _allowed(self, session: TwilsockSession, parameters: Mapping[str, str]) -> SyncObject:
        kind = KINDS.get(parameters["kind"])
        if kind is None:
            raise NotFound(f"there are no {parameters['kind']}")
        found = self._found(session, kind, parameters["name"])
        if found is None:
            raise VendorError(404, NO_OBJECT[kind], f"there is no {kind} {parameters['name']}")
        return found

    def _found(self, session: TwilsockSession, kind: str, name: str) -> SyncObject | None:
        """Return an object, if this identity may see it."""
        found = self._model.object(kind, name)
        if found is None:
            return None
        one, owner = found
        if isinstance(owner, User):
            return one if owner.identity == session.identity or one is owner.info else None
        return one if may_see(owner, session.identity) else None

    def _conversation_id(self, parameters: Mapping[str, str]) -> str | None:
        return self._owner(KINDS.get(parameters["kind"], ""), parameters["name"])

    def _owner(self, kind: str, name: str) -> str | None:
        """Return the conversation of an object, ``None``: it belongs to none that the desk has."""
        found = self._model.object(kind, name)
        owner = None if found is None else found[1]
        return owner.sid if isinstance(owner, FlexConversation) and owner.customer is not None else None


def _ordered(one: SyncObject) -> list[str | int]:
    return sorted(one.items, key=lambda name: (isinstance(name, str), name))


@dataclass(frozen=True)
class _Page:
    """Which items are asked for: a client names order and size for the first page, and for others its token alone."""

    order: str
    size: int
    begin: str | None

    def token(self, name: str | int) -> str:
        """Return the token of the page that begins with an item."""
        return f"{self.order}.{self.size}.{name}"


def _asked(request: Request) -> _Page:
    token = request.argument("PageToken")
    if token is None:
        order = "desc" if request.argument("Order") == "desc" else "asc"
        return _Page(order, _size(request.argument("PageSize")), request.argument("From"))
    order, _, rest = token.partition(".")
    size, _, begin = rest.partition(".")
    if order not in ("asc", "desc") or not begin:
        raise VendorError(400, BAD_PARAMETER, "PageToken is none that was given out")
    return _Page(order, _size(size), begin)


def _page(one: SyncObject, request: Request) -> dict[str, Any]:
    names = _ordered(one)
    key = request.argument("Key") or request.argument("Index")
    if key is not None:
        return _told(one, [name for name in names if str(name) == key], request)
    asked = _asked(request)
    if asked.order == "desc":
        names.reverse()
    begins = (place for place, name in enumerate(names) if str(name) == asked.begin)
    at = 0 if asked.begin is None else next(begins, len(names))
    following, size = at + asked.size, asked.size
    before = asked.token(names[max(0, at - size)]) if at > 0 and names else None
    after = asked.token(names[following]) if following < len(names) else None
    return _told(one, names[at:following], request, before, after)


def _told(
    one: SyncObject, names: list[str | int], request: Request, before: str | None = None, after: str | None = None
) -> dict[str, Any]:
    items = [one.to_item(name, request.base_url) for name in names]
    return {"items": items, "meta": {"previous_token": before, "next_token": after}}


def _size(given: str | None) -> int:
    if given is None:
        return USUAL_ITEMS
    if not (given.isascii() and given.isdigit() and int(given[:9]) > 0):
        raise VendorError(400, BAD_PARAMETER, "PageSize must be a whole number from 1")
    return min(int(given[:9]), MOST_ITEMS)


KINDS: Mapping[str, str] = MappingProxyType({path: kind for kind, path in PATHS.items()})
"""Which kind of object lies under which path."""
ROUTER: Router[Handler] = Router(
    [
        Route("GET", "/v3/{kind}/{name}", SyncFace.root),
        Route("GET", "/v3/{kind}/{name}/Items", SyncFace.items),
        Route("POST", "/v4/Subscriptions", SyncFace.subscriptions),
    ]
)
