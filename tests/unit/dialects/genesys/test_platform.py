"""Middleware and platform: what is known of queues, who may ask, and the desk's settings of this shape."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from mockdesk.core.errors import InvalidRequest
from tests.unit.dialects.genesys.client import ADA, Client

FORM = {"content-type": "application/x-www-form-urlencoded"}
GRANT = b"grant_type=client_credentials"
OBSERVATIONS = "/api/v2/analytics/queues/observations/query"


def basic(client: str = "id", secret: str = "secret") -> dict[str, str]:
    """Return the header of a client's id and secret."""
    return {"authorization": "Basic " + base64.b64encode(f"{client}:{secret}".encode()).decode()}


def signed_in(**settings: Any) -> Client:
    """Return a client with an access token."""
    client = Client(**settings)
    status, body = client.call("POST", "/oauth/token", GRANT, **FORM, **basic())
    assert (status, body["token_type"], body["expires_in"]) == (200, "bearer", 86_400)
    client.jwt = body["access_token"]
    return client


def query(*queue_ids: str) -> dict[str, Any]:
    """Return a query for what agents and guests do in queues, as middlewares write it."""
    predicates = [
        {"type": "dimension", "dimension": "queueId", "operator": "matches", "value": one} for one in queue_ids
    ]
    clauses = [{"type": "or", "predicates": predicates}]
    return {"filter": {"type": "or", "clauses": clauses}, "metrics": ["oOnQueueUsers", "oWaiting"]}


def test_what_a_middleware_does() -> None:
    """From the queue's name to its id, to how many wait and answer, and for how long."""
    client = signed_in(queues={"default": {}, "Billing": {"seconds_per_conversation": 90}}, agents=[ADA])
    entities = client.call("GET", "/api/v2/routing/queues")[1]["entities"]
    (billing,) = [one["id"] for one in entities if one["name"] == "Billing"]
    wait = client.call("GET", f"/api/v2/routing/queues/{billing}/estimatedwaittime")[1]
    assert wait["results"][0]["estimatedWaitTimeSeconds"] == 90
    results = client.call("POST", OBSERVATIONS, query(billing))[1]["results"]
    assert [one["group"]["queueId"] for one in results] == [billing] * 2
    counts = {one["data"][0]["metric"]: one["data"][0]["stats"]["count"] for one in results}
    assert counts == {"oOnQueueUsers": 1, "oWaiting": 0}


def test_what_nobody_knows() -> None:
    """An unknown number is left out, so that it is not taken for none."""
    client = signed_in()
    (entity,) = client.call("GET", "/api/v2/routing/queues")[1]["entities"]
    wait = client.call("GET", f"/api/v2/routing/queues/{entity['id']}/estimatedwaittime")[1]
    assert "estimatedWaitTimeSeconds" not in wait["results"][0]
    results = client.call("POST", OBSERVATIONS, query(entity["id"]))[1]["results"]
    assert ["data" in one for one in results] == [False, True]
    assert client.call("POST", OBSERVATIONS, query("nowhere"))[1]["results"] == []
    assert client.call("GET", "/api/v2/routing/queues/nowhere/estimatedwaittime")[0] == 404
    assert client.call("POST", OBSERVATIONS, {"filter": [1, {"clauses": 3}], "metrics": []})[1]["results"] == []
    assert client.call("POST", OBSERVATIONS, {"metrics": 7})[1]["code"] == "invalid.value"


def test_many_queues_come_in_pages() -> None:
    """Middlewares that read the first page only miss the twenty-sixth queue, and should find that out here."""
    client = signed_in(queues={f"q{number:02}": {} for number in range(30)})
    page = client.call("GET", "/api/v2/routing/queues")[1]
    assert (len(page["entities"]), page["total"], page["pageCount"]) == (25, 31, 2)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v2/signeddata"),
        ("GET", "/api/v2/routing/queues"),
        ("GET", "/api/v2/routing/queues/x/estimatedwaittime"),
        ("POST", OBSERVATIONS),
    ],
)
def test_the_platform_wants_an_access_token(method: str, path: str) -> None:
    """A guest's token opens nothing of the platform, and an access token ends."""
    client = Client()
    assert client.call(method, path, {})[1]["code"] == "authentication.required"
    client.create()
    assert client.call(method, path, {})[1]["code"] == "bad.credentials"
    client = signed_in()
    client.clock.advance(86_400)
    assert client.call(method, path, {})[1]["code"] == "credentials.expired"


