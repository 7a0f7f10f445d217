"""The vendor's hosts: by Host header, as the first part of the path, or by the path itself."""

from __future__ import annotations

from dataclasses import replace

from mockdesk.dialects.seam import Request

SERVER_HOSTS = ("flex-api", "conversations", "chat", "taskrouter")
HOSTS = (
    "tsock.us1.twilio.com",
    "aim.us1.twilio.com",
    "aim.twilio.com",
    "cds.us1.twilio.com",
    *(f"{product}.twilio.com" for product in SERVER_HOSTS),
)
SUFFIX = ".twilio.com"


def located(request: Request) -> tuple[str, Request]:
    """Return the product that a request is for (``flex-api``; empty: its path must say), and the request below it."""
    head, _, rest = request.path.lstrip("/").partition("/")
    if head.lower().endswith(SUFFIX):
        below = replace(request, path=f"/{rest}", base_url=f"{request.base_url}/{head}")
        return product_of(head), below
    return product_of(request.host), request


def product_of(host: str) -> str:
    """Return the first label of one of the vendor's hosts; empty for others."""
    name = host.partition(":")[0].lower()
    return name.partition(".")[0] if name.endswith(SUFFIX) else ""
