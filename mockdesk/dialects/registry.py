"""The shapes that the mock knows besides openapi.yaml's own. A new dialect is named here, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from mockdesk.core.errors import FieldError, InvalidRequest
from mockdesk.core.reading import pointer_to, suggestion
from mockdesk.dialects.genesys import GenesysDialect
from mockdesk.dialects.poll import PollDialect
from mockdesk.dialects.seam import Dialect
from mockdesk.dialects.twilio import TwilioDialect

CANONICAL = "canonical"
"""The name of the shape of openapi.yaml, which every desk has."""

DIALECTS: Mapping[str, Dialect] = MappingProxyType(
    {one.name: one for one in (GenesysDialect(), PollDialect(), TwilioDialect())}
)
"""Each shape by its name, which is also the path at which it is found."""


def check_settings(names: Iterable[str], known: Mapping[str, Dialect]) -> None:
    """Refuse settings of a dialect that nobody knows, or that takes none.

    Raises:
        InvalidRequest: names it, and the nearest one that does.
    """
    takers = [name for name, dialect in known.items() if dialect.shape.takes_settings]
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
