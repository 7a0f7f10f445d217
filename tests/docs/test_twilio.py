"""The commands of docs/twilio.md run word for word, and the page tells what the tests run and what the mock guesses."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from mockdesk.dialects.twilio.settings import ACCOUNT, AUTH_TOKEN, Guesses
from tests.docs.walk import ROOT, dead_links, walk

PAGE = ROOT / "docs" / "twilio.md"


@pytest.mark.all
def test_the_walk(tmp_path: Path) -> None:
    """Whoever tries the shape by hand meets participants, messages of both APIs and faults in the vendor's words."""
    said = walk("docs/twilio.md", tmp_path)
    for words in ('"identity":"ann"', '"from":"bob"', '"author":"bob"', "next_page_url", '"code": 20429'):
        assert words in said
    journal = json.loads((tmp_path / "journal.json").read_text())["entries"]
    assert "I am here." in json.dumps(journal)
    assert AUTH_TOKEN not in json.dumps(journal)


def test_every_guess_is_told_with_its_default() -> None:
    """A guess that the page does not name would be taken for a fact."""
    table = PAGE.read_text(encoding="utf-8").partition("## What is a guess")[2]
    rows = dict(re.findall(r"^\| `(\w+)` \| (\S+) \|", table, re.M))
    defaults = {entry.name: getattr(Guesses(), entry.name) for entry in fields(Guesses)}
    assert rows == {
        name: str(value).lower() if isinstance(value, bool) else f"{value:g}" for name, value in defaults.items()
    }


def test_the_versions_are_those_that_run() -> None:
    """A reader must not be told of a version that the tests do not run."""
    text = PAGE.read_text(encoding="utf-8")
    package = json.loads((ROOT / "tests" / "clients" / "twilio" / "package.json").read_text(encoding="utf-8"))
    for name, version in package["dependencies"].items():
        assert name == "ws" or f"| npm `{name}` {version}" in text, name


def test_the_page_leads_somewhere() -> None:
    """The account of the page is the mock's, and its links are alive."""
    assert f"{ACCOUNT}:{AUTH_TOKEN}" in PAGE.read_text(encoding="utf-8")
    assert dead_links("docs/twilio.md") == []
