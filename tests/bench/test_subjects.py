"""Who is measured, and what happens where somebody cannot be."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click import BadParameter

from bench.__main__ import chosen
from bench.agent_scripts import burst, hour, talk, text
from bench.machine import MachineTimes, process_tree, resident_kib, thread_count
from bench.measurement import Setup, Values, attempt
from bench.peers.catalog import PEERS
from bench.peers.install import MARK, install
from bench.processes import CannotMeasure, Launch, ServerProcess
from bench.subjects import EMBEDDED, SCALE, Tier, of_tiers
from mockdesk.scripts import check_text
from tests.bench.support import SMALLEST


def test_the_scale_tier_is_asked_for_by_its_name() -> None:
    """The embedded tier is what is served without an option."""
    assert "--server" not in Tier(EMBEDDED).launch().command
    command = Tier(SCALE).launch("--virtual").command
    assert command[command.index("--server") :] == ("--server", "scale", "--virtual")


def test_a_tier_that_is_missing_is_told_and_not_measured(tmp_path: Path) -> None:
    """A row without figures says why; nothing is started for it."""
    measured: list[str] = []

    def measure(tier: Tier) -> Values:
        measured.append(tier.name)
        return Values({"rate": 1.0})

    rows = list(of_tiers(Setup(SMALLEST, tmp_path, scale_missing="no --server"), "", measure))
    assert measured == [EMBEDDED]
    assert [(row.subject, row.reason) for row in rows] == [("mockdesk embedded", ""), ("mockdesk scale", "no --server")]


@pytest.mark.parametrize("error", [CannotMeasure("no gcc"), OSError(24, "too many open files")])
def test_a_failure_ends_its_row_only(error: Exception, tmp_path: Path) -> None:
    """One peer that does not start must not cost the figures of the others."""

    def measure() -> Values:
        raise error

    row = attempt(Setup(SMALLEST, tmp_path), "peer", "", measure)
    assert not row.values
    assert str(error) in row.reason


@pytest.mark.parametrize(
    ("others", "tries", "counts"),
    [((5.0, 2.0, 4.0), 3, 2.0), ((0.1, 0.0, 0.0), 3, 1.0), ((5.0, 0.1, 0.0), 3, 2.0), ((5.0, 1.0, 0.0), 1, 1.0)],
    ids=["all-disturbed", "quiet-at-once", "quiet-then", "one-try"],
)
def test_the_least_disturbed_try_counts(
    others: tuple[float, ...], tries: int, counts: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The better figure must not win, only the quieter machine; and a quiet one ends the tries."""
    busy = iter([seconds for each in others for seconds in (0.0, each)])
    clock = iter(range(0, 100, 5))
    monkeypatch.setattr("bench.measurement.machine_times", lambda: MachineTimes(next(clock), next(busy), 0.0))
    monkeypatch.setattr("bench.measurement.own_cpu_seconds", lambda: 0.0)
    rates = iter([1.0, 2.0, 3.0])
    row = attempt(Setup(SMALLEST, tmp_path, tries=tries), "peer", "", lambda: Values({"rate": next(rates)}))
    assert row.values == {"rate": counts}


def test_a_server_that_ends_at_once_says_its_last_words() -> None:
    """A missing extra or a wrong option must be told, and not waited for."""
    command = (sys.executable, "-c", "import sys; sys.exit('no such option')")
    with pytest.raises(CannotMeasure, match="ended with code 1: no such option"):
        ServerProcess(Launch(command, "/", Path.cwd()))


def test_a_peer_without_its_program_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without Java still measures the rest."""
    monkeypatch.setenv("PATH", str(tmp_path))
    (wiremock,) = (peer for peer in PEERS if peer.name == "wiremock")
    with pytest.raises(CannotMeasure, match="needs java and npm"):
        install(wiremock, tmp_path)


def test_a_peer_is_installed_once(tmp_path: Path) -> None:
    """The mark of the same version spares the registry; one of another version does not."""
    peer = replace(PEERS[0], programs=())
    (tmp_path / peer.name).mkdir()
    (tmp_path / peer.name / MARK).write_text(peer.requirement)
    assert install(peer, tmp_path) == tmp_path / peer.name


def test_versions_of_peers_are_exact() -> None:
    """A table of today can be measured again next year."""
    assert {peer.requirement for peer in PEERS if "@" in peer.requirement or "==" in peer.requirement} == {
        peer.requirement for peer in PEERS
    }
    assert all(peer.version[0].isdigit() for peer in PEERS)


def test_the_scripts_of_the_benchmark_have_no_mistakes() -> None:
    """The server would refuse to start with one that has."""
    for script in (talk(20, 1, 5), burst(20), hour()):
        assert check_text(text(script)) == []


def test_names_are_chosen_from_what_there_is() -> None:
    """A misspelt line must not give an empty table."""
    assert chosen(None, ["a", "b"], "line") == ["a", "b"]
    assert chosen("b, a", ["a", "b"], "line") == ["b", "a"]
    with pytest.raises(BadParameter, match="no line c; there are: a, b"):
        chosen("a,c", ["a", "b"], "line")


def test_the_machine_knows_this_process() -> None:
    """Figures of a process tree hold the process itself."""
    own = os.getpid()
    assert own in process_tree(own)
    assert resident_kib(own) > 1_000
    assert thread_count(own) >= 1
