"""A busy life of one server: every way to hand over a credential, rightly and wrongly, in every shape."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import requests
from websockets.exceptions import InvalidHandshake
from websockets.sync.client import connect

from mockdesk.dialects.twilio.settings import ACCOUNT
from tests.hard.fuzz.places import GUEST, call
from tests.server.dialects.twilio.support import ADDRESS, mint, twilsock
from tests.server.support import ADA, PATIENCE, User, session, start

SECONDS = 4 * PATIENCE
API_KEY = "canary-key-of-the-site"
AUTH_TOKEN = "canary-auth-token-of-the-account"
KEY_SECRET = "canary-secret-of-the-key-with-32-characters"
KEY = "SK" + "c0ffee" * 5 + "c0"
WORDS = tuple(f"canary-{kind}" for kind in ("text", "name", "file-name", "file-content", "topic", "answer"))
"""What people write: in the journal, which is for reading it, but in no log above debug."""
SETTINGS = {
    "api_keys": [API_KEY],
    "dialect_settings": {
        "twilio": {"auth_token": AUTH_TOKEN, "api_keys": {KEY: KEY_SECRET}},
        "genesys": {"oauth_clients": {"client": {"secret": "canary-secret-of-the-client"}}},
    },
}


@dataclass
class Life:
    """What was given out and what was answered. ``secrets``: credentials; ``refusals``: texts of answers of 4xx."""

    url: str
    secrets: set[str] = field(default_factory=set)
    refusals: list[str] = field(default_factory=list)

    def ask(self, method: str, url: str, **more: Any) -> requests.Response:
        """Make a request; keep what it is refused with."""
        with session() as http:
            answer = http.request(method, url, timeout=SECONDS, **more)
        if answer.status_code >= 400:
            self.refusals.append(f"{answer.headers} {answer.text}")
        return answer


def lived(url: str, now: Callable[[], float], act: Callable[[str, dict[str, Any]], Any]) -> Life:
    """Live it; ``now`` is the desk's time, ``act`` lets an agent act in a conversation."""
    life = Life(url, {API_KEY, AUTH_TOKEN, KEY_SECRET, "canary-secret-of-the-client"})
    _canonical(life, act)
    _poll(life)
    _genesys(life, act)
    _twilio(life, now, act)
    return life


def _canonical(life: Life, act: Callable[[str, dict[str, Any]], Any]) -> None:
    token = life.ask(
        "POST", f"{life.url}/v1/tokens", json={"user_id": "canary-name"}, headers={"X-Api-Key": API_KEY}
    ).json()["token"]
    user = start(life.url, user_id="canary-name", user_name="canary-name", context={"topic": "canary-topic"})
    life.secrets |= {token, user.token}
    user.send("canary-text")
    files = {"file": ("canary-file-name.txt", b"canary-file-content", "text/plain")}
    life.ask("POST", f"{user.base}/files", files=files, headers=user.headers)
    for protocols, headers, query in (
        (["byosd.v1", f"bearer.{user.token}"], {}, ""),
        (["byosd.v1"], user.headers, ""),
        (["byosd.v1"], {}, f"&access_token={user.token}"),
    ):
        url = f"{user.stream_url()}{query}"
        with connect(url, subprotocols=protocols, additional_headers=headers, proxy=None) as stream:  # type: ignore[arg-type]
            stream.recv(SECONDS)
            stream.send(f"Bearer {user.token}")
    act(user.conversation_id, {"action": "join", "agent": ADA})
    act(user.conversation_id, {"action": "say", "agent": ADA["id"], "text": "canary-answer"})
    with user.sse() as events:
        next(events)
    _misplaced(life, user)
    user.http.close()


def _misplaced(life: Life, user: User) -> None:
    """Put the right token wherever it may be put by mistake."""
    token = user.token
    for headers in (
        {"Authorization": token},
        {"Authorization": f"Basic {token}"},
        {"X-Api-Key": token},
        {"Cookie": token},
    ):
        life.ask("GET", user.base, headers=headers)
    for path in (
        f"{user.base}?access_token={token}",
        f"{user.base}/events?after={token}",
        f"{user.base}/streem?access_token={token}",
        f"{life.url}/v1/conversations/{token}",
        f"{life.url}/v1/nothing/{token}",
        f"{life.url}/poll/nothing/{token}",
        f"{user.base}/stream?access_token={token}",
        f"{user.base}/events?wait={token}",
    ):
        life.ask("GET", path, headers=user.headers)
    life.ask(
        "POST", f"{user.base}/messages", data=b'{"text": ', headers={**user.headers, "Content-Type": "application/json"}
    )
    life.ask("POST", f"{user.base}/messages", json={"text": 7}, headers=user.headers)
    life.ask("POST", f"{life.url}/v1/tokens", json={"user_id": "u"}, headers={"X-Api-Key": f"{API_KEY}x"})
    for wrong in (f"{token}x", token[:-1]):
        protocols: Any = ["byosd.v1", f"bearer.{wrong}"]
        try:
            with connect(user.stream_url(), subprotocols=protocols, proxy=None):
                raise AssertionError("a wrong token has opened the stream")
        except InvalidHandshake as refused:
            life.refusals.append(repr(refused))


