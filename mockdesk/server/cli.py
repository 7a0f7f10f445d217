"""``mockdesk serve``."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import click

from mockdesk.dialects.registry import CANONICAL, DIALECTS
from mockdesk.scripts import Broken, Reloaded, ScriptWatcher
from mockdesk.scripts.loader import SUFFIXES
from mockdesk.server.cli_limits import read_limits
from mockdesk.server.desks import ClockKind
from mockdesk.server.foreground import listening, load_or_give_up, open_or_give_up, ready, stop_at_signals
from mockdesk.server.guard import exposure, names_of
from mockdesk.server.logs import log_to_stderr
from mockdesk.server.options import ServerOptions
from mockdesk.server.running import IN_MEMORY, RunningServer
from mockdesk.server.tiers import TIER_NAMES, TierName

NAMES = (CANONICAL, *DIALECTS)
WATCH_SECONDS = 0.5
LOOK_SECONDS = 30.0
"""How often (wall) unused desks are looked for."""

NUMBER = click.FloatRange(0)
FORGET_ENDED = "Conversations are removed so long (desk's time) after their end; 0: never."
FORGET_DESKS = "Desks made by POST /_mock/desks are removed after so long without use; 0: never."
HOURS_AFTER_END = 24.0
MINUTES_WITHOUT_USE = 60.0


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8900, show_default=True, type=click.IntRange(0, 65535), help="0: a free one.")
@click.option("--script", default="happy-path", show_default=True, metavar="NAME|FILE", help="Who plays the agents.")
@click.option("--dialect", "dialects", multiple=True, type=click.Choice(NAMES), help="Show this shape, no others.")
@click.option("--root", type=click.Choice(NAMES), default=CANONICAL, show_default=True, help="The shape at the root.")
@click.option("--speed", type=click.FloatRange(0, min_open=True), metavar="X", help="Time runs X times as fast.")
@click.option("--virtual", is_flag=True, help="Time stands still until POST /_mock/clock/advance moves it.")
@click.option("--seed", type=int, help="The same ids and waits in every run (tokens are always random).")
@click.option("--store", default=IN_MEMORY, show_default=True, metavar="memory|sqlite:PATH", help="Where all is kept.")
@click.option("--watch", is_flag=True, help="Load the script's file again whenever it changes.")
@click.option("--ready-file", type=click.Path(dir_okay=False, path_type=Path), help="Holds the URL while it answers.")
@click.option("--server", type=click.Choice(TIER_NAMES), default="embedded", show_default=True, help="How to serve.")
@click.option("--json-logs", is_flag=True, help="Log JSON lines.")
@click.option("--quiet", is_flag=True, help="Log no requests, only what goes wrong.")
@click.option("--allow-host", "allowed_hosts", multiple=True, metavar="NAME", help="Also driven under this host name.")
@click.option("--limit", "limits", multiple=True, metavar="NAME=NUMBER", help="Another limit than docs/limits.md has.")
@click.option("--forget-ended", show_default="24, with a store 0", type=NUMBER, metavar="HOURS", help=FORGET_ENDED)
@click.option("--forget-desks", show_default="60, with a store 0", type=NUMBER, metavar="MINUTES", help=FORGET_DESKS)
def serve(
    host: str,
    port: int,
    script: str,
    dialects: tuple[str, ...],
    root: str,
    speed: float | None,
    virtual: bool,
    seed: int | None,
    store: str,
    watch: bool,
    ready_file: Path | None,
    server: TierName,
    json_logs: bool,
    quiet: bool,
    allowed_hosts: tuple[str, ...],
    limits: tuple[str, ...],
    forget_ended: float | None,
    forget_desks: float | None,
) -> None:
    """Serve a mock desk until Ctrl-C."""
    if speed is not None and virtual:
        raise click.UsageError("--speed does not go with --virtual")
    if watch and not script.endswith(SUFFIXES):
        raise click.UsageError("--watch needs a --script that is a file")
    if store != IN_MEMORY and (others := [name for name in (*dialects, root) if name != CANONICAL]):
        raise click.UsageError(f"--store does not go with {others[0]}: its own logs and tokens are not kept")
    desk_limits, server_limits = read_limits(limits)
    log_to_stderr(json_logs, requests=not quiet)
    stop = stop_at_signals()
    settings = {"script": load_or_give_up(script), "dialects": list(dialects), "root_dialect": root}
    forget_after = _seconds(forget_ended, HOURS_AFTER_END, store, 3600)
    settings |= {"limits": desk_limits, "forget_ended_after_seconds": forget_after}
    settings |= {} if seed is None else {"seed": seed}
    clock: ClockKind = "virtual" if virtual else "system" if speed is None else "scaled"
    options = ServerOptions(
        limits=server_limits,
        desk_idle_seconds=_seconds(forget_desks, MINUTES_WITHOUT_USE, store, 60),
        allowed_hosts=names_of(host, allowed_hosts),
    )
    running = open_or_give_up(host, port, settings, clock, speed or 1.0, options, store, server)
    with listening(running, host, port), ready(running, ready_file):
        _greet(running, script, (CANONICAL,) if store != IN_MEMORY else dialects or NAMES)
        _warn(host)
        _wait(running, stop, ScriptWatcher(script) if watch else None)
    if virtual:  # with the machine's time no two runs are the same, and of ten thousand conversations it takes seconds
        click.echo(f"transcript sha256:{running.control().digest()}")


def _seconds(told: float | None, usual: float, store: str, unit: int) -> float | None:
    """Return after how many seconds something is forgotten, ``None``: never. A store keeps what it is not told to
    forget."""
    if told is None:
        told = usual if store == IN_MEMORY else 0.0
    return unit * told or None


GREETING = """mockdesk listens at {base}
agents: script {script}; time {time}
Start a conversation; put its id and token into the next two:
  curl -sX POST {base}/v1/conversations -H 'Content-Type: application/json' -d '{{"user_id": "me"}}'
  curl -s '{base}/v1/conversations/ID/events?after=0&wait=10' -H 'Authorization: Bearer TOKEN'
  curl -sX POST {base}/v1/conversations/ID/messages -H 'Authorization: Bearer TOKEN' \\
    -H 'Content-Type: application/json' -d '{{"text": "hello"}}'
