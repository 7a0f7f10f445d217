"""openapi.yaml as the desk's judge: which operations there are, and whether an answer or a frame is as described.

The document is read from the top of the checkout in an editable install, else from the package
(``contracts/openapi.yaml``). Every judgement is a list of :class:`Violation`, empty when all is well.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

METHODS = ("get", "put", "post", "delete", "patch")
PROBLEM = "application/problem+json"
FAULT_CODE = "injected_fault"
"""The problem code of a fault that a driver injected: such an answer is judged as a problem, not by its operation."""


@dataclass(frozen=True)
class Violation:
    """One way in which something differs from the contract: where (a JSON pointer into it) and what."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where or '/'}: {self.what}"


@dataclass(frozen=True)
class Operation:
    """One operation of the contract. ``security`` names the schemes that may authorize it; empty: none is needed."""

    id: str
    method: str
    path: str
    level: str
    security: tuple[str, ...]
    responses: Mapping[str, Mapping[str, Any]]

    @property
    def of_conversation(self) -> bool:
        """Tell whether a conversation's token opens it."""
        return "conversationToken" in self.security


def document_path() -> Path:
    """Return where openapi.yaml stands.

    Raises:
        FileNotFoundError: neither the checkout nor the package has one: the installation is broken.
    """
    places = (
        Path(__file__).resolve().parents[2] / "openapi.yaml",
        Path(str(resources.files("contracts"))) / "openapi.yaml",
    )
    for place in places:
        if place.is_file():
            return place
    raise FileNotFoundError("openapi.yaml is neither at the top of the checkout nor in the package contracts")


@cache
def load() -> Contract:
    """Return the contract that ships with the suite."""
    return Contract(yaml.safe_load(document_path().read_text(encoding="utf-8")))


