"""One client's twilsock: who it is, what it has subscribed to, and what it is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Protocol

from mockdesk.core.clock import Timer
from mockdesk.core.errors import DeskError, ExpiredToken
from mockdesk.dialects.seam import Answer, Call, Entry, Feed, Finish, Frame, Prepared, Reaction, Request, Send
from mockdesk.dialects.twilio.frames import MalformedFrame, Packet, decode, encode
from mockdesk.dialects.twilio.model import Model
from mockdesk.dialects.twilio.objects import SyncEvent, notification
from mockdesk.dialects.twilio.refusals import EXPIRED_TOKEN, INVALID_TOKEN
from mockdesk.dialects.twilio.replies import carried, farewell, reply
from mockdesk.dialects.twilio.requests import request_of
from mockdesk.dialects.twilio.tokens import AccessToken, read_token

GONE = Finish(1000, "closed by the service")
TOKEN_EXPIRED = 410
LONGEST_SECONDS = 1e8
"""No socket is open for longer, and a timer could not wait for much longer."""


class Inside(Protocol):
    """What prepares the requests that come inside a socket."""

    def __call__(self, session: TwilsockSession, request: Request) -> Prepared:
        """Understand a request.

        Raises:
            DeskError: there is no such route.
        """


class TwilsockSession:
    """One socket. It follows every conversation in which its identity takes part, and tells what was subscribed to."""

    def __init__(self, model: Model, inside: Inside, refuse: Callable[[DeskError], Answer]) -> None:
        self._model = model
        self._inside = inside
        self._refuse = refuse
        self._token: AccessToken | None = None
        self._continuation = ""
        self._subscribed: set[str] = set()
        self._told: dict[str, int] = {}
        self._from: dict[str, int] = {}
        self._own: list[Send | Finish] = []
        self._timers: list[Timer] = []
        self._sent = 0
        self._wake: Callable[[], None] = lambda: None

    # What the server asks for

    def attach(self, wake: Callable[[], None]) -> None:
        """Begin."""
        self._wake = wake
        self._model.listeners.append(self)

    def received(self, frame: Frame) -> Sequence[Reaction]:
        """Take a client's frame."""
        try:
            packet = decode(frame)
        except MalformedFrame as error:
            return self._farewell(self._model.settings.guesses.malformed_frame_code, error.detail)
        handler = _METHODS.get(packet.method)
        if handler is not None:
            return handler(self, packet)
        status = self._model.settings.guesses.unknown_method_status
        return [reply(packet, status, f"unknown method {packet.method!r}")]

    def summary(self, frame: Frame) -> str | None:
        """Return the method; a request and its acknowledgements are told by themselves or not at all."""
        try:
            method = decode(frame).method
        except MalformedFrame as error:
            return f"malformed: {error.detail}"
        return None if method in ("message", "reply") else method[:100]

    def pending(self) -> Sequence[Send | Finish]:
        """Return what is said without being asked."""
        own, self._own = self._own, []
        return own

    def follows(self) -> Mapping[str, tuple[Feed, int]]:
        """Return the conversations of this identity, and those that it looks at."""
        self._look()
        found = {name: self._model.conversations.get(name) for name in self._from}
        return {name: (self._model.feed(one), self._from[name]) for name, one in found.items() if one is not None}

    def tell(self, conversation_id: str, entry: Entry) -> tuple[Frame, ...]:
        """Return the notices of an entry whose objects were subscribed to."""
        self._told[conversation_id] = max(self._told.get(conversation_id, 0), entry.position)
        conversation = self._model.conversations[conversation_id]
        notices = conversation.notices_at(entry.position)
        pairs = zip(notices, entry.frames, strict=True)
        return tuple(frame for one, frame in pairs if self._hears(one))

    def _hears(self, notice: object) -> bool:
        """Tell whether a notice is for this socket; typing needs no subscription."""
        return not isinstance(notice, SyncEvent) or notice.object_sid in self._subscribed

    def closed(self) -> None:
        """Remember how far everything was told, for the next connection."""
        self._stop_timers()
        if self in self._model.listeners:
            self._model.listeners.remove(self)
        if self._continuation:
            self._model.continuations[self._continuation] = {**self._from, **self._told}

    # What the model says

    def changed(self) -> None:
        """Look again: conversations came or went."""
        self._wake()

    def expire(self, identity: str) -> None:
        """End, if the token is this identity's; it is good for nothing any more."""
        if self._token is not None and self._token.identity == identity:
            self._model.revoked.add(self._token.digest, self._token.expires_at, self._model.now())
            self._expired()

    def hear(self, event: SyncEvent) -> None:
        """Tell a change of an object that is no conversation's, if it was subscribed to."""
        if self._hears(event):
            self._say(Send((event.frame(self._new_id()),)))

    # Who it is

    @property
    def identity(self) -> str:
        """Whose socket this is; empty before ``init``."""
        return "" if self._token is None else self._token.identity

    def _init(self, packet: Packet) -> Sequence[Reaction]:
        refused = self._take_token(packet)
        if refused is not None:
            return [refused]
        given = packet.header.get("continuation_token")
        earlier = self._model.continuations.get(given) if isinstance(given, str) else None
        self._continuation = str(given) if earlier is not None else self._model.identifiers.new_token()
        self._from = dict(earlier or {})
        for one in self._model.of(self.identity) if earlier is None else ():
            self._from[one.sid] = one.log.last()
        self._told = dict(self._from)
        told = {
            "continuation_token": self._continuation,
            "continuation_token_status": {"reissued": earlier is None, "reissue_reason": "", "reissue_message": ""},
            "offline_storage": {"ip_messaging": {"storage_id": self._model.identifiers.new_token()}},
            "init_registrations": [],
            "capabilities": ["client_update"],
            "debug_info": {},
        }
        return [reply(packet, 200, more=told)]

    def _update(self, packet: Packet) -> Sequence[Reaction]:
        before = self._token
        refused = self._take_token(packet, None if before is None else before.identity)
        return [reply(packet, 200) if refused is None else refused]

    def _take_token(self, packet: Packet, identity: str | None = None) -> Send | None:
        """Take the token of a packet; return the refusal of one that is not good."""
        now = self._model.now()
        try:
            token = read_token(packet.header.get("token"), self._model.settings, now)
            if token.digest in self._model.revoked:
                raise ExpiredToken("the token has expired")
        except DeskError as error:
            code = EXPIRED_TOKEN if isinstance(error, ExpiredToken) else INVALID_TOKEN
            return reply(packet, 401, error.detail, code)
        if identity is not None and token.identity != identity:
            return reply(packet, 403, "the token belongs to another identity", INVALID_TOKEN)
        self._token = token
        self._model.user(token.identity)
        self._watch(token.expires_at - now)
        return None

    def _watch(self, seconds: float) -> None:
        """Announce the token's end, and end with it."""
        self._stop_timers()
        seconds = min(seconds, LONGEST_SECONDS)
        clock, early = self._model.desk.clock, self._model.settings.guesses.about_to_expire_seconds
        self._timers = [clock.call_later(seconds, self._expired)]
        if seconds > early:
            self._timers.append(clock.call_later(seconds - early, self._announce_end))

    def _announce_end(self) -> None:
        header = {"method": "client_update", "id": self._new_id(), "client_update_type": "token_about_to_expire"}
        self._say(Send((encode(header),)))

    def _expired(self) -> None:
        self._stop_timers()
        self._say(*self._farewell(TOKEN_EXPIRED, "the token has expired"))

    def _stop_timers(self) -> None:
        for timer in self._timers:
            timer.cancel()
        self._timers = []

    # Requests inside

    def _message(self, packet: Packet) -> Sequence[Reaction]:
        if self._token is None:
            return [reply(packet, 401, "init comes first", INVALID_TOKEN)]
        try:
            request = request_of(packet)
        except MalformedFrame as error:
            return [reply(packet, 400, error.detail)]
        try:
            prepared = self._inside(self, request)
        except DeskError as error:
            return [Send(carried(packet, self._refuse(error)))]
        return [Call(request, prepared, lambda answer: carried(packet, answer))]

    def _close(self, packet: Packet) -> Sequence[Reaction]:
        return [reply(packet, 200), GONE]

    def _acknowledge(self, packet: Packet) -> Sequence[Reaction]:
        # Chat 4 clients are connected once this is answered. What their contexts hold selects nothing here.
        return [reply(packet, 401 if self._token is None else 200)]

    def _ignore(self, packet: Packet) -> Sequence[Reaction]:
        return []

    # Subscriptions

    def subscribe(self, sids: Mapping[str, tuple[str, int]], correlation_id: object) -> None:
        """Tell what was missed of each object since its event, and go on telling. ``sids``: its type and that event."""
        for sid, (kind, last) in sids.items():
            self._look_at(sid)
            self._subscribed.add(sid)
            for event in self._missed(sid, last):
                self._own.append(Send((event.frame(self._new_id()),)))
            reached = max([last, *(event.event_id for event in self._missed(sid, last))])
            done = {"object_sid": sid, "object_type": kind, "replay_status": "completed", "last_event_id": reached}
            self._confirm("subscription_established", correlation_id, done)

    def unsubscribe(self, sids: Mapping[str, tuple[str, int]], correlation_id: object) -> None:
        """Tell nothing more of these objects."""
        for sid, (kind, _) in sids.items():
            self._subscribed.discard(sid)
            self._confirm("subscription_canceled", correlation_id, {"object_sid": sid, "object_type": kind})

    def fail(self, sid: str, kind: str, number: int, correlation_id: object) -> None:
        """Say that there is no such object."""
        error = {"status": 404, "code": number, "message": "there is no such object"}
        told = {"object_sid": sid, "object_type": kind, "error": error}
        self._confirm("subscription_failed", correlation_id, told)

    def _confirm(self, event_type: str, correlation_id: object, event: Mapping[str, Any]) -> None:
        told = {"event_type": event_type, "correlation_id": correlation_id, "event": event}
        self._own.append(Send((notification("twilio.sync.event", told, self._new_id()),)))

    def _missed(self, sid: str, last: int) -> list[SyncEvent]:
        """Return the changes after an event that this socket's turn has passed; later ones come by themselves."""
        found = self._model.session_events(sid)
        for name, position in self._told.items():
            conversation = self._model.conversations.get(name)
            for notices in () if conversation is None else conversation.notices_until(position):
                found += [one for one in notices if isinstance(one, SyncEvent) and one.object_sid == sid]
        return sorted((one for one in found if one.event_id > last), key=lambda one: one.event_id)

    def _look(self) -> None:
        """Follow what this identity has come into since."""
        for one in self._model.of(self.identity) if self._token is not None else ():
            self._from.setdefault(one.sid, one.log.begin())

    def _look_at(self, sid: str) -> None:
        for one in self._model.conversations.values():
            if any(each.sid == sid for each in one.objects) and one.sid not in self._from:
                self._from[one.sid] = self._told[one.sid] = one.log.last()

    # Saying

    def _say(self, *what: Send | Finish) -> None:
        self._own.extend(what)
        self._wake()

    def _new_id(self) -> str:
        self._sent += 1
        return f"TM{self._sent:032x}"

    def _farewell(self, code: int, description: str) -> tuple[Send, Finish]:
        return farewell(self._new_id(), code, description), GONE


_METHODS: Mapping[str, Callable[[TwilsockSession, Packet], Sequence[Reaction]]] = MappingProxyType(
    {
        "init": TwilsockSession._init,
        "update": TwilsockSession._update,
        "message": TwilsockSession._message,
        "close": TwilsockSession._close,
        "put_notification_ctx": TwilsockSession._acknowledge,
        "delete_notification_ctx": TwilsockSession._acknowledge,
        "reply": TwilsockSession._ignore,
        "telemetry.v1": TwilsockSession._ignore,
    }
)
