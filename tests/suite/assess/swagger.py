"""OpenAPI 3 documents as Swagger 2, so that what is found does not hang on the version."""

from __future__ import annotations

import copy
from typing import Any

PLACES = {"schemas": "definitions", "parameters": "parameters", "responses": "responses"}


def as_swagger(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document of OpenAPI 3 in Swagger 2: bodies are parameters, schemas are definitions."""
    document = _references(copy.deepcopy(document))
    components = document.get("components", {})
    paths = {path: _item(item) for path, item in document["paths"].items()}
    found = {new: components[old] for old, new in PLACES.items() if old in components}
    found["responses"] = {name: _answer(one) for name, one in found.get("responses", {}).items()}
    found["parameters"] = {name: _parameter(one) for name, one in found.get("parameters", {}).items()}
    return {"swagger": "2.0", "info": document["info"], "paths": paths, **found}


def _item(item: dict[str, Any]) -> dict[str, Any]:
    return {key: _operation(value) if isinstance(value, dict) else _parameters(value) for key, value in item.items()}


def _parameters(value: Any) -> Any:
    return [_parameter(one) for one in value] if isinstance(value, list) else value


def _parameter(one: dict[str, Any]) -> dict[str, Any]:
    return {**{key: value for key, value in one.items() if key != "schema"}, **one.get("schema", {})}


def _operation(value: dict[str, Any]) -> dict[str, Any]:
    operation = {key: inner for key, inner in value.items() if key not in ("requestBody", "callbacks")}
    operation["parameters"] = _parameters(value.get("parameters", []))
    for media, content in value.get("requestBody", {}).get("content", {}).items():
        operation["consumes"] = [media]
        operation["parameters"] += _body(media, content.get("schema", {}))
    operation["responses"] = {status: _answer(one) for status, one in value.get("responses", {}).items()}
    media = [name for one in value.get("responses", {}).values() for name in one.get("content", {})]
    return {**operation, "produces": media} if media else operation


def _body(media: str, schema: dict[str, Any]) -> list[dict[str, Any]]:
    if "form" not in media or "properties" not in schema:
        return [{"in": "body", "name": "body", "schema": schema}]
    return [{"in": "formData", "name": name, **one} for name, one in schema["properties"].items()]


def _answer(one: dict[str, Any]) -> dict[str, Any]:
    schemas = [content["schema"] for content in one.get("content", {}).values() if "schema" in content]
    rest = {key: value for key, value in one.items() if key != "content"}
    return {**rest, "schema": schemas[0]} if schemas else rest


def _references(value: Any) -> Any:
    if isinstance(value, list):
        return [_references(one) for one in value]
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("$ref"), str):
        _, _, kind, name = value["$ref"].split("/", 3)
        return {"$ref": f"#/{PLACES.get(kind, kind)}/{name}"}
    return {key: _references(one) for key, one in value.items()}
