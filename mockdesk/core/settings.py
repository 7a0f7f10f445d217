"""What a desk can be told when it is made. Every setting has a default; a wrong one is refused by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from mockdesk.core.agents import RosterAgent, read_agent
from mockdesk.core.limits import MEBIBYTE, DeskLimits, read_limits
from mockdesk.core.reading import Fields

DEFAULT_QUEUE = "default"
TRANSPORTS = ("websocket", "long_poll", "server_sent_events")
RICH_ITEMS = ("image", "video", "link", "error")


@dataclass(frozen=True)
class QueueSettings:
    """One queue. ``agents_online`` overrules the roster's count; ``seconds_per_conversation`` makes the wait known."""

    open: bool = True
    seconds_per_conversation: float | None = None
    agents_online: int | None = None


@dataclass(frozen=True)
class CapabilitySwitches:
    """Which optional functions the desk offers."""

    update_state: bool = True
    are_any_agents_online: bool = True
    user_typing: bool = True
    user_read_messages: bool = True
    files: bool = True
    screen_share: bool = True


@dataclass(frozen=True)
class DeskSettings:
    """The settings of one desk. Sizes are bytes, texts code points, times seconds; ``None`` means never or no limit.

    ``seed`` makes ids the same in every run. ``script`` is not read by the core: it names what the owner installs.
    ``queues`` always holds ``default``. Without ``api_keys`` no key is valid. ``files_accepted_at_once`` spares the
    agent's decision: an upload is ``accepted`` at once instead of ``pending``. ``max_messages_per_minute`` counts each
    user's messages by themselves. ``dialects`` and ``root_dialect`` are not read by the core either: in which shapes
    besides openapi.yaml's own the desk shows itself (none named: in all), and which one stands at the root.
    ``dialect_settings`` is what each shape is told, by its name; the dialect reads and judges it.
    ``forget_ended_after_seconds`` is for desks that run for weeks: so long after its end a conversation is removed.
    """

    seed: int | None = None
    script: Any = None
    queues: Mapping[str, QueueSettings] = field(default_factory=lambda: {DEFAULT_QUEUE: QueueSettings()})
    agents: tuple[RosterAgent, ...] = ()
    capabilities: CapabilitySwitches = CapabilitySwitches()
    transports: tuple[str, ...] = TRANSPORTS
    rich_items: tuple[str, ...] = RICH_ITEMS
    max_text_characters: int = 4000
    max_body_bytes: int = MEBIBYTE
    max_file_bytes: int = 10 * MEBIBYTE
    allowed_file_types: tuple[str, ...] = ()
    files_accepted_at_once: bool = False
    event_retention: int = 10_000
    journal_limit: int = 10_000
    token_ttl_seconds: float = 86_400.0
    require_user_token: bool = False
    api_keys: tuple[str, ...] = field(default=(), repr=False)
    queue_timeout_seconds: float | None = None
    idle_timeout_seconds: float | None = None
    typing_expires_seconds: float = 5.0
    reconnect_grace_seconds: float = 60.0
    max_poll_wait_seconds: float = 30.0
    max_messages_per_minute: int | None = None
    forget_ended_after_seconds: float | None = None
    limits: DeskLimits = field(default_factory=DeskLimits)
    dialects: tuple[str, ...] = ()
    root_dialect: str = "canonical"
    dialect_settings: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_dict(cls, mapping: Mapping[str, Any]) -> DeskSettings:
        """Read settings from plain JSON values.

        Raises:
            InvalidRequest: a key is not known (the nearest known one is suggested) or a value does not fit.
        """
        reader = Fields(mapping)
        settings = _read_settings(reader, cls())
        reader.finish("desk settings")
        return settings

    def to_capabilities(self) -> dict[str, Any]:
        """Return the body of ``GET /v1/capabilities``."""
        most = self.max_messages_per_minute
        return {
            "functions": {entry.name: getattr(self.capabilities, entry.name) for entry in fields(self.capabilities)},
            "transports": list(self.transports),
            "limits": {
                "max_text_characters": self.max_text_characters,
                "max_body_bytes": self.max_body_bytes,
                "max_file_bytes": self.max_file_bytes,
                "allowed_file_types": list(self.allowed_file_types),
                "event_retention": self.event_retention,
                "reconnect_grace_seconds": self.reconnect_grace_seconds,
                "typing_expires_seconds": self.typing_expires_seconds,
                "max_poll_wait_seconds": self.max_poll_wait_seconds,
                **({"max_messages_per_minute": most} if most is not None else {}),
            },
            "rich_items": list(self.rich_items),
        }


