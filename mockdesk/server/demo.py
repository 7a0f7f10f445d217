"""``mockdesk demo``."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from mockdesk.server.foreground import listening, load_or_give_up, ready, stop_at_signals
from mockdesk.server.running import RunningServer

HOST = "127.0.0.1"
GREETING = """Open {base}/ in a browser: a web chat, and the desk behind it.
Write "agent" in the chat to be connected; {script} plays the agents. Ctrl-C stops"""


@click.command("demo")
@click.option("--port", default=8900, show_default=True, type=click.IntRange(0, 65535), help="0: a free one.")
@click.option("--script", default="menu", show_default=True, metavar="NAME|FILE", help="Who plays the agents.")
@click.option("--open/--no-open", "is_opened", default=False, help="Open the page in this machine's browser.")
@click.option("--ready-file", type=click.Path(dir_okay=False, path_type=Path), help="Holds the URL while it answers.")
def demo(port: int, script: str, is_opened: bool, ready_file: Path | None) -> None:
    """Show a real web chat that talks to a mock desk, until Ctrl-C."""
    stop = stop_at_signals()
    server = RunningServer(HOST, port, {"script": load_or_give_up(script)}, "system")
    with listening(server, HOST, port), ready(server, ready_file):
        click.echo(GREETING.format(base=server.url, script=script))
        if is_opened and not webbrowser.open(f"{server.url}/"):
            click.echo("No browser could be opened; open the page yourself.", err=True)
        stop.wait()
