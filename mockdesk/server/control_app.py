"""The Flask application of the control API. It is made at the first request for it: its routes take long to compile."""

from __future__ import annotations

from functools import cache

from flask import Flask

from mockdesk.server.control_http import add_control
from mockdesk.server.desks_http import add_desks
from mockdesk.server.error_answers import answer_errors
from mockdesk.server.flask_app import DeskFlask
from mockdesk.server.looking_http import add_looking


@cache
def create_control_app() -> Flask:
    """Return the application. It belongs to no server: which desk it serves is in each request's environment."""
    app = DeskFlask("mockdesk.control")
    app.url_map.strict_slashes = False
    add_control(app)
    add_looking(app)
    add_desks(app)
    answer_errors(app)
    return app
