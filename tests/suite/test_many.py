"""What 1,000 messages and 50 chats at once do to the subjects that ship (LIM-05): more than a scenario has time for."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from byosd_reference import connect
from contracts.adapter import DeskDriver
from contracts.desk.subject import desk_subject
from contracts.program import Step
from contracts.run import Verifier
from contracts.scenarios.limits import chats_at_once, many_chats, many_messages
from contracts.subject import Subject
from contracts.verification import Options

PROGRAMS: dict[str, Callable[[], Iterable[Step]]] = {
    "a thousand messages": lambda: many_messages(500),
    "fifty chats at once": lambda: chats_at_once(50),
    "fifty chats in a row": lambda: many_chats(50),
}
SUBJECTS = {"adapter": Subject("adapter", "the reference", connect), "desk": desk_subject("the mock")}


@pytest.mark.long
@pytest.mark.parametrize("kind", SUBJECTS)
@pytest.mark.parametrize("name", PROGRAMS)
def test_nothing_is_lost_and_nothing_stays(name: str, kind: str, driver: DeskDriver) -> None:
    """A support team's day is longer than a test; what grows with each message or chat shows here."""
    verifier = Verifier(SUBJECTS[kind], driver, Options(sequences=0))
    verifier.play(name, tuple(PROGRAMS[name]()))
    assert verifier.tallies["LIM-05"].exercised
    found = {id: tally.findings[0].judgement for id, tally in verifier.tallies.items() if tally.findings}
    assert found == {}
