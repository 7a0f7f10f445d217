"""What a page of the browser lane gets to load: its own origin, files in the place of addresses, the desk, no more."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

FILE = "file:"
"""Begins the second part of a rewrite that puts a file, or a folder, in the place of an address."""
BUNDLE, SCRIPTS = "/contracts/bundle/", "/contracts/scripts/"
"""Where a page's origin has the bundle's folder, and the extra scripts by their number."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")
DOCUMENT = b"<!doctype html><html lang=en><head><meta charset=utf-8><title>contracts</title></head><body></body></html>"


@dataclass(frozen=True)
class Content:
    """An answer that the lane gives by itself."""

    body: bytes
    content_type: str


@dataclass(frozen=True)
class Elsewhere:
    """The request goes to this address instead."""

    url: str


class Outside:
    """The request would leave this machine: it is refused."""


class Through:
    """The request goes where it goes."""


class Site:
    """The surroundings of one page, from its configuration."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._origin = str(config["origin"]).rstrip("/")
        self._bundle = Path(config["bundle"])
        self._scripts: Sequence[str] = config["scripts"]
        self._rewrites: Sequence[Sequence[str]] = config["rewrites"]

    @property
    def url(self) -> str:
        """The address of the page."""
        return f"{self._origin}/"

    def addresses(self) -> dict[str, Any]:
        """Return where the page finds the scripts and the bundle."""
        scripts = [
            one if "://" in one else f"{self._origin}{SCRIPTS}{place}/{Path(one).name}"
            for place, one in enumerate(self._scripts)
        ]
        return {"scriptAddresses": scripts, "bundleAddress": f"{self._origin}{BUNDLE}{self._bundle.name}"}

    def answer(self, url: str) -> Content | Elsewhere | Outside | Through | None:
        """Say what becomes of a request; ``None``: there is nothing at this address."""
        for source, target in self._rewrites:
            if url.startswith(source):
                rest = url[len(source) :]
                if target.startswith(FILE):
                    return _file(Path(target.removeprefix(FILE)), rest.partition("?")[0])
                return Elsewhere(target + rest)
        if url.startswith(f"{self._origin}/"):
            return self._own(unquote(urlsplit(url).path))
        return Through() if urlsplit(url).hostname in LOOPBACK else Outside()

    def _own(self, path: str) -> Content | None:
        if path == "/":
            return Content(DOCUMENT, "text/html; charset=utf-8")
        if path.startswith(BUNDLE):
            return _file(self._bundle.parent, path.removeprefix(BUNDLE))
        place = path.removeprefix(SCRIPTS).partition("/")[0] if path.startswith(SCRIPTS) else ""
        if place.isdigit() and int(place) < len(self._scripts):
            return _file(Path(self._scripts[int(place)]), "")
        return None


def _file(base: Path, rest: str) -> Content | None:
    """Return a file, or one below a folder; nothing outside of it."""
    path = (base / rest.lstrip("/") if rest else base).resolve()
    if not path.is_relative_to(base.resolve()) or not path.is_file():
        return None
    module = path.suffix in (".js", ".mjs", ".cjs")
    kind = "text/javascript" if module else mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Content(path.read_bytes(), f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
