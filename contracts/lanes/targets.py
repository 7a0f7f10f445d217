"""Targets: what is written after ``contracts verify adapter``, and how the adapter that it names is reached.

============================ ====================================================================
``package.module:factory``   a Python factory, imported (lane ``python``)
``exec:COMMAND``             a command that speaks JSON lines on stdio (lane ``stdio``; docs/adapter-protocol.md)
``mapping:FILE``             a mapping file, played as an adapter (lane ``python``)
============================ ====================================================================

A new form is one opener in :data:`OPENERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from contracts.adapter import AdapterFactory, DeskDriver
from contracts.lanes import python_object, stdio
from contracts.lanes.python_object import BadTarget, load_factory
from contracts.timing import Takes

PYTHON = "python"
STDIO = "stdio"
LANES = (PYTHON, STDIO)
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


def open_target(target: str, lane: str | None = None) -> Target:
    """Open a target by its form; ``lane`` is the user's choice where the form leaves one.

    Raises:
        BadTarget: the form is unknown, or what it names cannot be had, or the lane does not fit; the message says how
            to write it.
    """
    if lane == STDIO and not target.startswith(stdio.PREFIX):
        target = stdio.PREFIX + target
    opened = _opener(target)(target)
    if lane is not None and lane != opened.lane:
        raise BadTarget(f"{target!r} is reached over the lane {opened.lane}, not {lane}; leave --lane away")
    return opened


def _opener(target: str) -> Opener:
    for prefix, opener in OPENERS.items():
        if target.startswith(prefix):
            return opener
    if target.endswith((".js", ".mjs", ".cjs")):
        raise BadTarget(
            f"{target!r} is a JavaScript file: bundles for the browser cannot be loaded yet; "
            "an adapter for Node that speaks JSON lines is verified as exec:COMMAND"
        )
    return open_python
