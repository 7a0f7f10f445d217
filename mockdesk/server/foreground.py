"""Serving in the foreground of a terminal: begin, tell others that it answers, and stop at a signal."""

from __future__ import annotations

import errno
import gc
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import click

from mockdesk.collection_pause import collection_pause
from mockdesk.core.script import Script
from mockdesk.scripts import ScriptError, load_script
from mockdesk.server.desks import ClockKind
from mockdesk.server.options import ServerOptions
from mockdesk.server.running import RunningServer
from mockdesk.server.tiers import MissingExtra, TierName
from mockdesk.store.errors import StoreError

WRONG_USE = 2
YOUNG_OBJECTS, YOUNG_ROUNDS, MIDDLE_ROUNDS = 2_000, 0, 5_000
"""When the garbage collector looks for cycles. A desk keeps nearly all that it makes, and in the scale tier no request
makes one: with Python's own thresholds a seventh of the time of a start went into looking. What has outlived one
look is put aside with the next, so that a look takes a millisecond or two; a look at everything, which takes half a
second where there are fifty thousand conversations, comes after some twenty million new objects."""


def give_up(message: str) -> NoReturn:
    """Say why and exit with the code of wrong use."""
    click.echo(message, err=True)
    sys.exit(WRONG_USE)


def load_or_give_up(script: str) -> Script:
    """Return a script by name or path; one with mistakes ends the program, and each mistake is named."""
    try:
        return load_script(script)
    except ScriptError as error:
        give_up(str(error))


def open_or_give_up(
    host: str,
    port: int,
    settings: Mapping[str, Any],
    clock: ClockKind,
    speed: float,
    options: ServerOptions,
    store: str,
    server: TierName,
) -> RunningServer:
    """Return a server; a store that cannot be used, or a part that is not installed, ends the program."""
    try:
        with collection_pause():
            return RunningServer(host, port, settings, clock, speed, options, server, store)
    except (StoreError, MissingExtra) as error:
        give_up(f"mockdesk: {error}")


def stop_at_signals() -> threading.Event:
    """Return what is set when the program is told to stop."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


@contextmanager
def listening(server: RunningServer, host: str, port: int) -> Iterator[None]:
    """Start a server and stop it at the end; an address that cannot be had ends the program."""
    _collect_less()
    try:
        with collection_pause():
            server.start()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            give_up(f"mockdesk: port {port} is in use; choose another with --port (0: a free one)")
        give_up(f"mockdesk: cannot listen on {host} port {port}: {error.strerror or error}")
    try:
        yield
    finally:
        gc.freeze()  # the process ends: nobody is helped by a last look at all that the desks hold
        server.stop()


def _collect_less() -> None:
    """Let the collector look less often; this process is the server's alone."""
    gc.set_threshold(YOUNG_OBJECTS, YOUNG_ROUNDS, MIDDLE_ROUNDS)


@contextmanager
def ready(server: RunningServer, ready_file: Path | None) -> Iterator[None]:
    """Write the base URL into the file, at once and as a whole, when the server answers; remove it at the end."""
    if ready_file is None:
        yield
        return
    _ask_for_health(server.url)
    try:
        _write_at_once(ready_file, f"{server.url}\n")
    except OSError as error:
        give_up(f"mockdesk: cannot write {ready_file}: {error.strerror}")
    try:
        yield
    finally:
        ready_file.unlink(missing_ok=True)


def _write_at_once(path: Path, text: str) -> None:
    """Write a file that nobody ever sees half written."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w") as file:
        file.write(text)
    os.replace(name, path)


def _ask_for_health(url: str) -> None:
    """Make sure that the server answers; proxies are none of its business."""
    import urllib.request  # nobody needs it without a file to write

    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{url}/healthz", timeout=10):
        return
