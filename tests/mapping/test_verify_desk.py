"""A desk of another shape is verified through a mapping file alone: what is right passes, what is wrong is found."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import pytest

from contracts.driver_kit import NotOffered
from contracts.mapping.driver import MappedDriver
from contracts.mapping.load import load_mapping
from contracts.mapping.subject import further_checks, mapped_subject
from contracts.program import Step
from contracts.run import verify
from contracts.session import Session
from contracts.verdict import Conclusion, Verdict
from contracts.verification import Options, Verification
from tests.mapping.foreign_desk import CONSOLE_KEY, ForeignDesk
from tests.mapping.foreign_desk_http import served

EXAMPLES = Path(__file__).parents[2] / "examples" / "mapping"


@pytest.fixture(autouse=True)
def console_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key with which agents work stands in the environment, not in the file."""
    monkeypatch.setenv("PARLEY_CONSOLE_KEY", CONSOLE_KEY)


def verified(transport: str, defects: Iterable[str] = (), **options: object) -> Verification:
    """Verify the foreign desk over one of its transports."""
    mapping = load_mapping(EXAMPLES / f"parley-{transport}.yaml")
    with served(ForeignDesk(defects)) as url:
        further = partial(further_checks, mapping)
        wanted = Options(**{"sequences": 0, "brief": True, **options})  # type: ignore[arg-type]
        return verify(mapped_subject(url, mapping), MappedDriver(mapping, url), wanted, further=further)


@pytest.mark.all
@pytest.mark.parametrize("transport", ["polling", "websocket"])
def test_a_right_desk_passes(transport: str) -> None:
    """A desk is not blamed for its shape; what its mapping does not declare is left out with the reason."""
    done = verified(transport, sequences=2)
    assert done.conclusion is Conclusion.CONFORMANT, [(one.requirement.id, one.verdict) for one in done.results]
    verdicts = {one.requirement.id: one for one in done.results}
    assert sum(one.verdict is Verdict.PASS for one in done.results) >= 18
    for left_out in ("ERR-07", "ERR-11", "LIF-19"):
        assert verdicts[left_out].verdict is Verdict.SKIP
        assert verdicts[left_out].reason


@pytest.mark.parametrize(
    ("defect", "requirement", "transport"),
    [
        pytest.param("loses every third text", "MSG-08", "polling", marks=pytest.mark.all),
        ("shows the texts of all", "SEC-01", "polling"),
        ("takes any key", "SEC-04", "websocket"),
        ("does not check the key of the log", "SEC-03", "polling"),
        ("does not end", "LIF-09", "polling"),
        ("cuts texts", "MSG-01", "polling"),
        ("accepts and drops texts after the end", "MSG-11", "polling"),
        pytest.param("tells a batch backwards", "ORD-03", "websocket", marks=pytest.mark.all),
        ("falls over odd letters", "ERR-06", "polling"),
        pytest.param("forgets old entries", "ORD-06", "websocket", marks=pytest.mark.all),
        ("repeats a client's entry", "MSG-07", "websocket"),
        ("tells an entry again on resume", "REC-04", "websocket"),
    ],
)
def test_a_defect_is_found(defect: str, requirement: str, transport: str) -> None:
    """A mapping that hid a defect would make every desk look right."""
    done = verified(transport, [defect], select=[requirement], stop_at=requirement)
    assert [one.requirement.id for one in done.results if one.verdict is Verdict.FAIL] == [requirement]


@pytest.mark.all
@pytest.mark.parametrize("transport", ["polling", "websocket"])
def test_resuming_is_judged_without_faults_of_the_desk(transport: str) -> None:
    """Hardly any desk lets its streams be cut on demand, so the suite cuts its own end."""
    done = verified(transport, select=["REC-04"])
    assert [(one.requirement.id, one.verdict) for one in done.results] == [("REC-04", Verdict.PASS)]


@pytest.mark.parametrize("transport", ["polling", "websocket"])
def test_no_secret_stands_in_a_trace(transport: str) -> None:
    """Traces are shown to others: neither the visitor's key nor the agents' may be in them."""
    mapping = load_mapping(EXAMPLES / f"parley-{transport}.yaml")
    desk = ForeignDesk()
    with served(desk) as url:
        session = Session(mapped_subject(url, mapping), MappedDriver(mapping, url))
        with session:
            steps = [Step("start", "u1"), Step("send", "u1", {"text": "hello"}), Step("end", "u1")]
            trace = session.play((*steps, Step("probe", "u1", {"name": "tokens_on_each_operation"})))
    text = json.dumps(trace.to_json(), default=str)
    keys = [one.key for one in desk.engagements.values()]
    assert len(keys) == 3
    assert '"raw"' in text
    assert not [key for key in [*keys, CONSOLE_KEY] if key in text]


def test_what_agents_can_never_do_is_said_so() -> None:
    """An item that the mapping has no place for would vanish on the way, and the desk be blamed for it."""
    mapping = load_mapping(EXAMPLES / "parley-websocket.yaml")
    with served(ForeignDesk()) as url, pytest.raises(NotOffered, match="no place for"):
        MappedDriver(mapping, url).act("1", {"action": "say", "agent": "ada", "items": [{"type": "image"}]})
