"""What a middleware asks the platform itself: access tokens, signed data, queues and what is known of them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from hmac import compare_digest
from typing import Any
from urllib.parse import parse_qs

from mockdesk.core.desk import Desk
from mockdesk.core.errors import NotFound
from mockdesk.core.reading import Fields
from mockdesk.core.tokens import digest_of
from mockdesk.dialects.bodies import bearer_of, read_fields
from mockdesk.dialects.genesys.handling import Handler, answer
from mockdesk.dialects.genesys.identifiers import uuid_of
from mockdesk.dialects.genesys.paging import numbered_page
from mockdesk.dialects.genesys.settings import ORGANIZATION, GenesysSettings
from mockdesk.dialects.genesys.tokens import Tokens
from mockdesk.dialects.routing import Route
from mockdesk.dialects.seam import Answer, Prepared, Request

QUEUES = "/api/v2/routing/queues"
METRICS: Mapping[str, str] = {"oOnQueueUsers": "agents_online", "oWaiting": "queue_length"}
"""What can be observed, and what the desk calls it."""


def queue_id(name: str) -> str:
    """Return the id of a queue: always the same for a name."""
    return uuid_of(f"queue {name}")


class PlatformRoutes:
    """The five routes of the platform."""

    def __init__(self, desk: Desk, settings: GenesysSettings, tokens: Tokens) -> None:
        self._desk = desk
        self._settings = settings
        self._tokens = tokens

    def routes(self) -> list[Route[Handler]]:
        """Return the routes."""
        return [
            Route("POST", "/oauth/token", self.access_token),
            Route("POST", "/api/v2/signeddata", self.signed_data),
            Route("GET", QUEUES, self.list_queues),
            Route("GET", f"{QUEUES}/{{queue}}/estimatedwaittime", self.estimated_wait_time),
            Route("POST", "/api/v2/analytics/queues/observations/query", self.query_observations),
        ]

    def access_token(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """An access token for a client's id and secret."""
        return Prepared("createAccessToken", None, lambda: self._access_token(request))

    def _access_token(self, request: Request) -> Answer:
        form = parse_qs(request.body.decode("utf-8", "replace"))
        if form.get("grant_type") != ["client_credentials"]:
            return _refused(400, "unsupported_grant_type", "the grant type must be client_credentials")
        client, secret = _basic(request.headers.get("authorization", ""))
        known = self._settings.oauth_clients
        if not client or not secret or (known and not _is_known(known, client, secret)):
            return _refused(401, "invalid_client", "id or secret of the client is not right")
        seconds = self._settings.guesses.access_token_seconds
        token = self._tokens.access(seconds)
        body = {"access_token": token, "token_type": "bearer", "expires_in": int(seconds)}
        return answer(body, tokens={"access token": token})

    def signed_data(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """A token that vouches for a member."""

        def run() -> Answer:
            data = read_fields(request, "the data", lambda fields: fields.json("body"))
            token = self.vouch(data)
            return answer({"jwt": token}, tokens={"memberAuthToken": token})

        return self._prepared("createToken", request, run)

    def vouch(self, data: Any = None) -> str:
        """Return a memberAuthToken."""
        organization = self._settings.organization_id or ORGANIZATION
        return self._tokens.signed_data(data, organization, self._settings.guesses.signed_data_seconds)

    def list_queues(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """The desk's queues."""

        def run() -> Answer:
            names = self._desk.queues()
            entities = [{"id": queue_id(name), "name": name, "selfUri": f"{QUEUES}/{queue_id(name)}"} for name in names]
            return answer(numbered_page(request, QUEUES, entities))

        return self._prepared("listQueues", request, run)

    def estimated_wait_time(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """How long a newcomer would wait; where nobody knows the number is left out."""

        def run() -> Answer:
            known = self._desk.availability(self._queue_name(parameters["queue"]))
            seconds = known.get("estimated_wait_seconds")
            wait = {} if seconds is None else {"estimatedWaitTimeSeconds": round(seconds)}
            return answer({"results": [{"intent": "CHAT", "formula": "SIMPLE", **wait}]})

        return self._prepared("getEstimatedWaitTime", request, run)

    def _queue_name(self, identifier: str) -> str:
        found = next((name for name in self._desk.queues() if queue_id(name) == identifier), None)
        if found is None:
            raise NotFound("there is no such queue")
        return found

    def query_observations(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Agents on queue, and guests that wait, of the queues that are asked for; one metric a result."""

        def run() -> Answer:
            wanted, metrics = read_fields(request, "the query", _read_query)
            names = [name for name in self._desk.queues() if queue_id(name) in wanted]
            results = [self._observed(name, metric) for name in names for metric in metrics if metric in METRICS]
            return answer({"systemToOrganizationMappings": {}, "results": results})

        return self._prepared("queryQueueObservations", request, run)

    def _observed(self, name: str, metric: str) -> dict[str, Any]:
        count = self._desk.availability(name).get(METRICS[metric])
        group = {"queueId": queue_id(name), "mediaType": "chat"}
        return {"group": group} | ({} if count is None else {"data": [{"metric": metric, "stats": {"count": count}}]})

    def _prepared(self, operation: str, request: Request, run: Callable[[], Answer]) -> Prepared:
        """Prepare what an access token opens."""

        def opened() -> Answer:
            self._tokens.check_access(bearer_of(request))
            return run()

        return Prepared(operation, None, opened)


def _refused(status: int, error: str, description: str) -> Answer:
    return answer({"error": error, "description": description}, status)


def _basic(header: str) -> tuple[str, str]:
    """Return id and secret of ``Authorization: Basic``, two empty texts where there are none."""
    scheme, _, value = header.strip().partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        client, _, secret = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return client, secret


def _is_known(known: Mapping[str, str], client: str, secret: str) -> bool:
    """Tell whether this is a client with its secret; all are compared, in constant time."""
    given = digest_of(f"{client}:{secret}")
    matches = [compare_digest(given, digest_of(f"{name}:{one}")) for name, one in known.items()]
    return any(matches)


def _read_query(fields: Fields) -> tuple[frozenset[str], tuple[str, ...]]:
    wanted = frozenset(_values(fields.json("filter")))
    metrics = fields.texts("metrics")
    fields.rest()
    return wanted, metrics


def _values(part: Any) -> Iterator[str]:
    """Yield every value that a filter asks of the dimension ``queueId``, however its clauses are nested."""
    if isinstance(part, Mapping):
        value = part.get("value")
        if part.get("dimension") == "queueId" and isinstance(value, str):
            yield value
        for inner in ("clauses", "predicates"):
            yield from _values(part.get(inner))
    elif isinstance(part, list):
        for one in part:
            yield from _values(one)
