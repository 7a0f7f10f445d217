"""What a desk of this shape can be told."""

from __future__ import annotations

from typing import Any

import pytest

from mockdesk.core.errors import InvalidRequest
from mockdesk.core.settings import DeskSettings
from mockdesk.dialects.twilio.settings import KEY, KEY_SECRET, settings_of


def read(told: Any) -> Any:
    """Read settings of a desk that was told something for this shape."""
    return settings_of(DeskSettings.from_dict({"dialect_settings": {"twilio": told}}))


def test_nothing_is_needed() -> None:
    """Whoever tries the mock for the first time has no account to tell of."""
    assert settings_of(DeskSettings()).api_keys == {KEY: KEY_SECRET}


def test_what_is_told_is_taken() -> None:
    """An integration keeps its own account, keys and addresses, and may set a guess right."""
    told = read({"addresses": {"IG1": "sales"}, "api_keys": {"SK1": "x"}, "guesses": {"malformed_frame_code": 406}})
    assert (told.addresses, told.api_keys, told.guesses.malformed_frame_code) == ({"IG1": "sales"}, {"SK1": "x"}, 406)


@pytest.mark.parametrize(
    "told", [{"acount_sid": "AC"}, {"account_sid": "short"}, {"api_keys": {"SK1": 7}}, {"guesses": {"colour": 1}}]
)
def test_slips_are_named(told: dict[str, Any]) -> None:
    """A misspelt setting must not be passed over in silence."""
    with pytest.raises(InvalidRequest, match="twilio"):
        read(told)
