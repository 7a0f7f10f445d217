"""Every refusal of the core by its code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from mockdesk.core import errors, limit_errors
from mockdesk.core.errors import DeskError

_MODULES = (errors, limit_errors)
_KINDS = [kind for module in _MODULES for kind in vars(module).values() if isinstance(kind, type)]
ERRORS_BY_CODE: Mapping[str, type[DeskError]] = MappingProxyType(
    {kind.code: kind for kind in _KINDS if issubclass(kind, DeskError) and kind is not DeskError}
)
"""Every refusal by its code."""
