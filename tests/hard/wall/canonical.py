"""Every operation of openapi.yaml on one victim's conversation, and everybody who must not get through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import requests
from websockets.exceptions import InvalidHandshake
from websockets.sync.client import connect

from mockdesk import RunningServer
from tests.hard.document import Operation, desk_document, operations
from tests.server.support import PATIENCE, Desk, User, session, start

CANARY = "canary-of-the-victim"
SECONDS = 4 * PATIENCE
MULTIPART = "multipart/form-data; boundary=x"
FILE = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nabc\r\n--x--\r\n'
BETTER: Mapping[str, Any] = MappingProxyType(
    {
        "userReadMessages": {"up_to_seq": 1},
        "sendMessageToAgent": {"text": "hi"},
        "answerScreenShare": {"answer": "accepted"},
    }
)
"""Bodies where the document's example names what only some conversation has."""
API_KEY = "the-key-of-the-site"


@dataclass(frozen=True)
class Attack:
    """A way to ask for somebody else's conversation. ``url`` is the base of the desk that is asked."""

    name: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    query: str = ""


def of_conversation() -> list[Operation]:
    """Return the operations that concern one conversation."""
    return [one for one in operations(desk_document()) if "{conversation_id}" in one.path]


def body_of(operation: Operation) -> Any:
    """Return a good body: the first example of its schema.

    Raises:
        AssertionError: there is none, so that the operation could not be tried.
    """
    if operation.body != "application/json":
        return None
    if operation.name in BETTER:
        return BETTER[operation.name]
    document = desk_document()
    content = document["paths"][operation.path][operation.method.lower()]["requestBody"]["content"]
    schema = content[operation.body]["schema"]
    schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    assert schema.get("examples"), f"{operation.name}: its body has no example in openapi.yaml"
    return schema["examples"][0]


def ask(
    http: requests.Session, operation: Operation, conversation_id: str, file_id: str, attack: Attack
) -> requests.Response:
    """Ask for an operation as somebody does."""
    path = operation.path.format(conversation_id=conversation_id, file_id=file_id)
    headers = dict(attack.headers)
    told: dict[str, Any] = {}
    if operation.body == "multipart/form-data":
        headers["Content-Type"], told["data"] = MULTIPART, FILE
    elif operation.body is not None:
        told["json"] = body_of(operation)
    url = f"{attack.url}{path}{attack.query}"
    return http.request(operation.method, url, headers=headers, timeout=SECONDS, stream=True, **told)


@dataclass
class Scene:
    """A victim at one desk, neighbours there, and another desk."""

    desk: Desk
    other: Desk
    victim: User
    file_id: str
    attacks: list[Attack]

    def state(self) -> Any:
        """Return all that an attack could have changed of the victim's."""
        return self.desk.control.conversation(self.victim.conversation_id)

    def secrets(self) -> tuple[str, ...]:
        """Return what may stand in no answer."""
        return CANARY, self.victim.token


def _desk(server: RunningServer) -> Desk:
    control = server.new_desk({"api_keys": [API_KEY]})
    return Desk(server, control, server.desk_url(control))


def victim_of(desk: Desk) -> tuple[User, str]:
    """Start a conversation full of canaries, with an agent who asks for the screen; return it and its file's id."""
    victim = start(desk.url, user_id=f"{CANARY}-id", user_name=f"{CANARY}-name")
    victim.send(f"{CANARY}-text")
    files = {"file": (f"{CANARY}.txt", f"{CANARY}-content".encode(), "text/plain")}
    file_id = victim.call("POST", "/files", files=files).json()["id"]
    desk.act(victim, "join")
    desk.act(victim, "say", text=f"{CANARY}-answer")
    desk.act(victim, "request_screen")
    return victim, file_id


def user_token(desk: Desk, user: str) -> str:
    """Return a token that says who a user is."""
    with session() as http:
        answer = http.post(
            f"{desk.url}/v1/tokens", json={"user_id": user}, headers={"X-Api-Key": API_KEY}, timeout=SECONDS
        )
    return str(answer.json()["token"])


