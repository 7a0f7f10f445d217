"""Credentials in every place where a client can put them, and every place where somebody else could read them.

What was looked at for this, by hand, and is kept by these tests:

- made by ``secrets``: tokens of conversations and users (``core/identifiers.py``), the platform tokens and the signing
  secret of ``/genesys`` (``tokens.py``); tokens of ``/twilio`` are signed with a key of the account. Ids are no
  credentials, with or without a seed.
- compared in constant time: tokens and API keys by digest (``core/tokens.py``), keys of starts by digest
  (``core/starting.py``), clients of ``/genesys`` (``platform.py``), HTTP Basic of ``/twilio`` (``rest.py``), signatures
  of both by PyJWT.
- never written: headers at all; ``access_token`` of a query, tokens in a path or body that a shape knows
  (``Prepared.secrets``); what looks like one in a path that fits nothing, in a client's frame, in an exception.
- never in a ``repr``: what holds one, as a debugger or a failing assertion would print it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from mockdesk.core.clock import VirtualClock
from mockdesk.core.desk import Desk as CoreDesk
from mockdesk.core.desk import DeskSettings, StartRequest
from mockdesk.core.identifiers import Identifiers
from mockdesk.dialects.genesys.platform import _is_known
from mockdesk.dialects.genesys.settings import read_settings
from mockdesk.dialects.genesys.tokens import Tokens
from mockdesk.dialects.twilio.settings import settings_of
from tests.server.support import PATIENCE, Desk, receive, session

CANARY = Identifiers().new_token()
SIGNED = jwt.encode({"sub": "canary"}, "k" * 32, "HS256")
JSON = {"Content-Type": "application/json"}


def places(desk: Desk) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield requests that carry a credential where one belongs and where none does."""
    user = desk.start()
    conversation = f"/v1/conversations/{user.conversation_id}"
    for secret in (CANARY, SIGNED):
        for headers in (
            {"Authorization": f"Bearer {secret}"},
            {"Authorization": f"Basic {secret}"},
            {"Authorization": secret},
            {"X-Api-Key": secret},
            {"Cookie": f"session={secret}"},
            {"Referer": f"http://localhost/{secret}"},
            {"User-Agent": secret},
            {"Idempotency-Key": secret},
            {"Host": secret[:40]},
            {"Origin": f"http://{secret}"},
            {"Last-Event-ID": secret},
            {"Sec-WebSocket-Protocol": f"bearer.{secret}"},
            {secret: "x"},
        ):
            for path in (
                conversation,
                f"{conversation}/events",
                f"{conversation}/stream",
                "/v1/capabilities",
                "/_mock",
                "/",
            ):
                yield "GET", path, {"headers": headers}
            yield "POST", "/v1/tokens", {"headers": headers, "json": {"user_id": "u"}}
            yield "POST", "/v1/conversations", {"headers": headers, "json": {"user_id": "u"}}
        for path in (
            f"{conversation}/events?access_token={secret}",
            f"{conversation}/streem?access_token={secret}",
            f"/v1/token/{secret}",
            f"/{secret}",
            f"/v1/conversations/{secret}/events/x",
            f"/genesys/v1/token/{secret}",
            f"/genesys/v1/token/{secret}/more",
            f"/genesys/v2/token/{secret}",
            f"/poll/chats/{secret}/nothing",
            f"/twilio/{secret}",
            f"/console/{secret}",
            f"/_mock/{secret}",
            f"/desks/{secret}/v1/capabilities",
        ):
            yield "GET", path, {}
            yield "DELETE", path, {}
        yield "POST", f"/genesys/v1/token/{secret}", {"json": {}}
        yield "POST", "/twilio/refreshToken", {"json": {"token": secret}}
        yield "POST", "/twilio/endWebchat", {"json": {"token": secret, "conversationSid": "CH"}}


