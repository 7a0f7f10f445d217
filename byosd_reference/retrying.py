"""Asking a second time, where that can do no harm."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from byosd_reference.errors import DeskError, DeskRefused
from byosd_reference.settings import Deadline

T = TypeVar("T")


def once_more(ask: Callable[[], T], deadline: Deadline) -> T:
    """Ask, and ask once more when the answer does not tell; only for what has the same effect asked once or twice.

    Not when the time is used up, and not when the desk asked to wait.

    Raises:
        DeskError: neither answer was a yes.
    """
    try:
        return ask()
    except DeskError as error:
        told_to_wait = isinstance(error, DeskRefused) and error.retry_after is not None
        if not error.uncertain or told_to_wait or not deadline.remaining():
            raise
        return ask()