def _poll(life: Life) -> None:
    url = f"{life.url}/poll"
    made = call(url, "POST", "/chats", body={"from": "canary-name", "name": "canary-name"})
    life.secrets.add(made["token"])
    auth = {"Authorization": f"Bearer {made['token']}"}
    chat = f"{url}/chats/{made['session']}"
    life.ask("POST", f"{chat}/messages", json={"text": "canary-text"}, headers=auth)
    life.ask("POST", f"{chat}/messages", json={"text": []}, headers=auth)
    life.ask("GET", f"{chat}/events?timeout={made['token']}", headers={"Authorization": made["token"]})


def _genesys(life: Life, act: Callable[[str, dict[str, Any]], Any]) -> None:
    url = f"{life.url}/genesys"
    vouched = life.ask("POST", f"{url}/jwt").text
    setup = call(url, "GET", "/setup")
    create = {
        "organizationId": setup["org_id"],
        "deploymentId": setup["deployment_id"],
        "routingTarget": {"targetType": "QUEUE", "targetAddress": setup["queue_target"]},
        "memberInfo": {"displayName": "canary-name"},
        "memberAuthToken": vouched,
    }
    made = call(url, "POST", GUEST, body=create)
    life.secrets |= {vouched, made["jwt"]}
    with connect(made["eventStreamUri"], proxy=None) as stream:
        act(made["id"], {"action": "join", "agent": ADA})
        stream.recv(SECONDS)
        stream.send(f"Bearer {made['jwt']}")
    stream_url = made["eventStreamUri"].replace("ws", "http", 1)
    for method in ("GET", "POST", "DELETE"):
        life.ask(method, stream_url)
    auth = {"Authorization": f"Bearer {made['jwt']}"}
    member = f"{url}{GUEST}/{made['id']}/members/{made['member']['id']}"
    life.ask("POST", f"{member}/messages", json={"body": "canary-text"}, headers=auth)
    life.ask("POST", f"{url}{GUEST}", json={**create, "memberAuthToken": f"{vouched}x"})
    life.ask("GET", f"{member}?access_token={made['jwt']}", headers={"Authorization": made["jwt"]})
    for secret in ("canary-secret-of-the-client", "canary-secret-of-the-clientx"):
        login = life.ask(
            "POST", f"{url}/oauth/token", data={"grant_type": "client_credentials"}, auth=("client", secret)
        )
        life.secrets |= {login.json()["access_token"]} if login.ok else set()


def _twilio(life: Life, now: Callable[[], float], act: Callable[[str, dict[str, Any]], Any]) -> None:
    url = f"{life.url}/twilio"
    basic = f"Basic {base64.b64encode(f'{ACCOUNT}:{AUTH_TOKEN}'.encode()).decode()}"
    life.secrets.add(basic.removeprefix("Basic "))
    body = {"AddressSid": ADDRESS, "Identity": "canary-name"}
    sid = str(call(url, "POST", "/v2/WebChats", form=True, auth=basic, body=body)["conversation_sid"])
    token = mint("canary-name", now(), secret=KEY_SECRET, iss=KEY)
    page = call(url, "POST", "/initWebchat", body={"identity": "canary-name", "formData": {"topic": "canary-topic"}})
    fresh = call(url, "POST", "/refreshToken", body={"token": page["token"]})
    life.secrets |= {token, page["token"], fresh["token"]}
    with twilsock(SimpleNamespace(url=life.url), token) as socket:  # type: ignore[arg-type]
        life.secrets.add(str(socket.heard[0].header["continuation_token"]))
        socket.subscribe("list", f"{sid}.messages")
        act(sid, {"action": "join", "agent": ADA})
        socket.aim("POST", f"/Conversations/{sid}/Messages", {"body": "canary-text"})
        socket.ask("update", token=token)
        socket.ask("dance", token=token)
        socket.send("message", token.encode(), token=token)
        socket.connection.send(f"TWILSOCK {token}".encode())
    life.ask("POST", f"{url}/refreshToken", json={"token": f"{token}x"})
    life.ask("GET", f"{url}/v1/Conversations/{sid}?Token={quote(token)}")
    life.ask("GET", f"{url}/v1/Conversations", auth=(ACCOUNT, f"{AUTH_TOKEN}x"))
    life.ask("POST", f"{url}/v2/WebChats", data={"Identity": json.dumps({"token": 1})}, auth=(ACCOUNT, AUTH_TOKEN))
