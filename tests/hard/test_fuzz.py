"""Whatever comes over a socket: no failure of the server, a refusal in the API's shape, and the next chat works."""

from __future__ import annotations

import json

import pytest

from mockdesk.core.desk import Desk
from tests.hard.fuzz.exchange import Answered
from tests.hard.fuzz.run import SHAPES, Tally, play
from tests.hard.fuzz.shapes import FIELDS, complaint
from tests.hard.tiers import EMBEDDED

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


def require_own_words(shape: str, tier: str) -> None:
    """Skip what cannot be judged: the scale tier's parser refuses methods and headers that are no HTTP before it is
    known which shape was meant, always in the words of openapi.yaml (docs/scale.md)."""
    if tier != EMBEDDED and shape not in ("canonical", "control"):
        pytest.skip("the scale tier refuses what is no HTTP in the words of openapi.yaml")


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


def refusal(shape: str, status: int) -> Answered:
    """A refusal as an API makes it."""
    return Answered(status, {}, json.dumps(dict.fromkeys(FIELDS[shape], "x")).encode())


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_wrong_with_an_answer_is_told(shape: str) -> None:
    """A judge that lets everything pass would be green for ever."""
    other = "poll" if shape != "poll" else "genesys"
    assert complaint(shape, refusal(shape, 422), True) is None
    assert complaint(shape, Answered(200, {}, b"anything"), True) is None
    assert complaint(shape, Answered(400, {}, b""), True, "HEAD") is None
    for wrong in (
        refusal(shape, 500),
        refusal(other, 422),
        Answered(400, {}, b"no"),
        Answered(400, {}, b"[]"),
        Answered(),
    ):
        assert complaint(shape, wrong, True) is not None, wrong
    assert complaint(shape, refusal(other, 400), False) is None
    assert complaint(shape, Answered(), False) is None
    assert complaint(shape, refusal(shape, 500), False) is not None


@pytest.mark.all
def test_a_server_that_breaks_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """By its answer and by its log, and what is told is enough to send the input again."""

    def broken(*arguments: object) -> None:
        raise ZeroDivisionError("a seeded defect")

    monkeypatch.setattr(Desk, "user_typing", broken)
    told = "\n".join(play("canonical", SEED, 0, 160).complaints)
    assert "status 500" in told
    assert "a seeded defect" in told
    assert f"again: python -m tests.hard.fuzz.run canonical {SEED} " in told


@pytest.mark.all
def test_the_same_seed_sends_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """A failing input must be found again; only ids and tokens are another desk's."""
    first, second = (play("poll", 7, 0, 40) for _ in range(2))
    assert (first.requests, first.raw, first.statuses) == (second.requests, second.raw, second.statuses)


@pytest.mark.parametrize("shape", SHAPES)
def test_no_input_is_too_odd(shape: str, tier: str) -> None:
    """The first inputs of the short run: what everybody's change may break."""
    require_own_words(shape, tier)
    tally = play(shape, SEED, 0, round(SHORTEST * INPUTS[shape]), tier)
    assert not tally.complaints, tally.complaints


@pytest.mark.all
@pytest.mark.parametrize("shape", SHAPES)
def test_no_input_is_too_odd_in_ci(shape: str, tier: str) -> None:
    """Some 2,000 inputs to all APIs together."""
    require_own_words(shape, tier)
    judge(play(shape, SEED, 0, round(SHORT * INPUTS[shape]), tier))


@pytest.mark.long
@pytest.mark.parametrize("shape", SHAPES)
def test_no_input_is_too_odd_at_length(shape: str, tier: str) -> None:
    """100,000 inputs to all APIs together; each can be sent again by its seed and number."""
    require_own_words(shape, tier)
    judge(play(shape, SEED + 1, 0, INPUTS[shape], tier))
