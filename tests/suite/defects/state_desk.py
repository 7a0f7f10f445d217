"""Faulty desks that change what should come back unchanged."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from tests.suite.defect import Defect
from tests.suite.defects.broken_desk import desk_where


def decodes_the_key(desk: Any) -> None:
    """The history key is stored as it would stand in an address."""
    start = desk.start

    def changed(request: Any, *rest: Any) -> Any:
        key = request.context.session_history_key
        context = request.context if key is None else replace(request.context, session_history_key=unquote(key))
        return start(replace(request, context=context), *rest)

    desk.start = changed


def lowers_the_session(desk: Any) -> None:
    """A new session id is stored in small letters."""
    update_state = desk.update_state

    def changed(conversation_id: str, changes: Any) -> Any:
        session_id = getattr(changes, "session_id", None)
        small = changes if session_id is None else replace(changes, session_id=session_id.casefold())
        return update_state(conversation_id, small)

    desk.update_state = changed


def drops_what_is_null(desk: Any) -> None:
    """Additional data loses what is null or empty in it."""
    start = desk.start

    def changed(request: Any, *rest: Any) -> Any:
        data = request.context.additional_data
        context = request.context if data is None else replace(request.context, additional_data=_without(data))
        return start(replace(request, context=context), *rest)

    desk.start = changed


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without(item) for key, item in value.items() if item not in (None, {}, [])}
    return [_without(item) for item in value if item is not None] if isinstance(value, list) else value


DESKS = (
    Defect("desk_decodes_the_key", "STA-04", "the history key is decoded", desk=desk_where(decodes_the_key)),
    Defect("desk_lowers_the_session", "STA-04", "the session id is changed", desk=desk_where(lowers_the_session)),
    Defect("desk_drops_nulls", "STA-04", "additional data loses nulls", desk=desk_where(drops_what_is_null)),
)
