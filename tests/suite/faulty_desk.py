"""Seeded faulty desks as servers: ``python -m tests.suite.faulty_desk NAME [--port N] [--ready-file FILE]``.

Serves the mock with the defect of that name until it is interrupted or terminated; its control API makes further desks
of the same kind, so that ``contracts verify desk URL`` judges it as any desk with a driver. ``FILE`` holds the address
once it answers.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from mockdesk.server.running import RunningServer
from tests.suite.defect import all_defects
from tests.suite.defects.broken_desk import FaultyDesk, FaultyHere


def desks() -> dict[str, FaultyDesk]:
    """Return the faulty desks that can be served, by name; those of a driver of their own cannot."""
    found = {one.name: one.desk for one in all_defects()}
    return {name: desk for name, desk in found.items() if isinstance(desk, FaultyDesk) and desk.driver is FaultyHere}


def serve(desk: FaultyDesk, port: int, ready_file: Path | None, stop: threading.Event) -> None:
    """Serve the mock with a fault until ``stop`` is set."""
    with RunningServer(port=port) as server:
        desk.fault.put_into(server)
        if ready_file is not None:
            part = ready_file.with_name(f".{ready_file.name}.part")
            part.write_text(f"{server.url}\n", encoding="utf-8")
            os.replace(part, ready_file)  # nobody sees it half written
        try:
            stop.wait()
        finally:
            if ready_file is not None:
                ready_file.unlink(missing_ok=True)


def main(arguments: Sequence[str]) -> int:
    """Serve the desk that the arguments name; return 2 when there is none."""
    parser = argparse.ArgumentParser(prog="python -m tests.suite.faulty_desk", description="Serve a faulty desk.")
    parser.add_argument("name")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ready-file", type=Path)
    told = parser.parse_args(arguments)
    desk = desks().get(told.name)
    if desk is None:
        sys.stderr.write(f"no faulty desk {told.name!r}; there are: {', '.join(sorted(desks()))}\n")
        return 2
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    serve(desk, told.port, told.ready_file, stop)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
