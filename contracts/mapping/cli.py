"""``contracts mapping check FILE``: whether a mapping file can be used, and what it serves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from contracts.mapping.load import load_mapping
from contracts.mapping.model import OPERATIONS, OPTIONAL, Mapped


@click.group("mapping")
def mapping_commands() -> None:
    """Mapping files: a desk of any shape, described as data."""


@mapping_commands.command("check")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def check_command(file: Path) -> None:
    """Check a mapping FILE; print what it serves, or its mistakes with line and key (exit code 2)."""
    for line in served(load_mapping(file)):
        click.echo(line)


def served(mapping: Mapped) -> Iterator[str]:
    """Yield lines that say which function each request serves, and what is not there."""
    yield f"{mapping.name}: {mapping.source} is a mapping that can be used"
    for name in OPERATIONS:
        function = mapping.functions.get(name)
        if function is not None:
            requests = ", ".join(f"{one.request.method} {mapping.base}{one.request.path}" for one in function.steps)
            yield f"  {name:<20} {requests}"
        elif name in OPTIONAL:
            yield f"  {name:<20} not mapped: nice to have"
    yield f"  {'event channel':<20} {_channel(mapping)}"


def _channel(mapping: Mapped) -> str:
    events = mapping.events
    told = sorted({kind for rule in events.rules for kind in rule if kind not in ("when", "ignore")})
    where = f"GET {mapping.base}{events.request.path}" if events.request else events.url
    return f"{events.transport} {where}: {', '.join(told)}"
