"""The command line: ``mockdesk serve``, ``demo``, ``scripts``, ``export`` and ``import``."""

import click

from mockdesk.cli_scripts import scripts
from mockdesk.cli_store import export_store, import_store
from mockdesk.server.cli import serve
from mockdesk.server.demo import demo


@click.group()
@click.version_option(package_name="mockdesk")
def main() -> None:
    """A mock service desk for bring-your-own-service-desk web chat."""


main.add_command(serve)
main.add_command(demo)
main.add_command(scripts)
main.add_command(export_store)
main.add_command(import_store)

if __name__ == "__main__":
    main(prog_name="mockdesk")
