"""Which face of Flex a request is for."""

from __future__ import annotations

from types import MappingProxyType

from mockdesk.core.desk import Desk
from mockdesk.core.errors import DeskError, NotFound
from mockdesk.dialects.seam import Answer, Duplex, Prepared, Request, Shape
from mockdesk.dialects.twilio import chat_session, settings
from mockdesk.dialects.twilio.chat_face import ChatFace
from mockdesk.dialects.twilio.client_face import ClientFace
from mockdesk.dialects.twilio.hosts import HOSTS, located, product_of
from mockdesk.dialects.twilio.model import Model
from mockdesk.dialects.twilio.page_server import PageServer
from mockdesk.dialects.twilio.refusals import refusal
from mockdesk.dialects.twilio.server_face import ServerFace
from mockdesk.dialects.twilio.session import TwilsockSession
from mockdesk.dialects.twilio.sync_face import SyncFace

TWILSOCK_PATH = "/v3/wsconnect"
NO_FILES = "media are not played for this shape"
NO_SCREENS = "Flex has no screen sharing"
NO_QUEUE_NEWS = "Flex tells nobody a place in a queue"
SHAPE = Shape(
    takes_settings=True,
    lacks=MappingProxyType(
        {
            "action:request_screen": NO_SCREENS,
            "action:end_screen": NO_SCREENS,
            "action:set_file_state": NO_FILES,
            "action:set_capabilities": NO_FILES,
            "action:say.items": "Flex's messages have no rich items here",
            "action:update_queue": NO_QUEUE_NEWS,
            "told:queue": NO_QUEUE_NEWS,
            "files": NO_FILES,
            "screen_share": NO_SCREENS,
            "action:typing.stop": "typing ends by itself; nobody tells its end",
        }
    ),
)


class TwilioDialect:
    """The shape of docs/twilio.md."""

    name = "twilio"
    hosts: tuple[str, ...] = HOSTS
    shape = SHAPE

    def open(self, desk: Desk) -> TwilioDesk:
        """Return a desk as this dialect shows it."""
        return TwilioDesk(desk)


class TwilioDesk:
    """One desk: twilsock for browsers, REST for servers, over one model."""

    def __init__(self, desk: Desk) -> None:
        self._model = Model(desk, settings.settings_of(desk.settings))
        self._client = ClientFace(self._model)
        self._chat = ChatFace(self._model)
        self._sync = SyncFace(self._model)
        self._server = ServerFace(self._model)
        self._page_server = PageServer(self._model)

    def prepare(self, request: Request) -> Prepared:
        """Understand a request that came over HTTP."""
        product, below = located(request)
        if product in ("", "tsock") and below.path.rstrip("/") == TWILSOCK_PATH:
            return Prepared("openSocket", None, self._open_socket)
        if product == "" and self._page_server.handles(below.path):
            return self._page_server.prepare(below)
        return self._server.prepare(product, below)

    def _open_socket(self) -> Duplex:
        return Duplex(TwilsockSession(self._model, self._inside, self.refuse))

    def _inside(self, session: TwilsockSession, request: Request) -> Prepared:
        """Understand a request that came inside a socket."""
        product = product_of(request.host)
        if product == "cds":
            return self._sync.prepare(session, request)
        if product == "aim":
            face = self._chat if request.path.startswith(f"{chat_session.BASE}/") else self._client
            return face.prepare(session, request)
        raise NotFound(f"nothing answers for {request.host} inside twilsock")

    def refuse(self, error: DeskError) -> Answer:
        """Return a refusal in the vendor's shape."""
        return refusal(error)

    def conversation_of(self, name: str) -> str | None:
        """Return the conversation of a unique name, or of an interaction."""
        found = self._model.find(name)
        return self._server.conversation_of(name) if found is None else found.sid
