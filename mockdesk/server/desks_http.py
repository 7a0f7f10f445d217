"""Making and removing isolated desks over HTTP, at the server's root only."""

from __future__ import annotations

from functools import partial
from typing import Any, Protocol, cast

from flask import Flask, request
from werkzeug.wrappers import Response

from mockdesk.core.errors import NotFound
from mockdesk.server import problems
from mockdesk.server.control import DeskControl
from mockdesk.server.control_http import PREFIX, View, answered, read_fields
from mockdesk.server.desks import CLOCK_KINDS, OWN
from mockdesk.server.operations import answer
from mockdesk.server.scripting import check_remote
from mockdesk.server.served import SERVER_KEY, host_of


class DeskMaker(Protocol):
    """What is needed of the server."""

    def new_desk(self, settings: Any = None, name: str | None = None, clock: Any = None) -> DeskControl:
        """Make a desk."""

    def desk_url(self, control: DeskControl) -> str:
        """Return the base URL of a desk."""

    def desks(self) -> list[DeskControl]:
        """Return every desk."""

    def remove_desk(self, name: str) -> None:
        """Forget a desk."""

    def remove_unused_desks(self) -> list[str]:
        """Forget those that nobody has used for long."""

    def desk_expires_in(self, name: str) -> float | None:
        """Return when that happens to a desk."""


def add_desks(app: Flask) -> None:
    """Add the routes."""
    for method, path, view in SERVER_ROUTES:
        app.add_url_rule(f"{PREFIX}{path}", f"control.{view.__name__}", partial(_view, view), methods=[method])


def _view(view: View, **arguments: str) -> Response:
    if host_of(request).name != OWN:
        return problems.problem(NotFound("desks are made and removed at the server's root"))
    server = cast(DeskMaker, request.environ[SERVER_KEY])
    return answered(lambda: view(server, **arguments))


def list_desks(server: DeskMaker) -> Any:
    """Every desk of the server."""
    server.remove_unused_desks()
    return {"desks": [_desk(server, control) for control in server.desks()]}


def make_desk(server: DeskMaker) -> Response:
    """Make an isolated desk."""
    fields = read_fields(optional=True)
    name = fields.optional_text("name", 1)
    clock = None if fields.take("clock") is None else fields.choice("clock", CLOCK_KINDS, "virtual")
    settings = fields.json("settings")
    if settings is not None and not isinstance(settings, dict):
        fields.fail("settings", "must be an object")
    fields.finish("desk")
    if isinstance(settings, dict) and settings.get("script") is not None:
        check_remote(settings["script"])
    return answer(_desk(server, server.new_desk(settings, name, clock)), 201)


def remove_desk(server: DeskMaker, name: str) -> None:
    """Stop a desk and forget it."""
    server.remove_desk(name)


def _desk(server: DeskMaker, control: DeskControl) -> dict[str, Any]:
    told = {"name": control.name, "url": server.desk_url(control), "clock": control.clock()["kind"]}
    return {**told, "expires_in_seconds": server.desk_expires_in(control.name)}


SERVER_ROUTES: tuple[tuple[str, str, View], ...] = (
    ("GET", "/desks", list_desks),
    ("POST", "/desks", make_desk),
    ("DELETE", "/desks/<name>", remove_desk),
)
"""Method, path below the control API, and function of every route."""
