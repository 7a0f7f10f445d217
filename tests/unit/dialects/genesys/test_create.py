"""Creating a guest conversation: what it gives, what the desk then knows, and what it needs."""

from __future__ import annotations

from typing import Any

import jwt
import pytest

from mockdesk.core.errors import DeskError
from mockdesk.dialects.genesys.environments import HOSTS
from mockdesk.dialects.genesys.messages import GUEST_CONVERSATIONS
from mockdesk.dialects.seam import Request
from tests.unit.dialects.genesys.client import ADA, CREATE, Client


def test_what_is_given() -> None:
    """Clients take these fields, and open the address of the stream as it is."""
    client = Client()
    made = client.create()
    assert set(made) == {"id", "jwt", "eventStreamUri", "member"}
    assert set(made["member"]) == {"id"}
    assert made["eventStreamUri"] == f"ws://desk.example/genesys/v1/token/{made['jwt']}"


def test_the_token() -> None:
    """Whoever looks into the token finds the vendor's claims."""
    client = Client()
    client.create(deploymentId="d1", organizationId="o1")
    header = jwt.get_unverified_header(client.jwt)
    claims = jwt.decode(client.jwt, options={"verify_signature": False})
    assert (header["typ"], header["alg"], bool(header["kid"])) == ("JWT", "HS256", True)
    assert claims["data"] == {"conv": client.id, "did": "d1", "sub": client.member}
    assert (claims["iss"], claims["org"]) == ("urn:purecloud:webchat", "o1")
    assert claims["exp"] - claims["iat"] == 22 * 3600


def test_nothing_is_routed_before_the_stream_is_attached() -> None:
    """A conversation that nobody listens to takes no place in the queue, and no agent's time."""
    client = Client()
    client.create()
    assert client.desk.conversations() == ()
    assert client.call("GET", client.mine())[1]["state"] == "DISCONNECTED"
    status, refusal = client.call("POST", client.mine("/messages"), {"body": "Hello"})
    assert (status, refusal["code"]) == (400, "chat.error.conversation.state")
    assert client.call("POST", client.mine("/typing"))[1]["code"] == "chat.error.conversation.state"
    client.attach()
    assert [one.id for one in client.desk.conversations()] == [client.id]


def test_a_guest_who_leaves_before_the_stream_is_attached() -> None:
    """What was given up cannot be attached any more."""
    client = Client()
    client.create()
    assert client.call("DELETE", client.mine()) == (204, None)
    with pytest.raises(DeskError, match="Conversation State"):
        client.attach()
    assert client.desk.conversations() == ()


def test_a_plain_request_does_not_attach() -> None:
    """Whoever opens the stream's address in a browser must not begin the conversation."""
    client = Client()
    client.create()
    assert client.call("GET", f"/v1/token/{client.jwt}")[0] == 426
    assert client.desk.conversations() == ()


def test_what_the_desk_knows_of_the_guest() -> None:
    """Agents need what the bot knew; integrations put it into custom fields."""
    client = Client()
    fields = {"sessionHistoryKey": "h", "topic": "t", "messageToAgent": "m", "colour": "red"}
    client.start(memberInfo={"displayName": "u1", "firstName": "Max", "lastName": "Muster", "customFields": fields})
    truth = client.desk.truth(client.id)
    assert (truth["user_id"], truth["user_name"], truth["queue"]) == ("u1", "Max Muster", "default")
    assert truth["context"] == {
        "topic": "t",
        "message_to_agent": "m",
        "session_history_key": "h",
        "additional_data": {"colour": "red"},
    }
    member = client.call("GET", client.mine())[1]
    assert (member["firstName"], member["customFields"]) == ("Max", fields)


@pytest.mark.parametrize(
    ("text", "data"),
    [('{"a": [1]}', {"a": [1]}), ("x", {"additional_data": "x"}), ("[1]", {"additional_data": [1]})],
)
def test_data_in_a_custom_field(text: str, data: Any) -> None:
    """Custom fields are texts; one of them may hold an object as JSON, and must not break anything when it does not."""
    client = Client()
    client.start(memberInfo={"displayName": "Max", "customFields": {"userId": "u1", "additionalData": text}})
    truth = client.desk.truth(client.id)
    assert (truth["user_id"], truth["user_name"]) == ("u1", "Max")
    assert truth["context"]["additional_data"] == data


def test_other_names_of_custom_fields() -> None:
    """Every organization has names of its own."""
    client = Client({"custom_fields": {"thema": {"means": "topic"}}})
    client.start(memberInfo={"displayName": "u1", "customFields": {"thema": "t", "topic": "x"}})
    assert client.desk.truth(client.id)["context"] == {"topic": "t", "additional_data": {"topic": "x"}}


