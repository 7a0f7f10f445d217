"""What holds for every document: reading never breaks, and how an API is written down does not matter."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.assess.judge import assess
from contracts.assess.problems import BadInput
from contracts.assess.reading import document_of
from contracts.assess.source import read_text
from tests.suite.assess.rewriting import renamed, shuffled, written_out
from tests.suite.assess.support import assess_data, load, path_of, verdicts

NAMES = ("guest_chat", "polling_desk", "conversations_rest", "salon_desk", "tickets", "mail")
LOADED = {name: load(name) for name in NAMES}
WRITTEN = {name: path_of(name).read_text(encoding="utf-8") for name in NAMES}
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["#", "#/", "#/paths"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["$ref", "type", "properties", "items", "allOf", "enum", "x"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def outcome(text: str) -> dict[str, str] | None:
    """Return the verdicts on a text, ``None`` when it is refused; whatever else is raised is a defect."""
    refused = ""
    try:
        return verdicts(assess(document_of(read_text(text, "mutated.yaml"))))
    except BadInput as error:
        refused = str(error)
    assert "\n" not in refused
    assert refused.startswith("mutated.yaml")
    return None


def mutated(document: Any, data: st.DataObject) -> Any:
    """Return the document with a value somewhere in it replaced, or taken out."""
    document = copy.deepcopy(document)
    here = document
    while True:
        keys = list(here) if isinstance(here, dict) else list(range(len(here)))
        if not keys:
            return document
        key = data.draw(st.sampled_from(keys), label="key")
        inner = here[key]
        if isinstance(inner, dict | list) and inner and data.draw(st.integers(0, 3), label="deeper") > 0:
            here = inner
            continue
        if data.draw(st.booleans(), label="take out"):
            del here[key]
        else:
            here[key] = data.draw(VALUES, label="value")
        return document


@FEW
@given(name=st.sampled_from(NAMES), data=st.data())
def test_a_document_with_wrong_values_is_read_or_refused(name: str, data: st.DataObject) -> None:
    """Documents in the wild are not valid; a stack trace helps nobody, and most of such a document can be read."""
    document = LOADED[name]
    for _ in range(data.draw(st.integers(1, 4), label="mutations")):
        document = mutated(document, data)
    outcome(json.dumps(document))


@FEW
@given(name=st.sampled_from(NAMES), data=st.data())
def test_a_text_with_wrong_characters_is_read_or_refused(name: str, data: st.DataObject) -> None:
    """A text cut off or mistyped anywhere is refused with its line, or still is a document."""
    text = WRITTEN[name]
    start = data.draw(st.integers(0, len(text)), label="start")
    length = data.draw(st.integers(0, 40), label="length")
    text = text[:start] + data.draw(st.text(max_size=10), label="instead") + text[start + length :]
    outcome(text.encode("utf-8", "replace").decode("utf-8"))


@FEW
@given(text=st.text(max_size=200) | st.text(alphabet="{}[]&*a:,- \n\t\"'<!|>0#$", max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing that is given can break the reader."""
    outcome(text.encode("utf-8", "replace").decode("utf-8"))


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_names_order_and_references_do_not_matter(name: str, seed: int) -> None:
    """A component's name, the order of paths and fields, and whether a schema is referred to are the writer's taste."""
    expected = verdicts(assess_data(LOADED[name]))
    assert verdicts(assess_data(renamed(LOADED[name], seed))) == expected
    assert verdicts(assess_data(shuffled(LOADED[name], seed))) == expected
    assert verdicts(assess_data(written_out(LOADED[name], random.Random(seed)))) == expected


@settings(max_examples=15, deadline=None)
@given(name=st.sampled_from(NAMES), seed=st.integers(0, 10_000))
def test_yaml_and_json_are_read_alike(name: str, seed: int) -> None:
    """The same document is the same in both languages, with aliases too."""
    document = shuffled(LOADED[name], seed)
    as_yaml = yaml.safe_dump(document, sort_keys=False, default_flow_style=bool(seed % 2))
    assert read_text(as_yaml, "a").data == read_text(json.dumps(document), "b").data
