"""Which operation a path means: templates like ``/chats/{session}/events``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Generic, TypeVar

from mockdesk.core.errors import MethodNotAllowed, NotFound
from mockdesk.lazy_dataclass import lazy_dataclass

Handler = TypeVar("Handler")
LONGEST_HINTED = 200
"""How much of a path is compared to find the nearest route: comparing takes long."""
_PARAMETER = re.compile(r"\\{(\w+)\\}")


@lazy_dataclass(frozen=True)
class Route(Generic[Handler]):
    """One operation: method, template and what prepares it. Parameters stand for one segment each."""

    method: str
    template: str
    handler: Handler


class Router(Generic[Handler]):
    """Finds routes. A path is given unquoted, as WSGI has it."""

    def __init__(self, routes: Iterable[Route[Handler]]) -> None:
        self._routes = [(route, _pattern(route.template)) for route in routes]

    @property
    def routes(self) -> Sequence[Route[Handler]]:
        """Every operation, in the order in which they are looked at."""
        return tuple(route for route, _ in self._routes)

    def methods_at(self, path: str) -> frozenset[str]:
        """Return the methods of the routes that have such a path."""
        return frozenset(route.method for route, pattern in self._routes if pattern.fullmatch(path))

    def templates(self) -> list[str]:
        """Return method and template of every route, as ``GET /chats/{session}``."""
        return [f"{route.method} {route.template}" for route, _ in self._routes]

    def find(self, method: str, path: str) -> tuple[Handler, Mapping[str, str]]:
        """Return the handler of a request and the path's parameters.

        Raises:
            NotFound: no route has such a path; the nearest is named.
            MethodNotAllowed: one has, but with other methods.
        """
        fitting = [(route, match) for route, pattern in self._routes if (match := pattern.fullmatch(path))]
        for route, match in fitting:
            if route.method == method:
                return route.handler, match.groupdict()
        if fitting:
            raise wrong_method(method, (route.method for route, _ in fitting))
        raise nothing_at(method, path, self.templates())


def wrong_method(method: str, allowed: Iterable[str]) -> MethodNotAllowed:
    """Return the refusal of a method where others are allowed."""
    return MethodNotAllowed(f"{method} is not allowed here: {', '.join(sorted(set(allowed)))} is")


def nothing_at(method: str, path: str, known: Sequence[str]) -> NotFound:
    """Return the refusal of a path that no route has; ``known`` are methods and templates, the nearest is named."""
    near = get_close_matches(f"{method} {path[:LONGEST_HINTED]}", known, n=1, cutoff=0.3)
    return NotFound(f"there is nothing at {path}{f'; the nearest is {near[0]}' if near else ''}")


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(_PARAMETER.sub(r"(?P<\1>[^/]+)", re.escape(template)))