Play the agents by hand: {base}/console
What happened: {base}/_mock/journal   the API: {base}/openapi.yaml   Ctrl-C stops"""


def _greet(server: RunningServer, script: str, dialects: Sequence[str]) -> None:
    clock = server.control().clock()
    times = {"virtual": "stands still until POST /_mock/clock/advance", "system": "is the machine's"}
    time = times.get(clock["kind"], f"runs at {clock['speed'] or 1:g} times the machine's speed")
    click.echo(GREETING.format(base=server.url, script=script, time=time))
    others = [f"{server.url}/{name} ({name})" for name in dialects if name != CANONICAL]
    if others:
        click.echo(f"The same desk in other shapes: {', '.join(others)}")


def _warn(host: str) -> None:
    warning = exposure(host)
    if warning is not None:
        click.echo(warning, err=True)


def _wait(server: RunningServer, stop: threading.Event, watcher: ScriptWatcher | None) -> None:
    """Wait for a signal; look after a watched script and unused desks meanwhile."""
    if watcher is not None:
        watcher.check()
    while not stop.wait(LOOK_SECONDS if watcher is None else WATCH_SECONDS):
        server.remove_unused_desks()
        if watcher is not None:
            _reload(server, watcher)


def _reload(server: RunningServer, watcher: ScriptWatcher) -> None:
    found = watcher.check()
    if isinstance(found, Reloaded):
        server.control().install_script(found.script)
        click.echo(f"loaded {watcher.path} again")
    elif isinstance(found, Broken):
        click.echo(f"{found.error}\nthe script of before goes on", err=True)
