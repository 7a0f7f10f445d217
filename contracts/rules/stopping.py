"""How generation is ended from within a sequence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import SkipTest

from contracts.lanes.supervised import SubjectCrashed
from contracts.smoke import Miswired


class StopGenerating(SkipTest):
    """Ends the generation of sequences; Hypothesis hands a skip through at once, without shrinking."""


@contextmanager
def no_second_try() -> Iterator[None]:
    """Let what ends the verification through at once: Hypothesis would play the sequence again."""
    try:
        yield
    except (SubjectCrashed, Miswired) as error:
        raise StopGenerating(str(error)) from error
