"""Requests and frames that are wrong in every way: the vendor's error each, never a 500, and the neighbour lives."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from websockets.exceptions import ConnectionClosed

from mockdesk import RunningServer
from mockdesk.dialects.routing import Router
from mockdesk.dialects.twilio import (
    chat_face,
    chat_rest_face,
    client_face,
    conversations_face,
    flex_channels_face,
    flex_face,
    flex_flows_face,
    interaction_parts_face,
    session_lists,
    sync_face,
    taskrouter_face,
    webhooks_face,
)
from mockdesk.dialects.twilio.settings import ACCOUNT, AUTH_TOKEN, SERVICE, WORKSPACE
from tests.server.dialects.twilio.support import ADDRESS, FLOW, Twilsock, mint, rest, twilsock
from tests.server.support import PATIENCE, session

REST: Mapping[str, tuple[Router[Any], ...]] = {
    "flex-api": (
        flex_face.ROUTER,
        interaction_parts_face.ROUTER,
        flex_channels_face.ROUTER,
        flex_flows_face.ROUTER,
    ),
    "conversations": (conversations_face.ROUTER, webhooks_face.ROUTER),
    "chat": (chat_rest_face.ROUTER,),
    "taskrouter": (taskrouter_face.ROUTER,),
}
CALLS = [
    (product, route.method, route.template)
    for product, routers in REST.items()
    for router in routers
    for route in router.routes
]
INSIDE = [
    (host, route.method, route.template)
    for host, routers in (
        ("cds.us1.twilio.com", (sync_face.ROUTER, session_lists.ROUTER)),
        ("aim.us1.twilio.com", (client_face.ROUTER, chat_face.ROUTER)),
    )
    for router in routers
    for route in router.routes
]
EMPTY = "Page=&PageSize=&PageToken=&Order=&Identity=&FriendlyName=&Available=&ActivityName=&TaskQueueName=&Minutes="
BODIES = (b"", b"=&&==%", b"\xff\xfe=\xff", b"[]", b'{"a":', b"Identity=&Body=&Target=&Channel=&Routing=&Attributes=")
JSON_BODIES: tuple[Any, ...] = (
    None,
    b"{",
    b"\xff",
    [],
    7,
    "text",
    {},
    {"data": []},
    {"requests": [7, {"object_sid": 7}]},
)


def unknown(template: str) -> str:
    """Return a path whose sids nobody knows, in an account's own service and workspace."""
    path = template.replace("{service}", SERVICE).replace("{workspace}", WORKSPACE)
    return re.sub(r"\{(\w+)\}", "XX" + "0" * 32, path)


def call(server: RunningServer, product: str, method: str, path: str, **more: Any) -> requests.Response:
    """Make a call to a product."""
    url = f"{server.url}/twilio/{product}.twilio.com{path}"
    more.setdefault("auth", (ACCOUNT, AUTH_TOKEN))
    return session().request(method, url, timeout=PATIENCE, **more)


def check_refused(status: int, told: Any) -> None:
    """Fail unless this is a refusal as the vendor writes it, and none that the mock did not mean."""
    assert 400 <= status < 500, told
    assert sorted(told) == ["code", "message", "more_info", "status"]
    assert (told["status"], told["more_info"]) == (status, f"https://www.twilio.com/docs/errors/{told['code']}")


@pytest.mark.parametrize(("product", "method", "template"), CALLS)
def test_every_call_needs_a_key(server: RunningServer, product: str, method: str, template: str) -> None:
    """A route that forgot to ask would show its conversations to everybody."""
    for auth in ((ACCOUNT, "wrong"), ("", "")):
        answer = call(server, product, method, unknown(template), auth=auth)
        check_refused(answer.status_code, answer.json())
        assert (answer.status_code, answer.json()["code"]) == (401, 20003)


@pytest.mark.parametrize(("product", "method", "template"), [one for one in CALLS if "{" in one[2]])
def test_unknown_sids(server: RunningServer, product: str, method: str, template: str) -> None:
    """What a path names and nobody knows is a 404 of the vendor's, whatever the body holds."""
    if not re.search(r"\{(?!service|workspace)", template):
        assert call(server, product, method, unknown(template)).status_code == 200
        return
    for body in BODIES:
        answer = call(server, product, method, unknown(template), data=body)
        check_refused(answer.status_code, answer.json())
        assert answer.status_code == 404


@pytest.mark.parametrize(("product", "method", "template"), [one for one in CALLS if one[1] == "POST"])
def test_bodies_that_say_nothing(server: RunningServer, product: str, method: str, template: str) -> None:
    """A body that cannot be read, or whose fields are empty, leads to a refusal or to what nothing would lead to."""
    known = _made(server)
    for body in BODIES:
        answer = call(server, product, method, _filled(product, template, known), data=body)
        if answer.status_code >= 400:
            check_refused(answer.status_code, answer.json())
        else:
            assert answer.status_code in (200, 201)


