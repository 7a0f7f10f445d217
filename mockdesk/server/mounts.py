"""Which shape of API a request is for: by its path (``/poll/...``), by its host, or because a shape is at the root."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockdesk.core.settings import DeskSettings
from mockdesk.dialects.registry import CANONICAL
from mockdesk.dialects.seam import Dialect

DIALECT_KEY = "mockdesk.dialect"
"""The dialect's name in the WSGI environment; absent for openapi.yaml's own shape and the mock's pages."""

OURS = ("/_mock", "/console", "/widget", "/healthz", "/readyz")
"""Paths of the mock itself, wherever a dialect is mounted."""


def mount(environ: dict[str, Any], settings: DeskSettings, dialects: Mapping[str, Dialect]) -> str | None:
    """Find the dialect of a request, move its prefix from the path to the script's name, and return its name.

    ``None``: the request is for openapi.yaml's own shape, or for the mock itself.
    """
    path: str = environ["PATH_INFO"]
    head, _, _ = path.lstrip("/").partition("/")
    if head == CANONICAL:
        _move(environ, head)
        return None
    if head in dialects and serves(settings, head):
        _move(environ, head)
        name: str | None = head
    else:
        name = _of_host(environ, settings, dialects) or _of_root(path, settings.root_dialect)
    if name is not None:
        environ[DIALECT_KEY] = name
    return name


def serves(settings: DeskSettings, name: str) -> bool:
    """Tell whether a desk shows itself in this shape."""
    return not settings.dialects or name in (*settings.dialects, settings.root_dialect)


def _of_host(environ: Mapping[str, Any], settings: DeskSettings, dialects: Mapping[str, Dialect]) -> str | None:
    host = str(environ.get("HTTP_HOST", "")).partition(":")[0].lower()
    for name, dialect in dialects.items():
        if host in dialect.hosts and serves(settings, name):
            return name
    return None


def _of_root(path: str, root: str) -> str | None:
    if root == CANONICAL or any(path == own or path.startswith(f"{own}/") for own in OURS):
        return None
    return root


def _move(environ: dict[str, Any], head: str) -> None:
    environ["SCRIPT_NAME"] += f"/{head}"
    environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix(f"/{head}") or "/"
