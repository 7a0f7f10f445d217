"""``mockdesk serve --store``, ``export`` and ``import`` as processes: exit codes, and one line for each refusal."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path

import pytest

from tests.server.store.process import StoredServer
from tests.server.support import start
from tests.server.test_cli import run


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """Return the one line of a refusal."""
    assert done.returncode == 2, done.stdout + done.stderr
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("mockdesk: ")
    return line.removeprefix("mockdesk: ")


def test_a_store_goes_through_all_commands(tmp_path: Path) -> None:
    """Serve, stop, export, import elsewhere, serve that: the user goes on with the same token."""
    server = StoredServer(tmp_path, "--script", "echo")
    server.start()
    try:
        user = start(server.url)
        assert user.send("hello").status_code == 201
        busy = run("export", "--store", f"sqlite:{server.store}")
        assert "is in use by another process" in refused(busy)
        assert "is in use by another process" in refused(
            run("serve", "--port", "0", "--store", f"sqlite:{server.store}")
        )
    finally:
        server.stop()
    out = tmp_path / "talks.jsonl"
    assert run("export", "--store", f"sqlite:{server.store}", "--out", str(out), "--with-tokens").returncode == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    printed = run("export", "--store", f"sqlite:{server.store}")
    assert (printed.returncode, user.token in printed.stdout) == (0, False)
    server.store = tmp_path / "other.db"
    done = run("import", "--store", f"sqlite:{server.store}", str(out))
    assert (done.returncode, done.stdout) == (0, "1 conversation imported\n")
    again = run("import", "--store", f"sqlite:{server.store}", str(out))
    assert refused(again).startswith(f"{out}:2: beginning.id {user.conversation_id!r}: the desk has this conversation")
    server.start()
    try:
        assert user.call("GET", "/messages").json()["messages"][0]["text"] == "hello"
    finally:
        server.stop()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--store", "postgres:x"), "postgres:x: is no store; say memory or sqlite:PATH"),
        (("--store", "sqlite:{file}"), "{file}: is no store of mockdesk, and is left as it is; name another file"),
    ],
)
def test_what_cannot_be_served(tmp_path: Path, arguments: tuple[str, str], told: str) -> None:
    """Exit code 2 and one line, as for every wrong use; the file stays what it is."""
    file = tmp_path / "letter.txt"
    file.write_text("dear reader, " * 20)
    done = run("serve", "--port", "0", *(one.format(file=file) for one in arguments))
    assert refused(done) == told.format(file=file)
    assert file.read_text() == "dear reader, " * 20


def test_a_shape_that_is_not_kept(tmp_path: Path) -> None:
    """Better refused than half kept."""
    done = run("serve", "--dialect", "genesys", "--store", f"sqlite:{tmp_path / 'desk.db'}")
    assert (done.returncode, "--store does not go with genesys" in done.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("export", "--store", "sqlite:{folder}/none.db"), "{folder}/none.db: there is no such file"),
        (("export", "--store", "memory"), "memory: keeps nothing; say sqlite:PATH"),
        (("import", "--store", "sqlite:{folder}/a.db", "{folder}/none"), "{folder}/none: cannot be read: No such file"),
        (("import", "--store", "sqlite:{folder}/a.db", "{folder}/x.jsonl"), "{folder}/x.jsonl:1: column 1: is no JSON"),
        (("import", "--store", "sqlite:{folder}/a.db", "{folder}/latin"), "{folder}/latin: is not UTF-8"),
    ],
)
def test_what_cannot_be_exported_or_imported(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    """The file, the line and what is wrong with it; and no store is made on the way."""
    (tmp_path / "x.jsonl").write_text("hello\n")
    (tmp_path / "latin").write_bytes(b'{"format": "\xe9"}\n')
    assert refused(run(*(one.format(folder=tmp_path) for one in arguments))).startswith(told.format(folder=tmp_path))
    assert not list(tmp_path.glob("*.db*"))
