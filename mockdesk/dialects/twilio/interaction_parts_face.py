"""An interaction's invites, which are kept and told, and its participants, who are the conversation's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from mockdesk.dialects.routing import Route, Router
from mockdesk.dialects.seam import Answer, Prepared, Request
from mockdesk.dialects.twilio.flex_face import FlexFace
from mockdesk.dialects.twilio.model import Model
from mockdesk.dialects.twilio.participants import Participant
from mockdesk.dialects.twilio.refusals import answer
from mockdesk.dialects.twilio.rest import form_of, page
from mockdesk.dialects.twilio.sids import sid_of

Handler: TypeAlias = Callable[["InteractionPartsFace", Request, Mapping[str, str]], Prepared]


class InteractionPartsFace:
    """Answers for what lies below a channel of ``/v1/Interactions``."""

    def __init__(self, model: Model, flex: FlexFace) -> None:
        self._model = model
        self._flex = flex
        self._invites: dict[str, list[dict[str, Any]]] = {}

    def participants(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Who takes part in the conversation that the interaction is about; without one: nobody."""

        def run() -> Answer:
            told = self._channel(request, parameters)
            sid = self._flex.conversation_of(parameters["interaction"])
            found = () if sid is None else self._model.conversation(sid).participants.values()
            return page(request, "participants", [_participant_told(one, told) for one in found])

        return self._prepared("listParticipants", parameters, run)

    def invites(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """The invites of the channel."""

        def run() -> Answer:
            told = self._channel(request, parameters)
            return page(request, "invites", self._invites.get(told["channel_sid"], []))

        return self._prepared("listInvites", parameters, run)

    def invite(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """Keep an invite: nobody is rung for it."""

        def run() -> Answer:
            told, form = self._channel(request, parameters), form_of(request)
            form.required("Routing")
            sid = self._model.new_sid("KG")
            made = {**told, "sid": sid, "routing": form.json_object("Routing"), "url": f"{told['url']}/Invites/{sid}"}
            self._invites.setdefault(told["channel_sid"], []).append(made)
            return answer(made, 201)

        return self._prepared("addInvite", parameters, run)

    def _channel(self, request: Request, parameters: Mapping[str, str]) -> dict[str, Any]:
        """Return what all parts tell of the channel, and its address."""
        one = self._flex.with_channel(parameters)
        url = f"{request.base_url}/v1/Interactions/{one['sid']}/Channels/{one['channel']['sid']}"
        return {"interaction_sid": one["sid"], "channel_sid": one["channel"]["sid"], "url": url}

    def _prepared(self, operation: str, parameters: Mapping[str, str], run: Callable[[], Answer]) -> Prepared:
        return Prepared(operation, self._flex.conversation_of(parameters["interaction"]), run)


def _participant_told(one: Participant, channel: Mapping[str, Any]) -> dict[str, Any]:
    sid = sid_of("UT", one.sid)
    told = {**channel, "sid": sid, "type": "agent" if one.is_agent else "customer", "routing_properties": None}
    return {**told, "url": f"{channel['url']}/Participants/{sid}"}


ONE = "/v1/Interactions/{interaction}/Channels/{channel}"
ROUTER: Router[Handler] = Router(
    [
        Route("GET", f"{ONE}/Participants", InteractionPartsFace.participants),
        Route("GET", f"{ONE}/Invites", InteractionPartsFace.invites),
        Route("POST", f"{ONE}/Invites", InteractionPartsFace.invite),
    ]
)
