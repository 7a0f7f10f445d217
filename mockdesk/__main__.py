"""The command line: ``mockdesk serve``, ``demo``, ``scripts``, ``export`` and ``import``."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

import click

from mockdesk.collection_pause import collection_pause

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "demo": "mockdesk.server.demo:demo",
        "export": "mockdesk.cli_store:export_store",
        "import": "mockdesk.cli_store:import_store",
        "scripts": "mockdesk.cli_scripts:scripts",
        "serve": "mockdesk.server.cli:serve",
    }
)
"""Where each command is."""


class LaterGroup(click.Group):
    """Imports a command when it is asked for: what the others need would make ``serve`` start later."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, in alphabetical order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, ``None``: there is none of this name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        with collection_pause():
            command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=LaterGroup)
@click.version_option(package_name="mockdesk")
def main() -> None:
    """A mock service desk for bring-your-own-service-desk web chat."""


if __name__ == "__main__":
    main(prog_name="mockdesk")
