"""The OpenAPI documents that the server shows."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from werkzeug.wrappers import Response

YAML = "application/yaml"
TEXT = "text/plain; charset=utf-8"


@cache
def desk_openapi() -> bytes:
    """Return openapi.yaml: of the package, or of the checkout that an editable install runs from."""
    packaged = files("mockdesk").joinpath("openapi.yaml")
    if packaged.is_file():
        return packaged.read_bytes()
    return files("mockdesk").joinpath("..", "openapi.yaml").read_bytes()


@cache
def control_openapi() -> bytes:
    """Return the description of the control API."""
    return files("mockdesk.server").joinpath("control.openapi.yaml").read_bytes()


def yaml_answer(document: bytes) -> Response:
    """Return a YAML document as an answer."""
    return Response(document, content_type=YAML)
