"""openapi.yaml holds together: it is valid, its examples are true, and it says all that the design asks for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

PATH = Path(__file__).resolve().parents[2] / "openapi.yaml"
DOCUMENT: dict[str, Any] = yaml.safe_load(PATH.read_text(encoding="utf-8"))
METHODS = {"get", "put", "post", "delete", "patch"}

OPERATIONS = {
    "getCapabilities": "GET /v1/capabilities",
    "createToken": "POST /v1/tokens",
    "getAvailability": "GET /v1/availability",
    "startChat": "POST /v1/conversations",
    "getConversation": "GET /v1/conversations/{conversation_id}",
    "sendMessageToAgent": "POST /v1/conversations/{conversation_id}/messages",
    "listMessages": "GET /v1/conversations/{conversation_id}/messages",
    "endChat": "POST /v1/conversations/{conversation_id}/end",
    "pollEvents": "GET /v1/conversations/{conversation_id}/events",
    "streamEvents": "GET /v1/conversations/{conversation_id}/stream",
    "updateState": "PUT /v1/conversations/{conversation_id}/state",
    "userTyping": "PUT /v1/conversations/{conversation_id}/typing",
    "userReadMessages": "PUT /v1/conversations/{conversation_id}/read",
    "uploadFile": "POST /v1/conversations/{conversation_id}/files",
    "getFile": "GET /v1/conversations/{conversation_id}/files/{file_id}",
    "answerScreenShare": "PUT /v1/conversations/{conversation_id}/screen-share",
}
EVENT_TYPES = {
    "queue.updated",
    "agent.joined",
    "agent.typing",
    "agent.read",
    "agent.left",
    "transfer.started",
    "message.created",
    "conversation.ended",
    "file.updated",
    "screen_share.requested",
    "screen_share.ended",
    "capabilities.updated",
}


def resolve(node: dict[str, Any]) -> dict[str, Any]:
    """Follow one local reference, where the node is one."""
    while "$ref" in node:
        target: Any = DOCUMENT
        for key in node["$ref"].removeprefix("#/").split("/"):
            target = target[key.replace("~1", "/")]
        node = target
    return node


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield ``METHOD /path`` and the operation."""
    for path, item in DOCUMENT["paths"].items():
        for method in sorted(METHODS & item.keys()):
            yield f"{method.upper()} {path}", item[method]


def pointed(node: Any, pointer: str = "#") -> Iterator[tuple[str, Any]]:
    """Yield every mapping of the document with the pointer to it; examples themselves are not searched."""
    if isinstance(node, dict):
        yield pointer, node
        for key, value in node.items():
            if key not in {"example", "examples"}:
                yield from pointed(value, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from pointed(value, f"{pointer}/{index}")


def examples() -> Iterator[tuple[str, Any]]:
    """Yield the pointer of a schema and one value that is said to fit it."""
    for pointer, node in pointed(DOCUMENT):
        if isinstance(node.get("examples"), list):
            yield from ((pointer, value) for value in node["examples"])
        if "example" in node and "schema" in node:
            yield f"{pointer}/schema", node["example"]


def validator(pointer: str) -> Draft202012Validator:
    """Return a validator of the schema at ``pointer`` of the document."""
    registry: Registry[Any] = Registry().with_resource(
        "urn:desk", Resource.from_contents(DOCUMENT, default_specification=DRAFT202012)
    )
    schema = {"$ref": f"urn:desk{pointer}"}
    return Draft202012Validator(schema, registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER)


def test_document_is_openapi() -> None:
    """A document that the tools of vendors refuse is worth nothing to them."""
    validate(DOCUMENT)


def test_every_example_fits_its_schema() -> None:
    """Readers copy the examples first; a false one costs each of them an hour."""
    found = list(examples())
    assert len(found) > 40
    wrong = [(pointer, error.message) for pointer, value in found for error in validator(pointer).iter_errors(value)]
    assert wrong == []


def test_operations_are_those_of_the_design() -> None:
    """An operation that is renamed or lost breaks links, faults and journals that name it."""
    assert {operation["operationId"]: route for route, operation in operations()} == OPERATIONS


def test_every_event_type_has_a_payload_schema() -> None:
    """A type without a schema would let any frame of it pass."""
    branches = DOCUMENT["components"]["schemas"]["Event"]["oneOf"]
    payloads = {branch["properties"]["type"]["const"]: branch["properties"]["data"] for branch in branches}
    assert payloads.keys() == EVENT_TYPES
    for event_type, reference in payloads.items():
        name = "".join(word.capitalize() for word in event_type.replace(".", "_").split("_"))
        assert reference == {"$ref": f"#/components/schemas/Event{name}"}
        assert resolve(reference)["examples"]


@pytest.mark.parametrize(("route", "operation"), list(operations()))
def test_operation_is_described_for_a_vendor(route: str, operation: dict[str, Any]) -> None:
    """A vendor decides by level and description what to build first."""
    assert operation["summary"].endswith(".")
    assert operation["description"]
    assert operation["x-level"] in {"core", "must have", "nice to have", "optional"}
    assert "security" in operation
    if "{conversation_id}" in route:
        assert {"401", "403", "404"} <= operation["responses"].keys()


def problems() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield route, status and response of every documented problem."""
    for route, operation in operations():
        for status, response in operation["responses"].items():
            if status >= "400":
                yield route, status, resolve(response)


def test_every_problem_names_its_shape_status_and_codes() -> None:
    """ERR-07 is judged by these schemas: one missing or at the wrong status judges nothing, or the wrong thing."""
    for route, status, response in problems():
        assert list(response["content"]) == ["application/problem+json"], route
        name = response["content"]["application/problem+json"]["schema"]["$ref"].rsplit("/", 1)[1]
        schema = DOCUMENT["components"]["schemas"][name]
        assert schema["$ref"] == "#/components/schemas/Problem"
        assert schema["properties"]["status"] == {"const": int(status)}
        for code in schema["properties"]["code"]["enum"]:
            assert f"`{code}`" in response["description"] or code == "not_found", (route, status)


def test_links_let_a_generated_walk_reach_every_conversation_operation() -> None:
    """Stateful tests follow links only: what no link reaches is never tried on a real conversation."""
    reached = set()
    for _, operation in operations():
        for response in operation["responses"].values():
            reached |= {resolve(link)["operationId"] for link in resolve(response).get("links", {}).values()}
    assert reached == {name for name, route in OPERATIONS.items() if "{" in route} | {"startChat"}


def test_stream_extension_names_the_close_codes() -> None:
    """OpenAPI cannot describe a WebSocket, so tools read the extension."""
    stream = DOCUMENT["paths"]["/v1/conversations/{conversation_id}/stream"]["get"]
    assert set(stream["x-websocket"]["close_codes"]) == {"1000", "1012", "4401", "4404", "4408"}
    assert set(stream["responses"]) >= {"101", "401", "403", "404", "410", "426"}
