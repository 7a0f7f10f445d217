"""What the command line says of an exception: misuse is one line, a crash of the subject has its last words.

Imported only when something was raised, as it knows every part that raises.
"""

from __future__ import annotations

import traceback

import click

from contracts.catalogue import UnknownRequirement
from contracts.drivers import NoDriver
from contracts.known_failures import BadKnownFailures
from contracts.lanes.python_object import BadTarget
from contracts.lanes.supervised import SubjectCrashed
from contracts.manual import NoTerminal
from contracts.mapping.mistakes import BadMapping
from contracts.mapping.model import NoVariable
from contracts.publish import BadOutput
from contracts.replay import BadReplay
from contracts.smoke import Miswired

MISUSE = (
    BadKnownFailures,
    BadOutput,
    BadReplay,
    BadTarget,
    Miswired,
    NoDriver,
    NoTerminal,
    NoVariable,
    UnknownRequirement,
)


def tell(error: Exception) -> int:
    """Print what an exception means, and return the exit code."""
    if isinstance(error, BadMapping):
        click.echo(str(error), err=True)
        return 2
    if isinstance(error, MISUSE):
        click.echo(f"contracts: {' '.join(str(error).split())}", err=True)
        return 2
    if isinstance(error, SubjectCrashed):
        click.echo("\n".join((f"contracts: {error.what}", *(f"  stderr: {line}" for line in error.log))), err=True)
        return 4
    traceback.print_exception(error)
    click.echo("contracts: the suite broke; this says nothing about the subject", err=True)
    return 4
