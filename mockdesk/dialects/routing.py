"""Which operation a path means: templates like ``/chats/{session}/events``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Generic, TypeVar

from mockdesk.core.errors import MethodNotAllowed, NotFound

Handler = TypeVar("Handler")
_PARAMETER = re.compile(r"\\{(\w+)\\}")


@dataclass(frozen=True)
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
            allowed = ", ".join(sorted({route.method for route, _ in fitting}))
            raise MethodNotAllowed(f"{method} is not allowed here: {allowed} is")
        raise NotFound(f"there is nothing at {path}{self._hint(method, path)}")

    def _hint(self, method: str, path: str) -> str:
        known = [f"{route.method} {route.template}" for route, _ in self._routes]
        near = get_close_matches(f"{method} {path}", known, n=1, cutoff=0.3)
        return f"; the nearest is {near[0]}" if near else ""


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(_PARAMETER.sub(r"(?P<\1>[^/]+)", re.escape(template)))
