"""Pages of lists, with the links of the vendor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from mockdesk.core.errors import NotFound
from mockdesk.dialects.genesys.bodies import read_choice, read_number
from mockdesk.dialects.genesys.messages import ChatMessage
from mockdesk.dialects.seam import Request

USUAL_PAGE, MOST_PAGE, MOST_MESSAGES, LAST_PAGE = 25, 100, 100, 100_000


def numbered_page(request: Request, path: str, entities: Sequence[Mapping[str, Any]], **kept: str) -> dict[str, Any]:
    """Return one page by ``pageSize`` and ``pageNumber``; ``kept`` are further parameters of its links.

    Raises:
        InvalidRequest: a parameter is none.
    """
    size = read_number(request, "pageSize", USUAL_PAGE, MOST_PAGE)
    number = read_number(request, "pageNumber", 1, LAST_PAGE)
    count = -(-len(entities) // size)

    def uri(page: int) -> str:
        return f"{path}?{urlencode({'pageSize': size, 'pageNumber': page, **kept})}"

    links = {"firstUri": uri(1), "lastUri": uri(max(1, count)), "selfUri": uri(number)}
    links |= {"previousUri": uri(number - 1)} if number > 1 else {}
    links |= {"nextUri": uri(number + 1)} if number < count else {}
    shown = entities[(number - 1) * size : number * size]
    sizes = {"pageSize": size, "pageNumber": number, "total": len(entities), "pageCount": count}
    return {"entities": list(shown), **sizes, **links}


def message_page(request: Request, path: str, messages: Sequence[ChatMessage]) -> dict[str, Any]:
    """Return messages by ``after``, ``before``, ``sortOrder`` and ``maxResults``.

    Of more than fit the ones at the beginning of the order are given; ``next`` leads to what follows in it.

    Raises:
        InvalidRequest: a parameter is none.
        NotFound: ``after`` or ``before`` names no message.
    """
    most = read_number(request, "maxResults", MOST_MESSAGES, MOST_MESSAGES)
    is_ascending = read_choice(request, "sortOrder", ("ascending", "descending")) == "ascending"
    positions = {message.id: position for position, message in enumerate(messages)}
    first = _position(request, "after", positions, -1) + 1
    last = _position(request, "before", positions, len(messages))
    chosen = list(messages[first:last]) if is_ascending else list(reversed(messages[first:last]))
    shown = chosen[:most]
    page = {"pageSize": most, "entities": [message.to_data() for message in shown]}
    links = {"selfUri": _messages_uri(request, path, {})}
    if len(chosen) > most:
        links["next"] = _messages_uri(request, path, {"after" if is_ascending else "before": shown[-1].id})
    return page | links


def _position(request: Request, name: str, positions: Mapping[str, int], usual: int) -> int:
    given = request.argument(name)
    if given is None:
        return usual
    if given not in positions:
        raise NotFound(f"{name}: there is no message {given!r}")
    return positions[given]


def _messages_uri(request: Request, path: str, changed: Mapping[str, str]) -> str:
    names = ("after", "before", "sortOrder", "maxResults")
    given = {name: value for name in names if (value := request.argument(name)) is not None}
    query = urlencode({**given, **changed})
    return f"{path}?{query}" if query else path
