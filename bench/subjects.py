"""Who is measured: ours in its two tiers, the peers, a bare Flask app, and the floor."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.load.build import build
from bench.measurement import Measurement, Setup, Values, attempt
from bench.peers.catalog import Create, Peer
from bench.peers.install import install
from bench.processes import Launch

ROOT = Path(__file__).parents[1]
FLOOR = "C floor"
BARE_FLASK = "bare Flask"
START_CONVERSATION = Create("/v1/conversations", '{"user_id":"user-1","user_name":"Ada"}')


@dataclass(frozen=True)
class Tier:
    """One tier of our server; ``missing`` says why it cannot be measured, empty when it can."""

    name: str
    missing: str = ""

    @property
    def subject(self) -> str:
        """Its name in the tables."""
        return f"mockdesk {self.name}"

    def launch(self, *options: str) -> Launch:
        """Return how ``mockdesk serve`` is started in this tier."""
        tier = () if self.name == EMBEDDED else ("--server", self.name)
        command = (sys.executable, "-m", "mockdesk", "serve", "--port", "{port}", "--quiet", *tier, *options)
        return Launch(command, "/healthz", ROOT)


EMBEDDED, SCALE = "embedded", "scale"


def tiers(setup: Setup) -> tuple[Tier, ...]:
    """Return ours, the embedded tier first."""
    return Tier(EMBEDDED), Tier(SCALE, setup.scale_missing)


def of_tiers(setup: Setup, case: str, measure: Callable[[Tier], Values]) -> Iterator[Measurement]:
    """Yield the rows of ours: what was measured of each tier, or why it was not."""
    for tier in tiers(setup):
        if tier.missing:
            yield Measurement(tier.subject, case, reason=tier.missing)
        else:
            yield attempt(setup, tier.subject, case, partial(measure, tier))


def why_scale_is_missing() -> str:
    """Return why the scale tier cannot be measured: empty when ``mockdesk serve`` offers ``--server``."""
    command = [sys.executable, "-m", "mockdesk", "serve"]
    told = subprocess.run([*command, "--help"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    if "--server" not in told:
        return "not available: this mockdesk has no --server"
    return ""


def bare_flask() -> Launch:
    """Return the smallest Flask app on its own development server, started as ours is."""
    return Launch((sys.executable, "-m", "bench.bare_flask", "{port}"), "/healthz", ROOT)


def floor(setup: Setup) -> Launch:
    """Return the floor.

    Raises:
        CannotMeasure: it could not be compiled.
    """
    return Launch((str(build("floor", setup.cache)), "{port}"), "/healthz", ROOT)


def peer_launch(setup: Setup, peer: Peer) -> Launch:
    """Return how a peer is started, after installing it if need be.

    Raises:
        CannotMeasure: it could not be installed.
    """
    return peer.launch(install(peer, setup.cache))


@dataclass(frozen=True)
class Rival:
    """A server that is measured beside ours; ``launch`` may install or compile it, and raise CannotMeasure."""

    name: str
    launch: partial[Launch]
    create: Create


def rivals(setup: Setup) -> Iterator[Rival]:
    """Yield the peers that were asked for, the bare Flask app and the floor."""
    for peer in setup.peers:
        yield Rival(peer.title, partial(peer_launch, setup, peer), peer.create)
    yield Rival(BARE_FLASK, partial(bare_flask), Create())
    yield Rival(FLOOR, partial(floor, setup), Create())
