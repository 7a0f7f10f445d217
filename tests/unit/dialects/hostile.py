"""What a careless or hostile client sends: requests that are right but for one part, and frames that are none."""

from __future__ import annotations

import base64
import copy
import importlib
import json
import pkgutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any
from urllib.parse import urlencode

from mockdesk.dialects.routing import Router
from mockdesk.dialects.seam import Request
from tests.odd import ODD_BODIES, ODD_TEXTS

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
ODD_VALUES = (None, True, 0, -1, 1e308, 10**400, "", " ", "x", "\ud800", [], [[]], {}, {"a": None}, "9" * 400)
ODD_TYPES = ("", "application/json; charset=no-such", "text/plain", "multipart/form-data", "é")
ODD_TOKENS = (
    "",
    "Bearer",
    "Bearer x",
    "Bearer a.b.c",
    "Basic",
    "Basic !!!",
    f"Basic {base64.b64encode(b'a').decode()}",
    f"Basic {base64.b64encode(b'a:b').decode()}",
    "é",
)


@dataclass(frozen=True)
class Words:
    """What a dialect's clients speak of. ``ids``: what stands in paths, the client's own first; ``token``: its whole
    Authorization header; ``bodies``: good ones, tried on every route; ``options``: names in queries."""

    ids: Sequence[str]
    token: str
    bodies: Sequence[Mapping[str, Any]]
    options: Sequence[str]
    is_form: bool = False

    def good(self, method: str, template: str, body: Mapping[str, Any] | None, id: str | None = None) -> Request:
        """Return a request of which every part is known; ``id`` is what stands last in the path."""
        path = _filled(template, [self.ids[0], id or self.ids[0]])
        headers = {"authorization": self.token, "content-type": FORM if self.is_form else JSON}
        return Request(method, path, headers=headers, body=b"" if body is None else self.written(body))

    def written(self, body: Mapping[str, Any]) -> bytes:
        """Return a body as this dialect's clients write it."""
        if not self.is_form:
            return json.dumps(body).encode()
        texts = {name: one if isinstance(one, str) else json.dumps(one) for name, one in body.items()}
        return urlencode(texts, errors="surrogatepass").encode()


def routers_in(package: ModuleType) -> dict[str, Router[Any]]:
    """Return the routers of a dialect's modules, by the last part of the module's name."""
    names = [one.name for one in pkgutil.iter_modules(package.__path__)]
    found = {name: vars(importlib.import_module(f"{package.__name__}.{name}")).get("ROUTER") for name in names}
    return {name: router for name, router in found.items() if router is not None}


def routes_of(routers: Iterable[Router[Any]]) -> list[tuple[str, str]]:
    """Return method and template of every route."""
    return sorted((one.method, one.template) for router in routers for one in router.routes)


def requests_to(words: Words, method: str, template: str) -> Iterator[Request]:
    """Yield requests to one route: good ones for every id and body, then with one part odd or missing."""
    bodies = words.bodies if method in ("POST", "PUT", "PATCH") else (None,)
    for body in bodies:
        for id in words.ids:
            yield words.good(method, template, body, id)
        yield from _odd_around(words.good(method, template, body), words)
        for changed in _changed(body or {}):
            yield replace(words.good(method, template, body), body=words.written(changed))


def _odd_around(good: Request, words: Words) -> Iterator[Request]:
    for text in ODD_TEXTS:
        if text:
            yield replace(good, path=good.path.replace(words.ids[0], text))
        for name in (*words.options, "other"):
            yield replace(good, query={name: [text]})
    for token in ODD_TOKENS:
        yield replace(good, headers={**good.headers, "authorization": token})
    for content_type in ODD_TYPES:
        yield replace(good, headers={**good.headers, "content-type": content_type})
    yield replace(good, headers={})
    for body in ODD_BODIES:
        yield replace(good, body=body)
    for method in METHODS:
        yield replace(good, method=method)
    yield replace(good, is_cut=True)
    yield replace(good, is_upgrade=True)
    yield replace(good, path=f"{good.path}/more")
    yield replace(good, path=f"{good.path}/")


def _changed(body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield bodies one of whose fields, wherever it stands, is missing or has another value."""
    for index in range(len(list(_places(dict(body))))):
        for value in ODD_VALUES:
            changed = copy.deepcopy(dict(body))
            where, name = list(_places(changed))[index]
            where[name] = value
            yield changed
        del where[name]
        yield changed


def _places(value: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    for name, one in value.items():
        yield value, name
        if isinstance(one, dict):
            yield from _places(one)


def _filled(template: str, values: list[str]) -> str:
    """Return the path of a template: the last parameter is the last value, those before it are the first."""
    parts = template.split("/")
    places = [index for index, part in enumerate(parts) if part.startswith("{")]
    for index in places:
        parts[index] = values[-1] if index == places[-1] else values[0]
    return "/".join(parts)
