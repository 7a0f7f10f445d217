"""Who may drive the mock from a browser: a check of ``Host`` and ``Origin`` for the control API, the console and the
pages. The desk API itself is open to every origin.

Pure, so that every tier asks the same function. A page elsewhere has three ways to a server on this machine: it sends a
request across origins (the browser then says so in ``Origin`` or ``Sec-Fetch-Site``), it makes a form do so, or it lets
its own name point to this machine (DNS rebinding: then ``Host`` is that name). Clients that are no browser send neither
``Origin`` nor ``Sec-Fetch-Site``, and a ``Host`` that they have used to come here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import ip_address
from types import MappingProxyType
from typing import Any

from mockdesk.core.errors import DeskError
from mockdesk.core.limit_errors import ForeignHost, ForeignOrigin
from mockdesk.lazy_dataclass import lazy_dataclass

CONTROL_PATH = "/_mock"
"""Where the control API is, below each desk."""

GUARDED = (CONTROL_PATH, "/console", "/widget")
"""Paths below a desk at which a person or a program drives it. The page at the desk's root belongs to them."""

REMEDY = "start the mock with --allow-host {name} if it is to answer there"
OTHER_SITES = frozenset({"cross-site", "same-site"})
DEFAULT_PORTS: Mapping[str, int] = MappingProxyType({"http": 80, "https": 443})
_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]{1,253})(?::([0-9]{1,5}))?")


@lazy_dataclass(frozen=True)
class Asked:
    """What is looked at of a request. ``path`` lies below the desk; absent headers are ``None``."""

    method: str
    path: str
    host: str | None = None
    origin: str | None = None
    fetch_site: str | None = None
    fetch_mode: str | None = None

    @classmethod
    def of(cls, environ: Mapping[str, Any]) -> Asked:
        """Return what a WSGI environment tells."""
        return cls(
            environ["REQUEST_METHOD"],
            environ["PATH_INFO"],
            environ.get("HTTP_HOST"),
            environ.get("HTTP_ORIGIN"),
            environ.get("HTTP_SEC_FETCH_SITE"),
            environ.get("HTTP_SEC_FETCH_MODE"),
        )


@lazy_dataclass(frozen=True)
class KnownHosts:
    """The names that this server goes by: those of the loopback interface, ``bound`` and ``allowed``.

    ``bound`` is the address that it listens on; of a wildcard address every IP address is one. A browser that was told
    an IP address cannot have been led here by a name.
    """

    bound: str
    allowed: tuple[str, ...] = ()

    def names(self, name: str) -> bool:
        """Tell whether the server goes by a name or an address."""
        plain = _plain(name)
        if is_loopback(plain) or plain in (_plain(self.bound), *map(_plain, self.allowed)):
            return True
        return _is_wildcard(self.bound) and _is_address(plain)

    def allows(self, name: str) -> bool:
        """Tell whether the name was given with ``--allow-host``."""
        return _plain(name) in map(_plain, self.allowed)


def is_guarded(path: str) -> bool:
    """Tell whether a path below a desk drives the mock."""
    return path == "/" or (path.startswith(GUARDED) and any(is_below(own, path) for own in GUARDED))


def is_below(parent: str, path: str) -> bool:
    """Tell whether a path is another one, or lies below it."""
    return path == parent or path.startswith(f"{parent}/")


def refusal(asked: Asked, known: KnownHosts) -> DeskError | None:
    """Return why a request is not answered, ``None``: it may be. Says nothing of paths that are not guarded."""
    host = None if asked.host is None else _authority(asked.host)
    if asked.host is not None and (host is None or not known.names(host[0])):
        name = "NAME" if host is None else _plain(host[0])
        return ForeignHost(f"this server is not known as {_shown(host)}; {REMEDY.format(name=name)}")
    if asked.origin is not None:
        return _foreign_origin(asked.origin, host, known)
    if asked.fetch_site in OTHER_SITES and not _is_navigation(asked):
        return ForeignOrigin("a page of another origin asks; pages of this server may drive the mock, others may not")
    return None


def _foreign_origin(origin: str, host: tuple[str, int | None] | None, known: KnownHosts) -> ForeignOrigin | None:
    scheme, _, rest = origin.partition("://")
    source = _authority(rest) if scheme in DEFAULT_PORTS else None
    if source is not None:
        usual = DEFAULT_PORTS[scheme]
        if known.allows(source[0]) or (host is not None and _placed(source, usual) == _placed(host, usual)):
            return None
    name = "NAME" if source is None else _plain(source[0])
    told = "a page of another origin asks; pages of this server may drive the mock, others may not"
    return ForeignOrigin(f"{told}; {REMEDY.format(name=name)}")


def _placed(authority: tuple[str, int | None], usual: int) -> tuple[str, int]:
    return _plain(authority[0]), usual if authority[1] is None else authority[1]


def _is_navigation(asked: Asked) -> bool:
    """Tell whether a person has followed a link, which shows something and drives nothing."""
    return asked.method in ("GET", "HEAD") and asked.fetch_mode == "navigate"


def _authority(text: str) -> tuple[str, int | None] | None:
    """Return name and port, ``None`` for what is no authority."""
    found = _AUTHORITY.fullmatch(text)
    return None if found is None else (found[1], None if found[2] is None else int(found[2]))


def _shown(authority: tuple[str, int | None] | None) -> str:
    return "what the header Host says" if authority is None else repr(_plain(authority[0]))


def _plain(name: str) -> str:
    """Return a name or address without brackets, in lower case, without the dot of the root."""
    return name.strip("[]").rstrip(".").lower()


def is_loopback(name: str) -> bool:
    """Tell whether a name or address is this machine's own, reached by nobody else."""
    plain = _plain(name)
    if plain == "localhost" or plain.endswith(".localhost"):
        return True
    return _is_address(plain) and ip_address(plain).is_loopback


def _is_wildcard(name: str) -> bool:
    plain = _plain(name)
    return plain == "" or (_is_address(plain) and ip_address(plain).is_unspecified)


def _is_address(plain: str) -> bool:
    try:
        ip_address(plain)
    except ValueError:
        return False
    return True


def exposure(bound: str) -> str | None:
    """Return a warning for an address that others reach, ``None`` for one of the loopback interface."""
    if is_loopback(bound):
        return None
    where = bound or "every address"
    return (
        f"WARNING: listening on {where}: whoever reaches this port can drive the desk, read all that is said and load "
        "scripts. There is no password. Keep it inside a network that you trust."
    )


def names_of(bound: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """Return ``allowed``, and the name to listen at where that is no address."""
    return allowed if bound == "" or _is_address(_plain(bound)) else (bound, *allowed)
