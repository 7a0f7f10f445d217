"""The checker with whatever data: it never raises, and what it lets through can be loaded."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mockdesk.scripts import builtin_names, builtin_text, check_text, parse_script

WORDS = st.sampled_from(
    re.findall(
        r"\S+",
        "name rules agents on steps say wait join end message idle started ada id text agent fault kind eof repeat "
        "times transfer to_agent typing seconds signal matches nth ( {x} {text}",
    )
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(
    rules=st.lists(VALUES | st.fixed_dictionaries({"on": VALUES, "steps": st.lists(VALUES, max_size=3)}), max_size=3)
)
def test_nothing_that_passes_the_check_fails_to_load(rules: list[Any]) -> None:
    """Checker and loader are one: no data makes the checker raise, and what it lets through can be built."""
    text = json.dumps({"name": "x", "agents": [{"id": "ada"}], "rules": rules})
    if not check_text(text):
        parse_script(text)


@settings(deadline=None)
@given(name=st.sampled_from(builtin_names()), data=st.data())
def test_a_damaged_script_never_raises_anything_else(name: str, data: st.DataObject) -> None:
    """Half-typed files are what an editor and --watch see all day."""
    text = builtin_text(name)
    start = data.draw(st.integers(0, len(text) - 1))
    damaged = text[:start] + data.draw(st.text(max_size=3)) + text[start + data.draw(st.integers(0, 20)) :]
    for mistake in check_text(damaged):
        assert mistake.line >= 1
        assert mistake.describe("f").count("\n") == 0
