"""The README's examples run: its curl walk is executed word for word."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.docs.walk import ROOT, dead_links, walk

DOCUMENTS = sorted(path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


@pytest.mark.all
def test_the_curl_walk_works_word_for_word(tmp_path: Path) -> None:
    """A newcomer who copies the README line by line must see what it promises."""
    said = walk("README.md", tmp_path)
    types = [event for event in re.findall(r'"type": ?"([a-z_.]+)"', said) if "." in event]
    first = [types.index(one) for one in ("queue.updated", "agent.joined", "agent.typing", "message.created")]
    assert first == sorted(first), types
    assert "conversation_ended" in said
    for name in ("desk.json", "adapter.json"):
        assert json.loads((tmp_path / name).read_text())["verdict"] == "conformant"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_that_a_document_links_exists(document: str) -> None:
    """A dead link is the first thing a reader meets."""
    assert dead_links(document) == []
