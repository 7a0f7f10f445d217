"""What share of the catalogue was judged: in the JSON report and on the terminal."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

from jsonschema import Draft202012Validator
from rich.console import Console

from contracts.catalogue import catalogue
from contracts.report_json import report_json, schema
from contracts.report_terminal import print_report
from contracts.share import share
from contracts.verdict import Conclusion, Verdict
from contracts.verification import Verification
from tests.unit.reports.build import HOSTILE, failed, mixed, result, verification


def printed(done: Verification, **more: bool) -> str:
    """Return what the terminal shows of a verification."""
    out = StringIO()
    written = {"HTML": Path("reports/adapter.html")}
    print_report(
        Console(file=out, highlight=False, width=160), done, {"LIF-06": "contracts replay x"}, written=written, **more
    )
    return out.getvalue()


def test_the_share_is_of_all_that_the_catalogue_has_for_this_kind_of_subject() -> None:
    """Three passes of three selected ones are no proof of conformance; the report says of how many."""
    every = [one for one in catalogue() if one.applies_to("adapter")]
    results = [result(every[0].id, Verdict.PASS, 1), failed(every[1].id)]
    results += [result(one.id, Verdict.SKIP, reason="nobody plays the agents") for one in every[2:5]]
    part = share(results, "adapter", catalogue())
    assert (part.judged, part.of) == (2, len(every))
    assert [(one.reason, len(one.ids)) for one in part.left_out] == [
        ("not selected", len(every) - 5),
        ("nobody plays the agents", 3),
    ]
    assert part.judged + sum(len(one.ids) for one in part.left_out) == part.of


def test_requirements_of_the_other_subject_are_not_counted() -> None:
    """An adapter cannot be asked for what only a desk can do."""
    assert share([], "desk", catalogue()).of == sum(one.applies_to("desk") for one in catalogue())


def test_the_json_report_fits_its_schema_and_counts_known_failures_apart() -> None:
    """Whoever reads the JSON by program must find what the schema promises."""
    done = mixed(HOSTILE)
    done.warnings = ["known.yaml:1: LIF-01 no longer fails"]
    report = report_json(done)
    Draft202012Validator(schema()).validate(report)
    summary = report["summary"]
    assert summary["fail"] == 2
    assert summary["known_failure"] == 1
    assert summary["planned"] == sum(summary.values()) - summary["planned"]
    assert report["judged"]["judged"] == 4


def test_the_terminal_shows_verdict_first_and_counts_last() -> None:
    """The first line answers, the last lines count; what is between is for whoever has to mend it."""
    lines = printed(mixed()).strip().splitlines()
    assert lines[0] == "package.module:hello (adapter), profile full: error"
    assert lines[1] == "time: virtual (the subject takes the suite's clock)"
    assert lines[2].split() == ["function", "level", "state"]
    assert lines[-1] == "verdict: error"
    assert lines[-2] == (
        "requirements: 8 planned, 1 passed, 2 failed, 1 known failures, 1 skipped, 2 inconclusive, 1 errors"
    )
    assert "HTML report: reports/adapter.html" in lines
    assert any(line.startswith("judged: 4 of the ") for line in lines)
    assert any("1, the adapter does not offer hello: PRS-11" in line for line in lines)
    assert "KNOWN FAILURE MSG-05: ticket 4711 hello" in lines


def test_verbose_shows_how_often_each_requirement_was_exercised() -> None:
    """A pass on one occasion is worth less than a pass on a hundred."""
    row = next(line for line in printed(mixed(), verbose=True).splitlines() if line.startswith("LIF-01"))
    assert row.split()[:4] == ["LIF-01", "must", "pass", "4"]
    assert "LIF-01" not in "".join(line for line in printed(mixed()).splitlines() if "not judged" not in line)


def test_a_terminal_is_not_obeyed_to_a_subject() -> None:
    """An escape sequence in an adapter's message must not paint over the report."""
    text = printed(mixed(HOSTILE))
    assert "\x1b" not in text
    assert "\x00" not in text
    text.encode("utf-8")


def test_a_miswired_subject_is_told_without_verdicts() -> None:
    """No table of functions: nothing was judged."""
    done = verification()
    done.conclusion, done.why = Conclusion.MISWIRED, "start_chat failed"
    text = printed(done)
    assert "miswired" in text
    assert "start_chat failed" in text
    assert "startChat" not in text
