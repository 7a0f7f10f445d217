"""WebSocket routes of a Flask application."""

from __future__ import annotations

from flask import Flask
from flask.typing import ResponseReturnValue

from mockdesk.server.slowness import StreamLimits


def add_socket_route(app: Flask, path: str, endpoint: str, limits: StreamLimits) -> None:
    """Add a route whose handshakes ``handshake.guard`` has let pass when its view is called.

    What speaks the protocol is loaded at the first of them: it would be a tenth of the mock's start.
    """

    def view(**named: object) -> ResponseReturnValue:
        from mockdesk.server.websocket import answer_handshake

        return answer_handshake(limits)

    app.add_url_rule(path, endpoint, view, websocket=True)
