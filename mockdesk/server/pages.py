"""What a person finds with a browser: the widget and the console side by side, and the contract."""

from __future__ import annotations

from functools import partial
from html import escape

from flask import Flask, request
from werkzeug.wrappers import Response

from mockdesk.core.errors import NotFound
from mockdesk.dialects.registry import CANONICAL
from mockdesk.server import documents, problems
from mockdesk.server.health import HEALTH
from mockdesk.server.page_files import LIBRARY, PageFile, PageFiles, installed_files
from mockdesk.server.page_policy import frames_policy, harden, widget_policy
from mockdesk.server.served import host_of

HTML = "text/html; charset=utf-8"
FOREVER = "public, max-age=31536000, immutable"
ALWAYS_ASK = "no-cache"


def add_pages(app: Flask, page_files: PageFiles | None = None) -> None:
    """Add the routes; ``page_files`` are those of the installation unless others are given."""
    found = page_files or installed_files()
    app.add_url_rule("/", "index", lambda: _index(found))
    app.add_url_rule("/widget", "widget", lambda: _widget(found))
    app.add_url_rule("/widget/<name>", "widget.file", lambda name: _file(found, name))
    app.add_url_rule("/openapi.yaml", "openapi", _openapi)
    for path, health in HEALTH.items():
        app.add_url_rule(path, path.strip("/"), partial(health, request))


def _index(found: PageFiles) -> Response:
    return harden(_page(found.template("demo.html")), frames_policy())


def _widget(found: PageFiles) -> Response:
    missing = found.missing()
    policy = widget_policy(request.host)
    if missing:
        items = "".join(f"<li>{escape(one)}</li>" for one in missing)
        return harden(_page(found.template("missing.html").replace("{missing}", items), 503), policy)
    template = found.template("widget.html").replace("{library}", found.library_checksum()[:16])
    return harden(_page(template.replace("{desk}", escape(_desk_path()))), policy)


def _desk_path() -> str:
    """Return where the desk has the shape of openapi.yaml: below a prefix, if another shape is at the root."""
    base, root = request.root_path, host_of(request).settings.root_dialect
    return base if root == CANONICAL or base.endswith(f"/{CANONICAL}") else f"{base}/{CANONICAL}"


def _page(template: str, status: int = 200) -> Response:
    filled = template.replace("{base}", escape(request.root_path)).replace("{address}", escape(_address()))
    response = Response(filled, status, content_type=HTML)
    response.headers["Cache-Control"] = ALWAYS_ASK
    return response


def _address() -> str:
    return request.root_url.rstrip("/")


def _file(found: PageFiles, name: str) -> Response:
    file = found.find(name)
    if file is None:
        return problems.problem(NotFound(f"there is nothing at {request.path}"))
    response = _sent(file)
    is_named_by_checksum = name == LIBRARY and found.library_checksum().startswith(request.args.get("v") or "-")
    response.headers["Cache-Control"] = FOREVER if is_named_by_checksum else ALWAYS_ASK
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.make_conditional(request)
    return response


def _sent(file: PageFile) -> Response:
    is_gzip = file.is_gzip and request.accept_encodings.quality("gzip") > 0
    response = Response(file.content if is_gzip else file.plain(), content_type=file.content_type)
    response.set_etag(f"{file.digest}{'-gzip' if is_gzip else ''}")
    if file.is_gzip:
        response.headers["Vary"] = "Accept-Encoding"
    if is_gzip:
        response.headers["Content-Encoding"] = "gzip"
    return response


def _openapi() -> Response:
    return documents.yaml_answer(documents.desk_openapi())
