"""The same walls in the vendors' shapes: requests to a victim's chat with tokens that are not for it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from mockdesk import DeskControl, RunningServer
from mockdesk.dialects.poll.dialect import ROUTER
from tests.hard.fuzz.places import GUEST, attached, call, genesys
from tests.hard.fuzz.twilio_place import BASIC
from tests.server.dialects.twilio.support import ADDRESS, Twilsock
from tests.server.support import ADA, PATIENCE, session
from tests.unit.dialects.hostile import routes_of

CANARY = "canary-of-the-victim"
SECONDS = 4 * PATIENCE


@dataclass(frozen=True)
class Try:
    """A request that must be refused, and an own name for it."""

    name: str
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    form: bool = False

    def made(self) -> str | None:
        """Make it; return what is wrong with the answer, ``None``: nothing."""
        told = {} if self.body is None else {"data" if self.form else "json": self.body}
        with session() as http:
            answer = http.request(self.method, self.url, headers=self.headers, timeout=SECONDS, **told)
        shown = f"{answer.headers} {answer.text}"
        if not 400 <= answer.status_code < 500:
            return f"{self.name}: {self.method} {self.url}: {answer.status_code} {answer.text[:300]}"
        return f"{self.name}: {self.method} {self.url} leaks: {shown[:400]}" if CANARY in shown else None


def changed_at(token: str, place: int) -> str:
    """Return a token one of whose characters is another one."""
    place %= len(token)
    return token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]


def wrong_tokens(right: str, others: Mapping[str, str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield names and headers: none, others' tokens, the right one altered or in a wrong place."""
    yield "no token", {}
    for name, token in others.items():
        yield name, {"Authorization": f"Bearer {token}"}
    # the last character of a JWT's part carries spare bits, so one before it is altered
    for place in (2, len(right) // 2, len(right) - 3):
        yield f"the right token, altered at {place}", {"Authorization": f"Bearer {changed_at(right, place)}"}
    yield "the right token but for its end", {"Authorization": f"Bearer {right[:-2]}"}
    yield "the right token as Basic", {"Authorization": f"Basic {right}"}
    yield "the right token without a scheme", {"Authorization": right}
    yield "the right token in a cookie", {"Cookie": f"token={right}"}
    yield "the right token in X-Api-Key", {"X-Api-Key": right}


@dataclass(frozen=True)
class Siege:
    """A victim's chat, every request to it with a wrong token, and the same requests with the right one."""

    control: DeskControl
    victim: str
    tries: list[Try]
    right: list[Try]


def poll_siege(server: RunningServer) -> Siege:
    """Lay siege to a chat of a polling desk."""
    control, other = server.new_desk(), server.new_desk()
    url, elsewhere = f"{server.desk_url(control)}/poll", f"{server.desk_url(other)}/poll"
    victim = call(url, "POST", "/chats", body={"from": CANARY, "name": CANARY})
    _fill(control, victim["chat"])
    removed, expired = (call(url, "POST", "/chats", body={"from": "x"}) for _ in range(2))
    control.remove_conversation(removed["chat"])
    control.inject({"kind": "expire_token", "conversation_id": expired["chat"]})
    others = {
        "a token of another chat": call(url, "POST", "/chats", body={"from": "x"})["token"],
        "a token of another desk": call(elsewhere, "POST", "/chats", body={"from": "x"})["token"],
        "a token of a removed chat": removed["token"],
        "an expired token": expired["token"],
        "the session's id": victim["session"],
    }
    routes = [one for one in routes_of([ROUTER]) if "{session}" in one[1]]
    asks = [*wrong_tokens(victim["token"], others)]
    bodies = {"messages": {"text": "hi"}, "typing": {"typing": True}}
    tries = [
        Try(name, method, f"{url}{_path(path, victim['session'])}", headers, bodies.get(path.rpartition("/")[2]))
        for method, path in routes
        for name, headers in asks
    ]
    right = _bearer(victim["token"])
    mine = _with(tries, right, len(asks))
    tries += [
        Try("the right token at another desk", method, f"{elsewhere}{_path(path, victim['session'])}", right)
        for method, path in routes
    ]
    return Siege(control, victim["chat"], tries, mine)


def _with(tries: list[Try], right: Mapping[str, str], each: int) -> list[Try]:
    """Return the first request to each route, with the right token; what ends the chat comes last."""
    ended = ("DELETE",)
    found = [replace(one, name="the right token", headers=right) for one in tries[::each]]
    return sorted(found, key=lambda one: one.method in ended)


def _path(template: str, session_id: str) -> str:
    return template.replace("{session}", session_id) + ("?timeout=0" if template.endswith("events") else "")


def _fill(control: DeskControl, chat: str) -> None:
    control.act(chat, {"action": "join", "agent": ADA})
    control.act(chat, {"action": "say", "agent": ADA["id"], "text": f"{CANARY}-answer"})


def genesys_siege(server: RunningServer) -> Siege:
    """Lay siege to a guest's conversation."""
    place, elsewhere = genesys(server), genesys(server)
    control, url = place.control, f"{server.url}{place.words.prefix}"
    victim, member = place.words.ids[0], place.words.ids[1]
    right = place.words.token.removeprefix("Bearer ")
    _fill(control, victim)
    with session() as http:
        grant = {"grant_type": "client_credentials"}
        login = http.post(f"{url}/oauth/token", data=grant, auth=("mock-client", "mock-client-secret"), timeout=SECONDS)
    others = {
        "a token of another guest": _guest(url),
        "a token of another desk": elsewhere.words.token.removeprefix("Bearer "),
        "a token of a removed conversation": _ended(control, url, "remove"),
        "an expired token": _ended(control, url, "expire"),
        "a token that vouches for a member": _text(f"{url}/jwt"),
        "the conversation's id": victim,
        "a token of the platform": login.json()["access_token"],
    }
    routes = [one for one in place.words.templates if "{conversation}" in one[1]]
    bodies = {"messages": {"body": "hi"}, "typing": {}}
    asks = list(wrong_tokens(right, others))
    tries = [
        Try(name, method, f"{url}{_named(path, victim, member)}", headers, bodies.get(path.rpartition("/")[2]))
        for method, path in routes
        for name, headers in asks
    ]
    mine = _with(tries, _bearer(right), len(asks))
    tries += [
        Try("the right token at another desk", method, f"{server.url}{elsewhere.words.prefix}{path}", _bearer(right))
        for method, path in ((method, _named(path, victim, member)) for method, path in routes)
    ]
    tries += [
        Try(f"the stream with {name}", "GET", f"{url}/v1/token/{token}", _UPGRADE)
        for name, token in {"an altered token": changed_at(right, len(right) - 3), "none": "x", **others}.items()
        if name not in ("a token of another guest",)  # it opens that guest's own stream
    ]
    return Siege(control, victim, tries, mine)


_UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _named(path: str, conversation: str, member: str) -> str:
    found = path.replace("{conversation}", conversation).replace("{member}", member)
    return found.replace("{message}", "m").replace("{media}", "m")


def _text(url: str) -> str:
    with session() as http:
        return http.post(url, timeout=SECONDS).text


def _guest(url: str) -> str:
    return str(_made(url)["jwt"])


def _made(url: str) -> dict[str, Any]:
    setup = call(url, "GET", "/setup")
    create = {
        "organizationId": setup["org_id"],
        "deploymentId": setup["deployment_id"],
        "routingTarget": {"targetType": "QUEUE", "targetAddress": setup["queue_target"]},
        "memberInfo": {"displayName": "Max"},
    }
    return call(url, "POST", GUEST, body=create)


def _ended(control: DeskControl, url: str, how: str) -> str:
    made = attached(_made(url))
    if how == "remove":
        control.remove_conversation(made["id"])
    else:
        control.inject({"kind": "expire_token", "conversation_id": made["id"]})
    return str(made["jwt"])


def twilio_chats(server: RunningServer) -> tuple[DeskControl, str, str]:
    """Begin the victim's chat and another one; return the control, the desk's address and the victim's sid."""
    control = server.new_desk()
    url = f"{server.desk_url(control)}/twilio"
    made = [
        call(url, "POST", "/v2/WebChats", form=True, auth=BASIC, body={"AddressSid": ADDRESS, "Identity": user})
        for user in (CANARY, "mallory")
    ]
    sids = [str(one["conversation_sid"]) for one in made]
    _fill(control, sids[0])
    _fill(control, sids[1])
    return control, url, sids[0]


def asked_inside(socket: Twilsock, host: str, method: str, path: str, sid: str) -> list[str]:
    """Ask for a victim's object inside somebody else's socket; return what is wrong with the answers."""
    wrong = []
    for name in (sid, f"{sid}.messages", f"{sid}.participants", f"{sid}.msgs", f"{sid}.roster"):
        filled = "/".join(_inside(part, name) for part in path.split("/"))
        body = {"body": "x", "ConversationSid": name, "identity": "mallory", "lastConsumedMessageIndex": 0}
        status, told = socket.request(method, host, filled, body, ChannelSid=name)
        asks_for_it = "{" in path.replace("{kind}", "").replace("{identity}", "")
        if f"{CANARY}-answer" in json.dumps(told) or (asks_for_it and status < 400):
            wrong.append(f"{method} {filled}: {status} {json.dumps(told)[:300]}")
    return wrong


def _inside(part: str, name: str) -> str:
    if part == "{kind}":
        return {"messages": "Lists", "msgs": "Lists", "participants": "Maps", "roster": "Maps"}.get(
            name.rpartition(".")[2], "Documents"
        )
    return name if part.startswith("{") else part
