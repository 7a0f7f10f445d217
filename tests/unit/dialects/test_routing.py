"""Routes and what is said of paths that none has."""

from __future__ import annotations

import pytest

from mockdesk.core.errors import MethodNotAllowed, NotFound
from mockdesk.dialects.routing import LONGEST_HINTED, Route, Router, nothing_at

ROUTER = Router([Route("GET", "/chats/{chat}", "read"), Route("DELETE", "/chats/{chat}", "end")])


def test_a_route_is_found_with_its_parameters() -> None:
    """A parameter is one segment, whatever stands in it."""
    assert ROUTER.find("GET", "/chats/é 1") == ("read", {"chat": "é 1"})
    assert ROUTER.methods_at("/chats/1") == {"GET", "DELETE"}
    assert ROUTER.methods_at("/chats/1/more") == frozenset()


def test_what_is_wrong_names_what_is_right() -> None:
    """The methods that are allowed, or the nearest route."""
    with pytest.raises(MethodNotAllowed, match="POST is not allowed here: DELETE, GET is"):
        ROUTER.find("POST", "/chats/1")
    with pytest.raises(NotFound, match=r"the nearest is GET /chats/\{chat\}"):
        ROUTER.find("GET", "/chat/1")


def test_only_the_beginning_of_a_path_is_compared() -> None:
    """Comparing takes the longer the longer the path is, and clients choose it."""
    known = [f"GET /{'a' * LONGEST_HINTED}"]
    near = nothing_at("GET", f"/{'a' * LONGEST_HINTED}{'b' * 50 * LONGEST_HINTED}", known)
    assert "the nearest is" in near.detail
