"""Known failures: what a file may hold, what is excused, and what is warned of."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from contracts.known_failures import BadKnownFailures, KnownFailure, excuse, read_known_failures
from contracts.verdict import Conclusion, Verdict
from tests.unit.reports.build import failed, result, verification

TODAY = date(2026, 6, 1)


def known(id: str, expires: date | None = None, subject: str = "") -> KnownFailure:
    """Return an entry."""
    return KnownFailure(id, "ticket 4711", f"known.yaml:{id}", expires, subject)


def read(folder: Path, text: str) -> tuple[KnownFailure, ...]:
    """Return what a file of this text holds."""
    path = folder / "known.yaml"
    path.write_text(text, encoding="utf-8")
    return read_known_failures(path)


def test_a_file_is_read_with_the_places_of_its_entries(tmp_path: Path) -> None:
    """A warning that names file and line is found at once."""
    text = (
        "# why\n- id: lif-06\n  reason: two\n    lines\n- {id: MSG-05, reason: r, expires: 2027-03-31, subject: desk}\n"
    )
    first, second = read(tmp_path, text)
    assert (first.id, first.reason, first.where) == ("LIF-06", "two lines", f"{tmp_path / 'known.yaml'}:2")
    assert (second.expires, second.subject) == (date(2027, 3, 31), "desk")
    assert read(tmp_path, "# nothing yet\n") == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- reason: r\n", ":1: id: is missing"),
        ("- id: LIF-01\n", ":1: reason: is missing"),
        ("- id: LIF-01\n  reason: ''\n", ":2: reason: must be a text"),
        ("- id: LIF-01\n  reason:\n", ":2: reason: must be a text"),
        ("- id: LIF-1\n  reason: r\n", ":1: id: no requirement 'LIF-1'; nearest: LIF-1"),
        ("- id: LIF-01\n  reason: r\n  expires: soon\n", ":3: expires: must be a date"),
        ("- id: LIF-01\n  reason: r\n  expires: 2027-02-30\n", ":3: expires: must be a date"),
        ("- id: LIF-01\n  reason: r\n  expiers: 2027-02-03\n", ":3: expiers: is no key of an entry; did you mean ex"),
        ("- id: LIF-01\n  reason: [r]\n", ":2: reason: must be a text"),
        ("- LIF-01\n", ":1: entry: must have the keys"),
        ("id: LIF-01\n", ":1: must be a list"),
        ("- id: LIF-01\n  reason: 'r\n", "no YAML"),
        ("- {id: LIF-01, reason: a}\n- {id: LIF-01, reason: b}\n", ":2: id: LIF-01 is listed before, at "),
    ],
)
def test_a_mistake_is_named_with_line_and_key(text: str, said: str, tmp_path: Path) -> None:
    """An entry that is silently ignored would excuse nothing, or the wrong thing."""
    with pytest.raises(BadKnownFailures) as caught:
        read(tmp_path, text)
    assert str(caught.value).startswith(str(tmp_path / "known.yaml"))
    assert said in str(caught.value)


def test_a_known_failure_does_not_count() -> None:
    """CI stays green on what is known, and the report still says that it fails."""
    done = verification(result("LIF-01", Verdict.PASS, 1), failed("LIF-06"))
    excuse(done, [known("LIF-06")], TODAY)
    assert done.conclusion is Conclusion.CONFORMANT
    assert [one.verdict for one in done.results] == [Verdict.PASS, Verdict.KNOWN_FAILURE]
    assert done.results[1].finding is not None
    assert done.results[1].reason == "ticket 4711"
    assert not done.warnings


def test_another_failure_still_counts() -> None:
    """One entry excuses one requirement."""
    done = verification(failed("LIF-06"), failed("MSG-05"))
    excuse(done, [known("LIF-06")], TODAY)
    assert done.conclusion is Conclusion.NOT_CONFORMANT


@pytest.mark.parametrize(
    ("expires", "counts"), [(TODAY, False), (date(2026, 6, 2), False), (date(2026, 5, 31), True), (None, False)]
)
def test_an_entry_holds_up_to_its_last_day(expires: date | None, counts: bool) -> None:
    """An excuse that never ends hides a fault for ever; one that has ended says so."""
    done = verification(failed("LIF-06"))
    excuse(done, [known("LIF-06", expires)], TODAY)
    assert (done.conclusion is Conclusion.NOT_CONFORMANT) is counts
    assert any("expired on 2026-05-31; it counts again" in warning for warning in done.warnings) is counts


@pytest.mark.parametrize(
    ("subject", "excused"),
    [("", True), ("adapter", True), ("package.module:connect", True), ("desk", False), ("other:connect", False)],
)
def test_an_entry_may_be_about_one_subject(subject: str, excused: bool) -> None:
    """One file serves an adapter and a desk; an excuse for one must not excuse the other."""
    done = verification(failed("LIF-06"))
    excuse(done, [known("LIF-06", subject=subject)], TODAY)
    assert (done.conclusion is Conclusion.CONFORMANT) is excused


def test_an_entry_whose_requirement_holds_is_warned_of() -> None:
    """A list that only grows would excuse the fault when it comes back."""
    done = verification(result("LIF-06", Verdict.PASS, 1), result("MSG-05", Verdict.SKIP, reason="not offered"))
    excuse(done, [known("LIF-06"), known("MSG-05"), known("SEC-01")], TODAY)
    assert done.warnings == ["known.yaml:LIF-06: LIF-06 no longer fails; remove the entry"]
    assert done.conclusion is Conclusion.CONFORMANT


def test_known_failures_do_not_hide_a_subject_that_was_not_reached() -> None:
    """Excuses are for requirements; a mis-wired subject was not judged at all."""
    done = verification(failed("LIF-06"))
    done.conclusion = Conclusion.MISWIRED
    excuse(done, [known("LIF-06")], TODAY)
    assert done.conclusion is Conclusion.MISWIRED
