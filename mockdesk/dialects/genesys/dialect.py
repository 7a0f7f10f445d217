"""The Genesys Cloud web chat of guests, as one desk shows it."""

from __future__ import annotations

from types import MappingProxyType

from mockdesk.core.desk import Desk
from mockdesk.core.errors import DeskError
from mockdesk.core.settings import DEFAULT_QUEUE
from mockdesk.dialects.genesys.conversations import GuestConversations
from mockdesk.dialects.genesys.environments import HOSTS
from mockdesk.dialects.genesys.guest import STREAM, GuestRoutes
from mockdesk.dialects.genesys.handling import Handler
from mockdesk.dialects.genesys.identifiers import Uuids
from mockdesk.dialects.genesys.middleware import MiddlewareRoutes
from mockdesk.dialects.genesys.platform import PlatformRoutes
from mockdesk.dialects.genesys.refusals import refusal
from mockdesk.dialects.genesys.settings import DEPLOYMENT, ORGANIZATION, read_settings
from mockdesk.dialects.genesys.tokens import Tokens
from mockdesk.dialects.routing import Router
from mockdesk.dialects.seam import Answer, Prepared, Request, Shape

NO_RECEIPTS = "guests of the Genesys web chat learn of no read receipts"
NO_FILES = "the Genesys guest web chat takes no files"
NO_SCREENS = "the mock's Genesys web chat has no media requests, so nobody asks for the screen"
NO_ITEMS = "messages of the Genesys guest web chat are plain text"
NO_STOP = "the Genesys web chat tells that somebody types, and never that they stopped"
NO_QUEUE_NEWS = "the Genesys event stream tells nothing of the place in the queue; /availability is asked for it"
NO_STATE = "the Genesys web chat takes no change of a guest's state"
NO_REASON = "the Genesys event stream gives no reason for a transfer"

SHAPE = Shape(
    lacks=MappingProxyType(
        {
            "action:read": NO_RECEIPTS,
            "user_read_messages": NO_RECEIPTS,
            "action:set_file_state": NO_FILES,
            "action:set_capabilities": NO_FILES,
            "files": NO_FILES,
            "action:request_screen": NO_SCREENS,
            "action:end_screen": NO_SCREENS,
            "screen_share": NO_SCREENS,
            "action:say.items": NO_ITEMS,
            "action:typing.stop": NO_STOP,
            "action:update_queue": NO_QUEUE_NEWS,
            "action:transfer.reason": NO_REASON,
            "update_state": NO_STATE,
            "truth:user_typing": "guests of the Genesys web chat cannot tell that they stopped typing",
        }
    ),
    truth=("context",),
    options=MappingProxyType(
        {"organization_id": ORGANIZATION, "deployment_id": DEPLOYMENT, "queue_name": DEFAULT_QUEUE}
    ),
    takes_settings=True,
)


class GenesysDialect:
    """The shape of docs/genesys.md."""

    name = "genesys"
    hosts: tuple[str, ...] = HOSTS
    shape = SHAPE

    def open(self, desk: Desk) -> GenesysDesk:
        """Return a desk as this dialect shows it.

        Raises:
            InvalidRequest: the desk's ``dialect_settings`` for this shape are not right.
        """
        return GenesysDesk(desk)


class GenesysDesk:
    """One desk: guest API, event stream, middleware and platform under one address."""

    def __init__(self, desk: Desk) -> None:
        settings, self._uuids = read_settings(desk.settings), Uuids(desk.settings.seed)
        self._guesses = settings.guesses
        tokens = Tokens(desk.clock.now)
        conversations = GuestConversations(desk, settings, tokens, self._uuids)
        self._guest = GuestRoutes(desk, settings, conversations)
        platform = PlatformRoutes(desk, settings, tokens)
        middleware = MiddlewareRoutes(desk, settings, platform)
        self._router: Router[Handler] = Router([*self._guest.routes(), *platform.routes(), *middleware.routes()])

    def prepare(self, request: Request) -> Prepared:
        """Understand a request."""
        if request.path.startswith(STREAM):
            return self._guest.stream(request)
        handler, parameters = self._router.find(request.method, request.path)
        return handler(request, parameters)

    def refuse(self, error: DeskError) -> Answer:
        """Return the vendor's error body."""
        return refusal(error, self._uuids.new("context"), self._guesses.foreign_token_status)

    def conversation_of(self, name: str) -> str | None:
        """Return nothing: the core's conversations have the vendor's ids here."""
        return None
