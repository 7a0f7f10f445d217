"""``contracts list`` and ``contracts explain``: the catalogue on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import click

from contracts.catalogue import GROUP_NAMES, GROUPS, catalogue, select
from contracts.explanations import Explanation, Failure, explain
from contracts.requirement import Level, Requirement, Subject

WIDTH = 100


def as_json(one: Requirement) -> dict[str, Any]:
    """Return a requirement as JSON."""
    return {
        "id": one.id,
        "group": one.group,
        "level": one.level.value,
        "subject": one.subject.value,
        "title": one.title,
        "guide": [part.value for part in one.guide],
        "needs": list(one.needs),
        "what": one.what,
        "why": one.why,
        "seen": one.seen,
    }


@click.command("list")
@click.option("--group", type=click.Choice(GROUPS, case_sensitive=False), help="Only this group.")
@click.option("--level", type=click.Choice([one.value for one in Level]), help="Only this level.")
@click.option(
    "--subject",
    type=click.Choice([Subject.ADAPTER.value, Subject.DESK.value]),
    help="Only what judges an adapter, or a desk.",
)
@click.option("--json", "as_data", is_flag=True, help="Print the catalogue as JSON.")
def list_command(group: str | None, level: str | None, subject: str | None, as_data: bool) -> None:
    """List the requirements, group by group: id, level, whom it judges, title."""
    chosen = [
        one
        for one in catalogue()
        if (group is None or one.group == group)
        and (level is None or one.level.value == level)
        and (subject is None or one.applies_to(subject))
    ]
    if as_data:
        click.echo(json.dumps([as_json(one) for one in chosen], indent=1))
        return
    for name, members in groupby(chosen, key=lambda one: one.group):
        click.echo(f"{name}  {GROUP_NAMES[name]}")
        for one in members:
            click.echo(f"  {one.id}  {one.level.value:6} {one.subject.value:7} {one.title}")
    click.echo(f"{len(chosen)} requirements")


@click.command("explain")
@click.argument("ids", nargs=-1, required=True, metavar="ID|GROUP...")
def explain_command(ids: tuple[str, ...]) -> None:
    """Explain requirements: what, why, where it was seen, how it is exercised, and what a failure looks like."""
    pages = ("\n".join(_page(explain(one))) for one in select(ids))
    click.echo("\n\n".join(pages))


def _page(told: Explanation) -> Iterator[str]:
    one = told.requirement
    yield f"{one.id}  {one.title}"
    yield f"  level {one.level.value}, judges {one.subject.value}, group {GROUP_NAMES[one.group]}"
    yield f"  guide: {', '.join(part.value for part in one.guide) or '-'}"
    yield f"  needs: {', '.join(one.needs) or '-'}"
    for heading, text in (("What", one.what), ("Why", one.why), ("Seen", one.seen)):
        yield _wrapped(f"{heading}: {text}")
    for row in told.rows:
        yield _wrapped(f"{row.id}: {row.fault}", "    ")
    yield _wrapped(f"scenarios: {', '.join(told.scenarios) or '-'}")
    if told.probes:
        yield _wrapped(f"probes: {', '.join(told.probes)}")
    if told.generated_requests:
        yield "  generated requests of schemathesis"
    yield "  generated sequences"
    for failure in told.failures:
        yield from _failure(failure)


def _failure(failure: Failure) -> Iterator[str]:
    yield _wrapped(f"What the author of {failure.whose} had done: {failure.mistake}")
    yield f"    found in {failure.run}"
    yield _wrapped(f"expected: {failure.expected}", "    ")
    yield _wrapped(f"came:     {failure.actual}", "    ")
    yield from (f"    {line}" for line in failure.timeline)


def _wrapped(text: str, indent: str = "  ") -> str:
    return click.wrap_text(text, WIDTH, indent, indent + "  ")
