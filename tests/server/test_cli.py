"""The command line, as a process: what it prints, how it refuses, how fast it goes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mockdesk import RunningServer
from tests.server.support import PATIENCE, drain, receive, session, start, until


@contextmanager
def serving(folder: Path, *arguments: str, command: str = "serve") -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run ``mockdesk serve``, or another command, on a free port; give the process and its URL."""
    ready = folder / "ready"
    started = [sys.executable, "-m", "mockdesk", command, "--port", "0", "--ready-file", str(ready), *arguments]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(started, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        until(lambda: ready.exists() or process.poll() is not None, "the ready file is written", 30.0)
        assert process.poll() is None, logged(folder)
        yield process, ready.read_text().strip()
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=PATIENCE)
        finally:
            process.kill()


def logged(folder: Path) -> str:
    """Return what the process has logged so far."""
    return (folder / "log").read_text()


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``mockdesk`` to its end."""
    command = [sys.executable, "-m", "mockdesk", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def test_serve_says_where_and_what_next(tmp_path: Path) -> None:
    """Whoever starts it for the first time should need nothing else."""
    with serving(tmp_path) as (process, url):
        assert session().get(f"{url}/healthz").json() == {"status": "ok"}
        process.send_signal(signal.SIGINT)
        printed, _ = process.communicate(timeout=PATIENCE)
    assert url in printed
    assert f"curl -sX POST {url}/v1/conversations" in printed
    assert "happy-path" in printed
    assert process.returncode == 0
    assert not (tmp_path / "ready").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_within_a_second_with_open_streams(tmp_path: Path, number: int) -> None:
    """Ctrl-C that hangs is the fastest way to lose a user."""
    with serving(tmp_path) as (process, url):
        user = start(url)
        with user.stream() as stream, user.sse() as sent:
            receive(stream)
            next(sent)
            began = time.monotonic()
            process.send_signal(number)
            assert drain(stream)[1] == 1012
            assert time.monotonic() - began < 1.0
            assert process.wait(timeout=1.0) == 0


def test_port_in_use_is_one_line() -> None:
    """Not a traceback, and what to do about it."""
    with RunningServer() as server:
        port = server.url.rpartition(":")[2]
        done = run("serve", "--port", port)
    assert done.returncode == 2
    assert done.stderr.strip().splitlines() == [
        f"mockdesk: port {port} is in use; choose another with --port (0: a free one)"
    ]


def test_an_address_that_is_not_ours() -> None:
    """The other way to fail at listening."""
    done = run("serve", "--host", "203.0.113.1")
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (2, 1)


def test_a_ready_file_that_cannot_be_written(tmp_path: Path) -> None:
    """A server that nobody finds must not go on in silence."""
    done = run("serve", "--port", "0", "--ready-file", str(tmp_path / "none" / "ready"))
    assert (done.returncode, "cannot write" in done.stderr, "Traceback" in done.stderr) == (2, True, False)


def test_bad_scripts_are_told_with_line_and_key(tmp_path: Path) -> None:
    """A mistake in a script is found before anything is served."""
    script = tmp_path / "mine.yaml"
    script.write_text("name: mine\nrules:\n  - on: started\n    steps:\n      - jion: ada\n")
    done = run("serve", "--script", str(script), "--port", "0")
    assert done.returncode == 2
    assert f"{script}:5:" in done.stderr
    assert "Traceback" not in done.stderr
    missing = run("serve", "--script", "hapy-path", "--port", "0")
    assert missing.returncode == 2
    assert 'did you mean "happy-path"?' in missing.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        *(["--speed", "0"], ["--speed", "2", "--virtual"], ["--watch"], ["--port", "x"]),
        *(["--limit", "messages"], ["--limit", "mesages=1"], ["--limit", "messages=x"], ["--limit", "messages=0"]),
    ],
)
def test_wrong_use(arguments: list[str]) -> None:
    """Exit code 2 and a word about what is wrong."""
    done = run("serve", *arguments)
    assert done.returncode == 2
    assert "Error" in done.stderr


def test_the_machines_time_gives_no_digest(tmp_path: Path) -> None:
    """It would be another one each time, and ten thousand conversations would keep the stop for seconds."""
    with serving(tmp_path) as (process, url):
        start(url)
        process.send_signal(signal.SIGTERM)
        printed, _ = process.communicate(timeout=PATIENCE)
    assert "sha256" not in printed


def test_virtual_with_a_seed(tmp_path: Path) -> None:
    """What CI runs: time stands still, and two runs are the same."""
    digests = set()
    for _ in range(2):
        with serving(tmp_path, "--virtual", "--seed", "5", "--script", "slow-agent") as (process, url):
            user = start(url)
            user.send("hello")
            http = session()
            http.post(f"{url}/_mock/clock/advance", json={"seconds": 600})
            digests.add(http.get(f"{url}/_mock/transcript").headers["Mockdesk-Digest"])
            assert user.poll()["next"] > 3
            process.send_signal(signal.SIGINT)
            printed, _ = process.communicate(timeout=PATIENCE)
        assert f"transcript sha256:{max(digests)}" in printed
    assert len(digests) == 1


def test_speed(tmp_path: Path) -> None:
    """Time runs faster for a demonstration."""
    with serving(tmp_path, "--speed", "5000", "--script", "happy-path") as (_, url):
        user = start(url)
        user.send("hello")
        until(lambda: any(event["type"] == "agent.joined" for event in user.events()))


def test_watch(tmp_path: Path) -> None:
    """An edited script is played at once; a broken one is told and changes nothing."""
    script = tmp_path / "mine.yaml"
    text = "name: {name}\nagents: [{{id: ada, nickname: Ada}}]\nrules:\n  - on: started\n    steps: [{{join: ada}}]\n"
    script.write_text(text.format(name="first"))
    with serving(tmp_path, "--watch", "--script", str(script)) as (_, url):

        def installed() -> str:
            return str(session().get(f"{url}/_mock/script").json()["script"]["name"])

        assert installed() == "first"
        script.write_text(text.format(name="second"))
        until(lambda: installed() == "second")
        script.write_text("name: [")
        until(lambda: f"{script}:1:" in logged(tmp_path))
        assert installed() == "second"


def test_json_logs(tmp_path: Path) -> None:
    """Each line of the log is one JSON object, without the query."""
    with serving(tmp_path, "--json-logs") as (process, url):
        session().get(f"{url}/v1/capabilities?secret=1")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)
    lines = [json.loads(line) for line in logged(tmp_path).splitlines()]
    assert "GET /v1/capabilities 200" in [line["message"] for line in lines]
    assert "secret" not in logged(tmp_path)


def test_version_and_scripts() -> None:
    """The two other things the command does."""
    assert run("--version").stdout.startswith("mockdesk, version ")
    assert "happy-path" in run("scripts", "list").stdout


def test_demo_says_which_page_to_open(tmp_path: Path) -> None:
    """Whoever starts it has a terminal and wants a page: its address, and the word that brings an agent."""
    with serving(tmp_path, command="demo") as (process, url):
        assert session().get(f"{url}/").headers["Content-Type"] == "text/html; charset=utf-8"
        script = session().get(f"{url}/_mock/script").json()["script"]
        assert script["name"] == "menu"
        assert session().get(f"{url}/_mock/clock").json()["kind"] == "system"
        process.send_signal(signal.SIGINT)
        printed, _ = process.communicate(timeout=PATIENCE)
    assert f"Open {url}/ in a browser" in printed
    assert '"agent"' in printed
    assert process.returncode == 0


def test_demo_refuses_what_it_cannot_do(tmp_path: Path) -> None:
    """A typing error must not end in an empty page."""
    missing = run("demo", "--script", "menue")
    assert missing.returncode == 2
    assert 'did you mean "menu"?' in missing.stderr
    with serving(tmp_path) as (_, url):
        taken = run("demo", "--port", url.rpartition(":")[2])
    assert taken.returncode == 2
    assert "is in use" in taken.stderr


def test_an_address_that_others_reach_is_warned_of(tmp_path: Path) -> None:
    """Whoever opens the mock to a network must know that there is no password; at home nobody is bothered."""
    with serving(tmp_path, "--host", "0.0.0.0", "--allow-host", "desk.example") as (_, url):
        until(lambda: "WARNING" in logged(tmp_path))
        (warning,) = (line for line in logged(tmp_path).splitlines() if "WARNING" in line)
        assert "0.0.0.0" in warning
        here = url.replace("0.0.0.0", "127.0.0.1")
        assert session().get(f"{here}/_mock", headers={"Host": "desk.example"}).status_code == 200
        assert session().get(f"{here}/_mock", headers={"Host": "other.example"}).status_code == 403
    with serving(tmp_path):
        pass
    assert "WARNING" not in logged(tmp_path)


def test_limits_on_the_command_line(tmp_path: Path) -> None:
    """Whoever runs a shared mock sets its bounds where it is started."""
    arguments = ("--limit", "messages=1", "--limit", "desks=1", "--forget-ended", "0", "--forget-desks", "0")
    with serving(tmp_path, *arguments) as (_, url):
        user = start(url)
        statuses = [user.send(text).status_code for text in ("one", "two")]
        assert 409 in statuses
        assert session().post(f"{url}/_mock/desks", json={}).status_code == 409
