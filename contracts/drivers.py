"""Finding a desk's driver: by its name among the installed ones (entry-point group ``byosd.drivers``), or by path."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from importlib.metadata import entry_points
from typing import Any

from contracts.adapter import DeskDriver
from contracts.lanes.python_object import BadTarget, load

GROUP = "byosd.drivers"


class NoDriver(ValueError):
    """A driver cannot be had; the message says why and what there is."""


def driver_names() -> list[str]:
    """Return the names of the installed drivers."""
    return sorted(point.name for point in entry_points(group=GROUP))


def open_driver(name: str, options: Mapping[str, Any] | None = None) -> DeskDriver:
    """Return a driver: started by itself without options, or attached to the desk at ``options["desk_url"]``.

    Raises:
        NoDriver: no such driver, or it cannot be started or attached.
    """
    connect = _factory(name)
    try:
        driver: DeskDriver = connect(dict(options) if options else None)
    except Exception as error:
        raise NoDriver(f"driver {name}: {error}") from error
    return driver


def _factory(name: str) -> Any:
    if ":" in name:
        try:
            return load(name)
        except BadTarget as error:
            raise NoDriver(f"driver {error}") from error
    for point in entry_points(group=GROUP):
        if point.name == name:
            return point.load()
    near = get_close_matches(name, driver_names(), n=1)
    hint = f"; did you mean {near[0]}?" if near else f"; installed: {', '.join(driver_names()) or 'none'}"
    raise NoDriver(f"no driver {name!r}{hint}")
