"""Who may drive the mock: a pure function of method, path and headers, the same in every tier."""

from __future__ import annotations

import pytest

from mockdesk.server.guard import Asked, KnownHosts, exposure, is_guarded, names_of, refusal

HERE = "127.0.0.1:8900"


def code(known: KnownHosts | None = None, **asked: str | None) -> str | None:
    """Return the code with which a request is refused, ``None``: it may go on."""
    told = Asked(**{"method": "GET", "path": "/_mock", "host": HERE, **asked})  # type: ignore[arg-type]
    refused = refusal(told, known or KnownHosts("127.0.0.1"))
    return None if refused is None else refused.code


@pytest.mark.parametrize(
    "host",
    [HERE, "localhost", "localhost:1", "LOCALHOST.:8900", "127.9.9.9", "[::1]:8900", "desk.localhost:8900", None],
)
def test_the_loopback_names_are_known(host: str | None) -> None:
    """What reaches this machine alone needs no setting; HTTP/1.0 and health checks may send no Host."""
    assert code(host=host) is None


@pytest.mark.parametrize(
    "host",
    [
        *("attacker.example", "attacker.example:8900", "192.168.0.7"),
        *("localhost.attacker.example", "127.0.0.1.nip.example", "", " ", "a b", "a/b"),
        *("[::1", "localhost:x", "localhost:123456", "user@localhost", "x" * 300),
    ],
)
def test_a_name_that_points_here_is_not_ours(host: str) -> None:
    """DNS rebinding: the page's own name leads to this machine, and the browser takes it for the same origin."""
    assert code(host=host) == "foreign_host"


def test_what_was_bound_and_allowed_is_known() -> None:
    """Whoever listens elsewhere is asked for there; a proxy's name is told."""
    assert code(KnownHosts("192.168.0.7"), host="192.168.0.7:8900") is None
    assert code(KnownHosts("192.168.0.7"), host="192.168.0.8:8900") == "foreign_host"
    assert code(KnownHosts("127.0.0.1", ("desk.example",)), host="Desk.Example") is None
    for wildcard in ("0.0.0.0", "::", ""):
        assert code(KnownHosts(wildcard), host="192.168.0.8:8900") is None
        assert code(KnownHosts(wildcard), host="mockdesk:8900") == "foreign_host"


def test_a_refusal_names_the_remedy_and_nothing_that_is_no_name() -> None:
    """Who runs behind a proxy must be able to go on; a header that may hold anything is not repeated."""
    told = refusal(Asked("GET", "/_mock", "desk.example:80"), KnownHosts("127.0.0.1"))
    assert told is not None
    assert (told.status, "--allow-host desk.example" in told.detail) == (403, True)
    odd = refusal(Asked("GET", "/_mock", "<token>"), KnownHosts("127.0.0.1"))
    assert odd is not None
    assert "token" not in odd.detail
    assert "--allow-host NAME" in odd.detail


@pytest.mark.parametrize(
    "origin",
    [
        *("http://attacker.example", "https://127.0.0.1:8900.attacker.example", "null", "file://"),
        *("http://localhost:8900", "http://127.0.0.1:3000", "http://127.0.0.1", "chrome-extension://abc"),
        *("", "http://127.0.0.1:8900/x"),
    ],
)
def test_pages_of_other_origins_may_not(origin: str) -> None:
    """Another port of this machine is another origin, too: what runs there is not the mock's."""
    assert code(origin=origin) == "foreign_origin"
    assert code(origin=origin, method="POST", host=None) == "foreign_origin"


def test_pages_of_this_server_may() -> None:
    """The console drives the desk by the same API."""
    assert code(origin=f"http://{HERE}", method="POST") is None
    assert code(origin="http://localhost", host="localhost:80") is None
    assert code(origin="http://[::1]:8900", host="[::1]:8900") is None


def test_pages_behind_a_proxy_may_when_its_name_is_allowed() -> None:
    """A proxy may keep Host or not, and ends TLS: the page's origin is the proxy's."""
    known = KnownHosts("127.0.0.1", ("desk.example",))
    assert code(known, origin="https://desk.example", host="desk.example") is None
    assert code(known, origin="https://desk.example", host=HERE) is None
    assert code(known, origin="https://attacker.example", host="desk.example") == "foreign_origin"


def test_a_browser_without_origin_tells_of_the_site() -> None:
    """Images, scripts and plain fetches carry no Origin; a link that a person follows is no attack."""
    for site in ("cross-site", "same-site"):
        assert code(fetch_site=site, fetch_mode="no-cors") == "foreign_origin"
        assert code(fetch_site=site, fetch_mode="navigate", method="POST") == "foreign_origin"
        assert code(fetch_site=site, fetch_mode="navigate") is None
    for site in ("same-origin", "none", None):
        assert code(fetch_site=site, fetch_mode="cors") is None


def test_what_is_guarded() -> None:
    """The desk API must stay open: pages of any origin are its clients."""
    for path in ("/", "/_mock", "/_mock/journal", "/console", "/console/app.js", "/widget", "/widget/x.js"):
        assert is_guarded(path)
    for path in ("/v1/conversations", "/healthz", "/readyz", "/openapi.yaml", "/_mocking", "/consoles", "/widgets"):
        assert not is_guarded(path)


def test_only_addresses_that_others_reach_are_warned_of() -> None:
    """A warning that always comes is read by nobody."""
    for bound in ("127.0.0.1", "localhost", "::1", "127.1.2.3"):
        assert exposure(bound) is None
    for bound in ("0.0.0.0", "::", "", "192.168.0.7", "desk.example"):
        warning = exposure(bound)
        assert warning is not None
        assert warning.count("\n") == 0


def test_a_name_to_listen_at_is_a_name_of_the_server() -> None:
    """A server sees the address only that its name was resolved to."""
    assert names_of("desk.example", ("other.example",)) == ("desk.example", "other.example")
    assert names_of("0.0.0.0", ("other.example",)) == ("other.example",)
    assert names_of("", ()) == ()
