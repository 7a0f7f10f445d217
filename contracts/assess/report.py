"""The report of an assessment on a terminal: a table first, then the reasons for each verdict, the conclusion last."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from contracts.assess.judge import Assessment, Conclusion, Finding, Judged
from contracts.assess.limits import Verdict

COLOURS = {Verdict.PRESENT: "green", Verdict.LIKELY: "cyan", Verdict.DOUBTFUL: "yellow", Verdict.MISSING: "red"}
SHOWN = 3
"""How many candidates are shown with their reasons where it is doubtful which of them serves."""


def print_assessment(console: Console, done: Assessment, name: str) -> None:
    """Print the whole report."""
    document = done.document
    about = f"{document.format}, {len(document.operations)} operations"
    _line(console, f"[bold]{escape(name)}[/bold]: {escape(document.title)} ({about})")
    for note in document.notes:
        _line(console, f"note: {escape(note)}")
    _line(console, f"signs of live talk with people: {done.signs.live.value}")
    for kind, text in done.signs.kinds.items():
        _line(console, f"  {kind}: {escape(text)}")
    _line(console, "")
    _table(console, done)
    for finding in done.findings:
        _finding(console, finding)
    colour = "green" if done.conclusion is Conclusion.CAN else "red"
    _line(console, f"\nconclusion: [{colour}]{done.conclusion.value}[/]: {escape(done.why)}")


def _line(console: Console, text: str) -> None:
    console.print(text, soft_wrap=True, highlight=False)


def _table(console: Console, done: Assessment) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("function", "level", "verdict"):
        table.add_column(heading, no_wrap=True)
    table.add_column("operation", overflow="fold")
    for one in done.findings:
        best = escape(one.candidates[0].candidate.operation.name) if one.candidates else "-"
        verdict = f"[{COLOURS[one.verdict]}]{one.verdict.value}[/]"
        table.add_row(one.guide.value, "must have" if one.must_have else "nice to have", verdict, best)
    console.print(table)


def _finding(console: Console, finding: Finding) -> None:
    _line(console, f"\n[bold]{finding.guide.value}[/bold]: [{COLOURS[finding.verdict]}]{finding.verdict.value}[/]")
    shown = SHOWN if finding.verdict is Verdict.DOUBTFUL else 1
    for one in finding.candidates[:shown]:
        _candidate(console, one)
    for one in finding.candidates[shown:]:
        _line(console, f"  also {escape(one.candidate.operation.name)} ({one.verdict.value})")
    if finding.verdict in (Verdict.DOUBTFUL, Verdict.MISSING):
        _line(console, f"  to settle it: {escape(finding.settles)}")


def _candidate(console: Console, one: Judged) -> None:
    _line(console, f"  {escape(one.candidate.operation.name)}, {one.candidate.points} points")
    for piece in one.candidate.evidence:
        _line(console, f"    {piece.points:+d} {piece.source:11} {escape(piece.reason)}")
    for limit in one.limits:
        _line(console, f"    at most {limit.verdict.value}: {escape(limit.reason)}")