def test_client_credentials() -> None:
    """Any client is right until some are named; what is wrong has the words of OAuth."""
    client = Client({"oauth_clients": {"id": {"secret": "s"}}})
    assert client.call("POST", "/oauth/token", GRANT, **FORM, **basic("id", "s"))[0] == 200
    for headers in (basic("id", "t"), basic("other", "s"), {"authorization": "Basic %%"}, {"authorization": ""}):
        status, body = client.call("POST", "/oauth/token", GRANT, **FORM, **headers)
        assert (status, body["error"]) == (401, "invalid_client")
    status, body = client.call("POST", "/oauth/token", b"grant_type=password", **FORM, **basic("id", "s"))
    assert (status, body["error"]) == (400, "unsupported_grant_type")


def test_signed_data_vouches_for_a_member() -> None:
    """The middleware's way to a memberAuthToken is the one behind its own /jwt."""
    client = signed_in()
    token = client.call("POST", "/api/v2/signeddata", {"body": None})[1]["jwt"]
    assert client.create(memberAuthToken=token)


def test_setup() -> None:
    """Pages ask the middleware where to chat; the answer must be one that the desk then takes."""
    client = Client()
    told = client.call("GET", "/setup")[1]
    assert set(told) == {"org_id", "deployment_id", "queue_target"}
    assert client.create(organizationId=told["org_id"], deploymentId=told["deployment_id"])
    own = {"organization_id": "o", "deployments": {"d": {}}, "queue": "Billing"}
    assert Client(own).call("GET", "/setup")[1] == {"org_id": "o", "deployment_id": "d", "queue_target": "Billing"}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, {"estimatedWaitTime": -1, "positionInQueue": 0}),
        ({"agents": [ADA]}, {"estimatedWaitTime": -1, "numberOfOnQueueAgents": 1, "positionInQueue": 0}),
        (
            {"queues": {"default": {"seconds_per_conversation": 90, "agents_online": 0}}},
            {"estimatedWaitTime": 1.5, "numberOfOnQueueAgents": 0, "positionInQueue": 0},
        ),
        ({"capabilities": {"are_any_agents_online": False}}, {"estimatedWaitTime": -1}),
    ],
)
def test_availability(settings: dict[str, Any], expected: dict[str, Any]) -> None:
    """Minutes, and -1 where nobody knows them; nobody online is something else than nobody knows."""
    assert Client(**settings).call("POST", "/availability", {"queue_name": "default"}) == (200, expected)


def test_availability_of_nothing() -> None:
    """The middleware refuses in plain text."""
    client = Client()
    for body, status in (({}, 400), (b"", 400), ([], 400), ({"queue_name": "nowhere"}, 500)):
        answer = client.ask("POST", "/availability", body)
        assert (answer.status, answer.content_type) == (status, "text/plain")
    assert client.ask("POST", "/availability", {}).body == b"No queue name supplied"


def test_who_waits_is_counted(client: Client) -> None:
    """A guest in the queue is one more for the next."""
    assert client.call("POST", "/availability", {"queue_name": "default"})[1]["positionInQueue"] == 1


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"deploymentz": {}}, "/dialect_settings/genesys/deploymentz is not known; did you mean 'deployments'"),
        ({"guesses": {"heartbeat": 1}}, "guesses/heartbeat is not known; did you mean 'heartbeat_seconds'"),
        ({"guesses": {"heartbeat_seconds": "x"}}, "guesses/heartbeat_seconds must be a number"),
        ({"guesses": {"delete_status": 500}}, "guesses/delete_status must be one of: 200, 204"),
        ({"guesses": {"closes_stream_at_end": 1}}, "closes_stream_at_end must be true or false"),
        ({"guesses": {"typing_topic": ""}}, "typing_topic must not be empty"),
        ({"deployments": {"d": {"auth": True}}}, "deployments/d/auth is not known"),
        ({"custom_fields": {"a": {"means": "topc"}}}, "custom_fields/a/means must be one of"),
        ({"oauth_clients": {"a": {}}}, "oauth_clients/a/secret is required"),
    ],
)
def test_settings_with_mistakes(settings: dict[str, Any], words: str) -> None:
    """A slip in a setting must not silently give a desk without it."""
    with pytest.raises(InvalidRequest) as refused:
        Client(settings)
    assert words in refused.value.detail
