"""The JUnit report: one test case a requirement, in the dialect that Jenkins, GitLab and GitHub's reporters read.

``classname`` is the group, ``name`` the id and the title. Properties tell id, level, subject, guide functions, how
often the requirement was exercised, and the verdict. :mod:`contracts.outcome` says how verdicts map.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from xml.etree import ElementTree as Xml

from contracts.catalogue import catalogue
from contracts.outcome import UNREACHED, Outcome, State, failure_text, outcome
from contracts.printable import printable
from contracts.report_json import suite_version
from contracts.share import share
from contracts.verdict import EXIT_CODES, Result
from contracts.verification import Verification

TAGS = {State.FAILED: "failure", State.ERROR: "error", State.SKIPPED: "skipped", State.EXCUSED: "skipped"}


def report_junit(done: Verification, replays: Mapping[str, str] | None = None) -> str:
    """Return the report of a verification. ``replays`` maps requirement ids to the commands that play them again."""
    cases = [_case(one, outcome(one, done), (replays or {}).get(one.requirement.id, "")) for one in done.results]
    if done.conclusion in UNREACHED:
        cases.insert(0, _unreached(done))
    counts = _counts(cases)
    time = f"{done.seconds:.3f}"
    root = Xml.Element("testsuites", {"name": "byosd", **counts, "time": time})
    skipped = {"skipped": str(len([case for case in cases if case.find("skipped") is not None]))}
    name = printable(f"{done.subject.kind} {done.subject.name}")
    suite = Xml.SubElement(root, "testsuite", {"name": name, **counts, **skipped, "time": time})
    suite.append(_properties(_about(done)))
    suite.extend(cases)
    Xml.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, encoding="unicode") + "\n"


def _about(done: Verification) -> Iterable[tuple[str, str]]:
    part = share(done.results, done.subject.kind, catalogue())
    yield "suite", suite_version()
    yield "seed", str(done.options.seed)
    yield "profile", done.options.profile
    if done.time is not None:
        yield "time", done.time.kind.value
    yield "verdict", done.conclusion.value
    yield "exit_code", str(EXIT_CODES[done.conclusion])
    yield "judged", f"{part.judged} of {part.of}"
    for warning in done.warnings:
        yield "warning", warning


def _counts(cases: Iterable[Xml.Element]) -> dict[str, str]:
    found = Counter(child.tag for case in cases for child in case)
    tests = sum(1 for _ in cases)
    return {"tests": str(tests), "failures": str(found["failure"]), "errors": str(found["error"])}


def _case(result: Result, came: Outcome, replay: str) -> Xml.Element:
    one = result.requirement
    case = Xml.Element("testcase", {"classname": one.group, "name": printable(f"{one.id} {one.title}")})
    case.append(
        _properties(
            [
                ("requirement", one.id),
                ("level", result.level.value),
                ("subject", one.subject.value),
                ("guide", ", ".join(part.value for part in one.guide)),
                ("exercised", str(result.exercised)),
                ("verdict", result.verdict.value),
            ]
        )
    )
    text = failure_text(result, replay) if result.finding is not None else ""
    if came.state is not State.PASSED:
        told = {"type": result.verdict.value, "message": printable(came.why)}
        Xml.SubElement(case, TAGS[came.state], told).text = printable(text) if came.state is State.FAILED else None
    if text and came.state is State.EXCUSED:  # readers show no text of a skipped one
        Xml.SubElement(case, "system-out").text = printable(text)
    return case


def _unreached(done: Verification) -> Xml.Element:
    case = Xml.Element("testcase", {"classname": "subject", "name": "the subject can be reached"})
    why = printable(done.why or done.conclusion.value)
    error = Xml.SubElement(case, "error", {"type": done.conclusion.value, "message": why})
    error.text = printable("\n".join([why, *done.log]))
    return case


def _properties(told: Iterable[tuple[str, str]]) -> Xml.Element:
    element = Xml.Element("properties")
    for name, value in told:
        Xml.SubElement(element, "property", {"name": name, "value": printable(value)})
    return element