@pytest.mark.parametrize("target_type", ["QUEUE", "queue", "Queue"])
def test_a_queue_by_its_name(target_type: str) -> None:
    """Clients write the kind of target in any case; the address is the queue's name."""
    client = Client(queues={"Billing": {}})
    client.start(routingTarget={"targetType": target_type, "targetAddress": "Billing"})
    assert client.desk.truth(client.id)["queue"] == "Billing"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"routingTarget": {"targetType": "QUEUE", "targetAddress": "nowhere"}}, "chat.error.invalid.queue"),
        ({"routingTarget": {"targetType": "USER", "targetAddress": "default"}}, "routingtarget"),
        ({"routingTarget": {"targetType": "QUEUE"}}, "routingtarget"),
        ({"routingTarget": "default"}, "routingtarget"),
        ({"routingTarget": None}, "routingtarget"),
        ({"memberInfo": {}}, "invalid.value"),
        ({"memberInfo": {"displayName": "u", "customFields": {"a": 1}}}, "invalid.value"),
        ({"memberInfo": {"displayName": "u", "customFields": {"a": "\ud800"}}}, "invalid.value"),
        ({"organizationId": ""}, "invalid.value"),
        ({"deploymentId": 7}, "invalid.value"),
    ],
)
def test_refusals(changed: dict[str, Any], code: str) -> None:
    """Each mistake has the vendor's code, by which integrations decide what to say."""
    status, refusal = Client().call("POST", GUEST_CONVERSATIONS, {**CREATE, **changed})
    assert (status, refusal["status"]) == (400, 400)
    assert refusal["code"].endswith(code)


def test_bodies_that_are_none() -> None:
    """Nothing a client sends may end in a failure of the mock."""
    client = Client()
    assert client.call("POST", GUEST_CONVERSATIONS, b"{")[1]["code"] == "bad.request"
    assert client.call("POST", GUEST_CONVERSATIONS, [])[1]["code"] == "invalid.value"
    status, refusal = client.call("POST", GUEST_CONVERSATIONS, CREATE, **{"content-type": "text/plain"})
    assert (status, refusal["code"]) == (415, "unsupported.media.type")


def test_a_closed_queue() -> None:
    """A queue that takes nobody is told at once, not at the socket."""
    client = Client(queues={"default": {"open": False}})
    status, refusal = client.call("POST", GUEST_CONVERSATIONS, CREATE)
    assert (status, refusal["code"]) == (503, "service.unavailable")


def test_deployments() -> None:
    """Each deployment has rules of its own; without any every id is right."""
    client = Client(
        {
            "organization_id": "org",
            "deployments": {"open": {}, "off": {"enabled": False}, "strict": {"requires_auth": True}},
        }
    )
    token = client.ask("POST", "/jwt").body.decode()

    def code(**changed: Any) -> str:
        status, body = client.call("POST", GUEST_CONVERSATIONS, {**CREATE, **changed})
        return "made" if status == 200 else str(body["code"])

    assert code(deploymentId="open") == "made"
    assert code(deploymentId="deployment") == "bad.request"
    assert code(deploymentId="open", organizationId="other") == "bad.request"
    assert code(deploymentId="off") == "chat.deployment.disabled"
    assert code(deploymentId="strict") == "chat.deployment.require.auth"
    assert code(deploymentId="strict", memberAuthToken="wrong") == "chat.deployment.bad.auth"
    assert code(deploymentId="strict", memberAuthToken=token) == "made"
    client.clock.advance(3600)
    assert code(deploymentId="strict", memberAuthToken=token) == "chat.deployment.bad.auth"


def test_an_authenticated_guest() -> None:
    """Agents see whether somebody vouched for the guest; a desk that wants users' tokens needs one here, too."""
    client = Client(require_user_token=True, api_keys=["key"])
    assert client.call("POST", GUEST_CONVERSATIONS, CREATE)[1]["code"] == "chat.deployment.require.auth"
    client.start(memberAuthToken=client.ask("POST", "/jwt").body.decode())
    assert client.call("GET", client.mine())[1]["authenticatedGuest"] is True
    client.act(action="join", agent=ADA)


def test_a_guests_token_vouches_for_nobody() -> None:
    """The two kinds of tokens are signed alike and must not be taken for each other."""
    client = Client()
    client.create()
    _, refusal = client.call("POST", GUEST_CONVERSATIONS, {**CREATE, "memberAuthToken": client.jwt})
    assert refusal["code"] == "chat.deployment.bad.auth"
    client.jwt = client.ask("POST", "/jwt").body.decode()
    assert client.call("GET", client.mine())[1]["code"] == "bad.credentials"


def test_what_the_journal_must_not_show() -> None:
    """Tokens in a path or a body are named, so that the server can hide them; also when the request is wrong."""
    client = Client()
    client.create()
    for path in (f"/v1/token/{client.jwt}", "/v1/token/x"):
        for method in ("GET", "POST"):
            assert client.genesys.prepare(Request(method, path)).secrets == (path.rpartition("/")[2],)
    body = b'{"memberAuthToken": "secret"}'
    assert client.genesys.prepare(Request("POST", GUEST_CONVERSATIONS, body=body)).secrets == ("secret",)


def test_hosts() -> None:
    """Clients with fixed host names are told another address for them, in every region."""
    assert {"api.mypurecloud.com", "login.mypurecloud.ie", "carrier-pigeon.usw2.pure.cloud"} <= set(HOSTS)


def test_ids_are_the_same_with_a_seed() -> None:
    """Recordings of two runs can be compared."""
    assert [Client(seed=1).create()["id"] for _ in "ab"] == [Client(seed=1).create()["id"]] * 2
    assert Client().create()["id"] != Client().create()["id"]
