"""The walls of the vendors' shapes: every route that concerns a chat, and every token that is not for it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from mockdesk import RunningServer
from mockdesk.dialects.twilio.settings import ACCOUNT, AUTH_TOKEN, KEY, KEY_SECRET
from tests.hard.fuzz.places import templates_inside
from tests.hard.fuzz.twilio_place import twilio
from tests.hard.tiers import server_of
from tests.hard.wall.vendors import (
    CANARY,
    Siege,
    Try,
    asked_inside,
    changed_at,
    genesys_siege,
    poll_siege,
    twilio_chats,
)
from tests.hard.watch import watching
from tests.server.dialects.twilio.support import Twilsock, mint, twilsock
from tests.server.support import ADA


@pytest.fixture
def server(tier: str) -> Iterator[RunningServer]:
    """A server with a virtual clock, in whose log no error may be found."""
    with watching() as watch, server_of(tier) as running:
        yield running
    assert watch.seen == []


@pytest.mark.parametrize(
    "siege_of", [pytest.param(poll_siege, id="poll"), pytest.param(genesys_siege, id="genesys", marks=pytest.mark.all)]
)
def test_no_wrong_token_opens_a_route(server: RunningServer, siege_of: Any) -> None:
    """Refused, nothing told, nothing changed: for each route and token. With the right one each route works."""
    siege: Siege = siege_of(server)
    before = siege.control.conversation(siege.victim)
    assert CANARY in json.dumps(before)
    assert [found for one in siege.tries if (found := one.made()) is not None] == []
    assert siege.control.conversation(siege.victim) == before
    unknown = ("messages/m", "mediarequests/m", "mediarequests")  # there is no such part, also for the right token
    refused = [one.url for one in siege.right if one.made() is None and not one.url.endswith(unknown)]
    assert refused == []
    print(f"{len(siege.tries)} requests with a wrong token: 0 accepted, 0 leaks")  # noqa: T201  (docs/hardening.md)


def inside(url: str, token: str) -> Any:
    """Open a twilsock of a desk."""
    return twilsock(SimpleNamespace(url=url.removesuffix("/twilio")), token)  # type: ignore[arg-type]


def deletes_last() -> list[tuple[str, str, str]]:
    """Return host, method and path of all that is asked for inside, so that nothing is gone before it was asked for."""
    return sorted(templates_inside(), key=lambda one: one[1] == "DELETE")


def test_twilio_inside_somebody_elses_socket(server: RunningServer) -> None:
    """Every route inside twilsock, with the victim's sids, asked by another customer."""
    control, url, sid = twilio_chats(server)
    before, wrong, count = control.conversation(sid), [], 0
    with inside(url, mint("mallory", control.now())) as socket:
        for host, method, path in templates_inside():
            wrong += asked_inside(socket, host, method, path, sid)
            count += 5
    assert wrong == []
    assert control.conversation(sid) == before
    assert count > 100
    with inside(url, mint(CANARY, control.now())) as own:
        opened = [found for one in deletes_last() for found in asked_inside(own, *one, sid)]
    assert len(opened) >= 8, "the same requests must be good ones: the victim's own socket gets through"


def test_twilio_subscriptions_to_somebody_elses_objects(server: RunningServer) -> None:
    """What may not be read may not be subscribed to either: nothing of what comes later is told."""
    control, url, sid = twilio_chats(server)
    kinds = {"list": ("messages", "msgs"), "map": ("participants", "roster"), "document": ("",)}
    with inside(url, mint(CANARY, control.now())) as own, inside(url, mint("mallory", control.now())) as socket:
        sids = {kind: [f"{sid}.{name}".rstrip(".") for name in names] for kind, names in kinds.items()}
        real = own.sync("GET", f"/v3/Lists/{sid}.messages")[1]["sid"]
        sids["list"].append(real)
        wanted = [{"object_sid": one, "object_type": kind} for kind, names in sids.items() for one in names]
        body = {"event_protocol_version": 4, "action": "establish", "correlation_id": 1, "requests": wanted}
        socket.sync("POST", "/v4/Subscriptions", body)
        control.act(sid, {"action": "say", "agent": ADA["id"], "text": f"{CANARY}-later"})
        control.act(sid, {"action": "typing", "agent": ADA["id"]})
        for _ in wanted:
            assert socket.next(kind="subscription_failed")
        socket.ask("ping")  # its answer comes after whatever the act caused
        assert CANARY not in str([one.payload for one in socket.heard])


