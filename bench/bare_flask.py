"""``python -m bench.bare_flask PORT``: the smallest Flask app that makes something, to hold our own start against."""

from __future__ import annotations

import logging
import sys
from uuid import uuid4

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue


def make_app() -> Flask:
    """Return an app with one dict as its store."""
    app = Flask(__name__)
    store: dict[str, dict[str, object]] = {}

    @app.get("/healthz")
    def health() -> ResponseReturnValue:
        return jsonify(status="ok")

    @app.post("/conversations")
    def create() -> ResponseReturnValue:
        made = {"id": str(uuid4()), "status": "open", "subject": request.get_json().get("subject")}
        store[str(made["id"])] = made
        return jsonify(made), 201

    return app


if __name__ == "__main__":
    logging.getLogger("werkzeug").disabled = True
    make_app().run("127.0.0.1", int(sys.argv[1]), threaded=True)
