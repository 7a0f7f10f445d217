"""The state machine's model follows the steps alone."""

from __future__ import annotations

from contracts.model import UserModel
from contracts.program import act, step


def model(*steps: object) -> UserModel:
    """Return the model after some steps."""
    user = UserModel()
    for one in steps:
        user.follow(one)  # type: ignore[arg-type]
    return user


def test_a_transfer_ends_with_the_taker_alone() -> None:
    """Otherwise the machine would let an agent speak who has left."""
    user = model(step("start"), act("join", "ada"), act("transfer", "ada", to_agent="bob"), act("join", "bob"))
    assert user.present == ["bob"]
    assert user.can("say")


def test_nothing_is_possible_before_the_start_and_after_the_end() -> None:
    """Steps that cannot apply are wasted budget."""
    assert not model().can("send")
    assert not model(step("start"), step("end")).can("send")
    assert model(step("start"), step("end")).can("start")


def test_an_end_that_is_held_is_over_once_it_is_released() -> None:
    """While the end is under way the user still sees an open chat."""
    user = model(step("start"), act("join", "ada"), step("hold"), act("end", "ada"))
    assert user.can("send")
    assert not user.can("say")
    user.follow(step("release"))
    assert user.over
