"""What a desk of this shape can be told: ``dialect_settings: {"genesys": {...}}``. Nothing is needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from mockdesk.core.reading import Fields
from mockdesk.core.settings import DEFAULT_QUEUE, DeskSettings
from mockdesk.dialects.genesys.identifiers import uuid_of

ORGANIZATION = uuid_of("organization")
DEPLOYMENT = uuid_of("deployment")
"""What ``/setup`` says where nothing else was told."""

CONTEXT_NAMES = ("user_id", "user_name", "session_id", "locale", "topic", "message_to_agent", "session_history_key")
ADDITIONAL_DATA = "additional_data"


@dataclass(frozen=True)
class DeploymentSettings:
    """One widget deployment."""

    enabled: bool = True
    requires_auth: bool = False


@dataclass(frozen=True)
class Guesses:
    """What nobody who wrote the facts down has seen, and so may be otherwise. Seconds are the desk's.

    ``heartbeat_seconds``: between two heartbeats; 0: none. ``jwt_lifetime_seconds``: about 22 hours were seen once.
    ``access_token_seconds`` and ``signed_data_seconds``: lifetimes of what ``/oauth/token`` gives, and of a
    memberAuthToken. ``delete_status``: of a member's DELETE.
    ``typing_topic``: the end of a typing indicator's topic. ``member_message_body``: the body of member-join and
    member-leave, ``None``: they have none. ``replays_missed_frames``: a stream that is opened again begins with the
    first frame. ``closes_stream_at_end``: the desk closes the stream (1000) after the last frame.
    ``acd_disconnects_at_join``: the queue's member goes when an agent has come. ``announces_leaving_at_end``: at the
    end agents and guest leave with a member-leave each. ``inactive_message``: what a refused message is told.
    ``returning_agents_are_new_members``: an agent who is rung again, or comes again, has another member id.
    ``foreign_token_status``: of another conversation's token.
    """

    heartbeat_seconds: float = 30.0
    jwt_lifetime_seconds: float = 79_200.0
    access_token_seconds: float = 86_400.0
    signed_data_seconds: float = 3_600.0
    delete_status: int = 204
    typing_topic: str = "messages"
    member_message_body: str | None = None
    replays_missed_frames: bool = False
    closes_stream_at_end: bool = True
    acd_disconnects_at_join: bool = True
    announces_leaving_at_end: bool = True
    returning_agents_are_new_members: bool = False
    inactive_message: str = "The conversation is not active"
    foreign_token_status: int = 403


def _usual_custom_fields() -> dict[str, str]:
    """Return the core's names by their camel case, as the vendor writes names: ``sessionHistoryKey`` and so on."""
    return {_camel(name): name for name in (*CONTEXT_NAMES, ADDITIONAL_DATA)}


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


@dataclass(frozen=True)
class GenesysSettings:
    """The settings of this shape.

    Without ``organization_id`` every organization is right, without ``deployments`` every deployment, without
    ``oauth_clients`` (secrets by client id) every client. ``queue`` is what ``/setup`` names. ``custom_fields`` says
    which of the guest's custom fields the core knows under which name.
    """

    organization_id: str | None = None
    deployments: Mapping[str, DeploymentSettings] = field(default_factory=dict)
    queue: str = DEFAULT_QUEUE
    oauth_clients: Mapping[str, str] = field(default_factory=dict, repr=False)
    custom_fields: Mapping[str, str] = field(default_factory=_usual_custom_fields)
    guesses: Guesses = Guesses()

    def deployment(self, deployment_id: str) -> DeploymentSettings | None:
        """Return a deployment, ``None``: there is none of this id."""
        return self.deployments.get(deployment_id) if self.deployments else DeploymentSettings()

    @property
    def first_deployment(self) -> str:
        """The id of the deployment that ``/setup`` names."""
        return next(iter(self.deployments), DEPLOYMENT)


def read_settings(settings: DeskSettings) -> GenesysSettings:
    """Return this shape's settings of a desk.

    Raises:
        InvalidRequest: a key is not known (the nearest known one is suggested), or a value does not fit.
    """
    reader = Fields(settings.dialect_settings.get("genesys", {}), "/dialect_settings/genesys")
    found = GenesysSettings(
        reader.optional_text("organization_id", 1),
        reader.mapping_of("deployments", lambda _, one: _read_deployment(one)),
        reader.text("queue", 1, default=DEFAULT_QUEUE),
        reader.mapping_of("oauth_clients", lambda _, one: one.text("secret", 1)),
        _read_custom_fields(reader),
        reader.object_of("guesses", _read_guesses),
    )
    reader.finish("desk settings")
    return found


def _read_deployment(reader: Fields) -> DeploymentSettings:
    return DeploymentSettings(reader.flag("enabled", True), reader.flag("requires_auth", False))


def _read_custom_fields(reader: Fields) -> dict[str, str]:
    def one(name: str, target: Fields) -> str:
        return target.choice("means", (*CONTEXT_NAMES, ADDITIONAL_DATA), ADDITIONAL_DATA)

    return reader.mapping_of("custom_fields", one) if reader.has("custom_fields") else _usual_custom_fields()


def _read_guesses(reader: Fields) -> Guesses:
    usual = Guesses()
    statuses = {"delete_status": (200, 204), "foreign_token_status": (401, 403, 404)}
    found: dict[str, object] = {}
    for entry in fields(Guesses):
        name, value = entry.name, getattr(usual, entry.name)
        if name in statuses:
            found[name] = _status(reader, name, value, statuses[name])
        elif isinstance(value, bool):
            found[name] = reader.flag(name, value)
        elif isinstance(value, float):
            found[name] = reader.number(name, value)
        else:
            found[name] = reader.optional_text(name) if value is None else reader.text(name, 1, default=value)
    return Guesses(**found)  # type: ignore[arg-type]


def _status(reader: Fields, name: str, usual: int, known: tuple[int, ...]) -> int:
    status = reader.integer(name, usual)
    if status not in known:
        reader.fail(name, f"must be one of: {', '.join(map(str, known))}")
    return status
