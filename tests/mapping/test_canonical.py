"""The mock's own desk, described by a mapping as if it were somebody else's: then the whole suite judges the engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from contracts.adapter import DeskDriver
from contracts.drivers import open_driver
from contracts.mapping.adapter import factory
from contracts.mapping.load import load_mapping, parse_mapping
from contracts.mapping.model import Mapped
from contracts.run import verify
from contracts.subject import Subject
from contracts.verdict import Verdict
from contracts.verification import Options

LENIENT = {"LIM-02": "a mapping file does not say how long a text may be"}
FILE = Path(__file__).parent / "canonical-websocket.yaml"


def polling() -> Mapped:
    """The same desk, whose events are polled."""
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    old = data["events"]
    data["events"] = {
        "transport": "polling",
        "request": {
            "method": "GET",
            "path": "/conversations/{conversation_id}/events",
            "query": {"after": "{position}", "wait": "{wait}"},
        },
        "wait": 20,
        "interval": 1,
        "gone": [404, 410],
        "items": "events",
        "position": old["position"],
        "rules": old["rules"],
    }
    return parse_mapping(yaml.safe_dump(data, sort_keys=False))


@pytest.fixture
def driver() -> Iterator[DeskDriver]:
    """A mock with a virtual clock."""
    opened = open_driver("mockdesk")
    yield opened
    opened.close()


@pytest.mark.all
@pytest.mark.parametrize(
    ("mapping", "sequences"), [(load_mapping(FILE), 5), (polling(), 0)], ids=["websocket", "polling"]
)
def test_a_mapping_is_a_correct_adapter(mapping: Mapped, sequences: int, driver: DeskDriver) -> None:
    """A fault of the engine would be put down to every desk that is verified through a mapping."""
    done = verify(Subject("adapter", "mapping", factory(mapping)), driver, Options(sequences=sequences, brief=True))
    bad = (Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE)
    judged = [one for one in done.results if one.requirement.id not in LENIENT]
    assert [(one.requirement.id, one.verdict) for one in judged if one.verdict in bad] == []
    assert sum(one.verdict is Verdict.PASS for one in done.results) > 50
