"""The commands of docs/durable.md run, and show what it says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.docs.walk import walk


@pytest.mark.all
def test_durable(tmp_path: Path) -> None:
    """Whoever kills the server as the document says finds the talk as it was, and going on."""
    said = walk("docs/durable.md", tmp_path)
    events = json.loads((tmp_path / "events.json").read_text())["events"]
    texts = [one["data"]["message"]["text"] for one in events if one["type"] == "message.created"]
    assert [text for text in texts if text.endswith("the crash")] == ["before the crash", "after the crash"]
    assert "agent.joined" in said
    assert "1 conversation imported" in said
    lines = (tmp_path / "talks.jsonl").read_text().splitlines()
    assert [json.loads(line).get("format") for line in lines] == ["mockdesk conversations", None]
