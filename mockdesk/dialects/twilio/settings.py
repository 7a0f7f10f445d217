"""What a desk of this shape can be told: ``dialect_settings: {"twilio": {...}}``. Nothing is needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mockdesk.core.reading import Fields
from mockdesk.core.settings import DeskSettings
from mockdesk.dialects.twilio.sids import sid_of

ACCOUNT = sid_of("AC", "account")
AUTH_TOKEN = "mock-auth-token"
KEY = sid_of("SK", "key")
KEY_SECRET = "mock-api-key-secret-of-32-characters"
SERVICE = sid_of("IS", "service")
WORKSPACE = sid_of("WS", "workspace")
ADDRESS = sid_of("IG", "address")
"""What the account is called where nothing else was told."""


@dataclass(frozen=True)
class Guesses:
    """What nobody who wrote the facts down has seen, and so may be otherwise. Seconds are the desk's.

    ``about_to_expire_seconds``: how long before its end a token's end is announced. ``malformed_frame_code``: of the
    ``close`` that a frame which cannot be read is answered with. ``unknown_method_status``: of the reply to a method
    that nobody knows. ``leave_ends_conversation``: the conversation is over when the customer leaves it.
    ``estimated_delivery_ms``: in how many milliseconds subscriptions are said to be confirmed.
    ``foreign_conversation_status``: of a conversation in which the caller takes no part. ``joined_again_status``: of a
    chat 4 client's command to join a channel that it has joined. ``flex_channel_joins_customer``: the customer for whom
    a Flex channel is made is in it at once, and need not join.
    """

    about_to_expire_seconds: float = 180.0
    malformed_frame_code: int = 400
    unknown_method_status: int = 400
    leave_ends_conversation: bool = True
    estimated_delivery_ms: int = 2_000
    foreign_conversation_status: int = 404
    joined_again_status: int = 409
    flex_channel_joins_customer: bool = True


@dataclass(frozen=True)
class TwilioSettings:
    """The account, its keys, and how its chat service is set. ``addresses``: an address sid's queue."""

    account_sid: str = ACCOUNT
    auth_token: str = field(default=AUTH_TOKEN, repr=False)
    api_keys: Mapping[str, str] = field(default_factory=lambda: {KEY: KEY_SECRET}, repr=False)
    service_sid: str = SERVICE
    workspace_sid: str = WORKSPACE
    addresses: Mapping[str, str] = field(default_factory=dict)
    typing_timeout_seconds: int = 5
    guesses: Guesses = Guesses()


def settings_of(desk: DeskSettings) -> TwilioSettings:
    """Return what a desk was told.

    Raises:
        InvalidRequest: a name is not known, or a value does not fit.
    """
    reader = Fields(desk.dialect_settings.get("twilio", {}), "/dialect_settings/twilio")
    base = TwilioSettings()
    settings = TwilioSettings(
        reader.text("account_sid", 34, 34, base.account_sid),
        reader.text("auth_token", 1, 200, base.auth_token),
        _texts(reader, "api_keys", base.api_keys),
        reader.text("service_sid", 34, 34, base.service_sid),
        reader.text("workspace_sid", 34, 34, base.workspace_sid),
        _texts(reader, "addresses", {}),
        reader.integer("typing_timeout_seconds", base.typing_timeout_seconds, 1, 60),
        reader.object_of("guesses", _read_guesses),
    )
    reader.finish("the settings of twilio")
    return settings


def _texts(reader: Fields, name: str, default: Mapping[str, str]) -> Mapping[str, str]:
    if not reader.has(name):
        return default
    value = reader.take(name)
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        reader.fail(name, "must be an object of texts")
        return default
    return value


def _read_guesses(reader: Fields) -> Guesses:
    base = Guesses()
    return Guesses(
        reader.number("about_to_expire_seconds", base.about_to_expire_seconds),
        reader.integer("malformed_frame_code", base.malformed_frame_code),
        reader.integer("unknown_method_status", base.unknown_method_status),
        reader.flag("leave_ends_conversation", base.leave_ends_conversation),
        reader.integer("estimated_delivery_ms", base.estimated_delivery_ms, 1),
        reader.integer("foreign_conversation_status", base.foreign_conversation_status, 400, 499),
        reader.integer("joined_again_status", base.joined_again_status, 200, 499),
        reader.flag("flex_channel_joins_customer", base.flex_channel_joins_customer),
    )
