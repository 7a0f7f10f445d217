"""Whatever comes over a socket: no failure of the server, a refusal in the API's shape, and the next chat works."""

from __future__ import annotations

import pytest

from tests.hard.fuzz.run import SHAPES, Tally, play

SEED = 20_261_126
INPUTS = {
    "canonical": 25_000,
    "control": 10_000,
    "poll": 15_000,
    "genesys": 25_000,
    "twilio": 25_000,
}
"""How many each API gets in the long tier: 100,000 in all, and a few more frames."""
SHORT, SHORTEST = 0.02, 0.001
"""The part of it that is sent in CI, and always."""


def judge(tally: Tally) -> None:
    """Tell what was sent; fail with every complaint. Where little was accepted, only the door would have been tried."""
    accepted = sum(count for status, count in tally.statuses.items() if status is not None and status < 400)
    assert not tally.complaints, f"{tally}\n" + "\n".join(tally.complaints[:20])
    assert accepted >= tally.inputs // 10, tally.statuses
    print(tally)  # noqa: T201  (the figures of docs/hardening.md)


def test_every_api_is_here() -> None:
    """An API that is left out would be trusted for nothing."""
    assert INPUTS.keys() == SHAPES.keys()
    assert sum(INPUTS.values()) >= 100_000


@pytest.mark.parametrize("shape", SHAPES)
def test_no_input_is_too_odd(shape: str, tier: str) -> None:
    """The first inputs of the short run: what everybody's change may break."""
    tally = play(shape, SEED, 0, round(SHORTEST * INPUTS[shape]), tier)
    assert not tally.complaints, tally.complaints


@pytest.mark.all
@pytest.mark.parametrize("shape", SHAPES)
def test_no_input_is_too_odd_in_ci(shape: str, tier: str) -> None:
    """Some 2,000 inputs to all APIs together."""
    judge(play(shape, SEED, 0, round(SHORT * INPUTS[shape]), tier))


@pytest.mark.long
@pytest.mark.parametrize("shape", SHAPES)
def test_no_input_is_too_odd_at_length(shape: str, tier: str) -> None:
    """100,000 inputs to all APIs together; each can be sent again by its seed and number."""
    judge(play(shape, SEED + 1, 0, INPUTS[shape], tier))
