"""Finding a desk's driver: by its name among the installed ones (entry-point group ``byosd.drivers``), or by path."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import partial
from importlib.metadata import entry_points
from typing import Any

from contracts.adapter import DeskDriver
from contracts.lanes.python_object import BadTarget, load

GROUP = "byosd.drivers"
MAPPING = "mapping:"
"""Begins the name of a driver that a mapping file makes: ``mapping:FILE@URL``."""


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


def mapped_target(name: str) -> tuple[str, str | None]:
    """Return file and address of ``mapping:FILE@URL``; the address may be left out."""
    file, at, url = name.removeprefix(MAPPING).rpartition("@")
    return (file, url) if at and "://" in url else (name.removeprefix(MAPPING), None)


def _mapped(name: str, options: Mapping[str, Any] | None) -> DeskDriver:
    from contracts.mapping.driver import MappedDriver  # JMESPath only where a mapping is played
    from contracts.mapping.load import load_mapping

    file, url = mapped_target(name)
    where = (options or {}).get("desk_url") or url
    if where is None:
        raise ValueError("where is the desk? write mapping:FILE@URL")
    return MappedDriver(load_mapping(file), str(where))


def _factory(name: str) -> Any:
    if name.startswith(MAPPING):
        return partial(_mapped, name)
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