@pytest.mark.parametrize("how", ["altered", "expired", "other key", "none", "victim's sid", "account's token"])
def test_twilio_tokens_that_open_no_socket(server: RunningServer, how: str) -> None:
    """Without a good token a socket may ask for nothing."""
    control, url, sid = twilio_chats(server)
    good = mint(CANARY, control.now())
    token = {
        "altered": changed_at(good, len(good) - 3),
        "expired": mint(CANARY, control.now(), -1),
        "other key": mint(CANARY, control.now(), secret="another-secret-that-is-long-enough-for-it"),
        "none": None,
        "victim's sid": sid,
        "account's token": AUTH_TOKEN,
    }[how]
    with twilsock(SimpleNamespace(url=url.removesuffix("/twilio"))) as socket:  # type: ignore[arg-type]
        assert socket.ask("init", token=token).header["status"]["code"] == 401
        assert refused_everything(socket, sid)


def refused_everything(socket: Twilsock, sid: str) -> bool:
    """Ask a socket for a chat; tell whether each request was refused."""
    asked = {"host": "aim.us1.twilio.com", "path": f"/Client/v2/Conversations/{sid}", "method": "GET"}
    packet = socket.ask("message", http_request=asked)
    return packet.header["status"]["code"] == 401 and CANARY not in str(packet.payload)


BASICS = {
    "none": {},
    "another token": {"auth": (ACCOUNT, AUTH_TOKEN + "x")},
    "an altered token": {"auth": (ACCOUNT, changed_at(AUTH_TOKEN, 3))},
    "another account": {"auth": (changed_at(ACCOUNT, 5), AUTH_TOKEN)},
    "an altered key": {"auth": (KEY, changed_at(KEY_SECRET, 3))},
    "another key's name": {"auth": (changed_at(KEY, 5), KEY_SECRET)},
    "turned round": {"auth": (AUTH_TOKEN, ACCOUNT)},
    "as a bearer": {"bearer": AUTH_TOKEN},
}


ALWAYS = ("none", "an altered token")
"""What is tried in every run of the tests; the rest in CI."""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in ALWAYS else pytest.mark.all) for name in BASICS]
)
def test_twilio_rest_is_the_accounts_alone(server: RunningServer, name: str) -> None:
    """The server's REST may do anything, so each of its routes asks for the account's secret."""
    place = twilio(server)
    url, told = f"{server.url}{place.words.prefix}", BASICS[name]
    headers = {}
    if "auth" in told:
        headers["Authorization"] = f"Basic {base64.b64encode(':'.join(told['auth']).encode()).decode()}"
    elif "bearer" in told:
        headers["Authorization"] = f"Bearer {told['bearer']}"
    before = place.control.conversations()
    pages = ("/initWebchat", "/refreshToken", "/endWebchat", "/agentsOnline")
    tries = [
        Try(
            name,
            method,
            url + "/".join(place.words.ids[0] if part[:1] == "{" else part for part in path.split("/")),
            headers,
        )
        for method, path in place.words.templates
        if path not in pages
    ]
    assert [found for one in tries if (found := one.made()) is not None] == []
    assert place.control.conversations() == before
    right = {"Authorization": place.words.token}
    assert len(tries) > 50
    assert sum(replace(one, headers=right).made() is not None for one in tries if one.method == "GET") > 5


def test_twilio_pages_server_ends_its_own_chats_only(server: RunningServer) -> None:
    """The page's server takes a customer's token: for that customer's chats and no others."""
    control, url, sid = twilio_chats(server)
    before = control.conversation(sid)
    tokens = {
        "mallory's": mint("mallory", control.now()),
        "an expired one": mint(CANARY, control.now(), -1),
        "an altered one": changed_at(mint(CANARY, control.now()), -3),
    }
    tries = [
        Try(name, "POST", f"{url}{path}", {}, {"token": token, "conversationSid": sid})
        for name, token in tokens.items()
        for path in ("/endWebchat", "/refreshToken")
        if (name, path) != ("mallory's", "/refreshToken")
    ]
    tries += [Try("none", "POST", f"{url}{path}", {}, {}) for path in ("/endWebchat", "/refreshToken")]
    assert [found for one in tries if (found := one.made()) is not None] == []
    assert control.conversation(sid) == before
    own = Try("own", "POST", f"{url}/endWebchat", {}, {"token": mint(CANARY, control.now()), "conversationSid": sid})
    assert own.made() is not None, "the victim's own token must end the chat"
