"""The hosts at which the vendor's clients look for it, in every region that the guest SDK names."""

from __future__ import annotations

ENVIRONMENTS = (
    "mypurecloud.com",
    "mypurecloud.ie",
    "mypurecloud.com.au",
    "mypurecloud.jp",
    "mypurecloud.de",
    "usw2.pure.cloud",
    "cac1.pure.cloud",
    "apne2.pure.cloud",
    "euw2.pure.cloud",
    "aps1.pure.cloud",
    "sae1.pure.cloud",
    "use2.us-gov-pure.cloud",
)
SERVICES = ("api", "login", "carrier-pigeon")
"""REST, access tokens, and the event stream."""

HOSTS = tuple(f"{service}.{environment}" for environment in ENVIRONMENTS for service in SERVICES)
