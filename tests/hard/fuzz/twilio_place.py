"""A Twilio desk: REST of the account, and twilsock of one customer."""

from __future__ import annotations

import base64
import importlib
import json
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from mockdesk import RunningServer
from mockdesk.dialects.twilio.frames import Payload, encode
from mockdesk.dialects.twilio.settings import ACCOUNT, ADDRESS, AUTH_TOKEN, SERVICE, WORKSPACE
from tests.hard.fuzz import values
from tests.hard.fuzz.http_input import Words
from tests.hard.fuzz.places import SETTINGS, Place, SocketWay, call, templates_inside
from tests.server.dialects.twilio.support import mint
from tests.unit.dialects.hostile import routers_in, routes_of

BASIC = f"Basic {base64.b64encode(f'{ACCOUNT}:{AUTH_TOKEN}'.encode()).decode()}"
INSIDE = ("client_face", "chat_face", "sync_face", "session_lists")
BODIES: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "": (
        {"AddressSid": ADDRESS, "Identity": "ann", "ChatFriendlyName": "x", "PreEngagementData": {"a": "b"}},
        {"Author": "ann", "Body": "Hello", "Attributes": "{}", "Index": "0"},
        {"Identity": "ada", "FriendlyName": "x", "UniqueName": "y", "State": "closed"},
        {"Channel": {"type": "web", "initiated_by": "customer"}, "Routing": {"properties": {"workspace_sid": "WS"}}},
        {"Target": "webhook", "Configuration.Url": "https://example.com", "Configuration.Filters": "onMessageAdded"},
        {"Status": "closed", "Routing": "{}", "lastConsumedMessageIndex": 0, "body": "Hello", "attributes": "{}"},
    )
}
SUBSCRIBE = {
    "event_protocol_version": 4,
    "action": "establish",
    "correlation_id": 1,
    "requests": [{"object_sid": "x", "object_type": "list", "last_event_id": 0}],
}
OPTIONS = ("PageSize", "Page", "PageToken", "Order", "From", "Index", "Key", "Include", "Available", "ActivityName")
METHODS = ("message",) * 6 + (
    "init",
    "update",
    "reply",
    "ping",
    "put_notification_ctx",
    "delete_notification_ctx",
    "telemetry.v1",
    "dance",
)


def twilio(server: RunningServer) -> Place:
    """Open a Twilio desk with two web chats."""
    control = server.new_desk(dict(SETTINGS))
    url = f"{server.desk_url(control)}/twilio"
    chats = [
        call(url, "POST", "/v2/WebChats", form=True, auth=BASIC, body={"AddressSid": ADDRESS, "Identity": user})
        for user in ("ann", "bob")
    ]
    sids = [str(one["conversation_sid"]) for one in chats]
    ids = [*sids, *(f"{sid}{more}" for sid in sids for more in (".msgs", ".roster", ".messages", ".participants"))]
    routers = routers_in(importlib.import_module("mockdesk.dialects.twilio"))
    templates = routes_of(router for module, router in routers.items() if module not in INSIDE)
    path = f"{control.path}/twilio"
    names = [*ids, "ann", "bob"]
    words = Words(path, templates, names, BASIC, BODIES, OPTIONS, is_form=True, named=_named(url, sids[0]))
    token = mint("ann", control.now())
    way = SocketWay(
        f"{path}/v3/wsconnect",
        (),
        lambda random: _packet(random, names, token),
        lambda: [encode({"method": "init", "id": "TM0", "token": token, "capabilities": []})],
    )
    return Place("twilio", control, words, sids[1], way, guards_neighbour=False)


def _named(url: str, sid: str) -> dict[str, str]:
    """Return what is there of each kind of thing that paths name."""

    def rest(method: str, path: str, **body: str) -> dict[str, Any]:
        return call(url, method, path, form=True, auth=BASIC, body=body or None)

    chat = f"/v1/Conversations/{sid}"
    message = rest("POST", f"{chat}/Messages", Author="ann", Body="Hello")
    webhook = rest("POST", f"{chat}/Webhooks", Target="webhook", **{"Configuration.Url": "https://desk.example/hook"})
    participants = rest("GET", f"{chat}/Participants")["participants"]
    flow = rest("POST", "/v1/FlexFlows", FriendlyName="f", ChatServiceSid=SERVICE, ChannelType="web")
    return {
        "conversation": sid,
        "channel": sid,
        "service": SERVICE,
        "workspace": WORKSPACE,
        "message": str(message["sid"]),
        "webhook": str(webhook["sid"]),
        "participant": str(participants[0]["sid"]),
        "member": str(participants[0]["sid"]),
        "flow": str(flow["sid"]),
    }


def _packet(random: Random, ids: Sequence[str], token: str) -> bytes:
    """Return a message of twilsock, mostly one that asks for something."""
    method = random.choice(METHODS)
    body = values.body(random, random.choice((*BODIES[""], SUBSCRIBE)), lambda one: json.dumps(one).encode())
    header: dict[str, Any] = {"method": method, "id": "TM1", "active_grant": "ip_messaging"}
    if method == "message":
        host, asked, template = random.choice(templates_inside())
        parts = [random.choice(ids) if part.startswith("{") else part for part in template.split("/")]
        header["http_request"] = {"host": host, "path": "/".join(parts), "method": asked, "headers": {}, "params": {}}
    elif random.random() < 0.7:
        header["token"] = token
    if random.random() < 0.5:
        header = values.changed(random, header)
    whole = encode(header, Payload(body))
    return whole if random.random() < 0.8 else values.torn(random, whole)
