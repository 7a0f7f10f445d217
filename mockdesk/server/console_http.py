"""The agent console: one page for each desk, and the plain modules and the style that it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from html import escape
from importlib.resources import files
from types import MappingProxyType

from flask import Flask, request
from werkzeug.wrappers import Response

from mockdesk.core.errors import NotFound
from mockdesk.server import problems

CONSOLE_PATH = "/console"
_CONTENT_TYPES: Mapping[str, str] = MappingProxyType({"js": "text/javascript", "css": "text/css"})

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
)
"""No script or style but the files of this server, nothing from elsewhere, and no page of another origin around it."""


def add_console(app: Flask) -> None:
    """Add the routes. They are below each desk's path, as everything of a desk."""
    app.add_url_rule(CONSOLE_PATH, "console", _page)
    app.add_url_rule(f"{CONSOLE_PATH}/<name>", "console.file", _file)


def _page() -> Response:
    base = escape(request.root_path.rstrip("/"), quote=True)
    return _hardened(Response(_read("page.html").replace("{base}", base), content_type="text/html; charset=utf-8"))


def _file(name: str) -> Response:
    stem, _, suffix = name.rpartition(".")
    if suffix not in _CONTENT_TYPES or not stem.isidentifier():
        return problems.problem(NotFound("the console has no such file"))
    try:
        text = _read(name)
    except FileNotFoundError:
        return problems.problem(NotFound("the console has no such file"))
    return _hardened(Response(text, content_type=f"{_CONTENT_TYPES[suffix]}; charset=utf-8"))


def _hardened(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-cache"
    return response


@cache
def _read(name: str) -> str:
    return files("mockdesk").joinpath("console", name).read_text(encoding="utf-8")
