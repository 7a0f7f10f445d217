"""No requirement is there for show: each kills a seeded defect, and each is exercised by a subject that ships."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from byosd_reference import connect
from byosd_reference.genesys import connect as connect_genesys
from byosd_reference.poll import connect as connect_polling
from byosd_reference.twilio import connect as connect_twilio
from contracts.adapter import DeskDriver
from contracts.catalogue import catalogue
from contracts.desk.subject import desk_subject, further_checks
from contracts.drivers import open_driver
from contracts.requirement import Level
from contracts.run import verify
from contracts.subject import Subject
from contracts.verdict import EXIT_CODES, Verdict
from contracts.verification import QUICK_SEQUENCES, Options, Verification
from mockdesk.server.running import RunningServer

QUICK = Options(sequences=QUICK_SEQUENCES)


@pytest.fixture(scope="module")
def adapter_verified() -> Iterator[Verification]:
    """What ``contracts verify adapter byosd_reference:connect --quick`` finds."""
    driver = open_driver("mockdesk")
    try:
        yield verify(Subject("adapter", "byosd_reference:connect", connect), driver, QUICK)
    finally:
        driver.close()


@pytest.fixture(scope="module")
def polling_verified() -> Iterator[Verification]:
    """What ``contracts verify adapter byosd_reference.poll:connect --desk mockdesk-poll --quick`` finds."""
    driver = open_driver("mockdesk-poll")
    try:
        yield verify(Subject("adapter", "byosd_reference.poll:connect", connect_polling), driver, QUICK)
    finally:
        driver.close()


@pytest.fixture(scope="module")
def genesys_verified() -> Iterator[Verification]:
    """What ``contracts verify adapter byosd_reference.genesys:connect --desk mockdesk-genesys --quick`` finds."""
    driver = open_driver("mockdesk-genesys")
    try:
        yield verify(Subject("adapter", "byosd_reference.genesys:connect", connect_genesys), driver, QUICK)
    finally:
        driver.close()


@pytest.fixture(scope="module")
def twilio_verified() -> Iterator[Verification]:
    """What ``contracts verify adapter byosd_reference.twilio:connect --desk mockdesk-twilio --quick`` finds."""
    driver = open_driver("mockdesk-twilio")
    try:
        yield verify(Subject("adapter", "byosd_reference.twilio:connect", connect_twilio), driver, QUICK)
    finally:
        driver.close()


@pytest.fixture(scope="module")
def desk_verified() -> Iterator[Verification]:
    """What ``contracts verify desk URL --quick`` finds on the mock."""
    with RunningServer(port=0) as server:
        driver: DeskDriver = open_driver("mockdesk", {"desk_url": server.url})
        try:
            yield verify(desk_subject(server.url), driver, QUICK, further=further_checks)
        finally:
            driver.close()


@pytest.fixture(scope="module")
def shipped(
    adapter_verified: Verification,
    polling_verified: Verification,
    genesys_verified: Verification,
    twilio_verified: Verification,
    desk_verified: Verification,
) -> tuple[Verification, ...]:
    """Every subject that ships, verified."""
    return adapter_verified, polling_verified, genesys_verified, twilio_verified, desk_verified


@pytest.mark.all
def test_what_ships_conforms(shipped: tuple[Verification, ...]) -> None:
    """A subject that everybody copies must pass, and whoever tries the suite on it must see it pass."""
    for done in shipped:
        findings = {one.requirement.id: one.finding.judgement for one in done.results if one.finding is not None}
        assert findings == {}
        assert EXIT_CODES[done.conclusion] == 0, done.conclusion
        assert all(one.reason for one in done.results if one.verdict is Verdict.SKIP)


@pytest.mark.all
def test_no_must_stays_without_a_verdict(shipped: tuple[Verification, ...]) -> None:
    """A MUST that a quick run does not reach would make exit code 3 of every run of a good subject."""
    for done in shipped:
        unclear = [one.requirement.id for one in done.results if one.verdict is Verdict.INCONCLUSIVE]
        musts = {one.id for one in catalogue() if one.level is Level.MUST}
        assert not musts & set(unclear)


@pytest.mark.all
def test_each_requirement_is_exercised_by_what_ships(shipped: tuple[Verification, ...]) -> None:
    """A requirement that nothing exercises has never been right about anything."""
    exercised = {one.requirement.id for done in shipped for one in done.results if one.exercised}
    assert {one.id for one in catalogue()} - exercised == set()
