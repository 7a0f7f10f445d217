"""The benchmark as a whole in its smallest form, and what the load generator notices."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from websockets.sync.server import Server, ServerConnection, serve

from bench.__main__ import run
from bench.lines.catalog import LINES
from bench.lines.rest_create import NOBODY
from bench.load.build import build
from bench.measurement import Setup
from tests.bench.support import SMALLEST

pytestmark = [pytest.mark.all, pytest.mark.skipif(shutil.which("gcc") is None, reason="there is no gcc")]
TOO_LONG = ("suite-runs",)
"""The suite's own run, which the tests of the suite make often enough."""


def test_every_line_measures_the_embedded_server(tmp_path: Path) -> None:
    """What nobody runs for weeks must still work on the day on which figures are wanted."""
    lines = [line for line in LINES if line.name not in TOO_LONG]
    report = run(Setup(SMALLEST, tmp_path, scale_missing="left out"), lines, tmp_path / "result.md")
    needs_wrk = shutil.which("wrk") is None
    for line in lines:
        for row in report.measured[line.name]:
            told = f"{line.name}: {row}"
            if row.subject == "mockdesk scale":
                assert row.reason == "left out", told
            elif "9 sockets" in row.case and row.subject == "mockdesk embedded":
                assert row.reason.startswith("not tried"), told
            elif line.name == "rest-create" and needs_wrk:
                assert "wrk" in row.reason, told
            elif line.name != "rest-create" or row.case == NOBODY:
                assert set(row.values) >= {line.quantities[0].key}, told
            assert row.values.get("lost", 0) == row.values.get("twice", 0) == 0, told
    (live,) = (row for row in report.measured["live-conversations"] if row.values)
    assert live.values["messages"] == SMALLEST.live_conversations * SMALLEST.live_messages
    told = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert set(told["lines"]) == {line.name for line in lines}
    assert "not measured: left out" in (tmp_path / "result.md").read_text(encoding="utf-8")


@contextmanager
def stream_of(*positions: int) -> Iterator[int]:
    """Serve a stream that has these positions and then closes; yield its port."""

    def write(connection: ServerConnection) -> None:
        for position in positions:
            connection.send(json.dumps({"seq": position, "type": "message.created"}, separators=(",", ":")))

    server: Server
    with serve(write, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield int(server.socket.getsockname()[1])
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("positions", "gaps", "duplicates"),
    [((1, 2, 3), 0, 0), ((1, 4), 2, 0), ((1, 2, 2), 0, 1), ((1, 3, 2), 1, 1), ((2,), 1, 0)],
    ids=["whole", "gap", "duplicate", "out-of-order", "first-missing"],
)
def test_the_generator_notices_what_is_lost_or_comes_twice(
    positions: tuple[int, ...], gaps: int, duplicates: int, tmp_path: Path
) -> None:
    """Its counts of 0 are the proof that nothing was lost, so it must see what is."""
    targets = tmp_path / "targets"
    targets.write_text("/stream\t-\t-\t-\t0\n")
    with stream_of(*positions) as port:
        command = [str(build("wsload", tmp_path)), "hold", "--port", str(port), "--targets", str(targets)]
        # Its standard input stays open: it holds the sockets until the server closes them.
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            lines = process.stdout.readlines()
    told = json.loads(lines[-1])
    assert (told["frames"], told["gaps"], told["duplicates"]) == (len(positions), gaps, duplicates)
