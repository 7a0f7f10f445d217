"""``--limit NAME=NUMBER``: the limits of docs/limits.md on the command line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import click

from mockdesk.core.limits import DeskLimits, Limit, rows_of
from mockdesk.core.reading import suggestion
from mockdesk.server.limits import ServerLimits


def read_limits(given: Iterable[str]) -> tuple[dict[str, int], ServerLimits]:
    """Return the limits of the server's own desk, as its settings have them, and those of the server.

    Raises:
        click.UsageError: there is no such limit, or the number is none that it can have.
    """
    of_desk = {row.name: row for row in rows_of(DeskLimits)}
    of_server = {row.name: row for row in rows_of(ServerLimits)}
    told = dict(_read(one, of_desk | of_server) for one in given)
    own = {name: value for name, value in told.items() if name in of_desk}
    more: dict[str, Any] = {name: value for name, value in told.items() if name in of_server}
    return own, replace(ServerLimits(), **more)


def _read(text: str, known: dict[str, Limit]) -> tuple[str, Any]:
    name, sign, value = text.partition("=")
    if not sign or name not in known:
        raise click.UsageError(f"--limit {text}: say NAME=NUMBER; {suggestion(name, known)}")
    try:
        number = float(value) if isinstance(known[name].default, float) else int(value)
    except ValueError:
        raise click.UsageError(f"--limit {text}: {value!r} is no number") from None
    if not 0 < number <= 2**53:
        raise click.UsageError(f"--limit {text}: the number must be more than 0")
    return name, number
