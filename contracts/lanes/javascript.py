"""Bundles for web chat: what the JavaScript lanes (browser and Node) have in common.

A bundle is a script that sets ``window.WebChatServiceDeskFactory``, or a module that exports a factory. Both lanes load
it behind the same scripts (``contracts/lanes/js``), which speak the protocol of docs/adapter-protocol.md: its functions
and callbacks have the host's own names, its timers run on the suite's clock.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from contracts.adapter import Callback, Clock
from contracts.lanes.line import OpenLine
from contracts.lanes.python_object import BadTarget
from contracts.lanes.stdio import StdioAdapter
from contracts.lanes.stdio_peer import Limits, Peer
from contracts.lanes.supervised import SubjectCrashed
from contracts.page import PageClock
from contracts.smoke import Miswired

ENDINGS = (".js", ".mjs", ".cjs")
"""What a bundle's name ends in."""
HOST_APIS = ("2023", "carbon")
"""The generations of the host's interface, by the names of ``--host-api``."""
FACTORY = "WebChatServiceDeskFactory"
ORIGIN = "http://localhost"
LIMITS = Limits(hello=10.0)
PARTS = ("time", "network", "names", "host", "page", "peer")
"""The scripts of contracts/lanes/js that each page runs before anything else, in this order."""
OPTIONS_GLOBAL = "serviceDeskOptions"
"""Where a page says which desk there is: ``{deskUrl, ...}``, unless ``--global`` says something else of it."""


@dataclass(frozen=True)
class PageOptions:
    """What the page of a bundle is like.

    ``scripts`` are files or addresses of scripts that are loaded before the bundle; ``env`` are values of
    ``process.env``, ``globals`` JSON values by the path of the global; ``rewrites`` are pairs of address prefixes, in
    ``process.env``, ``globals`` and the second part of ``rewrites`` ``{desk_url}`` stands for the desk under test.
    ``factory`` names the global, or the export, that is the factory.
    """

    host_api: str = "carbon"
    scripts: Sequence[str] = ()
    origin: str = ORIGIN
    env: Mapping[str, str] = field(default_factory=dict)
    globals: Mapping[str, Any] = field(default_factory=dict)
    rewrites: Sequence[tuple[str, str]] = ()
    factory: str = FACTORY

    def to_json(self) -> dict[str, Any]:
        """Return what a replay file keeps of it."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> PageOptions:
        """Return what a replay file has kept."""
        return cls(**{**value, "rewrites": tuple((one[0], one[1]) for one in value.get("rewrites", ()))})


def config(bundle: Path, options: PageOptions, desk_url: str, desk_options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the configuration of one page, with the desk put in."""

    def put(value: Any) -> Any:
        if isinstance(value, str):
            return value.replace("{desk_url}", desk_url)
        if isinstance(value, Mapping):
            return {key: put(item) for key, item in value.items()}
        return [put(item) for item in value] if isinstance(value, (list, tuple)) else value

    desk = {"deskUrl": desk_url, "hostApi": options.host_api, **_camel(desk_options)}
    return {
        "bundle": str(bundle),
        "scripts": list(options.scripts),
        "origin": options.origin,
        "hostApi": options.host_api,
        "factory": options.factory,
        "env": put(dict(options.env)),
        "globals": {OPTIONS_GLOBAL: desk, **put(dict(options.globals))},
        "rewrites": [[source, put(target)] for source, target in options.rewrites],
    }


