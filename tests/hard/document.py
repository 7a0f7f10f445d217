"""The operations of an API's document, walked, so that a new one is covered by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

METHODS = ("get", "put", "post", "delete", "patch", "head")


@dataclass(frozen=True)
class Operation:
    """One operation; ``path`` is a template, ``body`` says whether it takes JSON or multipart, ``None``: none."""

    name: str
    method: str
    path: str
    body: str | None

    @property
    def template(self) -> tuple[str, str]:
        """Method and path."""
        return self.method, self.path


@cache
def desk_document() -> Mapping[str, Any]:
    """Return openapi.yaml, as the package brings it."""
    found: Mapping[str, Any] = yaml.safe_load(files("mockdesk").joinpath("openapi.yaml").read_text("utf-8"))
    return found


@cache
def control_document() -> Mapping[str, Any]:
    """Return the document of the control API."""
    found: Mapping[str, Any] = yaml.safe_load(
        files("mockdesk.server").joinpath("control.openapi.yaml").read_text("utf-8")
    )
    return found


def operations(document: Mapping[str, Any]) -> list[Operation]:
    """Return every operation of a document, in its order."""
    return [
        Operation(one["operationId"], method.upper(), path, _kind(one))
        for path, item in document["paths"].items()
        for method, one in item.items()
        if method in METHODS
    ]


def _kind(operation: Mapping[str, Any]) -> str | None:
    return next(iter(operation.get("requestBody", {}).get("content", {})), None)
