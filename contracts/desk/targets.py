"""Desks that can be verified: by an address, and one of another shape by its mapping, too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from contracts.desk.subject import desk_subject, further_checks
from contracts.desk.undriven import NAME
from contracts.drivers import MAPPING, NoDriver, mapped_target
from contracts.run import Verifier
from contracts.subject import Subject


@dataclass(frozen=True)
class Desk:
    """A desk that can be verified: its subject, the further checks there are, and the driver for want of another."""

    url: str
    subject: Subject
    further: Callable[[Verifier], list[str]]
    driver: str


def open_desk(target: str) -> Desk:
    """Return the desk at an address, or of another shape, as ``mapping:FILE@URL``.

    Raises:
        BadMapping: the file cannot be used.
        NoDriver: the address is missing.
    """
    if not target.startswith(MAPPING):
        return Desk(target, desk_subject(target), further_checks, "mockdesk")
    from contracts.mapping import subject as mapped  # JMESPath only where a mapping is played
    from contracts.mapping.load import load_mapping

    file, url = mapped_target(target)
    if url is None:
        raise NoDriver(f"{target}: where is the desk? write mapping:FILE@URL")
    mapping = load_mapping(file)
    further = partial(mapped.further_checks, mapping)
    return Desk(url, mapped.mapped_subject(url, mapping), further, target if mapping.agents else NAME)
