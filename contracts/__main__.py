"""The command line: ``contracts list | explain | replay | mapping check | assess | verify adapter | verify desk``.

Exit codes: 0 conformant, 1 a requirement failed, 2 wrong use or a mis-wired subject, 3 a MUST requirement stayed
inconclusive, 4 the suite broke or the subject crashed.
"""

from __future__ import annotations

import importlib
import logging
import sys

import click

COMMANDS = {
    "list": ("contracts.cli_show:list_command", "List the requirements."),
    "explain": ("contracts.cli_show:explain_command", "Explain requirements: what, why, an example of a failure."),
    "verify": ("contracts.cli_run:verify", "Verify an adapter or a desk."),
    "replay": ("contracts.cli_run:replay_command", "Play the program of a replay file again."),
    "assess": ("contracts.cli_assess:assess_command", "Tell what an API has of a service desk."),
    "mapping": ("contracts.mapping.cli:mapping_commands", "Work on mapping files: desks of any shape as data."),
}
"""Where each command stands, and what it does: only the one that is asked for is imported."""


class LazyCommands(click.Group):
    """The commands of :data:`COMMANDS`. Reading the catalogue must not wait for what generates requests."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, or ``None`` if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands into the help."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, help) for name, (_, help) in COMMANDS.items()])


@click.group(cls=LazyCommands)
@click.version_option(package_name="mockdesk", prog_name="contracts")
def cli() -> None:
    """Verify integrations and desks of bring-your-own-service-desk web chat."""


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
        click.echo(f"contracts: {' '.join(error.format_message().split())}", err=True)
        sys.exit(2)
    except Exception as error:
        from contracts.cli_errors import tell

        sys.exit(tell(error))


if __name__ == "__main__":
    main()