def test_empty_values_change_nothing(server: RunningServer) -> None:
    """A field that is sent empty leaves what was set before, also one that may come several times."""
    path, given = "/v1/Configuration/Webhooks", {"Method": "GET", "Filters": "onMessageAdded"}
    set_before = call(server, "conversations", "POST", path, data=given).json()
    assert set_before["filters"] == ["onMessageAdded"]
    empty = call(server, "conversations", "POST", path, data=b"Method=&Filters=&Filters=&Target=&PostWebhookUrl=")
    assert (empty.status_code, empty.json()) == (200, set_before)


@pytest.mark.parametrize(("product", "method", "template"), [one for one in CALLS if one[1] == "GET"])
def test_empty_query_values(server: RunningServer, product: str, method: str, template: str) -> None:
    """A query value that is empty is as good as none."""
    path = _filled(product, template, _made(server))
    plain = call(server, product, method, path)
    empty = call(server, product, method, f"{path}?{EMPTY}")
    assert (plain.status_code, empty.status_code) == (200, 200), empty.text
    told, other = plain.json(), empty.json()
    for one in (told, other):
        one.pop("meta", None)
    assert told == other


def _made(server: RunningServer) -> dict[str, str]:
    """Make one of each; return their sids by what the templates call them."""
    server.control().set_agent("ada", {"id": "ada"})
    begun = rest(server, "POST", "/v2/WebChats", AddressSid=ADDRESS, Identity="ann").json()["conversation_sid"]
    hook = rest(server, "POST", f"/v1/Conversations/{begun}/Webhooks", Target="webhook").json()["sid"]
    said = rest(server, "POST", f"/v1/Conversations/{begun}/Messages", Author="ann", Body="Hi").json()["sid"]
    told = {"type": "web", "properties": {"media_channel_sid": begun}}
    interaction = rest(server, "POST", "/v1/Interactions", Channel=json.dumps(told)).json()
    flow = rest(server, "POST", "/v1/FlexFlows", FriendlyName="Shop", ChatServiceSid=SERVICE, ChannelType="web").json()[
        "sid"
    ]
    names = {"FlexFlowSid": FLOW, "Identity": "bob", "ChatFriendlyName": "Help"}
    flex = rest(server, "POST", "/v1/Channels", ChatUserFriendlyName="Bob", **names).json()["sid"]
    web = rest(server, "POST", "/v1/WebChannels", CustomerFriendlyName="Bob", **names).json()["sid"]
    worker = rest(server, "GET", f"/v1/Workspaces/{WORKSPACE}/Workers").json()["workers"][0]["sid"]
    return {
        "conversation": begun,
        "participant": "ann",
        "member": "ann",
        "message": said,
        "webhook": hook,
        "interaction": interaction["sid"],
        "UO": interaction["channel"]["sid"],
        "flow": flow,
        "flex": flex,
        "web": web,
        "service": SERVICE,
        "workspace": WORKSPACE,
        "worker": worker,
    }


def _filled(product: str, template: str, known: Mapping[str, str]) -> str:
    """Return a path of things that are there."""
    kinds = {"/v1/Interactions": "UO", "/v1/Channels": "flex", "/v1/WebChannels": "web"}
    kind = next((kind for path, kind in kinds.items() if template.startswith(path)), "conversation")
    return template.format(**{"channel": known[kind], **known})


# Inside the socket


@contextmanager
def neighbours(server: RunningServer) -> Iterator[Twilsock]:
    """Open two sockets; the second must live when the test is over."""
    token = mint("ann", server.control().now())
    with twilsock(server, token) as one, twilsock(server, token) as neighbour:
        yield one
        assert neighbour.aim("GET", "/Configuration")[0] == 200


@pytest.mark.parametrize(("host", "method", "template"), INSIDE)
def test_requests_inside(server: RunningServer, host: str, method: str, template: str) -> None:
    """Unknown names, bodies that are none and empty values are refused or passed over; both sockets live."""
    values = {"PageSize": "", "PageToken": "", "ChannelSid": "", "Key": "", "Include": "", "Order": ["", ""]}
    kind = {"{kind}": "Lists"}
    path = unknown("".join(kind.get(part, part) for part in re.split(r"(\{kind\})", template)))
    with neighbours(server) as socket:
        for body in JSON_BODIES if method == "POST" else (None,):
            for params in ({}, values):
                status, told = socket.request(method, host, path, body, **params)
                if status >= 400:
                    check_refused(status, told)
                if re.search(r"\{(?!kind|identity)", template) and method != "POST":
                    assert status == 404


