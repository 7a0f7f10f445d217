"""What a page meets before there is a desk: options, generations, and an integration that starts nothing."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.reference.js.defects import DIST
from tests.reference.js.verify import NEEDS_NODE

pytestmark = NEEDS_NODE


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    """What the script saw on its pages."""
    script = Path(__file__).parent / "page.cjs"
    done = subprocess.run(["node", str(script), str(DIST)], capture_output=True, text=True, timeout=60, check=True)
    return dict(json.loads(done.stdout))


def test_building_starts_nothing(seen: dict[str, Any]) -> None:
    """Web chat builds an integration for every visitor: no request, no timer, no socket."""
    assert seen["built"] == {"requests": 0, "timers": 0, "sockets": 0}
    assert 1 <= len(seen["name"]) <= 40


def test_a_missing_desk_is_named(seen: dict[str, Any]) -> None:
    """Whoever forgot the address learns its name, and not that something is undefined."""
    assert "serviceDeskOptions.deskUrl is missing" in seen["withoutDesk"]


def test_options_that_make_no_sense_are_refused(seen: dict[str, Any]) -> None:
    """A spelling mistake must not become a chat that behaves oddly."""
    assert '"2023" or "carbon"' in seen["wrongApi"]
    assert "positive number" in seen["wrongLimit"]


def test_the_generation_is_told_or_seen(seen: dict[str, Any]) -> None:
    """Only a host that keeps state is offered to take up a chat, unless the page says which host it is."""
    assert seen["reconnectsAsCarbon"] is True
    assert seen["reconnectsAs2023"] is False
    assert seen["reconnectsWhenTold"] is True


def test_a_start_without_a_network_rejects_with_a_reason(seen: dict[str, Any]) -> None:
    """The reason is for a log: it names no address."""
    assert "no answer from the desk" in seen["rejected"]
    assert "desk.example" not in seen["rejected"]
    assert seen["requests"] > 0
    assert seen["ends"] is True