def _camel(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the driver's options for a page, in its spelling; what the suite alone needs is left away."""
    own = ("token_store", "timeout_scale", "time_scale", "recorder")
    kept = {key: value for key, value in options.items() if key not in own}
    return {_camel_word(key): value for key, value in kept.items()}


def _camel_word(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def script_of(part: str) -> str:
    """Return the text of one of :data:`PARTS`."""
    return files("contracts.lanes").joinpath("js", f"{part}.js").read_text(encoding="utf-8")


class OpenPage(Protocol):
    """Opens the page of one adapter: it gets the page's configuration and returns what opens its line."""

    def __call__(self, config: Mapping[str, Any]) -> OpenLine:
        """Return what opens the line to a new page."""


class BundleFactory:
    """Builds adapters by loading a bundle into pages: a :class:`contracts.adapter.AdapterFactory`."""

    def __init__(self, bundle: Path, options: PageOptions, open_page: OpenPage, limits: Limits = LIMITS) -> None:
        self._bundle, self._options = bundle, options
        self._open_page = open_page
        self._limits = limits

    def __call__(
        self,
        desk_url: str,
        callback: Callback,
        *,
        clock: Clock,
        options: Mapping[str, Any],
        persisted_state: Mapping[str, Any] | None = None,
    ) -> Any:
        """Open a page, load the bundle, call its factory, and return the adapter, a :class:`StdioAdapter`.

        Raises:
            Miswired: the bundle cannot be loaded, has no factory, or hangs.
            SubjectCrashed: the page or the process ended.
        """
        clock = clock.underlying if isinstance(clock, PageClock) else clock  # a page's timers end with it
        page = config(self._bundle, self._options, desk_url, options)
        peer = Peer(self._open_page(page), clock, callback, self._limits)
        try:
            ready = peer.hello(desk_url, _for_page(options), persisted_state)
        except Miswired as error:
            peer.kill()
            raise Miswired(f"{self._bundle}: {error}") from error
        except SubjectCrashed as error:
            peer.kill()
            said = f"; it said: {error.log[-1]}" if error.log else ""
            raise Miswired(f"{self._bundle} was not loaded: {error.what}{said}") from error
        except BaseException:
            peer.kill()
            raise
        return StdioAdapter(peer, ready["functions"], clock)


def _for_page(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that the suite itself has for a page; the desk's stand in its globals."""
    return {key: options[key] for key in ("token_store", "timeout_scale", "time_scale") if key in options}


def checked_bundle(target: str) -> Path:
    """Return the path of a bundle.

    Raises:
        BadTarget: there is no such file.
    """
    path = Path(target)
    if not path.is_file():
        raise BadTarget(f"{target!r}: there is no such file; build the bundle first, or correct the path")
    return path.resolve()


def check_options(options: PageOptions) -> None:
    """Refuse what no page can have.

    Raises:
        BadTarget: the origin is no origin, a script is missing, or a rewrite names no address.
    """
    origin = urlsplit(options.origin)
    if origin.scheme not in ("http", "https") or not origin.hostname or origin.path.strip("/"):
        raise BadTarget(f"--origin {options.origin!r} is no origin; write one as https://www.example.com")
    for script in options.scripts:
        if "://" not in script and not Path(script).is_file():
            raise BadTarget(f"--script {script!r}: there is no such file")
    for source, target in options.rewrites:
        if "://" not in source or not target:
            raise BadTarget(f"--rewrite {source}={target}: write it as https://api.vendor.example={{desk_url}}")


def pairs(option: str, given: Sequence[str]) -> list[tuple[str, str]]:
    """Return ``NAME=VALUE`` as pairs.

    Raises:
        BadTarget: one has no ``=``.
    """
    found = []
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not name:
            raise BadTarget(f"{option} {one!r} has no '='; write NAME=VALUE")
        found.append((name, value))
    return found


def json_pairs(option: str, given: Sequence[str]) -> dict[str, Any]:
    """Return ``PATH=JSON`` by path.

    Raises:
        BadTarget: one has no ``=``, or what follows is no JSON.
    """
    values = {}
    for name, text in pairs(option, given):
        try:
            values[name] = json.loads(text)
        except ValueError as error:
            raise BadTarget(f"{option} {name}: {text!r} is no JSON ({error}); a text stands in quotes") from error
    return values


Opened = tuple[BundleFactory, Callable[[], None]]
"""A factory, and what gives back what its opening has taken."""
