"""The polling desk's refusals, which are not problem details: ``{"error": "CODE", "text": "in words"}``."""

from __future__ import annotations

from dataclasses import replace

from byosd_reference import reading
from byosd_reference.http_line import Answer

STALE = "stale_session"
_CODES = {"closed": "queue_closed"}
"""Codes that the host's side acts upon, in its words: a closed queue has certainly made no chat."""


def canonical(answer: Answer) -> Answer:
    """Return an answer whose refusal says its code where the canonical API does."""
    if answer.status < 400:
        return answer
    code = reading.text(answer.body, "error") or ""
    return replace(answer, body={"code": _CODES.get(code, code)})


def is_stale(answer: Answer) -> bool:
    """Tell whether a request was refused, and nothing done, because a newer session id has been used."""
    return answer.status == 409 and reading.text(answer.body, "code") == STALE
