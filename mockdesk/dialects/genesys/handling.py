"""What the routes of every part of this shape have in common."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from mockdesk.dialects.seam import Answer, Prepared, Request

Handler: TypeAlias = Callable[[Request, Mapping[str, str]], Prepared]
"""Prepares a request; the second argument holds the parameters of its path."""


def answer(body: Any, status: int = 200, tokens: Mapping[str, str] | None = None) -> Answer:
    """Return a JSON answer; ``tokens`` are credentials that it gives out."""
    return Answer(status, json.dumps(body, ensure_ascii=False).encode(), tokens=tokens or {})


def text_answer(text: str, status: int = 200, tokens: Mapping[str, str] | None = None) -> Answer:
    """Return an answer of plain text."""
    return Answer(status, text.encode(), "text/plain", tokens=tokens or {})
