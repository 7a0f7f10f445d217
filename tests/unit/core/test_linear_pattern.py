"""Patterns of scripts: the same answers as Python's matcher gives, in time that grows with the text and no faster."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockdesk.core.linear_pattern import MOST_CHARACTERS, MOST_STATES, LinearPattern, PatternMistake

ONE = st.sampled_from(
    ["a", "b", "A", ".", r"\d", r"\w", r"\S", "[ab]", "[^a]", "[a-c1]", "[]a]", r"[\]x]", "é", "ß", "K", r"\.", r"\x41"]
)
PLACE = st.sampled_from(["^", "$", r"\b", r"\B", r"\A", r"\Z"])
REPEAT = st.sampled_from(["*", "+", "?", "{2}", "{0,2}", "{1,}", "{,2}", "*?", "+?", "{1,2}?"])
TEXT = st.text(alphabet="abAB1 .x]\néßſKk\u212a", max_size=12)


def larger(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return patterns made of patterns."""
    return st.one_of(
        st.tuples(parts, parts).map("".join),
        st.tuples(parts, parts).map("|".join),
        parts.map(lambda part: f"(?:{part})"),
        st.tuples(parts.map(lambda part: f"({part})"), REPEAT).map("".join),
    )


PATTERN = st.recursive(st.one_of(ONE, PLACE, st.tuples(ONE, REPEAT).map("".join)), larger, max_leaves=6)


@settings(max_examples=600, deadline=None)
@given(PATTERN, TEXT, st.booleans())
def test_it_answers_as_pythons_matcher(pattern: str, text: str, ignore_case: bool) -> None:
    """A script must mean the same as before; here short texts keep Python's matcher quick."""
    expected = re.search(pattern, text, re.IGNORECASE if ignore_case else 0) is not None
    assert LinearPattern(pattern, ignore_case=ignore_case).search(text) is expected


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("order {x", "order {x", True),
        ("a{,}b", "aaab", True),
        ("{2}a", "{2}a", True),
        (r"^(?P<word>\w+)$", "hello\n", True),
        ("", "", True),
        ("(|a)+$", "b", True),
        ("(a*)*$", "aaab", True),
        ("refund|money back", "My MONEY BACK", False),
        (r"\u00e9", "é", True),
        ("colou?r", "the color", True),
    ],
)
def test_what_scripts_write(pattern: str, text: str, found: bool) -> None:
    """The corners of the syntax that the generated patterns do not reach."""
    try:
        assert (re.search(pattern, text) is not None) is found
    except re.error:
        with pytest.raises(PatternMistake):
            LinearPattern(pattern)
        return
    assert LinearPattern(pattern).search(text) is found


@pytest.mark.parametrize(
    "pattern", ["(a+)+b", "(a|a)*b", "(.*)*=", "a*a*a*a*a*a*b", ".*.*.*.*=.*", "(a?){80}a{80}b", r"(\w+\s?)+!"]
)
def test_no_pattern_takes_forever(pattern: str) -> None:
    """With Python's matcher each of these stops the desk for minutes or for ever."""
    began = time.monotonic()
    assert LinearPattern(pattern).search("a" * 4_000) is False
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("(?=a)", "look around"),
        ("(?<!a)b", "look around"),
        ("(?i)a", "flags"),
        ("(?>a)", "look around"),
        (r"(a)\1", "look back"),
        ("a++", "possessive"),
        ("(a", "missing"),
        ("a" * (MOST_CHARACTERS + 1), "characters"),
        (f"a{{{MOST_STATES + 1}}}", "too large"),
        ("((a{100}){100}){100}", "too large"),
    ],
)
def test_what_cannot_be_taken_is_said(pattern: str, why: str) -> None:
    """A script's author must learn it from the checker, not from a desk that stands still."""
    with pytest.raises(PatternMistake, match=why):
        LinearPattern(pattern)


def test_a_deep_pattern_is_taken_or_refused() -> None:
    """Whatever the depth, the checker answers with a mistake and never with a crash."""
    for depth in (10, 100, 400):
        taken: object = None
        try:
            taken = LinearPattern("(" * depth + ")" * depth).search("")
        except PatternMistake:
            taken = "refused"
        assert taken in (True, "refused")


def test_patterns_are_values() -> None:
    """Scripts are compared, as when a watched file was written again."""
    assert LinearPattern("a") == LinearPattern("a")
    assert hash(LinearPattern("a")) == hash(LinearPattern("a"))
    assert LinearPattern("a") != LinearPattern("a", ignore_case=True)
    assert LinearPattern("a") != "a"