@pytest.mark.parametrize(("host", "method", "template"), [one for one in INSIDE if one[1] == "POST"])
def test_bodies_inside(server: RunningServer, host: str, method: str, template: str) -> None:
    """A body of the wrong form is refused, or does what an empty one would do; both sockets live."""
    sid = rest(server, "POST", "/v2/WebChats", AddressSid=ADDRESS, Identity="ann").json()["conversation_sid"]
    with neighbours(server) as socket:
        made = socket.sync("POST", "/v3/Lists", {"purpose": "com.twilio.rtd.ipmsg"})[1]["sid"]
        for body in JSON_BODIES:
            status, told = socket.request(method, host, template.format(conversation=sid, name=made), body)
            if status >= 400:
                check_refused(status, told)


FRAMES = [
    "a text frame",
    b"",
    b"nothing of the kind",
    b"TWILSOCK V2.0 2\r\n{}\r\n",
    b"TWILSOCK V3.0 x\r\n{}\r\n",
    b"TWILSOCK V3.0 1\r\n{}\r\n",
    b"TWILSOCK V3.0 99\r\n{}\r\n",
    b"TWILSOCK V3.0 999999999999\r\n{}\r\n",
    b"TWILSOCK V3.0 2\r\n[]\r\n",
    b"TWILSOCK V3.0 2\r\n\xff\xff\r\n",
    b'TWILSOCK V3.0 18\r\n{"payload_size":9}\r\nx',
    b'TWILSOCK V3.0 19\r\n{"payload_size":-1}\r\n',
    b'TWILSOCK V3.0 20\r\n{"payload_size":"x"}\r\n',
]


@pytest.mark.parametrize("frame", FRAMES)
def test_frames_that_cannot_be_read(server: RunningServer, frame: str | bytes) -> None:
    """Only the socket that sent it ends, and it is told why."""
    with neighbours(server) as socket:
        socket.connection.send(frame)
        assert socket.next("close").header["status"]["code"] == 400
        with pytest.raises(ConnectionClosed):
            socket.connection.recv(PATIENCE)


GOOD = {"host": "aim.twilio.com", "path": "/v3/MyChannels", "method": "GET"}
HEADERS: list[dict[str, Any]] = [
    {"method": "dance"},
    {"method": 7},
    {"method": "message"},
    {"method": "message", "http_request": []},
    {"method": "message", "http_request": {**GOOD, "host": 7}},
    {"method": "message", "http_request": {**GOOD, "path": None}},
    {"method": "message", "http_request": {**GOOD, "method": {}}},
    {"method": "message", "http_request": {**GOOD, "path": ""}},
    {"method": "message", "http_request": {**GOOD, "host": "\ud800"}},
    {"method": "message", "http_request": {**GOOD, "path": "/v3/Channels/%ff%00\ud800"}},
    {"method": "message", "http_request": {**GOOD, "host": "evil.example"}},
    {"method": "update", "token": "x"},
    {"method": "update"},
]


@pytest.mark.parametrize("header", HEADERS, ids=str)
def test_messages_that_ask_for_nothing(server: RunningServer, header: dict[str, Any]) -> None:
    """What can be read and makes no sense is answered with a status of its own, and the socket goes on."""
    with neighbours(server) as socket:
        given = {name: value for name, value in header.items() if name != "method"}
        reply = socket.ask(header["method"], **given).header
        status = reply.get("http_status", reply["status"])
        assert 400 <= status["code"] < 500
        assert socket.aim("GET", "/Configuration")[0] == 200


@pytest.mark.parametrize("method", ["message", "put_notification_ctx", "delete_notification_ctx", "update", "dance"])
def test_before_init(server: RunningServer, method: str) -> None:
    """A socket that has not said whose it is gets nothing, and may still say it."""
    with neighbours(server), twilsock(server) as stranger:
        reply = stranger.ask(method, http_request=GOOD, notification_ctx_id="1").header
        assert 400 <= reply["status"]["code"] < 500
        assert stranger.ask("init", token=mint("bob", server.control().now())).header["status"]["code"] == 200


@pytest.mark.parametrize("more", [{"params": 7}, {"params": {"a": {"b": 1}}}, {"headers": []}, {"headers": {"a": [1]}}])
def test_odd_parts_of_requests(server: RunningServer, more: dict[str, Any]) -> None:
    """Parameters and headers of no known form are passed over or read as texts."""
    with neighbours(server) as socket:
        reply = socket.ask("message", http_request={**GOOD, **more})
        assert reply.header["http_status"]["code"] == 200
