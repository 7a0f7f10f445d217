"""What the server costs: ``python -m bench.server_cost``. Medians in milliseconds, for a machine that is idle."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import click

from mockdesk import RunningServer
from tests.server.support import ADA, Desk, receive


def median_ms(action: Callable[[], object], count: int) -> float:
    """Return the median time of one call."""
    times = []
    for _ in range(count):
        began = time.perf_counter()
        action()
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1_000


def start_and_stop() -> None:
    """Start a server and stop it."""
    with RunningServer():
        pass


def main() -> None:
    """Measure and print."""
    start_and_stop()
    click.echo(f"start + stop       {median_ms(start_and_stop, 50):7.2f}")
    with RunningServer() as server:
        click.echo(f"new desk           {median_ms(server.new_desk, 500):7.3f}")
        desk = Desk(server, server.control(), server.url)
        user = desk.start()
        click.echo(f"POST message       {median_ms(lambda: user.send('hello'), 300):7.2f}")
        with user.stream(after=301) as stream:
            desk.control.act(user.conversation_id, {"action": "join", "agent": ADA})
            receive(stream)

            def act_and_receive() -> None:
                desk.control.act(user.conversation_id, {"action": "say", "agent": "ada", "text": "hello"})
                receive(stream)

            click.echo(f"act -> frame read  {median_ms(act_and_receive, 500):7.3f}")
        click.echo(f"handshake + close  {median_ms(lambda: handshake(desk), 50):7.2f}")


def handshake(desk: Desk) -> None:
    """Open a stream, read its first frame, close it."""
    user = desk.start()
    with user.stream() as stream:
        receive(stream)


if __name__ == "__main__":
    main()
