"""Files that agents send are bounded in number, size and name."""

from __future__ import annotations

import pytest

from mockdesk.core.errors import BodyTooLarge, InvalidRequest, NotFound
from mockdesk.core.limit_errors import LimitReached
from mockdesk.core.weight import Kept
from mockdesk.server.attachments import MOST_NAME_CHARACTERS, Attachments


def test_a_file_of_the_same_name_takes_its_place() -> None:
    """Sending again what was wrong must not be refused, not even when there is no more room."""
    files = Attachments(10, 10, Kept(1_000))
    for number in range(10):
        files.put(f"{number}", b"1", "text/plain")
    with pytest.raises(LimitReached):
        files.put("one more", b"1", "text/plain")
    files.put("0", b"2", "text/plain")
    assert files.get("0").content == b"2"


@pytest.mark.parametrize("name", ["", "x" * (MOST_NAME_CHARACTERS + 1), "\ud800"])
def test_names_that_cannot_stand_in_a_url(name: str) -> None:
    """They would be kept and never found again."""
    with pytest.raises(InvalidRequest):
        Attachments(10, 10, Kept(1_000)).put(name, b"", "text/plain")


def test_size_and_absence() -> None:
    """The limit is the desk's own, and what is not there is said to be not there."""
    files = Attachments(3, 10, Kept(1_000))
    files.put("../etc/passwd", b"123", "text/plain")
    assert files.get("../etc/passwd").content == b"123"
    with pytest.raises(BodyTooLarge):
        files.put("a", b"1234", "text/plain")
    with pytest.raises(NotFound):
        files.get("etc/passwd")