def read_queue(reader: Fields, base: QueueSettings | None = None) -> QueueSettings:
    """Read a queue; what is absent is taken from ``base`` (``None``: the usual one), what is ``null`` is unknown."""
    base = base or QueueSettings()
    wait, agents = "seconds_per_conversation", "agents_online"
    return QueueSettings(
        reader.flag("open", base.open),
        reader.optional_number(wait) if reader.has(wait) else base.seconds_per_conversation,
        reader.optional_integer(agents) if reader.has(agents) else base.agents_online,
    )


def _read_switches(reader: Fields) -> CapabilitySwitches:
    return CapabilitySwitches(**{entry.name: reader.flag(entry.name, True) for entry in fields(CapabilitySwitches)})


def _read_dialect_settings(reader: Fields) -> dict[str, Any]:
    return reader.mapping_of("dialect_settings", lambda _, settings: settings.rest())


def _read_queues(reader: Fields) -> dict[str, QueueSettings]:
    queues = reader.mapping_of("queues", lambda _, queue: read_queue(queue))
    return {DEFAULT_QUEUE: QueueSettings()} | queues


def _read_settings(reader: Fields, base: DeskSettings) -> DeskSettings:
    return DeskSettings(
        seed=reader.optional_integer("seed", None),
        script=reader.take("script"),
        queues=_read_queues(reader),
        agents=reader.list_of("agents", read_agent),
        capabilities=reader.object_of("capabilities", _read_switches),
        transports=_some_of(reader, "transports", TRANSPORTS),
        rich_items=reader.texts("rich_items", base.rich_items),
        max_text_characters=reader.integer("max_text_characters", base.max_text_characters, 1),
        max_body_bytes=reader.integer("max_body_bytes", base.max_body_bytes, 1),
        max_file_bytes=reader.integer("max_file_bytes", base.max_file_bytes, 1),
        allowed_file_types=reader.texts("allowed_file_types"),
        files_accepted_at_once=reader.flag("files_accepted_at_once", False),
        event_retention=reader.integer("event_retention", base.event_retention, 1),
        journal_limit=reader.integer("journal_limit", base.journal_limit, 1),
        token_ttl_seconds=reader.number("token_ttl_seconds", base.token_ttl_seconds),
        require_user_token=reader.flag("require_user_token", False),
        api_keys=reader.texts("api_keys"),
        queue_timeout_seconds=reader.optional_number("queue_timeout_seconds"),
        idle_timeout_seconds=reader.optional_number("idle_timeout_seconds"),
        typing_expires_seconds=reader.number("typing_expires_seconds", base.typing_expires_seconds),
        reconnect_grace_seconds=reader.number("reconnect_grace_seconds", base.reconnect_grace_seconds),
        max_poll_wait_seconds=reader.number("max_poll_wait_seconds", base.max_poll_wait_seconds),
        max_messages_per_minute=reader.optional_integer("max_messages_per_minute", 1),
        forget_ended_after_seconds=reader.optional_number("forget_ended_after_seconds"),
        limits=reader.object_of("limits", read_limits),
        dialects=reader.texts("dialects"),
        root_dialect=reader.text("root_dialect", 1, default=base.root_dialect),
        dialect_settings=_read_dialect_settings(reader),
    )


def _some_of(reader: Fields, name: str, choices: tuple[str, ...]) -> tuple[str, ...]:
    chosen = reader.texts(name, choices)
    for text in chosen:
        if text not in choices:
            reader.fail(name, f"{text!r} is not one of: {', '.join(choices)}")
    return chosen