class Contract:
    """The operations and schemas of one OpenAPI 3.1 document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        contents = Resource.from_contents(dict(document), default_specification=DRAFT202012)
        self._registry: Registry[Any] = Registry().with_resource("urn:contract", contents)
        self._validators: dict[str, Draft202012Validator] = {}
        self.operations: Mapping[str, Operation] = {operation.id: operation for operation in self._read_operations()}

    def _read_operations(self) -> list[Operation]:
        return [
            Operation(
                id=node["operationId"],
                method=method.upper(),
                path=path,
                level=node.get("x-level", ""),
                security=tuple(name for choice in node.get("security", ()) for name in choice),
                responses={status: self.resolve(response) for status, response in node["responses"].items()},
            )
            for path, item in self.document["paths"].items()
            for method, node in item.items()
            if method in METHODS
        ]

    def resolve(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        """Follow local references from ``node``."""
        while "$ref" in node:
            target: Any = self.document
            for key in str(node["$ref"]).removeprefix("#/").split("/"):
                target = target[key.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    @property
    def event_types(self) -> Mapping[str, str]:
        """The type of each event, with the name of its payload's schema."""
        branches = self.document["components"]["schemas"]["Event"]["oneOf"]
        return {
            branch["properties"]["type"]["const"]: str(branch["properties"]["data"]["$ref"]).rsplit("/", 1)[-1]
            for branch in branches
        }

    def check(self, schema: str, value: Any) -> list[Violation]:
        """Judge a value by a schema of ``components/schemas``."""
        return _violations(self._validator({"$ref": f"urn:contract#/components/schemas/{schema}"}, schema), value)

    def check_event(self, frame: Any) -> list[Violation]:
        """Judge one event envelope, as a stream's frame or as an item of a batch. Violations name the payload's field,
        not the whole alternative."""
        if not isinstance(frame, Mapping):
            return [Violation("", f"an event is a JSON object, not {frame!r}")]
        payload = self.event_types.get(str(frame.get("type")))
        if payload is None:
            return [Violation("/type", f"there is no event type {frame.get('type')!r}")]
        envelope = {
            key: value for key, value in self.document["components"]["schemas"]["Event"].items() if key != "oneOf"
        }
        found = _violations(self._validator(_absolute(envelope), "event envelope"), frame)
        inner = self.check(payload, frame.get("data")) if "data" in frame else []
        return found + [Violation(f"/data{violation.where}", violation.what) for violation in inner]

    def check_response(self, operation: str, status: int, headers: Mapping[str, str], body: Any) -> list[Violation]:
        """Judge an answer: that the status is described, content type, required headers, body.

        ``body`` is parsed JSON where the content type says JSON, else text; names of headers in any case.
        """
        if isinstance(body, Mapping) and body.get("code") == FAULT_CODE:
            return self.check("Problem", body)
        response = self.operations[operation].responses.get(str(status))
        if response is None:
            return [Violation("/status", f"{operation} has no answer {status} in the contract")]
        low = {name.lower(): value for name, value in headers.items()}
        return self._check_headers(response, low) + self._check_body(response, low.get("content-type", ""), body)

    def _check_headers(self, response: Mapping[str, Any], headers: Mapping[str, str]) -> list[Violation]:
        found = []
        for name, described in response.get("headers", {}).items():
            header = self.resolve(described)
            value = headers.get(name.lower())
            if value is None and header.get("required"):
                found.append(Violation(f"/headers/{name}", "is required"))
            elif value is not None:
                broken = _violations(self._validator(_absolute(header["schema"]), f"header {name} {header}"), value)
                found += [Violation(f"/headers/{name}", violation.what) for violation in broken]
        return found

    def _check_body(self, response: Mapping[str, Any], content_type: str, body: Any) -> list[Violation]:
        content = response.get("content", {})
        if not content:
            return (
                [] if body in (None, "") else [Violation("", f"the answer has no body in the contract, but {body!r}")]
            )
        media = content_type.partition(";")[0].strip().lower()
        described = next((name for name in content if fnmatch.fnmatchcase(media, name)), None)
        if described is None:
            return [Violation("/headers/Content-Type", f"is {content_type!r}, not one of {', '.join(content)}")]
        if not described.endswith("json"):
            return []
        schema = content[described]["schema"]
        if schema.get("$ref") == "#/components/schemas/EventBatch":
            return self._check_batch(body)
        return _violations(self._validator(_absolute(schema), str(schema)), body)

    def _check_batch(self, body: Any) -> list[Violation]:
        """Judge a batch of events, each event by its own type."""
        if not isinstance(body, Mapping) or not isinstance(body.get("events"), list):
            return self.check("EventBatch", body)
        found = self.check("EventBatch", {**body, "events": []})
        for index, event in enumerate(body["events"]):
            found += [Violation(f"/events/{index}{each.where}", each.what) for each in self.check_event(event)]
        return found

    def _validator(self, schema: Mapping[str, Any], key: str) -> Draft202012Validator:
        if key not in self._validators:
            self._validators[key] = Draft202012Validator(
                dict(schema), registry=self._registry, format_checker=Draft202012Validator.FORMAT_CHECKER
            )
        return self._validators[key]


def _absolute(node: Any) -> Any:
    """Return a schema whose local references lead into the document."""
    if isinstance(node, Mapping):
        return {key: _reference(value) if key == "$ref" else _absolute(value) for key, value in node.items()}
    return [_absolute(item) for item in node] if isinstance(node, list) else node


def _reference(target: str) -> str:
    return f"urn:contract{target}" if target.startswith("#") else target


def _violations(validator: Draft202012Validator, value: Any) -> list[Violation]:
    errors = sorted(validator.iter_errors(value), key=lambda error: list(map(str, error.absolute_path)))
    return [Violation(_pointer(error), error.message[:300]) for error in errors]


def _pointer(error: ValidationError) -> str:
    parts = (str(part).replace("~", "~0").replace("/", "~1") for part in error.absolute_path)
    return "".join(f"/{part}" for part in parts)
