"""The commands of docs/genesys.md run word for word, and show what the page says."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from mockdesk.dialects.genesys.environments import ENVIRONMENTS
from mockdesk.dialects.genesys.settings import Guesses
from tests.docs.walk import ROOT, walk

PAGE = ROOT / "docs" / "genesys.md"


@pytest.mark.all
def test_the_walk(tmp_path: Path) -> None:
    """Whoever tries the shape by hand meets agent, transfer, faults and settings in the vendor's words."""
    said = walk("docs/genesys.md", tmp_path)
    for words in ("org_id", "too.many.requests", "credentials.expired", "chat.deployment.require.auth"):
        assert words in said
    frames = [json.loads(line) for line in (tmp_path / "frames.txt").read_text().splitlines()]
    states = [one["eventBody"]["member"]["state"] for one in frames if "member" in one["eventBody"]]
    assert states[:4] == ["CONNECTED", "CONNECTED", "ALERTING", "CONNECTED"]
    said_by_agents = [one["eventBody"].get("body", "") for one in frames]
    assert "I stay with you." in said_by_agents
    journal = (tmp_path / "desk.log").read_text()
    assert json.loads((tmp_path / "start.json").read_text())["jwt"] not in journal


def test_every_guess_is_told_with_its_default() -> None:
    """A guess that the page does not name would be taken for a fact."""
    table = PAGE.read_text(encoding="utf-8").partition("## Guesses")[2]
    rows = {
        name: value
        for names, values in re.findall(r"^\| (`[^|]+) \| ([^|]+) \|", table, re.M)
        for name, value in zip(re.findall(r"`(\w+)`", names), values.strip().split(", "), strict=False)
    }
    assert set(rows) == {entry.name for entry in fields(Guesses)}
    for entry in fields(Guesses):
        value, told = getattr(Guesses(), entry.name), rows[entry.name].strip("`")
        if isinstance(value, bool):
            assert told == str(value).lower(), entry.name
        elif isinstance(value, float):
            assert float(told) == value, entry.name
        else:
            assert told == ("none" if value is None else str(value)), entry.name


def test_every_environment_is_told() -> None:
    """A reader looks for their own region."""
    text = PAGE.read_text(encoding="utf-8")
    for environment in ENVIRONMENTS:
        name = environment.removeprefix("mypurecloud").removesuffix(".pure.cloud")
        assert name in text, environment
