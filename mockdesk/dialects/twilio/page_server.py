"""The server behind the page, which is the integrator's own and not the vendor's: the mock plays it.

Only it knows the account's secrets. For a page it begins chats and mints tokens (``/initWebchat``) and renews them
(``/refreshToken``), as the server of the vendor's sample page does. Here it ends chats, too, and tells whether agents
are online.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from mockdesk.core.errors import ExpiredToken, NotFound
from mockdesk.core.settings import DEFAULT_QUEUE
from mockdesk.core.timestamps import rfc3339
from mockdesk.dialects.bodies import json_or_none
from mockdesk.dialects.routing import Route, Router
from mockdesk.dialects.seam import Answer, Prepared, Request
from mockdesk.dialects.twilio.conversation import Described
from mockdesk.dialects.twilio.model import Model
from mockdesk.dialects.twilio.refusals import BAD_PARAMETER, NO_CONVERSATION, VendorError, answer, nothing
from mockdesk.dialects.twilio.starting import context_of, start_chat
from mockdesk.dialects.twilio.tokens import AccessToken, mint_token, read_token
from mockdesk.dialects.twilio.wish import Wish

Handler: TypeAlias = Callable[["PageServer", Request, Mapping[str, str]], Prepared]
LONGEST_NAME = 200
KEPT_KEYS = 1_000
"""So many keys of chats that are gone may always be remembered."""


class PageServer:
    """Answers the page."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._begun: dict[str, str] = {}
        self._minted = 0

    def handles(self, path: str) -> bool:
        """Tell whether a path is one of this server's."""
        return path in PATHS

    def prepare(self, request: Request) -> Prepared:
        """Understand a request.

        Raises:
            MethodNotAllowed: with another method there is one.
        """
        handler, parameters = ROUTER.find(request.method, request.path)
        return handler(self, request, parameters)

    def begin(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """A new chat with its customer's token, or another token for the chat that the same ``key`` has made."""

        def run() -> Answer:
            body = _body(request)
            key = _text(body, "key")
            sid = None if key is None else self._begun.get(key)
            is_new = sid is None or sid not in self._model.conversations
            if sid is None or is_new:
                sid = start_chat(self._model, Described(None), _wish(body, self._model)).sid
                if key is not None:
                    self._remember(key, sid)
            identity = self._model.conversations[sid].customer or ""
            return self._with_token(identity, {"conversationSid": sid, "identity": identity}, 201 if is_new else 200)

        return Prepared("startChat", None, run)

    def _remember(self, key: str, sid: str) -> None:
        """Remember which chat a key has made; of chats that are gone not for ever."""
        known = self._model.conversations
        if len(self._begun) > KEPT_KEYS and len(self._begun) > 2 * len(known):
            self._begun = {one: chat for one, chat in self._begun.items() if chat in known}
        self._begun[key] = sid

    def renew(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """A new token for one that is still good."""
        given = _text(_body(request), "token")

        def run() -> Answer:
            token = self._good(given)
            return self._with_token(token.identity, {}, 200)

        return Prepared("createToken", None, run, secrets=() if given is None else (given,))

    def end(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """The customer whose token this is ends a chat; harmless when it is over."""
        body = _body(request)
        given, sid = _text(body, "token"), _text(body, "conversationSid") or ""
        found = self._model.conversations.get(sid)

        def run() -> Answer:
            token = self._good(given)
            if found is None or found.customer != token.identity:
                raise VendorError(404, NO_CONVERSATION, "Conversation not found")
            self._model.desk.end(sid, _text(body, "reason"))
            return nothing()

        known = None if found is None or found.customer is None else sid
        return Prepared("endChat", known, run, secrets=() if given is None else (given,))

    def agents(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """How many agents are online for a queue, as TaskRouter's statistics tell the server."""

        def run() -> Answer:
            if not self._model.desk.settings.capabilities.are_any_agents_online:
                raise NotFound("this desk does not tell whether agents are online")
            known = self._model.desk.availability(request.argument("queue") or DEFAULT_QUEUE)
            return answer({"agentsOnline": known.get("agents_online")})

        return Prepared("getAvailability", None, run)

    def _good(self, given: str | None) -> AccessToken:
        token = read_token(given, self._model.settings, self._model.now())
        if token.digest in self._model.revoked:
            raise ExpiredToken("the token has expired")
        return token

    def _with_token(self, identity: str, about: Mapping[str, Any], status: int) -> Answer:
        if not self._model.settings.api_keys:
            raise VendorError(400, BAD_PARAMETER, "the account has no API key to sign tokens with")
        self._minted += 1
        expires_at = self._model.now() + self._model.desk.settings.token_ttl_seconds
        token = mint_token(identity, self._model.settings, self._model.now(), expires_at, self._minted)
        told = answer({**about, "token": token, "expiration": rfc3339(expires_at)}, status)
        return Answer(told.status, told.body, tokens={"conversation token": token})


def _wish(body: Mapping[str, Any], model: Model) -> Wish:
    form = body.get("formData")
    name, identity = _text(body, "customerFriendlyName"), _text(body, "identity")
    queue = _text(body, "queue") or DEFAULT_QUEUE
    if any(len(one) > LONGEST_NAME for one in (name or "", identity or "", queue)):
        raise VendorError(400, BAD_PARAMETER, f"a name has at most {LONGEST_NAME} characters")
    context = context_of(form if isinstance(form, dict) else {})
    return Wish(identity or model.identifiers.new("customer"), name, "{}", queue, context)


def _body(request: Request) -> Mapping[str, Any]:
    body = json_or_none(request)
    return body if isinstance(body, dict) else {}


def _text(body: Mapping[str, Any], name: str) -> str | None:
    value = body.get(name)
    return value if isinstance(value, str) and value else None


PATHS = frozenset({"/initWebchat", "/refreshToken", "/endWebchat", "/agentsOnline"})
ROUTER: Router[Handler] = Router(
    [
        Route("POST", "/initWebchat", PageServer.begin),
        Route("POST", "/refreshToken", PageServer.renew),
        Route("POST", "/endWebchat", PageServer.end),
        Route("GET", "/agentsOnline", PageServer.agents),
    ]
)
