"""The report on a terminal: verdict and the guide's functions first, then the failures; the counts stand last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from contracts.catalogue import catalogue
from contracts.guide import guide_lines
from contracts.outcome import failure_text
from contracts.printable import printable
from contracts.report_json import summary
from contracts.share import share
from contracts.verdict import Conclusion, Result, Verdict
from contracts.verification import Verification

STATES = {"works": "green", "broken": "red", "not offered": "yellow", "not judged": "yellow"}
COLOURS = {Verdict.PASS: "green", Verdict.FAIL: "red", Verdict.ERROR: "red"}
MOST_IDS = 8
"""So many ids are named of those that were left out for one reason."""


def shown(text: str) -> str:
    """Return a text as the console may show it: neither markup nor a terminal's control sequence is obeyed."""
    return escape(printable(text))


def print_report(
    console: Console,
    done: Verification,
    replays: Mapping[str, str],
    *,
    verbose: bool = False,
    written: Mapping[str, Path] | None = None,
) -> None:
    """Print the whole report. ``verbose`` adds the table of all requirements; ``written``: the reports in files, by
    kind."""
    _print_head(console, done)
    if done.why is None:
        _print_body(console, done, replays, verbose)
    for kind, path in (written or {}).items():
        console.print(f"{kind} report: {shown(str(path))}", soft_wrap=True)
    if done.why is None:
        _print_counts(console, done)


def _print_body(console: Console, done: Verification, replays: Mapping[str, str], verbose: bool) -> None:
    _print_guide(console, done)
    _print_share(console, done)
    for result in done.results:
        if result.verdict is Verdict.FAIL:
            _print_failure(console, result, replays.get(result.requirement.id))
    _print_others(console, done.results)
    if verbose:
        _print_table(console, done.results)
    for note in done.notes:
        console.print(shown(note), soft_wrap=True)
    for warning in done.warnings:
        console.print(f"[yellow]warning[/]: {shown(warning)}", soft_wrap=True)


def _print_head(console: Console, done: Verification) -> None:
    colour = "green" if done.conclusion is Conclusion.CONFORMANT else "red"
    console.print(
        f"\n[bold]{shown(done.subject.name)}[/bold] ({done.subject.kind}), profile {done.options.profile}: "
        f"[{colour}]{done.conclusion.value}[/]",
        soft_wrap=True,
    )
    if done.why:
        console.print(shown(done.why), soft_wrap=True)
    if done.time is not None:
        console.print(shown(done.time.sentence()), soft_wrap=True)
    for line in done.log:
        console.print(f"  stderr: {shown(line)}", soft_wrap=True)
    if done.conclusion is Conclusion.CRASHED:
        console.print("That is no verdict on a requirement: the run in which it happened is not judged.")


def _print_guide(console: Console, done: Verification) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("function", "level", "state"):
        table.add_column(heading)
    for line in guide_lines(done.results, done.functions):
        table.add_row(line.function, line.level, f"[{STATES[line.state]}]{line.state}[/]")
    console.print(table)


def _print_share(console: Console, done: Verification) -> None:
    part = share(done.results, done.subject.kind, catalogue())
    console.print(f"judged: {part.judged} of the {part.of} requirements for this kind of subject ({part.fraction:.0%})")
    for one in part.left_out:
        more = f" and {len(one.ids) - MOST_IDS} more" if len(one.ids) > MOST_IDS else ""
        ids = ", ".join(one.ids[:MOST_IDS])
        console.print(f"  not judged: {len(one.ids)}, {shown(one.reason)}: {ids}{more}", soft_wrap=True)


def _print_failure(console: Console, result: Result, replay: str | None) -> None:
    assert result.finding is not None
    one = result.requirement
    console.print(f"\n[red]FAIL[/red] [bold]{one.id}[/bold] ({result.level.value}) {shown(one.title)}", soft_wrap=True)
    for line in failure_text(result, replay or "").split("\n"):
        console.print(f"  {shown(line)}", soft_wrap=True, highlight=False)


def _print_others(console: Console, results: Iterable[Result]) -> None:
    for result in results:
        if result.verdict in (Verdict.KNOWN_FAILURE, Verdict.INCONCLUSIVE, Verdict.ERROR):
            word = result.verdict.value.replace("_", " ").upper()
            console.print(f"{word} {result.requirement.id}: {shown(result.reason or '')}", soft_wrap=True)


def _print_table(console: Console, results: Iterable[Result]) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("id", "level", "verdict", "exercised", "by", "title"):
        table.add_column(heading, justify="right" if heading == "exercised" else "left")
    for one in results:
        verdict = f"[{COLOURS.get(one.verdict, 'yellow')}]{one.verdict.value.replace('_', ' ')}[/]"
        sources = ", ".join(source.value for source, count in one.by_source.items() if count)
        title = shown(one.requirement.title)
        table.add_row(one.requirement.id, one.level.value, verdict, str(one.exercised), sources, title)
    console.print(table)


def _print_counts(console: Console, done: Verification) -> None:
    counts = summary(done.results)
    exercised = sum(result.exercised for result in done.results)
    known = f"{counts['known_failure']} known failures, " if counts["known_failure"] else ""
    console.print(
        f"\n{done.runs} runs, {exercised} judgements in {done.seconds:.1f} s (seed {done.options.seed})",
        highlight=False,
    )
    console.print(
        f"requirements: {counts['planned']} planned, {counts['pass']} passed, {counts['fail']} failed, {known}"
        f"{counts['skip']} skipped, {counts['inconclusive']} inconclusive, {counts['error']} errors",
        highlight=False,
    )
    colour = "green" if done.conclusion is Conclusion.CONFORMANT else "red"
    console.print(f"verdict: [{colour}]{done.conclusion.value}[/]")
