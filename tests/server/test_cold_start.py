"""What a server does not load before its first answer: each of these made every check with it start later."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from mockdesk.__main__ import COMMANDS, main
from mockdesk.collection_pause import collection_pause

ROOT = Path(__file__).parents[2]
SERVE = """
import sys, urllib.request
import mockdesk.__main__, mockdesk.server.cli
from mockdesk.server.running import RunningServer
with RunningServer(settings={"script": "happy-path"}, server=sys.argv[1]) as server:
    assert urllib.request.urlopen(f"{server.url}/healthz").status == 200
    print(*sys.modules)
"""
BEFORE = """
import sys
from mockdesk.server.running import RunningServer
with RunningServer():
    print(*sys.modules)
"""
TALK = """
import json, sys, urllib.request
from mockdesk.server.running import RunningServer
def asked(path, body=None, **headers):
    data = None if body is None else json.dumps(body).encode()
    told = {"Content-Type": "application/json", **headers}
    with urllib.request.urlopen(urllib.request.Request(f"{server.url}{path}", data, told)) as answer:
        return json.load(answer)
with RunningServer(settings={"script": "echo"}, server="scale") as server:
    assert asked("/readyz") == {"status": "ready"}
    started = asked("/v1/conversations", {"user_id": "ada"})
    chat = f"/v1/conversations/{started['conversation']['id']}"
    token = {"Authorization": f"Bearer {started['token']}"}
    assert asked(f"{chat}/messages", {"text": "hello"}, **token)["text"] == "hello"
    assert asked(f"{chat}/events?after=0&wait=1", **token)["events"]
    print(*sys.modules)
"""
NEVER = {
    *("cattrs", "jsonschema", "sqlite3", "websockets", "yaml"),
    *("mockdesk.cli_scripts", "mockdesk.server.demo"),
    *("mockdesk.server.control_http", "mockdesk.server.dialects_http", "mockdesk.dialects.genesys.dialect"),
}
SOCKETS = {"asyncio", "flask_sock", "h11", "simple_websocket", "wsproto"}
"""What the embedded tier speaks WebSocket with: loaded at the first handshake."""


@pytest.mark.parametrize(("tier", "unwanted"), [("embedded", NEVER | SOCKETS), ("scale", NEVER)])
def test_the_first_answer_needs_none_of_it(tier: str, unwanted: set[str]) -> None:
    """A later import of one of them at the top of a module would go unnoticed otherwise."""
    done = subprocess.run([sys.executable, "-c", SERVE, tier], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(done.stdout.split())
    assert "mockdesk.server.app" in loaded
    assert not loaded & unwanted


def test_the_embedded_tier_does_not_let_the_first_request_wait() -> None:
    """An integration's first request would take a tenth of a second more than all others, and run into tight limits."""
    done = subprocess.run([sys.executable, "-c", BEFORE], capture_output=True, text=True, check=True, cwd=ROOT)
    assert {"flask", "mockdesk.server.desk_app"} <= set(done.stdout.split())


def test_the_scale_tier_serves_a_talk_without_flask() -> None:
    """Importing Flask takes a third of a start; the loop needs it for the control API and the pages only."""
    done = subprocess.run([sys.executable, "-c", TALK], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(done.stdout.split())
    assert "mockdesk.server.scale.serving" in loaded
    assert not loaded & {"flask", "jinja2", *NEVER}


@pytest.fixture
def thawed() -> Iterator[None]:
    """Let what the test has frozen be collected again."""
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("thawed")
def test_the_help_names_every_command() -> None:
    """Commands are imported when they are asked for, and the help asks for all of them."""
    shown = CliRunner().invoke(main, ["--help"]).output
    for name in COMMANDS:
        command = main.get_command(click.Context(main), name)
        assert command is not None
        assert command.name == name
        assert f"  {name} " in shown
        assert command.get_short_help_str(200)[:40] in shown
    assert CliRunner().invoke(main, ["nothing"]).exit_code == 2


@pytest.mark.usefixtures("thawed")
def test_garbage_is_collected_again_after_the_start() -> None:
    """A server that forgot to would grow for ever."""
    with collection_pause():
        with collection_pause():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    with suppress(ValueError), collection_pause():
        raise ValueError("the server could not start")
    assert gc.isenabled()
