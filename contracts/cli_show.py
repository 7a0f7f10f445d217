"""``contracts list`` and ``contracts explain``: the catalogue on the command line."""

from __future__ import annotations

import json
from typing import Any

import click

from contracts.catalogue import catalogue, select
from contracts.requirement import Requirement
from contracts.scenario_list import all_scenarios


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
@click.option("--json", "as_data", is_flag=True, help="Print the catalogue as JSON.")
def list_command(as_data: bool) -> None:
    """List the requirements."""
    if as_data:
        click.echo(json.dumps([as_json(one) for one in catalogue()], indent=1))
        return
    for one in catalogue():
        click.echo(f"{one.id}  {one.level.value:6} {one.subject.value:7} {one.title}")


@click.command("explain")
@click.argument("id")
def explain_command(id: str) -> None:
    """Explain one requirement: what, why, where it was seen, how it is exercised."""
    for one in select([id]):
        click.echo(f"{one.id}  {one.title}")
        click.echo(f"  level {one.level.value}, judges {one.subject.value}")
        click.echo(f"  guide: {', '.join(part.value for part in one.guide) or '-'}")
        click.echo(f"  needs: {', '.join(one.needs) or '-'}")
        for heading, text in (("What", one.what), ("Why", one.why), ("Seen", one.seen)):
            click.echo(click.wrap_text(f"{heading}: {text}", 100, "  ", "    "))
        aimed = [scenario.name for scenario in all_scenarios() if one.id in scenario.aims]
        click.echo(f"  scenarios: {', '.join(aimed) or '-'}")
