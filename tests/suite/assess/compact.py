"""OpenAPI documents from a few lines, for APIs of which only names and fields matter.

A line is ``METHOD path | operationId | summary | request fields | fields of the answer | query parameters``; what
stands at the end may be left out. A field is ``name``, ``name:type``, ``name=a,b`` (an enumeration), ``outer.name`` or
``items[].name``. An answer ``@media/type`` is of that media type.
"""

from __future__ import annotations

import re
from typing import Any


def api(text: str, title: str = "An API") -> dict[str, Any]:
    """Return the OpenAPI 3.0 document that the lines describe."""
    paths: dict[str, Any] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        name, operation_id, summary, request, answer, query = (*(part.strip() for part in line.split("|")), *[""] * 6)[
            :6
        ]
        method, _, path = name.partition(" ")
        parameters = [{"name": one, "in": "path", "required": True} for one in re.findall(r"{(\w+)}", path)]
        parameters += [{"name": one, "in": "query"} for one in query.split()]
        operation: dict[str, Any] = {
            "operationId": operation_id,
            "summary": summary,
            "parameters": [{**one, "schema": {"type": "string"}} for one in parameters],
            "responses": {"200": {"description": "OK", **_content(answer)}},
        }
        if request:
            operation["requestBody"] = _content(request)
        paths.setdefault(path, {})[method.lower()] = operation
    return {"openapi": "3.0.3", "info": {"title": title, "version": "1"}, "paths": paths}


def _content(fields: str) -> dict[str, Any]:
    if not fields:
        return {}
    names = fields.split()
    media = names.pop(0)[1:] if names[0].startswith("@") else "application/json"
    return {"content": {media: {"schema": schema(names)}}}


def schema(names: list[str]) -> dict[str, Any]:
    """Return the schema of an object with these fields."""
    root: dict[str, Any] = {"type": "object", "properties": {}}
    for name in names:
        here = root
        path, _, values = name.partition("=")
        path, _, kind = path.partition(":")
        parts = path.split(".")
        for part in parts[:-1]:
            here = _inner(here, part)
        leaf: dict[str, Any] = {"type": kind or "string"}
        if values:
            leaf["enum"] = values.split(",")
        here["properties"][parts[-1].removesuffix("[]")] = (
            {"type": "array", "items": leaf} if parts[-1].endswith("[]") else leaf
        )
    return root


def _inner(here: dict[str, Any], part: str) -> dict[str, Any]:
    found = here["properties"].setdefault(
        part.removesuffix("[]"),
        {"type": "array", "items": {"type": "object", "properties": {}}}
        if part.endswith("[]")
        else {"type": "object", "properties": {}},
    )
    inner: dict[str, Any] = found["items"] if found["type"] == "array" else found
    return inner
