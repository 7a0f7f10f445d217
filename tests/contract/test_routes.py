"""The routes of the mock and the document agree."""

from __future__ import annotations

import re

from contracts.desk import contract
from mockdesk.server.desk_app import create_app
from mockdesk.server.slowness import StreamLimits


def test_routes_are_those_of_the_document() -> None:
    """A route only in the code is a feature no vendor can have; one only in the document is a broken promise."""
    served = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in create_app(StreamLimits()).url_map.iter_rules()
        if rule.rule.startswith("/v1")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert served == {(operation.method, operation.path) for operation in contract.load().operations.values()}
