"""No credential is written anywhere, and what people write is in no log above debug."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from mockdesk.control_client import ControlClient
from mockdesk.server.options import ServerOptions
from tests.hard.canary.life import SETTINGS, WORDS, lived
from tests.hard.tiers import server_of
from tests.server.support import PATIENCE, session, until

ROOT = Path(__file__).parents[2]
PAGES = (
    "",
    "/conversations",
    "/agents",
    "/queues",
    "/script",
    "/clock",
    "/faults",
    "/journal",
    "/transcript",
    "/census",
)
OURS = ("mockdesk", "werkzeug", "flask", "uvicorn", "asyncio")


def found_in(text: str, wanted: Iterable[str]) -> list[str]:
    """Return which of the wanted stand in a text."""
    return sorted(one for one in wanted if one in text)


def test_a_servers_logs_journal_and_refusals(
    tier: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """At every level, of every logger of the server; everything that the control API tells; every refusal."""
    caplog.set_level(logging.DEBUG)
    with server_of(tier, settings=SETTINGS, options=ServerOptions(keep_credentials=True)) as server:
        control = server.control()
        life = lived(server.url, control.now, control.act)
        secrets = life.secrets | {one["value"] for one in control.secrets()}
        with session() as http:
            pages = [http.get(f"{server.url}/_mock{path}", timeout=4 * PATIENCE).text for path in PAGES]
            pages += [http.get(f"{server.url}/_mock/desks", timeout=4 * PATIENCE).text]
        pages += [json.dumps(control.played_script(one["id"])) for one in control.conversations()]
        shown = repr((server, control, control.describe()))
    ours = [record for record in caplog.records if record.name.startswith(OURS)]
    formatted = [logging.Formatter("%(message)s %(args)s").format(record) for record in ours]
    written = capfd.readouterr()
    assert len(secrets) >= 15, "each way to hand over a credential must have made one"
    assert len(life.refusals) > 20
    places = {
        "logs": "\n".join(formatted),
        "the control API": "\n".join(pages),
        "refusals": "\n".join(life.refusals),
        "reprs": shown,
        "what was printed": written.out + written.err,
    }
    assert {place: found for place, text in places.items() if (found := found_in(text, secrets))} == {}
    loud = "\n".join(text for record, text in zip(ours, formatted, strict=True) if record.levelno > logging.DEBUG)
    assert found_in(loud, WORDS) == []
    assert [record for record in ours if record.levelno >= logging.ERROR] == []
    assert found_in(places["the control API"], ("canary-text", "canary-topic")), "the canaries must have been there"


@pytest.mark.all
@pytest.mark.parametrize("options", [(), ("--json-logs",)], ids=["plain", "json"])
def test_what_a_process_writes(options: tuple[str, ...], tmp_path: Path) -> None:
    """The command's own output, where another logging and another start are used than in tests."""
    ready = tmp_path / "ready"
    command = [
        sys.executable,
        "-m",
        "mockdesk",
        "serve",
        "--port",
        "0",
        "--virtual",
        "--ready-file",
        str(ready),
        *options,
    ]
    with (tmp_path / "out").open("wb") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
        try:
            until(ready.exists, "the mock is ready", seconds=60)
            url = ready.read_text().strip()
            with session() as http:
                body = {"name": "canaries", "settings": SETTINGS}
                desk = http.post(f"{url}/_mock/desks", json=body, timeout=4 * PATIENCE).json()["url"]
            client = ControlClient(desk)
            life = lived(desk, client.now, client.act)
            client.close()
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)
    written = (tmp_path / "out").read_text("utf-8", "replace")
    assert "/v1/conversations" in written
    assert found_in(written, life.secrets) == []
    assert found_in(written, WORDS) == []


SUBJECT, DRIVER = "tests.hard.canary.leaking:connect", "tests.hard.canary.recording:connect"


@pytest.mark.all
def test_reports_of_a_subject_that_leaks(tmp_path: Path) -> None:
    """An adapter that tells its credentials: the reports say so, and hold none; replay files, too."""
    known, files = tmp_path / "secrets", {"--json": "r.json", "--junit": "r.xml", "--html": "r.html"}
    command = [sys.executable, "-m", "contracts", "verify", "adapter", SUBJECT, "--desk", DRIVER, "-v"]
    command += ["--quick", "--sequences", "2", "--replays", str(tmp_path / "replays")]
    for option, name in files.items():
        command += [option, str(tmp_path / name)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CANARY_SECRETS": str(known)}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False, env=environment)
    assert done.returncode == 1, done.stderr
    secrets = set(known.read_text("utf-8").split())
    assert len(secrets) > 20
    texts = {"terminal": done.stdout + done.stderr}
    texts |= {str(path.relative_to(tmp_path)): path.read_text("utf-8") for path in _written(tmp_path, known)}
    assert {"r.json", "r.xml", "r.html"} < texts.keys()
    assert any(name.startswith("replays/") for name in texts)
    assert {name: found for name, text in texts.items() if (found := found_in(text, secrets))} == {}
    failed = {one["id"] for one in _requirements(tmp_path / "r.json") if one["verdict"] == "fail"}
    assert failed & {"SEC-01", "SEC-02", "SEC-05", "SEC-06"}, failed


def _written(folder: Path, known: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path != known]


def _requirements(report: Path) -> list[dict[str, Any]]:
    content = json.loads(report.read_text("utf-8"))
    return list(content["requirements"])
