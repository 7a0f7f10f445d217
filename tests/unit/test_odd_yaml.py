"""Whoever reads YAML has errors of its own for everything: files are half typed, damaged, or made by programs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.assess.lines import line_of
from contracts.assess.problems import BadInput
from contracts.assess.source import read_text
from contracts.known_failures import BadKnownFailures, read_known_failures
from contracts.mapping.document import read_document
from contracts.mapping.mistakes import BadMapping
from mockdesk.scripts import check_text

DEEP = 3_000
ODD_VALUES = (
    r'"\U00110000"',  # no such character
    r'"\UFFFFFFFF"',
    r'"\uD800"',
    r'"\x1"',
    "!!int abc",
    "!!float abc",
    "!!bool x",
    "!!timestamp 2001-99-99",
    "2001-13-45",
    "!!binary '@@'",
    "!!set {a}",
    "!!omap [a]",
    "!!python/object/apply:os.system [x]",
    "[" * DEEP,
    "{a: " * DEEP,
    "- " * DEEP,
    "? " * DEEP,
    "9" * 5_000,
    "190:20:" + "9" * 5_000,
    "1e" + "9" * 400,
    "&a [*a]",
    "&a {b: *a}",
    "{[]: 1}",
    "{{}: 1}",
    "<<: 1",
    "---\na\n---\nb",
    "%YAML 9.9\n---\na",
    "=",
    "@",
    "\t",
    "\x00",
)
PLACES = ("{}", "name: {}", "- {}", "a: {{b: {}}}", "{}: x", "- id: LIF-01\n  reason: x\n  expires: {}")

Read = Callable[[str, Path], str]
"""Reads a text as one kind of file; returns what is wrong with it, empty: nothing."""


def as_script(text: str, folder: Path) -> str:
    """An agents' script."""
    return "\n".join(mistake.describe("odd.yaml") for mistake in check_text(text))


def as_mapping(text: str, folder: Path) -> str:
    """A mapping file."""
    try:
        read_document(text, "odd.yaml")
    except BadMapping as error:
        return str(error)
    return ""


def as_known_failures(text: str, folder: Path) -> str:
    """A file of known failures."""
    path = folder / "odd.yaml"
    path.write_text(text, encoding="utf-8")
    try:
        read_known_failures(path)
    except BadKnownFailures as error:
        return str(error)
    return ""


def as_document(text: str, folder: Path) -> str:
    """The document of an API."""
    assert line_of(text, ("a", "b")) >= 1
    try:
        read_text(text, "odd.yaml")
    except BadInput as error:
        return str(error)
    return ""


READERS: tuple[Read, ...] = (as_script, as_mapping, as_known_failures, as_document)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("value", ODD_VALUES, ids=lambda value: value[:20].encode("unicode_escape").decode())
def test_nothing_else_is_raised(read: Read, value: str, tmp_path: Path) -> None:
    """An exception of a library is a traceback on the command line, and 500 over HTTP."""
    for place in PLACES:
        for line in read(place.format(value), tmp_path).splitlines():
            assert "odd.yaml" in line


@pytest.mark.parametrize("read", READERS)
def test_an_impossible_character_is_told_with_its_line(read: Read, tmp_path: Path) -> None:
    """PyYAML's own error knows no line."""
    told = read('- name: x\n- rules:\n  - "\\U00110000"\n', tmp_path)
    assert "odd.yaml:3: " in told
    assert "escape" in told


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a:\n  b: !!int abc", "odd.yaml:2: a.b: the tag tag:yaml.org,2002:int; leave the tag out"),
        ("a:\n  !!bool b: 1", "odd.yaml:2: a.b: the tag tag:yaml.org,2002:bool; leave the tag out"),
        ("a: !!set {b}", "odd.yaml:1: a: the tag tag:yaml.org,2002:set; leave the tag out"),
        ("a:\n- " + "1" * 500, "odd.yaml:2: a[0]: a number of 500 characters; put it into quotes if it is a text"),
        ("a:\n  ? [b]\n  : c", "odd.yaml:2: a: a key that is not a word; put the key into quotes"),
    ],
)
def test_a_mapping_names_what_it_may_not_hold(text: str, words: str, tmp_path: Path) -> None:
    """A tag that does not fit its value must be found before anything is made of it."""
    assert as_mapping(text, tmp_path) == words


@pytest.mark.parametrize(
    "text", ["a: !!str 1", "a: =x", "a: 'b'", "a: 1.5", "a: 0x1f", "a: {b: [c, 2001-01-01]}", "~: 1"]
)
def test_plain_values_of_a_mapping_are_read(text: str, tmp_path: Path) -> None:
    """What fits its tag, or has none, is as good as before."""
    assert as_mapping(text, tmp_path) == ""
