"""The page: what the template shows, gathered from a verification."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from contracts.catalogue import GROUP_NAMES, catalogue
from contracts.guide import guide_lines
from contracts.outcome import program_length
from contracts.printable import printable
from contracts.replay import suite_digest
from contracts.report_html.lanes import Lane, Row
from contracts.report_html.rows import rows
from contracts.report_json import suite_version, summary
from contracts.requirement import Requirement
from contracts.share import share
from contracts.timeline import timeline
from contracts.verdict import EXIT_CODES, Result, Verdict
from contracts.verification import Verification

LETTERS: Mapping[str, str] = {
    Verdict.FAIL: "F",
    Verdict.ERROR: "E",
    Verdict.INCONCLUSIVE: "I",
    Verdict.KNOWN_FAILURE: "K",
    Verdict.SKIP: "S",
    Verdict.PASS: "P",
}
"""Verdicts in the order in which a reader wants them, with their letters in the matrix."""
ROWS_BEFORE, ROWS_AFTER, FEW_ROWS = 24, 8, 4
"""So many rows of the picture stand before and after the violation; the rest is in the text."""


@dataclass(frozen=True)
class Cell:
    """A requirement in the matrix; ``verdict`` and ``letter`` are empty for one that was not selected."""

    requirement: Requirement
    verdict: str
    letter: str


@dataclass(frozen=True)
class Picture:
    """A timeline: the rows around the violation, how many were left out, and all of it as text."""

    rows: Sequence[Row]
    before: int
    after: int
    text: str


@dataclass(frozen=True)
class Failure:
    """A failure as the page shows it."""

    result: Result
    picture: Picture
    length: str
    program: Sequence[str]
    replay: str


def report_html(done: Verification, replays: Mapping[str, str] | None = None) -> str:
    """Return the report of a verification. ``replays`` maps requirement ids to the commands that play them again."""
    style, script = _resource("style.css"), _resource("page.js")
    text = (
        _environment()
        .get_template("page.html.j2")
        .render(
            done=done,
            exit_code=EXIT_CODES[done.conclusion],
            suite=suite_version(),
            digest=suite_digest(),
            time=time_mode(done),
            guide=guide_lines(done.results, done.functions),
            counts=summary(done.results),
            share=share(done.results, done.subject.kind, catalogue()),
            letters=LETTERS,
            matrix=matrix(done),
            unselected=any(not cell.verdict for _, _, cells in matrix(done) for cell in cells),
            failures=failures(done.results, replays or {}),
            lanes=["user", "client" if done.subject.kind == "desk" else "adapter", "desk", "agent"],
            lane_places=list(Lane),
            style=Markup(style),
            script=Markup(script),
            policy=f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
            "base-uri 'none'; form-action 'none'",
        )
    )
    return text + "\n"


def time_mode(done: Verification) -> str:
    """Return how time ran for the subject, and why."""
    return "not known" if done.time is None else done.time.sentence().removeprefix("time: ")


def matrix(done: Verification) -> list[tuple[str, str, list[Cell]]]:
    """Return each group's short and long name and its requirements for this kind of subject."""
    verdicts = {one.requirement.id: one.verdict for one in done.results}
    concerned = [one for one in catalogue() if one.applies_to(done.subject.kind)]
    return [
        (group, GROUP_NAMES[group], [_cell(one, verdicts.get(one.id)) for one in members])
        for group, members in groupby(concerned, key=lambda one: one.group)
    ]


def _cell(one: Requirement, verdict: Verdict | None) -> Cell:
    return Cell(one, "" if verdict is None else verdict.value, "" if verdict is None else LETTERS[verdict])


def failures(results: Sequence[Result], replays: Mapping[str, str]) -> list[Failure]:
    """Return what the page shows of each failure, those that count first."""
    found = [one for one in results if one.finding is not None]
    order = list(LETTERS)
    return [
        _failure(one, replays.get(one.requirement.id, ""))
        for one in sorted(found, key=lambda one: order.index(one.verdict))
    ]


def _failure(result: Result, replay: str) -> Failure:
    assert result.finding is not None
    run, at = result.finding.run, result.finding.judgement.at
    drawn = rows(run.trace, at)
    place = next((place for place, row in enumerate(drawn) if row.violation), len(drawn) - 1)
    first, last = _window(place, len(drawn))
    text = "\n".join(timeline(run.trace, at))
    picture = Picture(drawn[first:last], first, len(drawn) - last, text)
    return Failure(result, picture, program_length(result), [str(step) for step in run.program], replay)


def _window(place: int, count: int) -> tuple[int, int]:
    """Return the first row that is drawn, and the one after the last; a few left-over rows are not worth a fold."""
    first, last = place - ROWS_BEFORE, place + ROWS_AFTER + 1
    return (0 if first <= FEW_ROWS else first), (count if count - last <= FEW_ROWS else last)


def _environment() -> Environment:
    """Return the templates' environment: everything is escaped, and nothing unprintable gets through."""
    environment = Environment(
        loader=PackageLoader("contracts.report_html", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printable,
    )
    environment.filters["words"] = lambda value: str(value).replace("_", " ")
    return environment


def _printable(value: Any) -> Any:
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _resource(name: str) -> str:
    return files("contracts.report_html").joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
