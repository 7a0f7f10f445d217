"""The report on a terminal: the guide's functions, the failures with their timelines, the counts in the last lines."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from contracts.guide import guide_lines
from contracts.report_json import summary
from contracts.run import Verification
from contracts.timeline import timeline
from contracts.verdict import Conclusion, Result, Verdict

STATES = {"works": "green", "broken": "red", "not offered": "yellow", "not judged": "yellow"}
VERDICTS = {Verdict.PASS: "green", Verdict.FAIL: "red", Verdict.SKIP: "yellow"}
LONGEST_TIMELINE = 60
LONGEST_PROGRAM = 12


def print_report(console: Console, done: Verification, replays: dict[str, str]) -> None:
    """Print the whole report."""
    console.print(f"\n[bold]{escape(done.subject.name)}[/bold] ({done.subject.kind}), profile {done.options.profile}")
    if done.conclusion is Conclusion.MISWIRED:
        console.print(f"[red]mis-wired[/red]: {escape(done.why or '')}", soft_wrap=True)
        return
    _print_guide(console, done)
    for result in done.results:
        if result.verdict is Verdict.FAIL:
            _print_failure(console, result, replays.get(result.requirement.id))
    _print_others(console, done.results)
    for note in done.notes:
        console.print(escape(note), soft_wrap=True)
    _print_counts(console, done)


def _print_guide(console: Console, done: Verification) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("function", "level", "state"):
        table.add_column(heading)
    for line in guide_lines(done.results, done.functions):
        table.add_row(line.function, line.level, f"[{STATES[line.state]}]{line.state}[/]")
    console.print(table)


def _print_failure(console: Console, result: Result, replay: str | None) -> None:
    assert result.finding is not None
    one, judgement, run = result.requirement, result.finding.judgement, result.finding.run
    console.print(f"\n[red]FAIL[/red] [bold]{one.id}[/bold] ({result.level.value}) {escape(one.title)}", soft_wrap=True)
    console.print(f"  expected: {escape(judgement.expected)}", soft_wrap=True)
    console.print(f"  came:     {escape(judgement.actual)}", soft_wrap=True)
    console.print(f"  in {escape(run.name)}; {result.violations} violations in {result.exercised} occasions")
    console.print(f"  {_of_length(result)}")
    for number, step in enumerate(run.program[:LONGEST_PROGRAM], 1):
        console.print(f"  {number:4}. {escape(str(step))}", soft_wrap=True, highlight=False)
    lines = timeline(run.trace, judgement.at)
    for line in _around(lines):
        console.print(f"  {escape(line)}", soft_wrap=True, highlight=False)
    if replay:
        console.print(f"  replay: {escape(replay)}", soft_wrap=True, highlight=False)


def _of_length(result: Result) -> str:
    """Return how long the program is, and whether it is the one that was recorded."""
    assert result.finding is not None
    number, shrinking = len(result.finding.run.program), result.shrinking
    steps = "program of 1 step" if number == 1 else f"program of {number} steps"
    if number > LONGEST_PROGRAM:
        steps += f", the first {LONGEST_PROGRAM}"
    if shrinking is None:
        return steps
    if not shrinking.again:
        return f"{steps}, as recorded; it did not happen again on replay"
    return steps + (f", shortened from {shrinking.steps}" if number != shrinking.steps else "")


def _around(lines: list[str]) -> list[str]:
    if len(lines) <= LONGEST_TIMELINE:
        return lines
    marked = next((number for number, line in enumerate(lines) if line.startswith(">>")), len(lines) - 1)
    first = max(0, min(marked - LONGEST_TIMELINE + 10, len(lines) - LONGEST_TIMELINE))
    head = [f"   ... {first} earlier lines are in the JSON report"] if first else []
    tail = (
        [f"   ... {len(lines) - first - LONGEST_TIMELINE} later lines"] if first + LONGEST_TIMELINE < len(lines) else []
    )
    return head + lines[first : first + LONGEST_TIMELINE] + tail


def _print_others(console: Console, results: list[Result]) -> None:
    for result in results:
        if result.verdict in (Verdict.SKIP, Verdict.INCONCLUSIVE, Verdict.ERROR):
            word = f"{result.verdict.value.upper():12}"
            console.print(f"{word} {result.requirement.id}: {escape(result.reason or '')}", soft_wrap=True)


def _print_counts(console: Console, done: Verification) -> None:
    counts = summary(done.results)
    exercised = sum(result.exercised for result in done.results)
    console.print(
        f"\n{done.runs} runs, {exercised} judgements in {done.seconds:.1f} s (seed {done.options.seed})",
        highlight=False,
    )
    console.print(
        f"requirements: {counts['planned']} planned, {counts['pass']} passed, {counts['fail']} failed, "
        f"{counts['skip']} skipped, {counts['inconclusive']} inconclusive, {counts['error']} errors",
        highlight=False,
    )
    colour = "green" if done.conclusion is Conclusion.CONFORMANT else "red"
    console.print(f"verdict: [{colour}]{done.conclusion.value}[/]")
