"""What can be looked up in one guest conversation: members, messages, and what of both was missed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from byosd_reference import reading
from byosd_reference.errors import AnswerLost
from byosd_reference.genesys.ticket import GuestTicket
from byosd_reference.http_line import HttpLine
from byosd_reference.patience import PatientCalls
from byosd_reference.retrying import once_more
from byosd_reference.settings import Deadline

PAGE = 100
"""The most that the desk gives at once, of members as of messages."""


class Lookups(PatientCalls):
    """Requests that change nothing. ``seconds``: how long one may take, of wall time."""

    def __init__(self, line: HttpLine, ticket: GuestTicket, now: Callable[[], float], seconds: float) -> None:
        super().__init__(line, ticket.token, ticket.path, now)
        self._seconds = seconds

    def member(self, member_id: str) -> Mapping[str, Any]:
        """Return a member; ask once more if the answer got lost.

        Raises:
            DeskError: the desk did not say.
        """
        deadline = Deadline(self._seconds)
        return once_more(lambda: self._member(member_id, deadline), deadline)

    def _member(self, member_id: str, deadline: Deadline) -> Mapping[str, Any]:
        what = "tell who a member is"
        found = reading.part(self._ask(what, "GET", f"/members/{quote(member_id, safe='')}", deadline, 200))
        if reading.text(found, "id") is None:
            raise AnswerLost(what, "the answer names no member")
        return found

    def members(self, deadline: Deadline) -> list[Any]:
        """Return all members of the conversation, whatever their state; raises what :meth:`member` raises."""
        found: list[Any] = []
        pages = number = 1
        while number <= pages:
            query = {"pageSize": PAGE, "pageNumber": number}
            body = self._list("tell who is there", "/members", query, deadline)
            found += reading.items(body, "entities")
            pages, number = reading.whole(body, "pageCount") or 1, number + 1
        return found

    def messages(self, after: str | None, deadline: Deadline) -> list[Any]:
        """Return the messages behind the one with the id ``after`` (``None``: all), oldest first; raises what
        :meth:`member` raises."""
        found: list[Any] = []
        while True:
            query = {"maxResults": PAGE, "sortOrder": "ascending", **({} if after is None else {"after": after})}
            body = self._list("tell what was said", "/messages", query, deadline)
            page = reading.items(body, "entities")
            found += page
            after = reading.text(page[-1], "id") if page else None
            if after is None or reading.text(body, "next") is None:
                return found

    def _list(self, what: str, path: str, query: Mapping[str, Any], deadline: Deadline) -> Mapping[str, Any]:
        body = reading.part(self._ask(what, "GET", path, deadline, 200, params=query))
        if "entities" not in body:
            raise AnswerLost(what, "the answer is no list")
        return body
