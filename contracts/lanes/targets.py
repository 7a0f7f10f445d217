"""Targets: what is written after ``contracts verify adapter``, and how the adapter that it names is reached.

============================ ====================================================================
``package.module:factory``   a Python factory, imported (lane ``python``)
``exec:COMMAND``             a command that speaks JSON lines on stdio (lane ``stdio``; docs/adapter-protocol.md)
``mapping:FILE``             a mapping file, played as an adapter (lane ``python``)
``FILE.js``                  a bundle for web chat (lane ``browser``, or ``node``; docs/test-your-bundle.md)
============================ ====================================================================

A new form is one opener in :data:`OPENERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from contracts.adapter import AdapterFactory, DeskDriver
from contracts.lanes import python_object, stdio
from contracts.lanes.javascript import ENDINGS, PageOptions, check_options, checked_bundle
from contracts.lanes.python_object import BadTarget, load_factory
from contracts.timing import Takes

PYTHON = "python"
STDIO = "stdio"
NODE = "node"
BROWSER = "browser"
LANES = (PYTHON, STDIO, NODE, BROWSER)
"""How an adapter can be reached; the names of ``--lane``."""


def _nothing() -> None:
    """Close nothing: what opened this target holds nothing."""


def _suite_clock(_: DeskDriver) -> Takes:
    """Say that the adapter takes the suite's clock."""
    return Takes.SUITE


@dataclass(frozen=True)
class Target:
    """An adapter that can be built. ``name`` opens it again (replay files hold it); ``close`` gives back what the
    opening has taken. ``takes`` tells what the adapter makes of time; it may start the adapter to see."""

    name: str
    lane: str
    factory: AdapterFactory
    close: Callable[[], None] = _nothing
    takes: Callable[[DeskDriver], Takes] = _suite_clock


@dataclass(frozen=True)
class Opening:
    """What the user says of an adapter: enough to open it again."""

    target: str
    lane: str | None = None
    page: PageOptions | None = None

    def open(self) -> Target:
        """Open it.

        Raises:
            BadTarget: see :func:`open_target`.
        """
        return open_target(self.target, self.lane, self.page)

    def to_json(self) -> dict[str, Any]:
        """Return what a replay file keeps besides the target."""
        page = {"page": self.page.to_json()} if self.page is not None else {}
        return {**({"lane": self.lane} if self.lane else {}), **page}

    @classmethod
    def from_json(cls, target: str, value: Mapping[str, Any]) -> Opening:
        """Return what a replay file has kept."""
        page = PageOptions.from_json(value["page"]) if "page" in value else None
        return cls(target, value.get("lane"), page)


Opener = Callable[[str], Target]


def open_python(target: str) -> Target:
    """Open ``package.module:factory``.

    Raises:
        BadTarget: there is no such factory.
    """
    factory, takes = python_object.timed(load_factory(target))
    return Target(target, PYTHON, factory, takes=lambda driver: takes)


def open_stdio(target: str) -> Target:
    """Open ``exec:COMMAND``. The command is started when the first adapter is built.

    Raises:
        BadTarget: it is no command that can be started.
    """
    factory = stdio.StdioFactory(stdio.parse(target))
    return Target(target, STDIO, factory, takes=factory.takes)


def open_mapping(target: str) -> Target:
    """Open ``mapping:FILE``.

    Raises:
        BadMapping: the file cannot be used; every mistake is named.
    """
    from contracts.mapping.adapter import factory  # JMESPath and the client only where a mapping is played
    from contracts.mapping.load import load_mapping

    return Target(target, PYTHON, factory(load_mapping(target.removeprefix("mapping:"))))


OPENERS: Mapping[str, Opener] = MappingProxyType({stdio.PREFIX: open_stdio, "mapping:": open_mapping})
"""Prefix of a target to what opens it; an opener gets the whole target and imports what is heavy by itself."""


def open_bundle(target: str, lane: str, options: PageOptions) -> Target:
    """Open a bundle for web chat in the lane ``browser`` or ``node``.

    Raises:
        BadTarget: the file, the lane or an option cannot be had.
    """
    from contracts.lanes.browser import open_browser  # what drives a browser only where one is driven
    from contracts.lanes.node import open_node

    bundle = checked_bundle(target)
    check_options(options)
    factory, close = (open_node if lane == NODE else open_browser)(bundle, options)
    return Target(target, lane, factory, close)


def open_target(target: str, lane: str | None = None, page: PageOptions | None = None) -> Target:
    """Open a target by its form; ``lane`` is the user's choice where the form leaves one, ``page`` what the page of a
    bundle is like.

    Raises:
        BadTarget: the form is unknown, or what it names cannot be had, or the lane does not fit; the message says how
            to write it.
    """
    if target.endswith(ENDINGS) and not target.startswith(tuple(OPENERS)):
        if lane not in (None, NODE, BROWSER):
            raise BadTarget(f"{target!r} is a bundle: its lanes are {BROWSER} and {NODE}, not {lane}")
        return open_bundle(target, lane or BROWSER, page or PageOptions())
    if page is not None:
        raise BadTarget(f"{target!r} is no JavaScript bundle: the options of a page say nothing here")
    if lane == STDIO and not target.startswith(stdio.PREFIX):
        target = stdio.PREFIX + target
    opened = _opener(target)(target)
    if lane is not None and lane != opened.lane:
        raise BadTarget(f"{target!r} is reached over the lane {opened.lane}, not {lane}; leave --lane away")
    return opened


def _opener(target: str) -> Opener:
    return next((opener for prefix, opener in OPENERS.items() if target.startswith(prefix)), open_python)
