"""A desk is verified over HTTP as a user does it: with the mock's driver attached, and without any driver."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contracts.desk.subject import desk_subject, further_checks
from contracts.desk.undriven import UndrivenDesk
from contracts.drivers import open_driver
from contracts.run import verify
from contracts.verdict import Conclusion, Verdict
from contracts.verification import Options
from mockdesk.server.running import RunningServer


@pytest.fixture
def url() -> Iterator[str]:
    """The address of a running mock whose clock is the machine's, as ``mockdesk serve`` starts it."""
    with RunningServer(port=0, clock="system") as server:
        yield server.url


@pytest.mark.all
def test_the_mock_conforms_with_its_driver(url: str) -> None:
    """What the mock teaches must be what the contract says; every requirement of desks is exercised."""
    driver = open_driver("mockdesk", {"desk_url": url})
    try:
        done = verify(desk_subject(url), driver, Options(sequences=10), further=further_checks)
    finally:
        driver.close()
    assert [one.requirement.id for one in done.results if one.verdict is not Verdict.PASS] == []
    assert done.conclusion is Conclusion.CONFORMANT


@pytest.mark.all
def test_a_desk_without_a_driver_is_judged_as_far_as_it_can_be(url: str) -> None:
    """A vendor begins without a driver: nothing is blamed or called good that needs an agent; the reason is said."""
    done = verify(desk_subject(url), UndrivenDesk(url), Options(sequences=3), further=further_checks)
    assert done.conclusion is Conclusion.CONFORMANT, [(r.requirement.id, r.verdict) for r in done.results]
    skipped = [one for one in done.results if one.verdict is Verdict.SKIP]
    assert {"LIF-11", "ORD-08", "REC-04"} <= {one.requirement.id for one in skipped}
    assert all(one.reason for one in skipped)
    assert sum(one.verdict is Verdict.PASS for one in done.results) > 10
