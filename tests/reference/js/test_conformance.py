"""The integration for the browser keeps what the suite asks of any integration, as seen from Node."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.reference.js.defects import DIST, variant
from tests.reference.js.verify import NEEDS_NODE, failed, verified

pytestmark = NEEDS_NODE

OF_THE_DESK = "the desk has no ids that change while one works with them"
NOT_CALLED = {"carbon": "the adapter does not offer update_state", "2023": "the adapter does not offer reconnect"}
"""What the host of a generation never calls."""


SHARPEST = "LIF-01,LIF-06,LIF-11,MSG-01,MSG-02,MSG-05,ERR-01"


def check(result: tuple[int, dict[str, Any], str], host_api: str) -> None:
    """Hold a report to what is expected: nothing failed, nothing is open, and skips have one of two reasons."""
    code, report, printed = result
    assert failed(report) == [], printed
    assert code == 0, printed
    reasons = {one["reason"] for one in report["requirements"] if one["verdict"] == "skip"}
    assert reasons <= {OF_THE_DESK, NOT_CALLED[host_api]}


def test_it_conforms_where_integrations_go_wrong_most(tmp_path: Path) -> None:
    """Start, end, messages and losses: a change that breaks one of them is seen within the minute."""
    arguments = ("--quick", "--sequences", "0", "--select", SHARPEST)
    check(verified(DIST, tmp_path, "--host-api", "carbon", *arguments), "carbon")


@pytest.mark.all
def test_it_conforms_where_no_web_socket_gets_through(tmp_path: Path) -> None:
    """Long polls are the way on then, and keep the same promises."""
    polling = variant(tmp_path / "polling.js", 'typeof WebSocket === "function"', "false")
    check(verified(polling, tmp_path, "--quick"), "carbon")


@pytest.mark.all
@pytest.mark.parametrize("host_api", ["carbon", "2023"])
def test_it_conforms(host_api: str, tmp_path: Path) -> None:
    """It is what integrators copy from, whichever generation their page has."""
    check(verified(DIST, tmp_path, "--host-api", host_api, "--quick"), host_api)
