"""A page of another origin, and a name that was pointed to this machine, drive no mock. Only a browser shows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from mockdesk import RunningServer
from mockdesk.server.operations import OPERATIONS
from tests.server.support import start, until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.all
pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

REBOUND = "elsewhere.test"
"""A name that this browser resolves to this machine, as an attacker's name server would have it."""

DRIVE = """async (base) => {
    const tries = {};
    const tell = (name, doing) => doing.then(
        async (answer) => { tries[name] = [answer.type, answer.status, await answer.text()] },
        (error) => { tries[name] = ["failed", 0, String(error)] },
    );
    await tell("read", fetch(base + "/_mock/journal"));
    await tell("reset", fetch(base + "/_mock/reset", {method: "POST", mode: "no-cors"}));
    await tell("json", fetch(base + "/_mock/faults", {method: "POST", headers: {"Content-Type": "application/json"},
        body: '{"kind": "silence"}'}));
    await tell("plain", fetch(base + "/_mock/release", {method: "POST", mode: "no-cors"}));
    tries.stream = await new Promise((done) => {
        const source = new EventSource(base + "/_mock/stream");
        source.onmessage = source.onopen = () => { source.close(); done("open") };
        source.onerror = () => { source.close(); done("refused") };
    });
    await new Promise((done) => {
        const image = new Image();
        image.onerror = image.onload = done;
        image.src = base + "/_mock/journal";
    });
    return tries;
}"""
FORM = """(base) => {
    const form = document.createElement("form");
    form.method = "POST";
    form.action = base + "/_mock/reset";
    document.body.append(form);
    form.submit();
}"""


@pytest.fixture
def server() -> Iterator[RunningServer]:
    """A running server with one conversation that a reset would take away."""
    with RunningServer() as running:
        start(running.url)
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a profile of its own."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """A document of another origin. It comes from this machine: browsers keep other pages from it by themselves."""
    with RunningServer() as other:
        yield f"{other.url.replace('127.0.0.1', REBOUND)}/healthz"


def refused(server: RunningServer) -> set[tuple[str, str]]:
    """Return which requests the journal says were refused, and why."""
    entries = server.control().journal(kinds=("near_miss",))["entries"]
    return {(entry["data"]["request"], entry["data"]["refused"]) for entry in entries}


def test_a_page_of_another_origin_drives_nothing(page: Page, server: RunningServer, elsewhere: str) -> None:
    """No fetch, form, stream or image of it changes the desk or tells it anything."""
    page.goto(elsewhere)
    tries: dict[str, Any] = page.evaluate(DRIVE, server.url)
    assert tries.pop("stream") == "refused"
    assert {name: (kind, text) for name, (kind, _, text) in tries.items() if kind != "failed"} == {
        "reset": ("opaque", ""),
        "plain": ("opaque", ""),
    }
    page.evaluate(FORM, server.url)
    page.wait_for_url(f"{server.url}/_mock/reset")
    assert "foreign_origin" in page.content()
    assert len(server.control().conversations()) == 1
    assert server.control().faults() == []
    asked = {f"GET /_mock/{name}" for name in ("journal", "stream")} | {"POST /_mock/reset", "POST /_mock/release"}
    until(lambda: {(one, "foreign_origin") for one in asked} <= refused(server))


def test_a_name_that_was_pointed_here_drives_nothing(page: Page, server: RunningServer) -> None:
    """DNS rebinding: for the browser the mock is then the page's own origin, and every answer could be read."""
    rebound = server.url.replace("127.0.0.1", REBOUND)
    page.goto(f"{rebound}/healthz")
    tries: dict[str, Any] = page.evaluate(DRIVE, rebound)
    assert tries.pop("stream") == "refused"
    assert {(status, "foreign_host" in text) for _, status, text in tries.values()} == {(403, True)}
    assert page.goto(f"{rebound}/console").status == 403  # type: ignore[union-attr]
    assert len(server.control().conversations()) == 1
    assert {why for _, why in refused(server)} == {"foreign_host"}


def test_pages_of_any_origin_are_clients_of_the_desk(page: Page, server: RunningServer, elsewhere: str) -> None:
    """The guard must not shut out those whom the desk API is for."""
    path = OPERATIONS["startChat"][1]
    for document in (elsewhere, f"{server.url.replace('127.0.0.1', REBOUND)}/healthz"):
        page.goto(document)
        started = page.evaluate(
            """async (url) => (await fetch(url, {method: "POST", headers: {"Content-Type": "application/json"},
            body: '{"user_id": "u"}'})).status""",
            f"{server.url}{path}",
        )
        assert started == 201


def test_the_console_and_links_to_it_go_on(page: Page, server: RunningServer, elsewhere: str) -> None:
    """The pages of the mock itself drive it, also when somebody came over a link."""
    page.goto(elsewhere)
    page.evaluate("(url) => { location.href = url }", f"{server.url}/console")
    page.wait_for_url(f"{server.url}/console")
    assert page.evaluate("async () => (await fetch('/_mock/release', {method: 'POST'})).status") == 200
    assert refused(server) == set()
