"""``mockdesk scripts``: list, show and check agent scripts."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from mockdesk.scripts import (
    ScriptError,
    builtin_names,
    builtin_text,
    check_text,
    load_builtin,
    script_schema,
)
from mockdesk.scripts.loader import read_text

WRONG_USE = 2


@click.group("scripts")
def scripts() -> None:
    """Agent scripts: those that come with mockdesk, and your own."""


@scripts.command("list")
def list_scripts() -> None:
    """List the scripts that come with mockdesk."""
    names = builtin_names()
    width = max(map(len, names))
    for name in names:
        click.echo(f"{name:<{width}}  {load_builtin(name).description}")


@scripts.command("show")
@click.argument("name")
def show(name: str) -> None:
    """Print a script that comes with mockdesk, to start your own from."""
    try:
        click.echo(builtin_text(name), nl=False)
    except ScriptError as error:
        click.echo(str(error), err=True)
        sys.exit(WRONG_USE)


@scripts.command("schema")
def schema() -> None:
    """Print the JSON Schema of scripts, for editors."""
    click.echo(json.dumps(script_schema(), indent=2))


@scripts.command("check")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
def check(files: tuple[str, ...]) -> None:
    """Check script files; name every mistake on a line of its own. The exit code is 2 when there is one."""
    found = [line for file in files for line in _mistakes(file)]
    for line in found:
        click.echo(line)
    if found:
        sys.exit(WRONG_USE)
    click.echo(f"{len(files)} {'script' if len(files) == 1 else 'scripts'} checked, no mistakes")


def _mistakes(file: str) -> list[str]:
    try:
        mistakes = check_text(read_text(Path(file)), file)
    except ScriptError as error:
        mistakes = list(error.mistakes)
    return [mistake.describe(file) for mistake in mistakes]
