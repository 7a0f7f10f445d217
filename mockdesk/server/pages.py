"""What a person finds with a browser: a plain index, the contract, and whether the server is well."""

from __future__ import annotations

from flask import Flask, Response, request

from mockdesk.server import documents
from mockdesk.server.operations import answer

INDEX = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>mockdesk</title></head><body>
<h1>mockdesk</h1>
<p>A mock service desk. This desk's address is <code>{base}</code>.</p>
<ul>
<li><a href="{base}/openapi.yaml">openapi.yaml</a>: the desk API, under <code>{base}/v1</code></li>
<li><a href="{base}/_mock">_mock</a>: the control API (agents, scripts, clock, faults, journal),
described by <a href="{base}/_mock/openapi.yaml">its own document</a></li>
<li><a href="{base}/_mock/conversations">conversations</a>, <a href="{base}/_mock/journal">journal</a>,
<a href="{base}/_mock/scripts">scripts</a>, <a href="{base}/_mock/clock">clock</a></li>
<li><a href="{base}/healthz">healthz</a></li>
</ul></body></html>
"""


def add_pages(app: Flask) -> None:
    """Add the routes."""
    app.add_url_rule("/", "index", _index)
    app.add_url_rule("/openapi.yaml", "openapi", _openapi)
    app.add_url_rule("/healthz", "healthz", _healthz)


def _index() -> Response:
    base = request.root_url.rstrip("/").replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return Response(INDEX.replace("{base}", base), content_type="text/html; charset=utf-8")


def _openapi() -> Response:
    return documents.yaml_answer(documents.desk_openapi())


def _healthz() -> Response:
    return answer({"status": "ok"})
