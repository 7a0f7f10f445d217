"""TaskRouter of the server: workers, their activities and statistics. Workers are the roster's agents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from mockdesk.core.agents import RosterAgent
from mockdesk.core.timestamps import rfc3339
from mockdesk.dialects.routing import Route, Router
from mockdesk.dialects.seam import Answer, Prepared, Request
from mockdesk.dialects.twilio.model import Model
from mockdesk.dialects.twilio.refusals import NOT_FOUND, VendorError, answer
from mockdesk.dialects.twilio.rest import page
from mockdesk.dialects.twilio.sids import sid_of

Handler: TypeAlias = Callable[["TaskRouterFace", Request, Mapping[str, str]], Prepared]
ACTIVITIES = (("Available", True), ("Offline", False))


class TaskRouterFace:
    """Answers for ``taskrouter.*``."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def workers(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """The workers, all or those whose activity is available."""

        def run() -> Answer:
            rows = [self._told(one, request) for one in self._chosen(request)]
            wanted = request.argument("Available")
            if wanted is not None:
                rows = [row for row in rows if row["available"] == (wanted.lower() in ("1", "true"))]
            activity = request.argument("ActivityName")
            return page(request, "workers", [row for row in rows if activity in (None, row["activity_name"])])

        return self._in(parameters, run)

    def worker(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """One worker."""

        def run() -> Answer:
            for one in self._model.desk.agents():
                if _worker_sid(one) == parameters["worker"]:
                    return answer(self._told(one, request))
            raise VendorError(404, NOT_FOUND, "Worker not found")

        return self._in(parameters, run)

    def statistics(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """How many workers there are by activity, now; nothing is counted over time."""

        def run() -> Answer:
            ours = {"account_sid": self._model.settings.account_sid, "url": f"{request.base_url}{request.path}"}
            ours["workspace_sid"] = parameters["workspace"]
            return answer({"realtime": self._counted(request), "cumulative": {}, **ours})

        return self._in(parameters, run)

    def real_time(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """How many workers there are by activity, now."""

        def run() -> Answer:
            ours = {"account_sid": self._model.settings.account_sid, "url": f"{request.base_url}{request.path}"}
            return answer({**self._counted(request), **ours, "workspace_sid": parameters["workspace"]})

        return self._in(parameters, run)

    def activities(self, request: Request, parameters: Mapping[str, str]) -> Prepared:
        """What a worker can be."""

        def run() -> Answer:
            rows = [{"sid": sid_of("WA", name), "friendly_name": name, "available": free} for name, free in ACTIVITIES]
            return page(request, "activities", rows)

        return self._in(parameters, run)

    def _in(self, parameters: Mapping[str, str], run: Callable[[], Answer]) -> Prepared:
        def checked() -> Answer:
            if parameters["workspace"] != self._model.settings.workspace_sid:
                raise VendorError(404, NOT_FOUND, "Workspace not found")
            if not self._model.desk.settings.capabilities.are_any_agents_online:
                raise VendorError(404, NOT_FOUND, "this desk does not tell whether agents are online")
            return run()

        return Prepared("getAvailability", None, checked)

    def _chosen(self, request: Request) -> list[RosterAgent]:
        queue, name = request.argument("TaskQueueName"), request.argument("FriendlyName")
        agents = [one for one in self._model.desk.agents() if queue is None or one.serves(queue)]
        return [one for one in agents if name in (None, one.profile.nickname or one.id)]

    def _counted(self, request: Request) -> dict[str, Any]:
        workers = self._chosen(request)
        rows = [
            {"sid": sid_of("WA", name), "friendly_name": name, "workers": sum(one.online == free for one in workers)}
            for name, free in ACTIVITIES
        ]
        return {"total_workers": len(workers), "activity_statistics": rows}

    def _told(self, one: RosterAgent, request: Request) -> dict[str, Any]:
        name = next(name for name, free in ACTIVITIES if free == one.online)
        workspace, sid = self._model.settings.workspace_sid, _worker_sid(one)
        return {
            "sid": sid,
            "account_sid": self._model.settings.account_sid,
            "workspace_sid": workspace,
            "friendly_name": one.profile.nickname or one.id,
            "activity_sid": sid_of("WA", name),
            "activity_name": name,
            "available": one.online,
            "attributes": "{}",
            "date_created": rfc3339(self._model.now()),
            "date_updated": rfc3339(self._model.now()),
            "date_status_changed": rfc3339(self._model.now()),
            "url": f"{request.base_url}/v1/Workspaces/{workspace}/Workers/{sid}",
            "links": {},
        }


def _worker_sid(one: RosterAgent) -> str:
    return sid_of("WK", one.id)


ONE = "/v1/Workspaces/{workspace}"
ROUTER: Router[Handler] = Router(
    [
        Route("GET", f"{ONE}/Workers", TaskRouterFace.workers),
        Route("GET", f"{ONE}/Workers/Statistics", TaskRouterFace.statistics),
        Route("GET", f"{ONE}/Workers/RealTimeStatistics", TaskRouterFace.real_time),
        Route("GET", f"{ONE}/Workers/{{worker}}", TaskRouterFace.worker),
        Route("GET", f"{ONE}/Activities", TaskRouterFace.activities),
    ]
)
