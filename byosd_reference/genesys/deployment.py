"""Where in an organization the user goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from byosd_reference import reading
from byosd_reference.settings import checked_address


@dataclass(frozen=True)
class Deployment:
    """A widget deployment, the queue for those who ask for none (by its name, not its id), and the middleware."""

    organization_id: str
    deployment_id: str
    queue_name: str
    middleware_url: str | None = None

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> Deployment:
        """Read the options ``organization_id``, ``deployment_id``, ``queue_name`` and ``middleware_url``.

        Raises:
            ValueError: one of the first three is missing, or the last one is no http address.
        """
        middleware = reading.text(options, "middleware_url")
        return cls(
            _needed(options, "organization_id"),
            _needed(options, "deployment_id"),
            _needed(options, "queue_name"),
            None if middleware is None else checked_address(middleware),
        )


def _needed(options: Mapping[str, Any], name: str) -> str:
    value = reading.text(options, name)
    if value is None:
        raise ValueError(f"the option {name} is needed")
    return value
