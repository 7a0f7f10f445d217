"""The id that rotates, without a network."""

from __future__ import annotations

from byosd_reference.poll.sessions import Sessions


def test_an_id_takes_over_when_its_batch_was_shown() -> None:
    """Until then the present one gives the batch again, should this page go away."""
    sessions = Sessions("s0")
    sessions.came("s1")
    assert (sessions.present, sessions.has_next) == ("s0", True)
    sessions.move_on()
    assert (sessions.present, sessions.has_next) == ("s1", False)
    sessions.move_on()
    assert sessions.present == "s1"


def test_instead_of_a_stale_id_the_newest_is_taken() -> None:
    """Somebody used it, so the older ones are of no use any more."""
    sessions = Sessions("s0")
    assert sessions.instead_of("s0") is None
    sessions.came("s1")
    assert sessions.instead_of("s0") == "s1"
    assert sessions.instead_of("s0") == "s1"
    assert sessions.instead_of("s1") is None


def test_the_same_id_again_is_no_newer_one() -> None:
    """A desk may answer without a new id when there was nothing to tell."""
    sessions = Sessions("s0")
    sessions.came("s0")
    assert not sessions.has_next
    assert sessions.instead_of("s0") is None


def test_a_new_page_knows_an_id_that_is_good() -> None:
    """Whenever the page before went away, what it kept is not stale and leaves nothing out (REC-06)."""
    sessions = Sessions("s0")
    assert sessions.to_keep() == {"session": "s0"}
    sessions.came("s1")
    again = Sessions.kept(sessions.to_keep())
    assert again is not None
    assert (again.present, again.instead_of("s0")) == ("s0", "s1")
    sessions.shown()
    assert (sessions.present, sessions.to_keep()) == ("s0", {"session": "s1"})
    sessions.move_on()
    assert (sessions.present, sessions.to_keep()) == ("s1", {"session": "s1"})
    sessions.came("s2")
    assert sessions.to_keep() == {"session": "s1", "next_session": "s2"}


def test_a_state_without_an_id_is_no_chat() -> None:
    """It may come from another shape of desk, or from somebody who played with it."""
    assert Sessions.kept({"next_session": "s1"}) is None
    assert Sessions.kept({"session": 5}) is None
