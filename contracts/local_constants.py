"""Hypothesis draws now and then from the constants of the local modules that happen to be imported.

A seed would then mean other sequences in pytest than on the command line, and others again after an adapter was
changed. While sequences are made there are no such constants. The pool is an inner part of Hypothesis (since 6.130): a
version without it has nothing to leave out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from hypothesis.internal.conjecture import providers


@contextmanager
def no_local_constants() -> Iterator[None]:
    """Leave the constants of imported modules out of what is drawn."""
    inner: Any = providers
    kind: Any = getattr(inner, "HypothesisProvider", None)
    with ExitStack() as stack:
        if hasattr(kind, "_local_constants") and hasattr(inner, "Constants") and hasattr(inner, "CONSTANTS_CACHE"):
            stack.enter_context(patch.object(kind, "_local_constants", inner.Constants()))
            stack.enter_context(patch.object(inner, "CONSTANTS_CACHE", {}))
        yield
