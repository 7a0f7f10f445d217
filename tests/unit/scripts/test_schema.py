"""The JSON Schema is published: it must be one, and must agree with what the desk and the templates know."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mockdesk.core.actions import ACTION_NAMES
from mockdesk.core.errors import InvalidRequest
from mockdesk.core.events import EVENT_TYPES
from mockdesk.core.faults import REQUEST_KINDS, STREAM_KINDS, Fault
from mockdesk.core.script_template import FIELDS, Template, TemplateMistake
from mockdesk.scripts import builtin_names, builtin_text, script_schema
from mockdesk.scripts.nodes import read_document

DEFINITIONS: dict[str, Any] = script_schema()["$defs"]
FAULT = DEFINITIONS["fault"]["properties"]


def test_it_is_a_schema_of_draft_2020_12() -> None:
    """Editors refuse a schema that is none."""
    jsonschema.Draft202012Validator.check_schema(script_schema())
    assert script_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_it_is_a_file_of_the_package() -> None:
    """Editors are pointed at the file, so it must be shipped with the package."""
    assert files("mockdesk.scripts").joinpath("script.schema.json").is_file()


@pytest.mark.parametrize("name", builtin_names())
def test_builtins_fit_it_by_themselves(name: str) -> None:
    """Who validates with the schema alone must not be told of mistakes in the scripts that we ship."""
    jsonschema.validate(read_document(builtin_text(name)).data, script_schema())


def test_every_step_that_is_an_action_is_known_to_the_desk() -> None:
    """A step of the schema that the desk cannot do would pass the check and fail in play."""
    others = {"wait", "fault", "repeat", "availability"}
    assert set(DEFINITIONS["step"]["properties"]) - others <= set(ACTION_NAMES)


def test_faults_are_those_of_the_desk() -> None:
    """Kinds, event types and operations are closed vocabularies: a word that strikes nothing is a silent mistake."""
    assert set(FAULT["kind"]["enum"]) == {*REQUEST_KINDS, *STREAM_KINDS}
    assert set(FAULT["event_type"]["enum"]) == set(EVENT_TYPES)
    document = yaml.safe_load((Path(__file__).parents[3] / "openapi.yaml").read_text(encoding="utf-8"))
    operations = {
        entry["operationId"] for path in document["paths"].values() for entry in path.values() if "operationId" in entry
    }
    assert set(FAULT["operation"]["enum"]) == {"*", *operations}


@pytest.mark.parametrize("kind", [*REQUEST_KINDS, *STREAM_KINDS])
@pytest.mark.parametrize("key", sorted(set(FAULT) - {"kind"}))
def test_a_fault_fits_the_schema_where_it_fits_the_desk(kind: str, key: str) -> None:
    """The keys of each kind stand in the schema and in the desk; they must be the same."""
    samples = {
        "operation": "pollEvents",
        "event_type": "agent.left",
        "status": 503,
        "code": 1012 if kind == "close" else "x",
    }
    samples |= {"after": True, "retryable": True, "text": "x", "text_contains": "x", "probability": 0.5}
    value = samples.get(key, 2)
    fits = jsonschema.Draft202012Validator(
        {**script_schema(), "$ref": "#/$defs/fault", "required": [], "properties": {}, "additionalProperties": True}
    )
    try:
        Fault.from_dict({"kind": kind, key: value})
    except InvalidRequest:
        accepted = False
    else:
        accepted = True
    assert fits.is_valid({"kind": kind, key: value}) == accepted


def test_the_fields_of_templates_are_the_same() -> None:
    """The schema's pattern and the template parser list the same fields."""
    (listed,) = re.findall(r"\(([a-z_|]+)\)", DEFINITIONS["template"]["pattern"])
    assert set(listed.split("|")) == set(FIELDS)


@given(
    st.text(alphabet="{}ab _x") | st.lists(st.sampled_from(["{", "}", "{{", "}}", "{text}", "{x}", "a\n"])).map("".join)
)
def test_the_pattern_and_the_parser_agree(text: str) -> None:
    """A template that the schema takes must parse, and the other way round."""
    try:
        Template.parse(text)
    except TemplateMistake:
        parsed = False
    else:
        parsed = True
    assert (re.search(DEFINITIONS["template"]["pattern"], text) is not None) == parsed


@given(st.text(), st.text())
def test_what_is_put_into_a_field_is_data(before: str, value: str) -> None:
    """Whatever the user writes comes out as it went in, braces and all."""
    escaped = before.replace("{", "{{").replace("}", "}}")
    assert Template.parse(escaped + "{text}").render({**dict.fromkeys(FIELDS, ""), "text": value}) == before + value