def scene(server: RunningServer) -> Scene:
    """Set everything up."""
    desk, other = _desk(server), _desk(server)
    victim, file_id = victim_of(desk)
    return Scene(desk, other, victim, file_id, list(_attacks(desk, other, victim)))


def _attacks(desk: Desk, other: Desk, victim: User) -> Iterator[Attack]:
    def bearer(name: str, token: str, url: str = desk.url) -> Attack:
        return Attack(name, url, {"Authorization": f"Bearer {token}"})

    right = victim.token
    yield Attack("no token", desk.url)
    yield bearer("a token of another conversation", start(desk.url).token)
    yield bearer("a token of another conversation of the same user", start(desk.url, user_id=f"{CANARY}-id").token)
    yield bearer("a token of another desk", start(other.url).token)
    yield bearer("the right token at another desk", right, other.url)
    yield bearer("a token of another user", user_token(desk, "mallory"))
    yield bearer("a token that says who the victim is", user_token(desk, f"{CANARY}-id"))
    removed = start(desk.url)
    desk.control.remove_conversation(removed.conversation_id)
    yield bearer("a token of a removed conversation", removed.token)
    expired = start(desk.url)
    desk.control.inject({"kind": "expire_token", "conversation_id": expired.conversation_id})
    yield bearer("an expired token of another conversation", expired.token)
    yield from (
        bearer(f"the right token with another character at {at}", right[:at] + _other(right[at]) + right[at + 1 :])
        for at in (0, len(right) // 2, len(right) - 1)
    )
    yield bearer("the right token but for its end", right[:-1])
    yield bearer("the right token and one more", f"{right}x")
    yield bearer("the right token in other capitals", right.swapcase())
    yield bearer("the conversation's id", victim.conversation_id)
    yield from _wrong_places(desk, right)


def _other(character: str) -> str:
    return "A" if character != "A" else "B"


def _wrong_places(desk: Desk, right: str) -> Iterator[Attack]:
    """Yield the right token where it may not stand. A stream's subprotocol and query are its right places."""
    yield Attack("the right token as Basic", desk.url, {"Authorization": f"Basic {right}"})
    yield Attack("the right token without a scheme", desk.url, {"Authorization": right})
    yield Attack("the right token in X-Api-Key", desk.url, {"X-Api-Key": right})
    yield Attack("the right token in a cookie", desk.url, {"Cookie": f"token={right}; Authorization=Bearer {right}"})
    yield Attack("the right token in the query", desk.url, query=f"?token={right}")
    yield Attack("the API key as a token", desk.url, {"Authorization": f"Bearer {API_KEY}"})


def ways_of(attack: Attack) -> tuple[str, ...]:
    """Return where the token of an attack can stand in a handshake."""
    is_bearer = attack.headers.get("Authorization", "").startswith("Bearer ")
    return ("header", "protocol", "query") if is_bearer else ("header",)


def stream_answer(scene: Scene, attack: Attack, way: str) -> str | None:
    """Try the WebSocket; return what came, ``None``: the handshake was refused.

    ``way``: where the attack's token stands: ``header``, ``protocol`` or ``query``.
    """
    token = attack.headers.get("Authorization", "").removeprefix("Bearer ")
    url = f"{attack.url.replace('http', 'ws', 1)}/v1/conversations/{scene.victim.conversation_id}/stream{attack.query}"
    protocols, headers = ["byosd.v1"], dict(attack.headers)
    if way != "header":
        headers.pop("Authorization", None)
    if way == "protocol":
        protocols.append(f"bearer.{token}")
    elif way == "query":
        url += f"?access_token={token}"
    try:
        with connect(url, subprotocols=protocols, additional_headers=headers, proxy=None) as stream:  # type: ignore[arg-type]
            return str(stream.recv(SECONDS))
    except InvalidHandshake:
        return None
