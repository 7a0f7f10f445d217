"""The JUnit report: valid XML of the common dialect, and red exactly where the exit code is."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
import xmlschema

from contracts.report_junit import report_junit
from contracts.requirement import Level
from contracts.verdict import EXIT_CODES, Conclusion, Verdict
from contracts.verification import Verification
from tests.unit.reports.build import HOSTILE, failed, mixed, result, verification

SCHEMA = xmlschema.XMLSchema(Path(__file__).with_name("junit.xsd"))


def read(done: Verification) -> Xml.Element:
    """Return the report, read back; it must fit the schema."""
    text = report_junit(done, {"LIF-06": "contracts replay reports/LIF-06.replay.json"})
    SCHEMA.validate(text)
    return Xml.fromstring(text.encode("utf-8"))


def case(root: Xml.Element, id: str) -> Xml.Element:
    """Return the test case of a requirement."""
    return next(one for one in root.iter("testcase") if one.attrib["name"].startswith(id))


def tags(root: Xml.Element) -> dict[str, str]:
    """Return how each requirement stands: the tag of its outcome, or passed."""
    outcomes = ("failure", "error", "skipped")
    return {
        one.attrib["name"][:6]: next((child.tag for child in one if child.tag in outcomes), "passed")
        for one in root.iter("testcase")
    }


def test_every_requirement_is_a_test_case_with_its_properties() -> None:
    """CI servers group by class name and search by properties."""
    one = case(read(mixed()), "LIF-01")
    assert (one.attrib["classname"], one.attrib["name"]) == ("LIF", "LIF-01 A start makes exactly one conversation")
    properties = {each.attrib["name"]: each.attrib["value"] for each in one.iter("property")}
    assert properties == {
        "requirement": "LIF-01",
        "level": "must",
        "subject": "both",
        "guide": "startChat",
        "exercised": "4",
        "verdict": "pass",
    }


def test_verdicts_map_as_the_exit_code_counts_them() -> None:
    """A report that is red where the job is green, or the other way round, is not looked at for long."""
    assert tags(read(mixed())) == {
        "LIF-01": "passed",
        "LIF-06": "failure",
        "LIF-13": "skipped",  # a SHOULD, and the level is must
        "MSG-05": "skipped",  # known
        "PRS-11": "skipped",
        "TRF-01": "error",  # a MUST that nothing exercised
        "LIF-14": "skipped",  # a SHOULD that nothing exercised
        "SEC-01": "error",
    }
    suite = read(mixed())[0]
    assert [suite.attrib[name] for name in ("tests", "failures", "errors", "skipped")] == ["8", "1", "2", "4"]


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize(
    "verdict", [Verdict.PASS, Verdict.FAIL, Verdict.KNOWN_FAILURE, Verdict.SKIP, Verdict.INCONCLUSIVE, Verdict.ERROR]
)
@pytest.mark.parametrize("id", ["LIF-01", "LIF-13"])
def test_red_means_that_the_exit_code_is_not_0(id: str, verdict: Verdict, level: Level) -> None:
    """Whatever the verdict and the level, report and exit code agree."""
    finding = verdict in (Verdict.FAIL, Verdict.KNOWN_FAILURE)
    one = failed(id, verdict=verdict, reason="why") if finding else result(id, verdict, 1, "why")
    done = verification(one, level=level)
    red = tags(read(done))[id] in ("failure", "error")
    assert red == (EXIT_CODES[done.conclusion] != 0)


def test_a_failure_holds_all_that_is_needed() -> None:
    """Who reads it in CI has no other file open."""
    failure = case(read(mixed()), "LIF-06").find("failure")
    assert failure is not None
    assert failure.attrib["message"] == "expected no hello; came: it said hello"
    assert failure.text is not None
    for part in ("expected: no hello", "came:     it said hello", ">>", "contracts replay reports/LIF-06.replay.json"):
        assert part in failure.text


def test_an_excused_failure_tells_its_reason_and_its_story() -> None:
    """Somebody will want to know what it was."""
    one = case(read(mixed()), "MSG-05")
    skipped, out = one.find("skipped"), one.find("system-out")
    assert skipped is not None
    assert skipped.attrib["message"] == "known failure: ticket 4711 hello"
    assert out is not None
    assert "it said hello" in str(out.text)


def test_hostile_text_cannot_break_the_xml() -> None:
    """Controls and lone surrogates are no characters of XML, not even escaped; subjects send them all the same."""
    failure = case(read(mixed(HOSTILE)), "LIF-06").find("failure")
    assert failure is not None
    assert "</script><script>alert(1)</script>" in failure.attrib["message"]
    assert "\\x00\\x1b[31m\\ud800\\u202e" in failure.attrib["message"]


@pytest.mark.parametrize("conclusion", [Conclusion.MISWIRED, Conclusion.CRASHED])
def test_a_subject_that_was_not_reached_is_one_error(conclusion: Conclusion) -> None:
    """Sixty red requirements would hide that there is one cause."""
    done = verification(result("LIF-01", Verdict.INCONCLUSIVE, reason="nothing exercised it"))
    done.conclusion, done.why = conclusion, "start_chat failed"
    root = read(done)
    assert [one.attrib.get("message") for one in root.iter("error")] == ["start_chat failed"]
    assert tags(root)["LIF-01"] == "skipped"
