"""Flex Flows: how chats of before Conversations are begun. Kept and told; a flow changes nothing at the desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from mockdesk.core.bounded import Bounded
from mockdesk.core.timestamps import rfc3339
from mockdesk.dialects.routing import Route, Router
from mockdesk.dialects.seam import Answer, Prepared, Request
from mockdesk.dialects.twilio.model import Model
from mockdesk.dialects.twilio.refusals import BAD_PARAMETER, NOT_FOUND, VendorError, answer, nothing
from mockdesk.dialects.twilio.rest import Form, form_of, page, whole_number

Handler: TypeAlias = Callable[["FlexFlowsFace", Request, Mapping[str, str]], Prepared]
CHANNEL_TYPES = ("web", "sms", "facebook", "whatsapp", "line", "custom")
INTEGRATION_TYPES = ("studio", "external", "task")
TEXTS = {"friendly_name": "FriendlyName", "chat_service_sid": "ChatServiceSid", "contact_identity": "ContactIdentity"}
FLAGS = {"enabled": "Enabled", "long_lived": "LongLived", "janitor_enabled": "JanitorEnabled"}
INTEGRATION_TEXTS = {"flow_sid": "FlowSid", "url": "Url", "workspace_sid": "WorkspaceSid"} | {
    "workflow_sid": "WorkflowSid",
    "channel": "Channel",
}
INTEGRATION_NUMBERS = {"timeout": "Timeout", "priority": "Priority", "retry_count": "RetryCount"}


class FlexFlowsFace:
    """Answers for ``/v1/FlexFlows`` of ``flex-api.*``."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._flows: Bounded[str, dict[str, Any]] = Bounded(model.desk.settings.limits.names)

    def flows(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Every flow, or those of a name."""

        def run() -> Answer:
            name = request.argument("FriendlyName")
            rows = [one for one in self._flows.values() if name in (None, one["friendly_name"])]
            return page(request, "flex_flows", rows)

        return Prepared("listFlexFlows", None, run)

    def create(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Keep a flow."""

        def run() -> Answer:
            form, now, sid = form_of(request), rfc3339(self._model.now()), self._model.new_sid("FO")
            for name in ("FriendlyName", "ChatServiceSid", "ChannelType"):
                form.required(name)
            usual: dict[str, Any] = {"contact_identity": None, "integration_type": None, "integration": {}}
            usual |= {"enabled": True, "long_lived": False, "janitor_enabled": False}
            told = {"sid": sid, "account_sid": self._model.settings.account_sid, **usual, **_given(form, {})}
            url = f"{request.base_url}/v1/FlexFlows/{sid}"
            self._flows[sid] = {**told, "date_created": now, "date_updated": now, "url": url}
            return answer(self._flows[sid], 201)

        return Prepared("createFlexFlow", None, run)

    def fetch(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """One flow."""
        return Prepared("getFlexFlow", None, lambda: answer(self._one(parameters)))

    def update(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Change a flow; what is not named stays."""

        def run() -> Answer:
            one = self._one(parameters)
            one |= _given(form_of(request), one["integration"])
            one["date_updated"] = rfc3339(self._model.now())
            return answer(one)

        return Prepared("updateFlexFlow", None, run)

    def delete(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Forget a flow."""

        def run() -> Answer:
            del self._flows[self._one(parameters)["sid"]]
            return nothing()

        return Prepared("deleteFlexFlow", None, run)

    def _one(self, parameters: Mapping[str, str]) -> dict[str, Any]:
        found = self._flows.get(parameters["flow"])
        if found is None:
            raise VendorError(404, NOT_FOUND, "Flex Flow not found")
        return found


def _given(form: Form, integration: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a form says of a flow; of its integration, also what it was before."""
    given: dict[str, Any] = {ours: form.text(name) for ours, name in TEXTS.items()}
    given |= {ours: _flag(form, name) for ours, name in FLAGS.items()}
    given["channel_type"] = form.one_of("ChannelType", CHANNEL_TYPES)
    given["integration_type"] = form.one_of("IntegrationType", INTEGRATION_TYPES)
    parts: dict[str, Any] = {ours: form.text(f"Integration.{name}") for ours, name in INTEGRATION_TEXTS.items()}
    parts |= {ours: _number(form, f"Integration.{name}") for ours, name in INTEGRATION_NUMBERS.items()}
    parts["creation_on_message"] = _flag(form, "Integration.CreationOnMessage")
    told = {**integration, **{name: value for name, value in parts.items() if value is not None}}
    return {**{name: value for name, value in given.items() if value is not None}, "integration": told}


def _flag(form: Form, name: str) -> bool | None:
    given = form.text(name)
    if given is not None and given.lower() not in ("true", "false"):
        raise VendorError(400, BAD_PARAMETER, f"{name} must be true or false")
    return None if given is None else given.lower() == "true"


def _number(form: Form, name: str) -> int | None:
    given = form.text(name)
    number = None if given is None else whole_number(given)
    if given is not None and number is None:
        raise VendorError(400, BAD_PARAMETER, f"{name} must be a whole number")
    return number


ONE = "/v1/FlexFlows/{flow}"
ROUTER: Router[Handler] = Router(
    [
        Route("GET", "/v1/FlexFlows", FlexFlowsFace.flows),
        Route("POST", "/v1/FlexFlows", FlexFlowsFace.create),
        Route("GET", ONE, FlexFlowsFace.fetch),
        Route("POST", ONE, FlexFlowsFace.update),
        Route("DELETE", ONE, FlexFlowsFace.delete),
    ]
)
