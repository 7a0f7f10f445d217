"""Webhooks of the server's Conversations API: one conversation's, and those of all. Kept and told, never called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from mockdesk.core.timestamps import rfc3339
from mockdesk.dialects.routing import Route, Router
from mockdesk.dialects.seam import Answer, Prepared, Request
from mockdesk.dialects.twilio.conversation import FlexConversation
from mockdesk.dialects.twilio.model import Model
from mockdesk.dialects.twilio.refusals import NOT_FOUND, VendorError, answer, nothing
from mockdesk.dialects.twilio.rest import Form, form_of, page

Handler: TypeAlias = Callable[["WebhooksFace", Request, Mapping[str, str]], Prepared]
TARGETS, GLOBAL_TARGETS, METHODS = ("webhook", "studio", "trigger"), ("webhook", "flex"), ("GET", "POST")
GLOBAL_URL = "/v1/Configuration/Webhooks"


class WebhooksFace:
    """Answers for the webhooks of ``conversations.*``."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._global: dict[str, Any] = {"method": "POST", "filters": [], "target": "webhook"}
        self._global |= {"pre_webhook_url": None, "post_webhook_url": None}

    # Of all conversations

    def everywhere(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """What is called for every conversation."""
        return Prepared("getWebhook", None, lambda: answer(self._everywhere_told(request)))

    def set_everywhere(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Change what is called for every conversation; what is not named stays."""
        form = form_of(request)

        def run() -> Answer:
            given = {
                "method": form.one_of("Method", METHODS),
                "target": form.one_of("Target", GLOBAL_TARGETS),
                "pre_webhook_url": form.text("PreWebhookUrl"),
                "post_webhook_url": form.text("PostWebhookUrl"),
                "filters": [one for one in form.list("Filters") if one] or None,
            }
            self._global |= {name: value for name, value in given.items() if value is not None}
            return answer(self._everywhere_told(request))

        return Prepared("updateWebhook", None, run)

    def _everywhere_told(self, request: Request) -> dict[str, Any]:
        account = self._model.settings.account_sid
        return {"account_sid": account, **self._global, "url": f"{request.base_url}{GLOBAL_URL}"}

    # Of one conversation

    def webhooks(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """The webhooks of a conversation."""
        return self._in("listWebhooks", parameters, lambda one: page(request, "webhooks", list(one.webhooks.values())))

    def add(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Keep a webhook."""
        form = form_of(request)

        def run(one: FlexConversation) -> Answer:
            form.required("Target")
            target, configuration = form.one_of("Target", TARGETS), _configuration(form)
            sid, now = self._model.new_sid("WH"), rfc3339(self._model.now())
            told = {"sid": sid, "account_sid": self._model.settings.account_sid, "conversation_sid": one.sid}
            about = {"target": target, "configuration": configuration, "date_created": now, "date_updated": now}
            url = f"{request.base_url}/v1/Conversations/{one.sid}/Webhooks/{sid}"
            one.webhooks[sid] = {**told, **about, "url": url}
            return answer(one.webhooks[sid], 201)

        return self._in("addWebhook", parameters, run)

    def webhook(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """One webhook."""
        return self._in("getWebhook", parameters, lambda one: answer(_kept(one, parameters)))

    def update(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Change a webhook's configuration; what is not named stays."""
        form = form_of(request)

        def run(one: FlexConversation) -> Answer:
            kept = _kept(one, parameters)
            kept["configuration"] |= _configuration(form)
            kept["date_updated"] = rfc3339(self._model.now())
            return answer(kept)

        return self._in("updateWebhook", parameters, run)

    def remove(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Forget a webhook."""

        def run(one: FlexConversation) -> Answer:
            del one.webhooks[_kept(one, parameters)["sid"]]
            return nothing()

        return self._in("removeWebhook", parameters, run)

    def _in(self, operation: str, parameters: Mapping[str, str], run: Callable[[FlexConversation], Answer]) -> Prepared:
        name = parameters["conversation"]
        return Prepared(operation, self._model.begun(name), lambda: run(self._model.conversation(name)))


def _configuration(form: Form) -> dict[str, Any]:
    names = {"url": "Url", "method": "Method", "flow_sid": "FlowSid", "replay_after": "ReplayAfter"}
    given = {ours: form.text(f"Configuration.{name}") for ours, name in names.items()}
    configuration: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    for name in ("Filters", "Triggers"):
        values = [one for one in form.list(f"Configuration.{name}") if one]
        if values:
            configuration[name.lower()] = values
    return configuration


def _kept(one: FlexConversation, parameters: Mapping[str, str]) -> dict[str, Any]:
    found = one.webhooks.get(parameters["webhook"])
    if found is None:
        raise VendorError(404, NOT_FOUND, "Webhook not found")
    return found


ALL = "/v1/Conversations/{conversation}/Webhooks"
ROUTER: Router[Handler] = Router(
    [
        Route("GET", GLOBAL_URL, WebhooksFace.everywhere),
        Route("POST", GLOBAL_URL, WebhooksFace.set_everywhere),
        Route("GET", ALL, WebhooksFace.webhooks),
        Route("POST", ALL, WebhooksFace.add),
        Route("GET", f"{ALL}/{{webhook}}", WebhooksFace.webhook),
        Route("POST", f"{ALL}/{{webhook}}", WebhooksFace.update),
        Route("DELETE", f"{ALL}/{{webhook}}", WebhooksFace.remove),
    ]
)
