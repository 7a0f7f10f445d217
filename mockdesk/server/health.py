"""Whether the server lives, and accepts work: what load balancers and scripts that start it ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol, cast

from werkzeug.wrappers import Request, Response

from mockdesk.server.operations import answer
from mockdesk.server.readiness import Readiness
from mockdesk.server.served import SERVER_KEY


class Served(Protocol):
    """What is needed of the server."""

    readiness: Readiness


def _healthz(request: Request) -> Response:
    return answer({"status": "ok"})


def _readyz(request: Request) -> Response:
    """Whether work is accepted. Never from a cache: it is asked again and again."""
    cast(Served, request.environ[SERVER_KEY]).readiness.check()
    return answer({"status": "ready"}, headers={"Cache-Control": "no-store"})


HEALTH: Mapping[str, Callable[[Request], Response]] = MappingProxyType({"/healthz": _healthz, "/readyz": _readyz})
"""The paths and their answers, which raise ``NotReady``."""
