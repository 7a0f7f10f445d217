"""The command line: ``contracts list | explain | replay | mapping check | assess | verify adapter | verify desk``.

Exit codes: 0 conformant, 1 a requirement failed, 2 wrong use or a mis-wired subject, 3 a MUST requirement stayed
inconclusive, 4 the suite broke or the subject crashed.
"""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path
from typing import Any

import click

from contracts.catalogue import UnknownRequirement
from contracts.cli_assess import assess_command
from contracts.cli_options import options_from, outputs_from, verify_options
from contracts.cli_show import explain_command, list_command
from contracts.cli_verify import replay_file, verify_adapter, verify_desk
from contracts.drivers import NoDriver
from contracts.known_failures import BadKnownFailures
from contracts.lanes.python_object import BadTarget
from contracts.lanes.supervised import SubjectCrashed
from contracts.lanes.targets import LANES
from contracts.mapping.cli import mapping_commands
from contracts.mapping.mistakes import BadMapping
from contracts.mapping.model import NoVariable
from contracts.publish import BadOutput
from contracts.replay import BadReplay
from contracts.smoke import Miswired

MISUSE = (BadKnownFailures, BadOutput, BadReplay, BadTarget, Miswired, NoDriver, NoVariable, UnknownRequirement)


@click.group()
@click.version_option(package_name="mockdesk", prog_name="contracts")
def cli() -> None:
    """Verify integrations and desks of bring-your-own-service-desk web chat."""


cli.add_command(list_command)
cli.add_command(explain_command)
cli.add_command(mapping_commands)
cli.add_command(assess_command)


@cli.group()
def verify() -> None:
    """Verify an adapter or a desk."""


@verify.command("adapter")
@click.argument("target")
@click.option("--desk", "driver", default="mockdesk", show_default=True, metavar="DRIVER", help="The desk's driver.")
@click.option("--lane", type=click.Choice(LANES), help="How TARGET is reached; by default its form says it.")
@verify_options
def adapter_command(target: str, driver: str, lane: str | None, **arguments: Any) -> None:
    """Verify the adapter that TARGET (package.module:factory) builds."""
    options = options_from(**arguments)
    sys.exit(verify_adapter(target, driver, options, outputs_from(**arguments), lane))


@verify.command("desk")
@click.argument("url")
@click.option(
    "--driver",
    metavar="DRIVER",
    help="Plays the agents at the desk (default mockdesk, or the mapping's agents); none: nobody does, and what needs "
    "an agent is skipped.",
)
@click.option(
    "--mapping",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Describes a desk whose API has another shape.",
)
@verify_options
def desk_command(url: str, driver: str | None, mapping: Path | None, **arguments: Any) -> None:
    """Verify the desk at URL (without /v1) against openapi.yaml and the requirements."""
    code = verify_desk(url, driver, options_from(**arguments), outputs_from(**arguments), mapping)
    sys.exit(code)


@cli.command("replay")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--judge", is_flag=True, help="Judge the stored trace anew instead of playing the program again.")
def replay_command(file: Path, judge: bool) -> None:
    """Play the program of a replay file again and say whether it fails again."""
    sys.exit(replay_file(file, judge=judge))


def main() -> None:
    """Run the command line; every misuse is one line and exit code 2."""
    logging.getLogger().addHandler(logging.NullHandler())  # what a subject logs does not belong into the report
    try:
        cli.main(prog_name="contracts", standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(2)
    except click.ClickException as error:
        _misuse(error.format_message())
    except BadMapping as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    except MISUSE as error:
        _misuse(str(error))
    except SubjectCrashed as error:
        click.echo("\n".join((f"contracts: {error.what}", *(f"  stderr: {line}" for line in error.log))), err=True)
        sys.exit(4)
    except Exception:
        traceback.print_exc()
        click.echo("contracts: the suite broke; this says nothing about the subject", err=True)
        sys.exit(4)


def _misuse(message: str) -> None:
    click.echo(f"contracts: {' '.join(message.split())}", err=True)
    sys.exit(2)


if __name__ == "__main__":
    main()
