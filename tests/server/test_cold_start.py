"""What a server does not load before its first answer: each of these made every check with it start later."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVE = """
import sys, urllib.request
import mockdesk.__main__, mockdesk.server.cli
from mockdesk.server.running import RunningServer
with RunningServer(settings={"script": "happy-path"}, server=sys.argv[1]) as server:
    assert urllib.request.urlopen(f"{server.url}/healthz").status == 200
    print(*sys.modules)
"""
NEVER = {"cattrs", "jsonschema", "sqlite3", "mockdesk.server.demo", "mockdesk.dialects.genesys.dialect"}
SOCKETS = {"asyncio", "flask_sock", "h11", "simple_websocket", "wsproto"}
"""What the embedded tier speaks WebSocket with: loaded at the first handshake."""


@pytest.mark.parametrize(("tier", "unwanted"), [("embedded", NEVER | SOCKETS), ("scale", NEVER)])
def test_the_first_answer_needs_none_of_it(tier: str, unwanted: set[str]) -> None:
    """A later import of one of them at the top of a module would go unnoticed otherwise."""
    done = subprocess.run([sys.executable, "-c", SERVE, tier], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(done.stdout.split())
    assert "mockdesk.server.app" in loaded
    assert not loaded & unwanted
