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


def test_a_start_in_vain_leaves_no_chat_and_happens_twice_at_most() -> None:
    """Sequences of nothing but failing starts would find little else."""
    user = model(step("start", in_vain=True), step("start", in_vain=True))
    assert user.over
    assert not user.can("start_in_vain")
    assert user.can("start")
    user.follow(step("start"))
    assert user.can("send")
    assert user.vain_starts == 2


def test_a_second_start_changes_nothing() -> None:
    """The chat that runs goes on, whatever becomes of the second start."""
    user = model(step("start"), act("join", "ada"))
    assert user.can("second_start")
    user.follow(step("start", wait=False))
    assert user.present == ["ada"]