def sockets(desk: Desk) -> None:
    """Say a credential over sockets, before and after they are open."""
    user = desk.start()
    with user.stream() as stream:
        receive(stream)
        for secret in (CANARY, SIGNED):
            stream.send(json.dumps({"type": "auth", "token": secret}))
            stream.send(secret.encode())
    base = desk.url.replace("http", "ws", 1)
    for secret in (CANARY, SIGNED):
        for path in (
            f"/genesys/v1/token/{secret}",
            f"/v1/token/{secret}",
            f"/v1/conversations/x/stream?access_token={secret}",
        ):
            with pytest.raises(WebSocketException):
                connect(f"{base}{path}", open_timeout=PATIENCE).close()
    with connect(f"{base}/twilio/v3/wsconnect", open_timeout=PATIENCE) as socket:
        head = json.dumps({"method": SIGNED, "id": "TM1", "payload_size": 0}).encode()
        socket.send(b"TWILSOCK V3.0 %d\r\n%s\r\n" % (len(head), head))
        socket.recv(timeout=PATIENCE)


def test_no_credential_is_written_anywhere(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Journal, control API, transcript, stream and logs are shown to people, stored by CI and pasted into issues."""
    caplog.set_level(logging.DEBUG)
    http, count = session(), 0
    for method, path, more in places(desk):
        answer = http.request(method, f"{desk.url}{path}", timeout=PATIENCE, **more)
        assert answer.status_code < 500, (method, path, answer.text)
        count += 1
    sockets(desk)
    assert count > 200
    kept = [json.dumps(desk.control.journal()["entries"])]
    kept += [
        http.get(f"{desk.url}/_mock{path}").text
        for path in ("", "/conversations", "/transcript", "/journal", "/faults")
    ]
    kept.append(json.dumps(list(desk.control.stream(quiet_seconds=0.05))))
    own = [one for one in caplog.records if one.name.startswith(("mockdesk", "werkzeug", "flask"))]
    kept.append("\n".join(f"{one.getMessage()} {one.exc_text or ''}" for one in own))
    assert "/v1/conversations" in kept[0]
    assert "/v1/conversations" in kept[-1]
    assert not [one for one in own if one.levelno >= logging.ERROR]
    for text in kept:
        assert CANARY not in text
        assert SIGNED not in text


def test_no_representation_shows_a_credential() -> None:
    """A debugger, a failing assertion and a log line of somebody else's print what holds one."""
    keys = {
        "api_keys": ["the-key"],
        "dialect_settings": {"twilio": {"auth_token": "the-token", "api_keys": {"SK": "the-secret"}}},
    }
    settings = DeskSettings.from_dict(keys)
    desk = CoreDesk(settings, VirtualClock())
    user = desk.create_token("the-key", "u")
    started = desk.start(StartRequest("u"), "the-idempotency-key", user.token)
    held = (settings, settings_of(settings), read_settings(settings), user, started)
    shown = f"{held!r} {desk._starts._records!r} {desk._starts._keys!r}"
    secrets = ("the-key", "the-token", "the-secret", "the-client", "the-idempotency-key", user.token, started.token)
    assert not [secret for secret in secrets if secret in shown]


def test_tokens_are_random_whatever_the_seed() -> None:
    """A seed makes ids the same in every run; with tokens anybody could guess them."""
    made = {Identifiers(seed).new_token() for seed in (1, 1, 2, None) for _ in range(100)}
    assert len(made) == 400
    assert all(len(token) == 43 for token in made)
    clock = VirtualClock()
    signed = {Tokens(clock.now).guest("c", "d", "m", "o", 60.0) for _ in range(20)}
    assert len({token.rpartition(".")[2] for token in signed}) == 20


def test_clients_of_the_platform_are_compared_as_a_whole() -> None:
    """Neither a right secret of another client nor one for an unknown client will do."""
    known = {"a": "1", "b": "2"}
    assert _is_known(known, "a", "1")
    for client, secret in (("a", "2"), ("b", "1"), ("c", "1"), ("a", ""), ("", "")):
        assert not _is_known(known, client, secret)
