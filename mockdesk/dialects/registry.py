"""The shapes that the mock knows besides openapi.yaml's own. A new dialect is named here, and nowhere else."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from importlib import import_module
from types import MappingProxyType

from mockdesk.core.desk import Desk
from mockdesk.core.errors import FieldError, InvalidRequest
from mockdesk.core.reading import pointer_to, suggestion
from mockdesk.dialects.genesys.environments import HOSTS as GENESYS_HOSTS
from mockdesk.dialects.seam import Dialect, DialectDesk, Shape
from mockdesk.dialects.twilio.hosts import HOSTS as TWILIO_HOSTS

CANONICAL = "canonical"
"""The name of the shape of openapi.yaml, which every desk has."""


class LaterDialect:
    """A dialect whose module is imported when it is first used: most servers show one shape, and start sooner."""

    def __init__(self, name: str, class_name: str, hosts: tuple[str, ...] = ()) -> None:
        self.name = name
        self.hosts = hosts
        self._class_name = class_name

    @cached_property
    def shape(self) -> Shape:
        """What a desk of this shape can and cannot do."""
        return self._dialect.shape

    def open(self, desk: Desk) -> DialectDesk:
        """Return a desk as this dialect shows it; raises what the dialect raises."""
        return self._dialect.open(desk)

    @cached_property
    def _dialect(self) -> Dialect:
        found: Dialect = getattr(import_module(f"mockdesk.dialects.{self.name}.dialect"), self._class_name)()
        return found


DIALECTS: Mapping[str, Dialect] = MappingProxyType(
    {
        one.name: one
        for one in (
            LaterDialect("genesys", "GenesysDialect", GENESYS_HOSTS),
            LaterDialect("poll", "PollDialect"),
            LaterDialect("twilio", "TwilioDialect", TWILIO_HOSTS),
        )
    }
)
"""Each shape by its name, which is also the path at which it is found."""


def check_settings(names: Collection[str], known: Mapping[str, Dialect]) -> None:
    """Refuse settings of a dialect that nobody knows, or that takes none.

    Raises:
        InvalidRequest: names it, and the nearest one that does.
    """
    takers = [name for name, dialect in known.items() if names and dialect.shape.takes_settings]
    for name in names:
        if name not in takers:
            detail = f"{name!r} is no dialect that takes settings; {suggestion(name, takers)}"
            pointer = pointer_to("/dialect_settings", name)
            raise InvalidRequest(f"dialect_settings: {detail}", [FieldError(pointer, detail)])


def check_names(names: Iterable[str], field: str, known: Mapping[str, Dialect]) -> None:
    """Refuse a dialect that nobody knows.

    Raises:
        InvalidRequest: names the field of the settings, and the nearest name.
    """
    for name in names:
        if name != CANONICAL and name not in known:
            detail = f"{name!r} is no dialect; {suggestion(name, (CANONICAL, *known))}"
            raise InvalidRequest(f"{field}: {detail}", [FieldError(f"/{field}", detail)])
