"""Every refusal of the core by its code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from mockdesk.core import errors, limit_errors
from mockdesk.core.errors import DeskError


def _refusals() -> Iterator[type[DeskError]]:
    for module in (errors, limit_errors):
        for kind in vars(module).values():
            if isinstance(kind, type) and issubclass(kind, DeskError) and kind is not DeskError:
                yield kind


ERRORS_BY_CODE: Mapping[str, type[DeskError]] = MappingProxyType({kind.code: kind for kind in _refusals()})
"""Every refusal by its code."""
