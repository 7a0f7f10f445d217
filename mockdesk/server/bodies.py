"""Reads a request's body, with the limits of the desk."""

from __future__ import annotations

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Request

from mockdesk.core.errors import BodyTooLarge, UnsupportedMediaType
from mockdesk.dialects.bodies import JSON

BODY_KEY = "mockdesk.body"
"""Where the environment of a request has the body, if the server has read it already."""


def read_bytes(request: Request, most: int) -> bytes:
    """Return the body.

    Raises:
        BodyTooLarge: it has more than ``most`` bytes.
    """
    given: bytes | None = request.environ.get(BODY_KEY)
    if given is not None and len(given) <= most:
        return given
    request.max_content_length = most + 1  # a chunked body is cut off there: more than enough to see it
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise BodyTooLarge(f"the body has more than {most} bytes") from None
    if len(body) > most:
        raise BodyTooLarge(f"the body has more than {most} bytes")
    return body


def check_json_type(request: Request) -> None:
    """Refuse a body that is not said to be JSON.

    Raises:
        UnsupportedMediaType: it is said to be something else, or nothing is said.
    """
    if request.mimetype != JSON:
        told = f"not {request.mimetype}" if request.mimetype else "say so in Content-Type"
        raise UnsupportedMediaType(f"the body must be {JSON}, {told}")
