"""A server that is killed loses nothing that was acknowledged, and shows nobody another past."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockdesk.server.tiers import TierName
from tests.server.store.crashing import CrashTest


def crash(folder: Path, kills: int, tier: TierName) -> None:
    """Kill so often, and look at what came out."""
    outcome = CrashTest(folder, kills, kills, tier).run()
    assert outcome.is_good, outcome.told()
    assert outcome.kills == kills
    assert outcome.acknowledged > kills
    assert outcome.said_by_script > kills


@pytest.mark.all
def test_eight_kills(tmp_path: Path, tier: TierName) -> None:
    """The short form: a writer, a script, a WebSocket, long polls and server-sent events in three conversations."""
    crash(tmp_path, 8, tier)


@pytest.mark.long
def test_two_hundred_kills(tmp_path: Path, tier: TierName) -> None:
    """The long form."""
    crash(tmp_path, 200, tier)
