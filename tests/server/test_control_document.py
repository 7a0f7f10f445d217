"""The document of the control API, its refusals, and that both agree with the routes."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from mockdesk.core.actions import ACTION_NAMES
from mockdesk.core.faults import REQUEST_KINDS, STREAM_KINDS
from mockdesk.core.journal import JOURNAL_KINDS
from mockdesk.server.control_app import create_control_app
from mockdesk.server.documents import control_openapi
from tests.server.support import Desk, User, problem, receive, session


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/clock/advance", {"seconds": "1"}),
        ("POST", "/clock/advance", {"minutes": 1}),
        ("PUT", "/clock", {"speed": -1}),
        ("PUT", "/clock", {}),
        ("POST", "/wait", {"match": []}),
        ("POST", "/wait", {"match": {}, "count": 0}),
        ("POST", "/release", {"count": 0}),
        ("POST", "/faults", {"kind": "status", "status": 99}),
        ("POST", "/script/signals", {}),
        ("GET", "/journal?after=x", None),
        ("GET", "/journal?kind=requests", None),
    ],
)
def test_wrong_control_requests(desk: Desk, method: str, path: str, body: Any) -> None:
    """The control API is as strict and as clear as the desk's."""
    told = problem(session().request(method, f"{desk.url}/_mock{path}", json=body), 422, "invalid_request")
    assert told["errors"]


def test_control_of_what_is_not_json(desk: Desk) -> None:
    """Also here nothing is a 500."""
    url, typed = f"{desk.url}/_mock/faults", {"Content-Type": "application/json"}
    problem(session().post(url, data=b"{", headers=typed), 400, "malformed_json")
    problem(session().post(url, data=b"{}"), 415, "unsupported_media_type")
    problem(session().post(url, data=b"[]", headers=typed), 422, "invalid_request")
    problem(session().post(url, data=b'{"kind":' * 40 + b"1" + b"}" * 40, headers=typed), 422, "invalid_request")
    problem(session().post(url, data=b'{"kind": "\\ud800"}', headers=typed), 422, "invalid_request")
    problem(session().get(f"{desk.url}/_mock/nothing"), 404, "not_found")
    problem(session().post(f"{desk.url}/_mock/census"), 405, "method_not_allowed")


def test_the_document_and_the_routes_agree() -> None:
    """A route that nobody can read about, or a described one that is not there, would both mislead."""
    document = yaml.safe_load(control_openapi())
    described = {
        (method.upper(), path)
        for path, operations in document["paths"].items()
        for method in operations
        if method != "parameters"
    }
    served = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in create_control_app().url_map.iter_rules()
        if rule.rule.startswith("/_mock")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert described == served


def test_the_documents_lists_are_the_cores() -> None:
    """Lists that are written twice drift apart."""
    schemas = yaml.safe_load(control_openapi())["components"]["schemas"]
    assert schemas["Action"]["properties"]["action"]["enum"] == list(ACTION_NAMES)
    assert schemas["Fault"]["properties"]["kind"]["enum"] == [*REQUEST_KINDS, *STREAM_KINDS]
    assert schemas["JournalEntry"]["properties"]["kind"]["enum"] == list(JOURNAL_KINDS)


def test_the_document_is_openapi() -> None:
    """Generators must be able to read it."""
    from openapi_spec_validator import validate

    validate(yaml.safe_load(control_openapi()))


def test_answers_fit_the_document(desk: Desk) -> None:
    """What is promised about answers is checked on answers."""
    from jsonschema import Draft202012Validator

    document = yaml.safe_load(control_openapi())
    user: User = desk.start()
    desk.control.inject({"kind": "status", "count": None, "operation": "endChat"})
    with user.stream() as stream:
        receive(stream)
        for path in ("", "/conversations", "/agents", "/queues", "/scripts", "/script", "/clock", "/faults", "/census"):
            schema = document["paths"][f"/_mock{path}"]["get"]["responses"]["200"]
            if "$ref" in schema:
                schema = document["components"]["responses"][schema["$ref"].rpartition("/")[2]]
            wanted = {**schema["content"]["application/json"]["schema"], "components": document["components"]}
            Draft202012Validator(wanted).validate(session().get(f"{desk.url}/_mock{path}").json())
        wanted = document["paths"]["/_mock/journal"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        journal = session().get(f"{desk.url}/_mock/journal").json()
        Draft202012Validator({**wanted, "components": document["components"]}).validate(journal)
